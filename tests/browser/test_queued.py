"""Questions that wait for their turn, in a real browser: who reads the answer before is left where they read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from ingest.settings import ROOT
from tests.browser.test_asking import TOP, slow, until
from tests.browser.test_browser import CHROMIUM, SIZES, Seen, browse, serve
from tests.fakes_assistant import MANUAL, fill

__all__ = ["browse", "slow"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]
SCROLLED = """() => document.querySelector('[data-testid="stAppScrollToBottomContainer"]').scrollTop"""
STEADY = 4
"""Pixels that no reader notices."""


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("library")
    fill(folder, MANUAL).close()
    yield from serve(ROOT / "tests" / "browser" / "long.py", folder)


def _ask_two(seen: Seen) -> None:
    page = seen.page
    seen.ask("First?")
    expect(page.locator(".st-key-stop")).to_be_visible()
    until(page, lambda: abs(page.evaluate(TOP, "First?") - 76) <= STEADY)
    seen.ask("Second?")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("wheel", [0, 700], ids=["from-its-question", "scrolled-into-it"])
def test_who_reads_a_long_answer_is_left_there_when_the_next_one_begins_and_ends(
    browse: Callable[..., Page], long: str, wheel: int, size: str
) -> None:
    seen = Seen(browse("en-US", size), long)
    page = seen.open()
    _ask_two(seen)
    if wheel:
        expect(page.get_by_text("Step 60 of many")).to_be_attached()
        page.mouse.move(SIZES[size][0] * 0.6, 300)
        page.mouse.wheel(0, wheel)
        page.wait_for_timeout(500)
    where = page.evaluate(SCROLLED)
    expect(page.get_by_role("button", name="Edit")).to_have_count(1)
    for _ in range(20):
        assert abs(page.evaluate(SCROLLED) - where) <= STEADY
        page.wait_for_timeout(100)
    expect(page.get_by_role("button", name="Edit")).to_have_count(2)
    page.wait_for_timeout(1000)
    assert abs(page.evaluate(SCROLLED) - where) <= STEADY
    page.get_by_role("button", name="To the last question").click()
    until(page, lambda: abs(page.evaluate(TOP, "Second?") - 76) <= STEADY)
    expect(page.get_by_role("button", name="To the last question")).to_be_hidden()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("answer", ["short", "long"])
def test_who_stands_at_the_end_follows_to_the_next_question(
    browse: Callable[..., Page], long: str, slow: str, answer: str, size: str
) -> None:
    seen = Seen(browse("en-US", size), slow if answer == "short" else long)
    page = seen.open()
    _ask_two(seen)
    if answer == "long":
        page.mouse.move(SIZES[size][0] * 0.6, 300)
        while page.get_by_role("button", name="Edit").count() == 0:
            page.mouse.wheel(0, 10_000)
            page.wait_for_timeout(100)
    expect(page.get_by_role("button", name="Edit")).to_have_count(1, timeout=30_000)
    until(page, lambda: abs(page.evaluate(TOP, "Second?") - 76) <= STEADY)
