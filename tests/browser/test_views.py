"""The library's and the models' views in a real browser: an upload is found at once, what fails can be mended."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ingest.library import Library
from ingest.settings import ROOT
from tests.browser.test_browser import CHECKED, CHROMIUM, Seen, browse, serve
from tests.fakes_assistant import MANUAL, TICKET, fill
from tests.test_page import one_page_pdf

__all__ = ["browse"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]
FOUND_SECONDS = 3.0
"""On a machine that does nothing else."""


def crowded() -> float:
    """How many times slower than alone this may be: itself, and by processor what else wanted to run this minute."""
    return 1.0 + os.getloadavg()[0] / (os.cpu_count() or 1)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    fill(tmp_path / "library", MANUAL, TICKET).close()
    return tmp_path / "library"


@pytest.fixture
def site(library: Path) -> Iterator[str]:
    yield from serve(ROOT / "tests" / "browser" / "page.py", library)


def test_an_upload_is_found_by_its_words_within_seconds_and_asked_about(browse, site, tmp_path: Path) -> None:
    seen = Seen(browse(), site)
    page = seen.open("/library")
    page.get_by_text("Add files").click()
    chosen = page.get_by_test_id("stFileUploaderDropzoneInput").first
    manual = {"name": "pump.md", "mimeType": "text/markdown", "buffer": b"# Pump guide\n\nThe zirconium valve leaks."}
    chosen.set_input_files([manual])
    expect(page.get_by_text("pump.md").first).to_be_visible()
    search = page.get_by_role("searchbox").or_(page.get_by_placeholder("Title, file or text")).first
    started = time.monotonic()
    page.get_by_role("button", name="Add to the library").click()
    search.press_sequentially("zirconium val")
    expect(page.get_by_role("button", name="Pump guide")).to_be_visible(timeout=20_000)
    seconds = time.monotonic() - started
    assert seconds <= FOUND_SECONDS * crowded(), f"{seconds:.1f} s"
    page.get_by_role("button", name="Pump guide").click()
    expect(page.get_by_text("Used in answers")).to_be_visible()
    page.get_by_role("button", name="Ask about this").click()
    seen.ask("What leaks?")
    expect(page.get_by_text(CHECKED, exact=True)).to_be_visible(timeout=20_000)
    assert seen.outside == []


def test_uploads_one_after_the_other_are_found_while_the_first_is_still_embedded(browse, site) -> None:
    seen = Seen(browse(), site)
    for number in range(3):
        page = seen.open("/library")
        page.get_by_text("Add files").click()
        text = f"# Pump{number} guide\n\nThe zirconium{number} valve leaks.\n"
        text += "".join(f"\n## Part {part}\n\nKeep part {part} of pump{number} dry.\n" for part in range(300))
        manual = {"name": f"pump{number}.md", "mimeType": "text/markdown", "buffer": text.encode()}
        page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files([manual])
        expect(page.get_by_text(f"pump{number}.md").first).to_be_visible()
        search = page.get_by_role("searchbox").or_(page.get_by_placeholder("Title, file or text")).first
        started = time.monotonic()
        page.get_by_role("button", name="Add to the library").click()
        search.press_sequentially(f"zirconium{number}")
        expect(page.get_by_role("button", name=f"Pump{number} guide")).to_be_visible(timeout=20_000)
        seconds = time.monotonic() - started
        assert seconds <= FOUND_SECONDS * crowded(), f"{number}: {seconds:.1f} s"
    assert seen.outside == []


def test_a_click_before_a_file_has_been_chosen_loses_nothing(browse, site) -> None:
    seen = Seen(browse(), site)
    page = seen.open("/library")
    page.get_by_text("Add files").click()
    told = page.get_by_text("Choose one or more files first.")
    for _ in range(3):  # while the drawer slides open the button can move away between the press and its release
        page.get_by_role("button", name="Add to the library").click()
        with suppress(AssertionError):
            expect(told).to_be_visible(timeout=5_000)
            break
    expect(told).to_be_visible()
    page.get_by_role("link", name="Models").click()
    expect(page.get_by_role("heading", name="Models", exact=True)).to_be_visible()
    seen.settle()
    page.get_by_role("link", name="Library").click()
    expect(page.get_by_role("heading", name="Library", exact=True)).to_be_visible()
    seen.settle()
    expect(page.get_by_text("Choose one or more files first.")).to_have_count(0)
    page.get_by_text("Add files").click()
    manual = {"name": "fan.md", "mimeType": "text/markdown", "buffer": b"# Fan guide\n\nIt turns."}
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files([manual])
    page.get_by_role("button", name="Add to the library").click()
    added, early = page.get_by_role("button", name="Fan guide"), page.get_by_text("Choose one or more files first.")
    expect(added.or_(early)).to_be_visible(timeout=20_000)
    if not added.is_visible():  # clicked before it had arrived: it is still there
        expect(page.get_by_text("fan.md").first).to_be_visible()
        page.get_by_role("button", name="Add to the library").click()
    expect(added).to_be_visible(timeout=20_000)
    expect(page.get_by_test_id("stFileChip")).to_have_count(0)


@pytest.mark.parametrize(("locale", "told"), [
    ("es-ES", "Elige primero uno o más archivos."), ("en-GB", "Choose one or more files first."),
])  # fmt: skip
def test_that_files_have_to_be_chosen_first_is_said_until_they_are(browse, site, locale, told) -> None:
    seen = Seen(browse(locale), site)
    page = seen.open("/library")
    page.get_by_text(re.compile("^(Add files|Añadir archivos)$")).first.click()
    page.wait_for_timeout(600)
    page.get_by_role("button", name=re.compile("to the library|a la biblioteca")).click()
    expect(page.get_by_text(told)).to_be_visible()
    manual = {"name": "fan.md", "mimeType": "text/markdown", "buffer": b"# Fan guide\n\nIt turns."}
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files([manual])
    expect(page.get_by_text("fan.md").first).to_be_visible()
    expect(page.get_by_text(told)).to_be_hidden()
    page.get_by_test_id("stFileChip").get_by_role("button").click()
    expect(page.get_by_text(told)).to_be_visible()


def test_a_failing_file_shows_its_reason_and_is_read_when_it_has_been_mended(browse, site, library: Path) -> None:
    seen = Seen(browse(), site)
    page = seen.open("/library")
    page.get_by_text("Add files").click()
    broken = {"name": "boiler.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 broken"}
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files([broken])
    expect(page.get_by_text("boiler.pdf").first).to_be_visible()
    page.get_by_role("button", name="Add to the library").click()
    expect(page.get_by_text("1 file could not be read")).to_be_visible(timeout=40_000)
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_enabled(timeout=40_000)
    expect(page.locator(".st-key-not_read").get_by_text("boiler.pdf").first).to_be_visible()
    one_page_pdf(library / "uploads" / "boiler.pdf", "Zirconium boiler")
    again.click()
    expect(page.get_by_text("1 file could not be read")).to_have_count(0, timeout=40_000)
    expect(page.get_by_role("button", name="boiler")).to_be_visible()
    assert seen.outside == []


@pytest.mark.parametrize(
    ("locale", "size", "load", "words"),
    [
        ("es-ES", "phone", "Abrirlo ahora", ("321 tokens/s", "Modelos en este equipo", "Lecturas guardadas")),
        ("en-US", "laptop", "Open it now", ("321 tokens/s", "Models on this computer", "Saved readings")),
    ],
    ids=["spanish-phone", "english-laptop"],
)
def test_the_models_view_says_what_answers_in_both_languages_and_widths(
    browse, site, locale: str, size: str, load: str, words: tuple[str, ...]
) -> None:
    seen = Seen(browse(locale, size), site)
    page = seen.open("/models")
    page.get_by_role("button", name=load).click()
    for text in words:
        expect(page.get_by_text(text).first).to_be_visible(timeout=20_000)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert seen.outside == []


def test_a_watched_folder_is_followed_before_the_library_is_looked_at_and_what_fails_there_is_shown(
    browse, library: Path, tmp_path: Path
) -> None:
    """It was chosen before Tomo was started."""
    folder = tmp_path / "manuals"
    folder.mkdir()
    (library / "watched.json").write_text(json.dumps([str(folder)]))
    with contextmanager(serve)(ROOT / "tests" / "browser" / "page.py", library) as url:
        seen = Seen(browse(), url)
        page = seen.open()
        expect(page.get_by_text("2 documents")).to_be_visible()
        (folder / "pump.md").write_text("# Pump guide\n\nThe zirconium valve leaks.")
        until = time.monotonic() + 60
        while "pump.md" not in {row.file for row in Library(library).documents()}:
            assert time.monotonic() < until, "nobody follows the folder"
            time.sleep(0.2)
        page = seen.open("/library")
        expect(page.get_by_role("button", name="Pump guide")).to_be_visible()
        (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
        expect(page.get_by_text("1 file could not be read")).to_be_visible(timeout=30_000)


def test_what_another_window_or_a_command_line_brings_is_drawn_as_it_comes(browse, tmp_path: Path) -> None:
    fill(tmp_path / "library").close()
    with contextmanager(serve)(ROOT / "tests" / "browser" / "page.py", tmp_path / "library") as url:
        context = browse()
        steps, shelf = Seen(context, url).open(), Seen(context, url).open("/library")
        expect(steps.get_by_role("heading", name="Start in three steps")).to_be_visible()
        fill(tmp_path / "library", MANUAL).close()
        expect(shelf.get_by_role("button", name="Router guide")).to_be_visible()
        expect(steps.get_by_role("heading", name="What do you need to know?")).to_be_visible()
        fill(tmp_path / "library", TICKET).close()
        expect(shelf.get_by_role("button", name="El router no enciende")).to_be_visible()


def test_a_ticked_document_is_removed_and_choose_none_unticks_all(browse, site) -> None:
    seen = Seen(browse("en-GB"), site)
    page = seen.open("/library")
    boxes, ticked = page.locator('[class*="st-key-pick-"] label'), page.locator("input[type=checkbox]:checked")
    for number in (0, 1):
        boxes.nth(number).click()
        expect(ticked).to_have_count(number + 1)
        seen.settle()
    page.get_by_role("button", name="Choose none").click()
    expect(ticked).to_have_count(0)
    expect(page.get_by_text(re.compile("chosen"))).to_have_count(0)
    seen.settle()
    boxes.nth(0).click()
    page.get_by_role("button", name="Remove…").click()
    page.get_by_role("button", name="Yes, remove").click()
    expect(page.get_by_text("1 document removed.")).to_be_visible(timeout=60_000)
    expect(boxes).to_have_count(1)
    expect(page.get_by_text("1 chosen")).to_have_count(0)
    expect(page.get_by_text("encountered an error")).to_have_count(0)
