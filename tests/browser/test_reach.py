"""What a thumb, an eye or a tired hand has to reach, in a real browser: sizes, and what stays in sight."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from ingest.settings import ROOT
from tests.browser.test_asking import chip, pictures, slow, texts, until
from tests.browser.test_browser import CHROMIUM, Seen, browse, serve, site
from tests.fakes_assistant import MANUAL, fill

__all__ = ["browse", "pictures", "site", "slow", "texts"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]
SMALL = """() => [...document.querySelectorAll("button, [role=tab], summary, [data-testid=stSidebarNavLink]")]
    .filter((each) => each.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }))
    .filter((each) => !each.closest("[data-testid=stChatInputFileUploadButton], .stSelectbox, .stTooltipIcon"))
    .map((each) => [each.ariaLabel || each.innerText, each.getBoundingClientRect()])
    .filter(([, box]) => box.x >= 0 && box.width > 1 && (box.width < 39.5 || box.height < 39.5))
    .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
"""What is pressable and smaller than a thumb; what is larger than it is drawn is looked at elsewhere."""


def test_a_thumb_hits_whatever_a_phone_shows(browse: Callable[..., Page], site: str) -> None:
    seen = Seen(browse("en-US", "phone"), site)
    page = seen.open()
    seen.ask("How do I restart it?")
    expect(page.get_by_test_id("stFeedback")).to_be_visible()
    seen.settle()
    until(page, lambda: page.evaluate(SMALL) == [])
    page.get_by_role("radio", name="Thumbs down").click()
    expect(page.get_by_text("It is wrong")).to_be_visible()
    until(page, lambda: page.evaluate(SMALL) == [])
    chip(page).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    close = page.get_by_role("dialog").get_by_role("button", name="Close", exact=True)
    until(page, lambda: close.bounding_box()["height"] >= 40)
    page.keyboard.press("Escape")
    page.get_by_test_id("stExpandSidebarButton").click()
    seen.settle()
    until(page, lambda: page.evaluate(SMALL) == [])


def test_the_reasons_of_a_thumb_are_all_in_sight_on_a_phone(browse: Callable[..., Page], site: str) -> None:
    seen = Seen(browse("en-US", "phone"), site)
    page = seen.open()
    seen.ask("How do I restart it?")
    page.get_by_role("radio", name="Thumbs down").click()
    last = page.get_by_test_id("stButtonGroup").last.locator("button").last
    until(page, lambda: last.bounding_box()["x"] + last.bounding_box()["width"] <= 390)


@pytest.mark.parametrize("size", ["laptop", "phone"])
def test_a_source_can_be_closed_from_its_quote(browse: Callable[..., Page], pictures: str, size: str) -> None:
    seen = Seen(browse("en-US", size), pictures)
    page = seen.open()
    seen.ask("How do I restart it?")
    chip(page).click()
    around = page.get_by_test_id("stDialog")
    until(page, lambda: around.evaluate("each => each.scrollTop") > 100)
    close = page.get_by_role("dialog").get_by_role("button", name="Close", exact=True)
    expect(close).to_be_in_viewport(ratio=1)
    title = page.get_by_role("dialog").get_by_role("heading", name=re.compile("^1 ·"))
    expect(title).to_be_in_viewport(ratio=1)
    assert page.get_by_role("dialog").locator("h2").first.bounding_box()["y"] <= 1, "the page is seen above its title"
    close.click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_answer_has_a_phones_width(browse: Callable[..., Page], site: str) -> None:
    seen = Seen(browse("en-US", "phone"), site)
    page = seen.open()
    seen.ask("How do I restart it?")
    words = page.get_by_test_id("stChatMessage").last.locator("p").first
    until(page, lambda: words.bounding_box()["x"] <= 40)


def test_a_low_window_begins_with_the_greeting(browse: Callable[..., Page], site: str) -> None:
    seen = Seen(browse("en-US"), site)
    seen.page.set_viewport_size({"width": 640, "height": 360})  # 1280 by 720 at twice the size
    greeting = seen.open().get_by_role("heading", name="What do you need to know?")
    seen.page.wait_for_timeout(1500)
    expect(greeting).to_be_in_viewport(ratio=1)


def test_a_laptop_has_little_below_the_box(browse: Callable[..., Page], site: str) -> None:
    page = Seen(browse("en-US"), site).open()
    box = page.get_by_test_id("stChatInput").bounding_box()
    assert 768 - box["y"] - box["height"] <= 32


TOP = """() => [...document.querySelectorAll("[data-testid=stChatMessage]")].at(-2).getBoundingClientRect().top"""
"""Where in the window the last question stands, in pixels from its top."""


@pytest.mark.parametrize("size", ["laptop", "phone"])
def test_a_question_stands_where_its_answer_will_be_read_from(
    browse: Callable[..., Page], slow: str, size: str
) -> None:
    seen = Seen(browse("en-US", size), slow)
    page = seen.open()
    for question in ("First?", "Second?"):
        seen.ask(question)
        expect(page.get_by_role("main").get_by_text(question, exact=True)).to_be_visible()
        until(page, lambda: abs(page.evaluate(TOP) - 76) <= 20)
        expect(page.locator(".st-key-stop")).to_be_visible()
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_role("button", name="Edit")).to_have_count(1 if question == "First?" else 2)
        until(page, lambda: abs(page.evaluate(TOP) - 76) <= 20)


def test_who_comes_back_from_another_view_is_at_the_last_question(browse: Callable[..., Page], texts: str) -> None:
    seen = Seen(browse("en-US"), texts)
    page = seen.open()
    for asked, question in enumerate(("First?", "Second?", "Third?"), 1):
        seen.ask(question)
        expect(page.get_by_test_id("stFeedback")).to_have_count(asked)
        seen.settle()
    page.mouse.move(800, 300)
    page.mouse.wheel(0, -500)
    page.wait_for_timeout(500)
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Library").click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()
    seen.settle()
    page.go_back()
    expect(page.get_by_test_id("stFeedback")).to_have_count(3)
    until(page, lambda: abs(page.evaluate(TOP) - 76) <= 2)


MARK = """([said, which]) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.nodeValue.indexOf(said);
    if (at < 0 || !walker.currentNode.parentElement.checkVisibility()) continue;
    const range = document.createRange();
    range.setStart(walker.currentNode, at + said.indexOf(which));
    range.setEnd(walker.currentNode, at + said.indexOf(which) + which.length);
    const box = range.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  }
}"""
"""Where in the window a piece of what is said stands."""


@pytest.mark.parametrize("size", ["laptop", "phone"])
def test_a_mark_in_an_answer_opens_its_source(browse: Callable[..., Page], site: str, size: str) -> None:
    seen = Seen(browse("en-US", size), site)
    page = seen.open()
    seen.ask("How do I restart it?")
    expect(page.get_by_test_id("stFeedback")).to_be_visible()
    seen.settle()
    page.wait_for_timeout(400)
    page.mouse.click(*page.evaluate(MARK, ["Then wait [2].", "Then"]))
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.mouse.click(*page.evaluate(MARK, ["Then wait [2].", "[2]"]))
    expect(page.get_by_role("dialog").get_by_role("heading", name=re.compile("^2 ·"))).to_be_visible()


MARKED = """() => [...CSS.highlights.get("tomo-mark")].map((range) => {
  const { startContainer: { nodeValue: said }, startOffset: at, endOffset: end } = range;
  return said.slice(Math.max(0, at - 7), end).trim();
})"""
"""The marks that can be pressed, each with what stands before it."""


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("library")
    fill(folder, MANUAL).close()
    yield from serve(ROOT / "tests" / "browser" / "listed.py", folder)


def test_a_mark_behind_a_ticket_of_a_list_opens_it_and_a_quotes_own_number_does_not(
    browse: Callable[..., Page], listed: str
) -> None:
    seen = Seen(browse("en-US"), listed)
    page = seen.open()
    seen.ask("Others?")
    expect(page.get_by_test_id("stFeedback")).to_be_visible()
    until(page, lambda: len(page.evaluate(MARKED)) > 0)
    page.wait_for_timeout(500)
    assert page.evaluate(MARKED) == ["Closed [1]", "e [3]» [2]", "Closed [3]", "[1].» [4]"]


@pytest.mark.parametrize(("locale", "size"), [("es-ES", "phone"), ("en-GB", "laptop")])
def test_a_document_that_is_offered_is_asked_about(
    browse: Callable[..., Page], site: str, locale: str, size: str
) -> None:
    page = Seen(browse(locale, size), site).open()
    page.get_by_role("button", name=re.compile("Router guide")).click()
    expect(page.locator(".st-key-scope_picker")).to_contain_text("Router guide")
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_focused()
    if size == "phone":  # beside the name of a document there is room for the other picker, in one row
        name, how = page.locator(".st-key-scope_picker"), page.locator(".st-key-asking .stSelectbox")
        until(page, lambda: abs(name.bounding_box()["y"] - how.bounding_box()["y"]) < 8)
        until(page, lambda: how.bounding_box()["x"] + how.bounding_box()["width"] <= 390)


def test_a_whole_mail_that_is_pasted_stays_in_the_box_and_is_told_to_be_too_long(
    browse: Callable[..., Page], site: str
) -> None:
    seen = Seen(browse("es-ES"), site)
    page = seen.open()
    box = page.get_by_test_id("stChatInputTextArea")
    box.focus()
    page.keyboard.insert_text("de nuevo " * 500 + "fin")
    expect(box).to_have_value(re.compile("fin$"))
    box.press("Enter")
    expect(page.get_by_text("La pregunta tiene 4503 caracteres y caben 4000.")).to_be_visible()
    expect(box).to_have_value(re.compile("fin$"))
    box.fill("¿Cómo lo reinicio?")
    box.press("Enter")
    expect(page.get_by_test_id("stFeedback")).to_be_visible()
    expect(page.get_by_text("caracteres y caben")).to_have_count(0)
