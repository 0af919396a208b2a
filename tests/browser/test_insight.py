"""The insight in a real browser: read in both languages, at every width, and nothing leaves the machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ingest.settings import ROOT
from rag.chats.store import Chats
from rag.chats.types import Request, Turn
from rag.events import Answer
from tests.browser.test_browser import CHROMIUM, SIZES, Seen, browse, serve
from tests.fakes_assistant import MANUAL, citation, fill, receipt

__all__ = ["browse"]  # a fixture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]
ANSWER = Answer("How?", "Hold [1].", False, "en", (citation(),), replace(receipt(), confidence=0.8))
WORDS = {
    "es-ES": ("Análisis", "Huecos (1)", "Evaluación", "Evaluar la búsqueda", "Evaluar con este archivo", "2 veces",
              "Evaluación terminada: team.jsonl.", "Por idiomas: pregunta → documento", "Descargar CSV"),
    "en-GB": ("Insight", "Gaps (1)", "Evaluation", "Evaluate the search", "Evaluate with this file", "2 times",
              "Evaluation done: team.jsonl.", "By language: question → document", "Download CSV"),
}  # fmt: skip


@pytest.fixture(params=WORDS)
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    folder = tmp_path / "library"
    fill(folder, MANUAL).close()
    chats = Chats(folder)
    for question, refused in (("How?", False), ("Who sells it?", True), ("who sells it", True)):
        asked = Request(question)
        chats.finish(chats.begin("a", asked), Turn(asked, replace(ANSWER, refused=refused)))
    chats.close()
    for url in serve(ROOT / "tests" / "browser" / "page.py", folder):
        yield request.param, url


@pytest.mark.parametrize("size", SIZES)
def test_use_gaps_and_an_evaluation_are_shown_and_nothing_is_fetched_from_elsewhere(
    browse, site, size: str, tmp_path: Path
) -> None:
    locale, url = site
    title, gaps, evaluation, make, start, times, done, languages, table = WORDS[locale]
    seen = Seen(browse(locale, size), url)
    page = seen.open("/insight")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    charts = page.get_by_test_id("stImage").get_by_role("img")
    expect(charts).to_have_count(2)
    assert page.evaluate("[...document.querySelectorAll('[data-testid=stImage] img')].every(i => i.alt && i.complete)")
    page.get_by_text("Router guide").click()
    expect(page.get_by_text("Hold the power button for ten seconds.")).to_be_visible()

    page.get_by_role("tab", name=gaps).click()
    expect(page.get_by_text("who sells it", exact=True)).to_be_visible()
    expect(page.get_by_text(times)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name=table).click()
    assert "who sells it,2," in download.value.path().read_text(encoding="utf-8-sig")

    page.get_by_role("tab", name=evaluation).click()
    file = tmp_path / "team.jsonl"
    row = {"question": "How do I restart it?", "lang": "en", "doc": "manual-1.md", "doc_lang": "en", "pages": [2]}
    file.write_text(json.dumps(row))
    expect(page.get_by_text(make)).to_be_visible()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("button", name=re.compile("(Remove|Quitar) team.jsonl"))).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.get_by_role("button", name=start).click()
    expect(page.get_by_text(done)).to_be_visible(timeout=15_000)
    expect(page.get_by_text(languages)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert seen.requests
    assert seen.outside == []


def test_a_tab_stays_open_when_the_language_changes(browse, site) -> None:
    locale, url = site
    other = "en-GB" if locale == "es-ES" else "es-ES"
    page = Seen(browse(locale, "laptop"), url).open("/insight")
    page.get_by_role("tab", name=WORDS[locale][2]).click()
    expect(page.get_by_text(WORDS[locale][3])).to_be_visible()
    language = "English" if other == "en-GB" else "Español"
    page.get_by_role("radio", name=language).or_(page.get_by_role("button", name=language)).click()
    expect(page.get_by_role("tab", name=WORDS[other][2])).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text(WORDS[other][3])).to_be_visible()
    page.get_by_role("tab", name=WORDS[other][1]).click()
    expect(page.get_by_text(WORDS[other][5])).to_be_visible()
