"""The password in a real browser: asked for once, not again after a reload, and again after signing out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ingest.settings import ROOT
from rag.gate import make_secret
from rag.page.cookie import name_of
from rag.passes import LIFE
from rag.password import NAME, write_secret
from tests.browser.test_browser import CHROMIUM, Seen, browse, serve
from tests.fakes_assistant import MANUAL, fill

__all__ = ["browse"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]
PASSWORD = "tres gatos y una ñ"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("library")
    fill(folder, MANUAL).close()
    write_secret(folder / NAME, make_secret(PASSWORD, b"0123456789abcdef"))
    for url in serve(ROOT / "tests" / "browser" / "page.py", folder):
        yield url, folder


def is_in(page: Page) -> None:
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_visible(timeout=15_000)


def is_asked(page: Page) -> None:
    expect(page.get_by_label("Password", exact=True)).to_be_visible(timeout=15_000)
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_count(0)


def test_a_reload_and_a_second_tab_ask_for_no_password_until_somebody_signs_out(browse, locked) -> None:
    url, folder = locked
    context = browse("en-GB")
    seen = Seen(context, url)
    seen.page.goto(url)
    is_asked(seen.page)
    seen.page.get_by_label("Password", exact=True).fill(PASSWORD)
    seen.page.get_by_role("button", name="Enter").click()
    is_in(seen.page)
    for _ in range(50):
        kept = [each for each in context.cookies() if each["name"] == name_of(folder)]
        if kept:
            break
        seen.page.wait_for_timeout(100)
    (cookie,) = kept
    assert cookie["sameSite"] == "Strict"
    assert LIFE - 60 < cookie["expires"] - time.time() <= LIFE + 60
    seen.page.reload()
    is_in(seen.page)
    other = context.new_page()
    other.goto(url)
    is_in(other)
    stranger = browse("en-GB").new_page()
    stranger.goto(url)
    is_asked(stranger)
    seen.page.get_by_role("button", name="Sign out").click()
    is_asked(seen.page)
    seen.page.reload()
    is_asked(seen.page)
    other.get_by_role("link", name="Library").click()
    is_asked(other)
    # The pass itself opens nothing any more, whoever has seen it.
    context.add_cookies([cookie])
    seen.page.reload()
    is_asked(seen.page)
    assert seen.outside == []


def test_an_invented_pass_opens_nothing(browse, locked) -> None:
    url, folder = locked
    context = browse("en-GB")
    context.add_cookies([{"name": name_of(folder), "value": "a" * 43, "url": url}])
    page = context.new_page()
    page.goto(url)
    is_asked(page)
