"""A newcomer's first conversation: `make run`, the phone in a browser, from hello to the reference of the lead."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from tests.browser import browser, complaints
from tests.e2e.conftest import Assistant
from tests.phone_page import Page

ANSWER_SECONDS = 30


@pytest.fixture(scope="module", name="driver")
def _driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with browser(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


@pytest.mark.parametrize(("channel", "width", "height"), [("whatsapp", 1280, 800), ("facebook", 360, 740)])
def test_a_newcomer_walks_from_hello_to_a_lead(
    assistant: Assistant, driver: Chrome, channel: str, width: int, height: int
) -> None:
    page = Page(driver, f"http://127.0.0.1:{assistant.console_port}", seconds=ANSWER_SECONDS)
    page.open(channel, width, height)

    page.write("hello")
    page.heard("What would you like to do?")
    if channel == "whatsapp":
        page.tap(".action", "Choose")
    page.tap(".entry" if channel == "whatsapp" else "#chips .chip", "Find your tablet")
    page.heard("(1/4)")
    for level in range(1, 5):
        page.write("1")
        page.heard(f"({level + 1}/4)" if level < 4 else "Because you chose")
    page.until(lambda: page.run("return document.querySelector('.message.bot img')?.naturalWidth > 0"))
    page.tap(".action", "Show another")
    page.until(lambda: len(page.all(".message.bot img")) == 2)
    page.tap(".action", "Ask for a quote")
    page.heard("What is your name?")
    page.write("Ana Ruiz")
    page.heard("e-mail")
    page.write("ana@example.com")
    page.heard("Ana Ruiz")
    page.tap(".action" if channel == "whatsapp" else "#chips .chip", "Yes, send it")
    page.heard("Your reference: L-")

    assert complaints(driver) == []
