"""The password in a real browser: asked for once, not again after a reload, and again after signing out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ingest.settings import ROOT
from rag.access.gate import make_secret
from rag.access.passes import LIFE
from rag.access.password import NAME, write_secret
from rag.page.cookie import name_of
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


def test_the_door_speaks_the_page_s_language_to_its_last_word(browse, locked) -> None:
    page = browse("es-ES").new_page()
    page.goto(locked[0])
    box = page.get_by_label("Contraseña", exact=True)
    expect(box).to_be_visible()
    box.press_sequentially("no es")
    expect(page.get_by_text("Pulsa Intro para enviarlo")).to_be_visible()
    expect(page.get_by_role("button", name="Mostrar la contraseña")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "es"


def test_an_invented_pass_opens_nothing(browse, locked) -> None:
    url, folder = locked
    context = browse("en-GB")
    context.add_cookies([{"name": name_of(folder), "value": "a" * 43, "url": url}])
    page = context.new_page()
    page.goto(url)
    is_asked(page)


def test_on_a_network_a_browser_finds_its_conversations_again_and_no_other_browser_does(
    browse, tmp_path_factory, monkeypatch
) -> None:
    folder = tmp_path_factory.mktemp("library")
    fill(folder, MANUAL).close()
    write_secret(folder / NAME, make_secret(PASSWORD, b"0123456789abcdef"))
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    for url in serve(ROOT / "tests" / "browser" / "page.py", folder):
        context, others = browse("en-GB"), browse("en-GB")
        pages = []
        for jar in (context, others):
            pages.append(jar.new_page())
            pages[-1].goto(url)
            pages[-1].get_by_label("Password", exact=True).fill(PASSWORD)
            pages[-1].get_by_role("button", name="Enter").click()
            is_in(pages[-1])
        page, other = pages
        box = page.get_by_test_id("stChatInputTextArea")
        box.fill("How do I reset it?")
        box.press("Enter")
        asked = page.get_by_test_id("stChatMessageContent").get_by_text("How do I reset it?")
        expect(page.get_by_test_id("stFeedback")).to_be_visible()
        page.reload()
        expect(asked).to_be_visible()
        link, tab = page.url, context.new_page()
        tab.goto(link)
        expect(tab.get_by_test_id("stFeedback")).to_be_visible()
        other.goto(link)
        is_in(other)
        expect(other.get_by_text("How do I reset it?")).to_have_count(0)
        # Streamlit's cookie goes when the browser is closed.
        context.clear_cookies(name="_streamlit_xsrf")
        page.reload()
        expect(asked).to_be_visible()
