"""Asking in a real browser: chips and pages, edit and resend, stops, a dropped file, the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ingest.filing import Piece
from ingest.records import FileRecord
from ingest.settings import ROOT
from ingest.types import Chunk
from tests.browser.test_browser import CHROMIUM, SIZES, Seen, browse, serve, site
from tests.fakes_assistant import MANUAL, QUOTE, TICKET, fill
from tests.make_pdf import typeset

__all__ = ["browse", "site"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]
YELLOW = """async (image) => {
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const data = canvas.getImageData(0, 0, image.naturalWidth, image.naturalHeight).data;
  let found = 0;
  for (let i = 0; i < data.length; i += 4) found += data[i] > 240 && data[i + 1] > 190 && data[i + 2] < 190;
  return found;
}"""
"""Pixels of a picture that are marked."""


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("library")
    fill(folder, MANUAL).close()
    yield from serve(ROOT / "tests" / "browser" / "slow.py", folder)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A library whose manual is a PDF file that is still there."""
    folder = tmp_path_factory.mktemp("library")
    before = [("F", 12, f"Line {n} of what comes before.") for n in range(40)]
    pages = [
        [("F", 12, "Welcome."), ("F", 12, "This guide is short.")],
        [("B", 16, "Restart"), *before, ("F", 12, QUOTE)],
    ]
    pdf = typeset(folder / "manual-1.pdf", pages)
    library = fill(folder, TICKET)
    text = MANUAL.pages[1].text
    piece = Piece(MANUAL, [Chunk(MANUAL.id, 0, 2, 0, len(text), text, MANUAL.title)])
    library.store(FileRecord(str(pdf), "pdf", 1, 1), [piece], {""})
    library.close()
    yield from serve(ROOT / "tests" / "browser" / "page.py", folder)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A library whose manual is no picture: what is quoted stands in the middle of a long text."""
    folder = tmp_path_factory.mktemp("library")
    around = "\n".join(f"Line {n} of what stands around it." for n in range(80))
    pages = (MANUAL.pages[0], replace(MANUAL.pages[1], text=f"Restart\n{around}\n{QUOTE}\n{around}"))
    fill(folder, replace(MANUAL, pages=pages)).close()
    yield from serve(ROOT / "tests" / "browser" / "page.py", folder)


ROW = """async (image) => {
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const box = image.getBoundingClientRect();
  const data = canvas.getImageData(0, 0, image.naturalWidth, image.naturalHeight).data;
  const at = data.findIndex((value, i) => i % 4 === 0 && value > 240 && data[i + 1] > 190 && data[i + 2] < 190);
  return box.top + box.height * Math.floor(at / 4 / image.naturalWidth) / image.naturalHeight;
}"""
"""Where in the window the first row of a picture that is marked stands, in pixels from its top."""


def until(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(150):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail("did not come true in 15 seconds")


def chip(page: Page, number: int = 1):  # type: ignore[no-untyped-def]
    return page.get_by_role("button", name=re.compile(rf"^{number} \S"))


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.dataset.testid || ''"))


@pytest.mark.parametrize("locale", ["es-ES", "en-GB"])
def test_on_a_phone_a_receipt_is_one_line_that_opens_on_a_tap(
    site: str, browse: Callable[..., Page], locale: str
) -> None:
    seen = Seen(browse(locale, "phone"), site)
    seen.open()
    seen.ask("How?")
    receipt = seen.page.locator('[class*="-receipt"]').first
    receipt.wait_for(timeout=15_000)
    line, whole = receipt.locator("summary").first.bounding_box(), receipt.bounding_box()
    assert line is not None
    assert whole is not None
    assert whole["height"] <= line["height"] + 12 < 60
    expect(receipt.get_by_role("img")).to_be_hidden()
    seen.press(receipt.locator("summary").first)
    for shown in ("8192" if locale == "es-ES" else "8,192 tokens", "share one section", "fake-1B"):
        expect(receipt.get_by_text(shown).first).to_be_visible()
    seen.press(receipt.get_by_text("considerada y no leída" if locale == "es-ES" else "considered and not read"))
    expect(receipt.get_by_text("It ranked below what fitted.")).to_be_visible(timeout=15_000)


@pytest.mark.parametrize(("locale", "size"), [("es-ES", "phone"), ("en-GB", "laptop")])
def test_a_chip_opens_the_picture_of_its_page_with_the_quote_marked(browse, pictures, locale, size) -> None:
    seen = Seen(browse(locale, size), pictures)
    page = seen.open()
    seen.ask("How do I restart it?")
    chip(page).click(timeout=15_000)
    picture = page.get_by_role("dialog").get_by_role("img", name=re.compile("manual-1.pdf"))
    expect(picture).to_be_visible(timeout=15_000)
    assert picture.evaluate(YELLOW) > 1000
    height = SIZES[size][1]
    until(page, lambda: 0 < picture.evaluate(ROW) < height - 20)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("1 de 2" if locale == "es-ES" else "1 of 2", exact=True)).to_be_visible()
    expect(picture).to_have_attribute("alt", re.compile("i .*(1 del archivo|number 1 in the file)"))
    assert picture.evaluate(YELLOW) == 0
    page.get_by_role("button", name="A la cita" if locale == "es-ES" else "To the quote").click()
    expect(page.get_by_text("2 de 2" if locale == "es-ES" else "2 of 2", exact=True)).to_be_visible()
    until(page, lambda: 0 < picture.evaluate(ROW) < height - 20)
    if size == "laptop":  # on a phone the whole page is in sight; who scrolls away is left there
        picture.evaluate("image => image.scrollIntoView({ block: 'start' })")
        page.wait_for_timeout(500)
        assert picture.evaluate(ROW) > height
    with page.expect_download() as download:
        page.get_by_role("button", name="Abrir archivo" if locale == "es-ES" else "Open file").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Close|Cerrar")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert seen.outside == []


@pytest.mark.parametrize("height", [844, 420], ids=["in-sight", "below-the-fold"])
def test_a_chip_opens_a_long_text_where_it_is_quoted(browse, texts, height: int) -> None:
    seen = Seen(browse("en-GB", "phone"), texts)
    page = seen.open()
    page.set_viewport_size({"width": 390, "height": height})
    seen.ask("How do I restart it?")
    chip(page).click(timeout=15_000)
    box = page.get_by_role("dialog").locator(".stMarkdownColoredBackground")
    expect(box).to_be_in_viewport(ratio=1, timeout=15_000)


def test_an_edited_question_is_sent_again_from_the_keyboard_alone(browse, site) -> None:
    seen = Seen(browse(), site)
    page = seen.open()
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_visible()
    for _ in range(50):  # until the page listens
        if focused(page) != "stChatInputTextArea":
            page.keyboard.press("/")
            page.wait_for_timeout(100)
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_focused()
    page.keyboard.type("How do I rstart it?")
    page.keyboard.press("Enter")
    expect(chip(page)).to_be_visible(timeout=15_000)
    assert focused(page) == "stChatInputTextArea"
    page.get_by_role("button", name="Edit").press("Enter")
    expect(page.get_by_text("You are editing a question")).to_be_visible()
    box = page.get_by_test_id("stChatInputTextArea")
    expect(box).to_have_value("How do I rstart it?")
    expect(box).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("How do I restart it?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 earlier version")).to_be_visible(timeout=15_000)
    expect(chip(page)).to_have_count(1, timeout=15_000)
    page.reload()
    expect(page.get_by_text("1 earlier version")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("How do I restart it?", exact=True)).to_be_visible()
    assert seen.outside == []


def test_a_long_reading_shows_how_far_it_is_and_stops_at_once(browse, slow) -> None:
    seen = Seen(browse(), slow)
    page = seen.open()
    seen.ask("Read for long")
    expect(page.get_by_text(re.compile(r"of 6,000 tokens read · \d+ s · about \d+ s left"))).to_be_visible(
        timeout=15_000
    )
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("You stopped it before it began to answer.")).to_be_visible(timeout=3_000)
    expect(page.get_by_role("button", name="Stop")).to_have_count(0)


def test_a_stop_while_it_writes_keeps_what_there_is_and_the_next_question_is_answered(browse, slow) -> None:
    seen = Seen(browse("es-ES"), slow)
    page = seen.open()
    seen.ask("¿Y ahora?")
    expect(page.get_by_text("and wait").first).to_be_visible(timeout=20_000)
    seen.ask("¿Y después?")  # the box is never closed: it waits for its turn
    expect(page.get_by_text("Espera su turno")).to_be_visible()
    page.get_by_role("button", name="No preguntar").click()
    expect(page.get_by_text("Espera su turno")).to_have_count(0)
    page.get_by_test_id("stChatInputTextArea").press("Escape")
    expect(page.get_by_text("Lo paraste. Este texto quedó a medias")).to_be_visible(timeout=3_000)
    expect(page.get_by_text("and wait").first).to_be_visible()


def test_a_file_dropped_into_the_box_is_added_and_asked_about(browse, site, tmp_path: Path) -> None:
    (tmp_path / "pump.md").write_text("# Pump\n\nTurn the valve to the left.", encoding="utf-8")
    seen = Seen(browse(), site)
    page = seen.open()
    page.get_by_test_id("stChatInput").locator("input[type=file]").first.set_input_files(tmp_path / "pump.md")
    expect(page.get_by_text("pump.md").first).to_be_visible()
    seen.ask("Which way does the valve turn?")
    expect(page.get_by_text("Asked only in: pump.md")).to_be_visible(timeout=15_000)
    expect(chip(page)).to_be_visible(timeout=90_000)
    expect(page.get_by_role("button", name="Pump", exact=True)).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("heading", name="What do you need to know?")).to_be_visible()
    expect(page.get_by_role("button", name="The whole library")).to_be_visible()
    assert seen.outside == []


def test_the_answer_is_copied_with_its_citations(browse, site) -> None:
    context = browse()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    seen = Seen(context, site)
    page = seen.open()
    seen.ask("How?")
    page.get_by_role("button", name="Copy").click(timeout=15_000)
    expect(page.get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Hold the **power button**" in copied
    assert "[1] Router guide · manual-1.md · page 1 (number 2 in the file) · Restart · verified" in copied
    assert "[2] Router guide" in copied


@pytest.mark.parametrize("size", SIZES)
def test_the_scope_is_chosen_beside_the_box_and_the_answer_says_so(browse, site, size) -> None:
    seen = Seen(browse("en-US", size), site)
    page = seen.open()
    page.get_by_role("button", name="The whole library").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Tickets", exact=True).click()
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="tickets", exact=True)).to_be_visible()
    seen.ask("How?")
    expect(page.get_by_text("Asked only in: tickets")).to_be_visible(timeout=15_000)
    expect(chip(page)).to_be_visible(timeout=15_000)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert seen.outside == []


TOP = """(question) => {
  const said = [...document.querySelectorAll('[data-testid="stChatMessage"]')];
  const found = said.findLast((each) => each.innerText.includes(question));
  return found ? found.getBoundingClientRect().top : -1e6;
}"""
"""Where in the window a question stands."""


@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_a_long_answer_is_shown_from_its_question_on_and_not_from_its_end(browse, site, size) -> None:
    seen = Seen(browse("en-GB", size), site)
    page = seen.open()
    at = lambda question: 60 <= page.evaluate(TOP, question) <= 120  # noqa: E731
    seen.ask("How do I restart it?")
    expect(page.get_by_test_id("stFeedback")).to_be_visible(timeout=30_000)
    until(page, lambda: at("restart"))
    page.reload()
    expect(page.get_by_test_id("stFeedback")).to_be_visible()
    until(page, lambda: at("restart"))
    seen.ask("And then?")
    expect(page.get_by_test_id("stFeedback")).to_have_count(2, timeout=30_000)
    until(page, lambda: at("And then?"))
    # Who reads further up meanwhile is left there.
    seen.ask("Once more?")
    until(page, lambda: at("Once more?"))  # first: what was asked is always gone to
    page.mouse.move(SIZES[size][0] * 0.6, 300)
    page.mouse.wheel(0, -100_000)
    expect(page.get_by_test_id("stFeedback")).to_have_count(3, timeout=30_000)
    page.wait_for_timeout(1000)
    assert at("restart")
