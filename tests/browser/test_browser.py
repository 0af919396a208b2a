"""The page in a real browser: what comes alive, what is fetched, what survives a reload."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect, sync_playwright

from ingest.settings import ROOT
from rag.page.sanitise import plain
from tests.fakes_assistant import MANUAL, TICKET, fill
from tests.hostile import HIDDEN, HOSTILE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"]  # fmt: skip
LIVE = "a, iframe, script, object, embed, video, svg.mermaid, .katex, h1, h2, h3, input, hr, blockquote"
CHECKED = "⚠ 1 not verified"
"""What stands over the sources once the answer has been checked."""
SIZES = {"laptop": (1366, 768), "phone": (390, 844)}

expect.set_options(timeout=15_000)  # a machine that does other things besides

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]


class Seen:
    """A tab, and every address it has asked for."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self.url = url
        self.requests: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))

    def open(self, path: str = "") -> Page:
        self.page.goto(self.url + path)
        self.page.wait_for_selector('[data-testid="stSidebarNav"]', state="attached")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until what was asked for is drawn: Streamlit may exchange what is clicked or filled in before that."""
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')

    def ask(self, question: str) -> None:
        box = self.page.get_by_test_id("stChatInputTextArea")
        expect(box).to_be_enabled(timeout=15_000)
        box.fill(question)
        box.press("Enter")

    def press(self, shown: Locator) -> None:
        """Press as a reader does: come to it, and press when it stands still.

        For a moment after an answer the page goes to its question, unless the reader moves; a script that scrolls is no
        reader, and what opens slides.
        """
        self.settle()
        self.page.mouse.wheel(0, 1)
        shown.scroll_into_view_if_needed()
        was, since = None, 0
        while since < 4:
            now = shown.bounding_box()
            was, since = now, since + 1 if now == was else 0
            self.page.wait_for_timeout(100)
        shown.click()

    @property
    def outside(self) -> list[str]:
        """Requests that left this machine."""
        return [url for url in self.requests
                if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname != "127.0.0.1"]  # fmt: skip


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def start_server(script: Path, library: Path, port: int) -> subprocess.Popen[bytes]:
    """The page of that library, once it answers."""
    environ = os.environ | {"TOMO_LIBRARY": str(library), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}")
    except BaseException:
        server.terminate()
        raise
    return server


def serve(script: Path, library: Path) -> Iterator[str]:
    port = free_port()
    with start_server(script, library, port) as server:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail("the page did not start in 30 seconds")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("library")
    fill(folder, MANUAL, TICKET).close()
    yield from serve(ROOT / "tests" / "browser" / "page.py", folder)


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from serve(ROOT / "tests" / "browser" / "gallery.py", tmp_path_factory.mktemp("library"))


@pytest.fixture
def browse(tmp_path: Path) -> Iterator[object]:
    with sync_playwright() as playwright:
        opened: list[BrowserContext] = []

        def new(locale: str = "en-US", size: str = "laptop") -> BrowserContext:
            width, height = SIZES[size]
            context = playwright.chromium.launch_persistent_context(
                tmp_path / f"profile-{len(opened)}", executable_path=CHROMIUM, headless=True, args=SWITCHES,
                locale=locale, viewport={"width": width, "height": height},
            )  # fmt: skip
            opened.append(context)
            return context

        yield new
        for context in opened:
            context.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("locale", "hello", "checked"), [
    ("es-ES", "¿Qué necesitas saber?", "⚠ 1 no comprobada"), ("en-GB", "What do you need to know?", "⚠ 1 not verified"),
])  # fmt: skip
def test_a_question_is_answered_in_the_browsers_language(browse, site, size, locale, hello, checked) -> None:
    seen = Seen(browse(locale, size), site)
    page = seen.open()
    expect(page.get_by_role("heading", name=hello)).to_be_visible()
    seen.ask("How do I restart it?")
    expect(page.get_by_text(checked, exact=True)).to_be_visible(timeout=15_000)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert seen.outside == []


def test_what_was_chosen_outlives_another_language_and_is_kept_with_the_answer(browse, site) -> None:
    """Streamlit sends back names: those of the language before were taken for choices."""
    seen = Seen(browse(), site)
    page = seen.open()
    page.locator(".st-key-mode-en").get_by_role("combobox").click()
    page.get_by_role("option", name="Whole document").click()
    seen.settle()
    page.get_by_role("radio", name="Español").or_(page.get_by_role("button", name="Español")).click()
    expect(page.locator(".st-key-mode-es").get_by_role("combobox")).to_have_value("Documento entero")
    seen.ask("How do I restart it?")
    expect(page.get_by_text("⚠ 1 no comprobada", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_text("⚠ 1 no comprobada", exact=True)).to_be_visible()
    assert page.get_by_text("otra versión").count() == 0


def test_a_hostile_answer_fetches_nothing_and_has_no_live_part_while_it_streams_and_after(browse, site) -> None:
    seen = Seen(browse(), site)
    page = seen.open()
    seen.ask("![x](http://evil.example/q.png) <img src=http://evil.example/q.png>")
    live = f"[data-testid=stChatMessage] :is({LIVE})"
    pictures = "[...document.querySelectorAll('[data-testid=stChatMessage] img')].map(i => i.src.slice(0, 20))"
    counts = []
    while not page.get_by_text(CHECKED, exact=True).is_visible():
        counts.append(page.locator(live).count())
        assert all(src.startswith("data:image/svg") for src in page.evaluate(pictures))
    counts.append(page.locator(live).count())
    assert set(counts) == {0}
    assert all(src.startswith("data:image/svg") for src in page.evaluate(pictures))
    assert len(counts) > 1
    assert seen.outside == []


def test_hostile_text_is_shown_as_it_was_written(browse, gallery) -> None:
    seen = Seen(browse(), gallery)
    page = seen.page
    page.goto(gallery)
    expect(page.get_by_text("end of the gallery")).to_be_visible(timeout=30_000)
    shown = {key: page.locator(f".st-key-inline-{key} p").inner_text() for key in [*HOSTILE, *HIDDEN]}
    assert {key: " ".join(text.split()) for key, text in shown.items()} == {
        key: " ".join(plain(text).split()) for key, text in (HOSTILE | HIDDEN).items()
    }
    within = {key: page.locator(f".st-key-within-{key} p").inner_text() for key in HOSTILE}
    assert {key: " ".join(text.split()) for key, text in within.items()} == {
        key: " ".join([" ".join(plain(text).split())] * 3) for key, text in HOSTILE.items()
    }
    assert page.locator(f"[data-testid=stMarkdown] :is({LIVE}, img, span[role=img])").count() == 0
    assert seen.outside == []


def test_a_source_opens_to_its_quote_and_its_page(browse, site) -> None:
    seen = Seen(browse(), site)
    page = seen.open()
    seen.ask("How?")
    page.get_by_role("button", name="1 Router guide").click(timeout=15_000)
    expect(page.get_by_text("The quoted text is on page 1 (number 2 in the file), word for word.")).to_be_visible()
    expect(page.get_by_text("Text of the page")).to_be_visible()
    expect(page.get_by_text("The same in another language: Guía del *router* · page 3")).to_be_visible()
    expect(page.get_by_text("The current one is Router guide v2 (router-v2.md).")).to_be_visible()
    assert page.locator(".stMarkdownColoredBackground").inner_text() == "Hold the power button for ten seconds."


def test_a_reload_keeps_the_conversation(browse, site) -> None:
    seen = Seen(browse(), site)
    page = seen.open()
    seen.ask("Will this stay?")
    expect(page.get_by_text(CHECKED, exact=True)).to_be_visible(timeout=15_000)
    page.reload()
    expect(page.get_by_text("Will this stay?", exact=True)).to_be_visible()
    expect(page.get_by_text(CHECKED, exact=True)).to_be_visible()


def test_the_browsers_back_and_a_look_into_the_library_keep_the_conversation_and_its_address(browse, site) -> None:
    seen = Seen(browse(), site)
    page = seen.open()
    seen.ask("Is this the way back?")
    asked, new = page.get_by_text("Is this the way back?", exact=True), page.get_by_role("heading", name="What do you")
    expect(page.get_by_text(CHECKED, exact=True)).to_be_visible()
    page.go_back()
    expect(new).to_be_visible()
    expect(asked).to_have_count(0)
    page.go_forward()
    expect(asked).to_be_visible()
    for view, shown in (("Library", page.get_by_role("heading", name="Library")), ("Ask", asked)):
        seen.settle()
        page.get_by_test_id("stSidebarNavLink").filter(has_text=view).click()
        expect(shown).to_be_visible()
    seen.settle()
    page.reload()
    expect(asked).to_be_visible()


def test_a_stop_while_it_streams_ends_the_answer(browse, site) -> None:
    seen = Seen(browse(), site)
    page = seen.open()
    seen.ask("Write for long")
    expect(page.get_by_text("for ten seconds")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("You stopped it").first).to_be_visible(timeout=5_000)
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_enabled()


def test_the_language_can_be_switched_and_stays_after_a_reload(browse, site) -> None:
    seen = Seen(browse("en-US"), site)
    page = seen.open()
    page.get_by_role("radio", name="Español").or_(page.get_by_role("button", name="Español")).click()
    expect(page.get_by_role("heading", name="¿Qué necesitas saber?")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="¿Qué necesitas saber?")).to_be_visible()


def test_the_library_view_is_one_click_away(browse, site) -> None:
    seen = Seen(browse(), site)
    page = seen.open()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Library").click()
    expect(page.get_by_role("heading", name="Library")).to_be_visible()
    expect(page.get_by_role("button", name="Router guide")).to_be_visible()
    assert seen.outside == []


def test_conversations_survive_a_restart_and_are_found_rated_exported_and_deleted(browse, tmp_path) -> None:
    folder = tmp_path / "library"
    fill(folder, MANUAL).close()
    first = serve(ROOT / "tests" / "browser" / "page.py", folder)
    seen = Seen(browse(), next(first))
    page = seen.open()
    for question in ("How do I restart it?", "¿Qué cable uso?"):
        expect(page.get_by_role("heading", name="What do you need to know?")).to_be_visible(timeout=15_000)
        seen.ask(question)
        expect(page.get_by_text(CHECKED, exact=True)).to_be_visible(timeout=15_000)
        page.get_by_role("button", name="New conversation").click()
    first.close()

    second = serve(ROOT / "tests" / "browser" / "page.py", folder)
    seen = Seen(browse(), next(second))
    page = seen.open()
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_role("button", name="cable uso")).to_be_visible(timeout=15_000)
    sidebar.get_by_placeholder("Search the conversations").press_sequentially("resta")  # no Enter: as it is typed
    expect(sidebar.get_by_role("button", name="cable uso")).to_have_count(0)
    sidebar.get_by_role("button", name="How do I restart it").click()
    expect(page.get_by_text(CHECKED, exact=True)).to_be_visible()
    thumbs = page.get_by_test_id("stFeedback")
    thumbs.get_by_role("button").or_(thumbs.get_by_role("radio")).last.click()
    expect(page.get_by_text("It is wrong")).to_be_visible()
    page.reload()
    expect(page.get_by_text("It is wrong")).to_be_visible()
    sidebar.get_by_text("This conversation").click()
    with page.expect_download() as download:
        sidebar.get_by_role("button", name="PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    sidebar.get_by_role("button", name="Delete…").click()
    sidebar.get_by_role("button", name="Yes, delete").click()
    expect(page.get_by_role("heading", name="What do you need to know?")).to_be_visible()
    expect(sidebar.get_by_role("button", name="How do I restart it")).to_have_count(0)
    assert seen.outside == []
    second.close()
