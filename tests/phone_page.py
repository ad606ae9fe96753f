"""The phone page as one uses it, in a browser."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.browser import resize


class Page:
    """The page as one uses it."""

    def __init__(self, driver: Chrome, url: str, seconds: float = 5) -> None:
        self.driver = driver
        self.url = url
        self.seconds = seconds

    def open(self, channel: str = "whatsapp", width: int = 1280, height: int = 800, scheme: str = "light") -> None:
        """Open the page afresh, as somebody who has not been here."""
        resize(self.driver, width, height, scheme)
        self.driver.get(f"{self.url}/phone")
        self.run(f"sessionStorage.clear(); sessionStorage.channel = '{channel}'; sessionStorage.language = 'en'")
        self.driver.get(f"{self.url}/phone")
        self.until(lambda: self.all(".welcome .chip"))

    def run(self, script: str) -> Any:
        """Run a script on the page."""
        return self.driver.execute_script(script)  # type: ignore[no-untyped-call]

    def all(self, css: str) -> list[WebElement]:
        """Give the visible elements."""
        return [element for element in self.driver.find_elements(By.CSS_SELECTOR, css) if element.is_displayed()]

    def texts(self, css: str) -> list[str]:
        """Give what stands in the visible elements."""
        return [element.text for element in self.all(css)]

    def until(self, happens: Callable[[], Any]) -> Any:
        """Wait until a call gives something true."""
        deadline = time.monotonic() + self.seconds
        while True:
            # The page may draw a message anew while it is looked at.
            with suppress(StaleElementReferenceException):
                if found := happens():
                    return found
            assert time.monotonic() < deadline, f"it did not happen in time; the page says:\n{self.text()}"
            time.sleep(0.05)

    def text(self) -> str:
        """Give all words on the page."""
        return self.driver.find_element(By.TAG_NAME, "body").text

    def write(self, words: str) -> None:
        """Type and send with the keyboard."""
        self.driver.find_element(By.ID, "text").send_keys(words, Keys.ENTER)

    def tap(self, css: str, title: str) -> None:
        """Click what bears the title, once it is there."""

        def tapped() -> bool:
            found = [element for element in self.all(css) if element.text.startswith(title)]
            for element in found[-1:]:
                element.click()
            return bool(found)

        self.until(tapped)

    def heard(self, words: str) -> None:
        """Wait until the bot has said something."""
        self.until(lambda: any(words in said for said in self.texts(".message.bot .text")))
