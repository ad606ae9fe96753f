"""The page in a real browser: chatting, tapping, and whether everybody can use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser import browser, complaints
from tests.phone import StandIn, free_port
from tests.phone_page import Page
from tests.unit.standin.bot import Bot, addressed, buttons, choices, text

SCREENS = [(360, 740), (1280, 800)]
ARABIC = "السعر يبدأ من *12500* يورو"

QUICK_REPLIES = [{"content_type": "text", "title": title, "payload": title} for title in ("City", "Family")]
POSTBACK = {"type": "postback", "title": "Quote", "payload": "QUOTE"}

CONTRAST = """
const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
  .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const behind = (node) => {
  for (; node; node = node.parentElement) {
    const colour = parse(getComputedStyle(node).backgroundColor);
    if (colour.length === 3 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
return [...document.querySelectorAll("p, span, button, a, time, h1, h2, h3, legend, pre, select, input")]
  .filter((node) => node.checkVisibility() && !node.closest(".unseen") && !node.disabled && node.type !== "checkbox")
  .filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim()))
  .map((node) => {
    const pair = [light(parse(getComputedStyle(node).color)), light(behind(node))].sort((a, b) => b - a);
    return [(pair[0] + 0.05) / (pair[1] + 0.05), node.className || node.id || node.tagName, node.textContent];
  })
  .filter(([ratio]) => ratio < 4.5);
"""

NAMELESS = """
return [...document.querySelectorAll("button, a, input, select, textarea, [tabindex='0'], dialog")]
  .filter((node) => !(node.getAttribute("aria-label") || node.getAttribute("aria-labelledby")
    || node.textContent.trim() || node.labels?.length))
  .map((node) => node.outerHTML);
"""


@pytest.fixture(scope="module", name="driver")
def _driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with browser(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


@pytest.fixture(name="page")
def _page(driver: Chrome, phone: StandIn, bot: Bot) -> Iterator[Page]:
    element = {"title": "Spark", "subtitle": "Small", "image_url": bot.picture, "buttons": [POSTBACK]}
    card = {"attachment": {"type": "template", "payload": {"template_type": "generic", "elements": [element]}}}
    bot.replies = {
        "Hello": [text("Hello, *you*"), choices("Which one?", ["Spark", "Linea"], "See the options")],
        "Spark": [buttons("The *Spark*", ["Ask for a quote", "Show another"], bot.picture)],
        "Ask for a quote": [text(ARABIC)],
        "bad": [{"type": "text", "text": {"body": ""}}],
        "GET_STARTED": [{"text": "What for?", "quick_replies": QUICK_REPLIES}],
        "City": [card],
        "QUOTE": [{"text": ARABIC}],
    }
    complaints(driver)
    yield Page(driver, phone.url)
    assert complaints(driver) == []


def test_a_conversation_on_whatsapp(page: Page, phone: StandIn, bot: Bot) -> None:
    page.open()
    page.tap(".welcome .chip", "Hello")
    page.heard("Hello, you")
    assert page.texts(".message.bot strong") == ["you"]
    page.tap(".action", "See the options")
    assert page.until(lambda: page.texts(".entry-title")) == ["Spark", "Linea"]
    assert page.texts(".entry-description") == ["About Spark", "About Linea"]
    page.tap(".entry", "Spark")
    page.heard("The Spark")
    page.until(lambda: page.run("return document.querySelector('.picture').naturalWidth > 0"))
    page.tap(".action", "Ask for a quote")
    page.heard("السعر")
    assert page.texts(".message.person .text") == ["Hello", "Spark", "Ask for a quote"]
    page.until(lambda: page.texts("#presence") == ["online"])


def test_a_conversation_on_messenger(page: Page, bot: Bot) -> None:
    page.open("facebook")
    page.tap(".welcome .chip", "Get started")
    assert page.until(lambda: page.texts("#chips .chip")) == ["City", "Family"]
    page.tap("#chips .chip", "City")
    page.until(lambda: not page.all("#chips .chip"))
    page.until(lambda: page.texts(".kind-card .header") == ["Spark"])
    page.tap(".action", "Quote")
    page.heard("السعر")


def test_typing_ticks_and_arabic(page: Page, phone: StandIn, bot: Bot) -> None:
    page.open()
    page.write("Ask for a quote")
    page.heard("السعر")
    direction = "return getComputedStyle(document.querySelector('.message.bot .text')).direction"
    assert page.run(direction) == "rtl"
    (person,) = [one for one in phone.state["people"] if one["channel"] == "whatsapp"]
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": person["messages"][0]["id"]}
    bot.send({**receipt, "typing_indicator": {"type": "text"}})
    page.until(lambda: page.all("#typing"))
    page.until(lambda: page.all(".ticks.read"))
    bot.send({"messaging_product": "whatsapp", "to": person["number"], **text("done")})
    page.until(lambda: not page.all("#typing"))


def test_the_end_stays_in_sight_unless_one_scrolls_up(page: Page, bot: Bot) -> None:
    left = "const s = document.getElementById('scroll'); return s.scrollHeight - s.scrollTop - s.clientHeight"
    bot.replies["more"] = [text("word " * 200)] * 3
    page.open()
    page.write("more")
    page.until(lambda: len(page.all(".message.bot")) == 3 and page.run(left) < 2)
    page.run("document.getElementById('scroll').scrollTop = 0")
    page.until(lambda: page.run(left) > 200)
    bot.send(addressed(text("one more"), bot.webhooks[0].value))
    page.until(lambda: len(page.driver.find_elements(By.CSS_SELECTOR, ".message.bot")) == 4)
    assert page.run(left) > 200


def test_the_keyboard_is_enough(page: Page) -> None:
    page.open()
    page.write("Hello")
    page.heard("Hello, you")
    opener = page.until(lambda: page.all(".action"))[0]
    opener.send_keys(Keys.ENTER)
    page.until(lambda: page.all(".entry"))
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    page.until(lambda: not page.all(".entry"))
    assert page.driver.switch_to.active_element.text == "See the options"


def test_what_was_refused_is_told_in_red(page: Page) -> None:
    page.open(width=360, height=740)
    page.write("bad")
    page.until(lambda: page.texts("#errors") == ["1"])
    page.all("#show-panel")[0].click()
    page.until(lambda: page.all(".record.bad summary"))[0].click()
    assert any('"code": 131008' in block for block in page.texts(".record.bad pre"))
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    page.until(lambda: not page.all("#panel"))


def test_photos_and_places_are_sent(page: Page, bot: Bot) -> None:
    page.open()
    for title in ("Photo", "Location"):
        page.all("#attach")[0].click()
        page.tap(".entry", title)
        page.until(lambda: not page.all(".entry"))
    page.until(lambda: len(bot.webhooks) == 2)
    kinds = [webhook.value["messages"][0]["type"] for webhook in bot.webhooks]
    assert kinds == ["image", "location"]
    assert page.all(".message.person .picture")


def test_a_link_puts_its_text_there_on_whatsapp_and_leads_in_on_messenger(page: Page, bot: Bot) -> None:
    page.open()
    page.tap(".row button", "Open the link")
    assert page.run("return document.getElementById('text').value") == "start:cars:website"
    page.open("facebook")
    page.tap(".row button", "Open the link")
    page.until(lambda: bot.webhooks)
    assert bot.webhooks[0].value["postback"]["referral"]["ref"] == "start:cars:website"


def test_spanish_and_another_person(page: Page, phone: StandIn) -> None:
    page.open("facebook")
    page.run("document.getElementById('language').value = 'es'")
    page.run("document.getElementById('language').dispatchEvent(new Event('change'))")
    page.until(lambda: page.texts("#settings h1") == ["Teléfono de prueba"])
    page.until(lambda: phone.state["people"][-1]["locale"] == "es_ES")
    before = len(phone.state["people"])
    page.tap(".row button", "Otra persona")
    page.until(lambda: len(phone.state["people"]) == before + 1)
    assert page.run("return document.documentElement.lang") == "es"


def test_a_bot_that_is_away_is_told_of(driver: Chrome) -> None:
    with StandIn.start(f"http://127.0.0.1:{free_port()}") as phone:
        page = Page(driver, phone.url)
        page.open()
        page.until(lambda: any("does not answer" in notice for notice in page.texts("#notice")))


@pytest.mark.parametrize(("width", "height"), SCREENS)
@pytest.mark.parametrize("channel", ["whatsapp", "facebook"])
def test_everything_fits_is_named_and_can_be_read(page: Page, channel: str, width: int, height: int) -> None:
    for scheme in ("light", "dark"):
        page.open(channel, width, height, scheme)
        for word in ("Hello", "Spark", "bad") if channel == "whatsapp" else ("GET_STARTED", "City"):
            page.write(word)
        page.until(lambda: page.all(".picture"))
        page.until(lambda: page.all(".action"))
        assert page.run("return document.documentElement.scrollWidth") <= width
        assert page.run("return document.documentElement.scrollHeight") <= height
        assert page.run(NAMELESS) == []
        assert page.run(CONTRAST) == []
