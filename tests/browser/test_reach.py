"""What a thumb, an eye or a tired hand has to reach, in a real browser: sizes, and what stays in sight."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_asking import chip, slow, texts, until
from tests.browser.test_browser import CHROMIUM, Seen, browse, site

__all__ = ["browse", "site", "slow", "texts"]
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
def test_a_source_can_be_closed_from_its_quote(browse: Callable[..., Page], texts: str, size: str) -> None:
    seen = Seen(browse("en-US", size), texts)
    page = seen.open()
    seen.ask("How do I restart it?")
    chip(page).click()
    mark = page.get_by_role("dialog").locator(".stMarkdownColoredBackground").first
    expect(mark).to_be_in_viewport()
    close = page.get_by_role("dialog").get_by_role("button", name="Close", exact=True)
    expect(close).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("dialog").get_by_role("heading", name=re.compile("^1 ·"))).to_be_in_viewport(ratio=1)
    close.click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_answer_has_a_phones_width(browse: Callable[..., Page], site: str) -> None:
    seen = Seen(browse("en-US", "phone"), site)
    page = seen.open()
    seen.ask("How do I restart it?")
    words = page.get_by_test_id("stChatMessage").last.locator("p").first
    until(page, lambda: words.bounding_box()["x"] <= 40)


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
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Library").click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()
    seen.settle()
    page.go_back()
    expect(page.get_by_test_id("stFeedback")).to_have_count(3)
    until(page, lambda: abs(page.evaluate(TOP) - 76) <= 2)
