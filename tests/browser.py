"""A headless Chromium for tests of pages: Debian's, with its driver."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

CHROMIUM = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def browser(folder: Path) -> Iterator[webdriver.Chrome]:
    """Run a browser that keeps what it has in a fresh folder."""
    assert CHROMIUM and DRIVER, "the tests of pages need Chromium and its driver: run scripts/browser"
    options = Options()
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in (*FLAGS, f"--user-data-dir={folder}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options, Service(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


def complaints(driver: webdriver.Chrome) -> list[dict[str, object]]:
    """Give what pages wrote to the console since the last time: scripts that failed, content that was refused."""
    return list(driver.get_log("browser"))  # type: ignore[no-untyped-call]


def resize(driver: webdriver.Chrome, width: int, height: int, scheme: str = "light") -> None:
    """Take the shape of a screen, and its colour scheme: ``light`` or ``dark``."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
