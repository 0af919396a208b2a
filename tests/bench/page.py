"""The page in a browser: seconds to the first paint and to answer a widget of a full library; memory in answers."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, sync_playwright

from ingest.filing import Piece
from ingest.library import Library
from ingest.records import FileRecord
from ingest.settings import ROOT
from ingest.types import Chunk, Document
from ingest.types import Page as DocumentPage
from rag.chats.store import Chats
from rag.chats.types import Request, Turn
from rag.events import Answer
from tests.browser.test_browser import CHROMIUM, SWITCHES, free_port, start_server
from tests.fakes_assistant import citation, receipt

DOCUMENTS, CHATS = 5_000, 1_000
OPENED, CLICKED = 7, 9
# When the button went down, and when anything on the page was last drawn anew.
_WATCH = """() => { new MutationObserver(() => { window.drawn = performance.now(); }).observe(
document.querySelector("[data-testid=stApp]"), { childList: true, characterData: true, subtree: true });
document.addEventListener("pointerdown", () => { window.began = performance.now(); }, true); }"""
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def bench_page(folder: Path) -> None:
    """A library of invented documents behind a stand-in for the model, then the real one."""
    full = folder / "full"
    crowd(full)
    with served(ROOT / "tests" / "browser" / "page.py", full) as (url, _), browser(folder / "profile") as context:
        print(f"\npage: {DOCUMENTS:,} documents, {CHATS:,} conversations, warm server")
        page = context.new_page()
        first, whole = zip(*[opening(page, url) for _ in range(OPENED)][1:], strict=True)
        print(f"  first paint {told(first)}; the view whole {told(whole)}")
        page.get_by_test_id("stChatInputTextArea").wait_for()
        page.evaluate(_WATCH)
        tongues = page.get_by_test_id("stSidebar").get_by_test_id("stButtonGroup").get_by_role("radio")
        print(f"  a widget of the chat {told([clicking(page, tongues.nth(n % 2)) for n in range(CLICKED)][1:])}")
        opening(page, f"{url}/library")
        page.evaluate(_WATCH)
        boxes = page.get_by_test_id("stCheckbox").locator("label")
        print(f"  a widget of the library {told([clicking(page, boxes.nth(n)) for n in range(CLICKED)][1:])}")
    samples = [sys.executable, "-m", "ingest", str(ROOT / "data" / "samples"), "--library", str(folder / "answering")]
    subprocess.run(samples, cwd=ROOT, check=True, capture_output=True)
    with served(ROOT / "app.py", folder / "answering") as (url, pid), browser(folder / "profile") as context:
        page = context.new_page()
        opening(page, url)
        idle, peak = answering(page, pid)
        print(
            f"  memory: {idle / 2**20:,.0f} MiB before the first question, {peak / 2**20:,.0f} MiB at most in answers"
        )


def crowd(folder: Path) -> None:
    """Documents of one page without vectors, and conversations of one turn."""
    library = Library(folder)
    for number in range(DOCUMENTS):
        key, text = f"manual-{number}", f"Pump {number} has a valve that turns to the left."
        document = Document(key, "manual", f"Pump guide {number}", "en", (DocumentPage(1, "1", text),))
        record = FileRecord(f"/manuals/{key}.md", key, 1, 1)
        library.store(record, [Piece(document, [Chunk(key, 0, 1, 0, len(text), text, document.title)])], {""})
    library.close()
    chats = Chats(folder)
    for number in range(CHATS):
        asked = Request(f"Which way does valve {number} turn?")
        answer = Answer(asked.question, "To the left [1].", False, "en", (citation(),), receipt())
        chats.finish(chats.begin(f"chat-{number}", asked), Turn(asked, answer))
    chats.close()


@contextmanager
def served(script: Path, library: Path) -> Iterator[tuple[str, int]]:
    """The page of a library: its address and its process."""
    port = free_port()
    server = start_server(script, library, port)
    try:
        yield f"http://127.0.0.1:{port}", server.pid
    finally:
        server.terminate()
        server.wait()


@contextmanager
def browser(profile: Path) -> Iterator[BrowserContext]:
    """Chromium, without a cache from before."""
    shutil.rmtree(profile, ignore_errors=True)
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=SWITCHES, locale="en-GB", viewport={"width": 1280, "height": 800}
        )
        yield context
        context.close()


def opening(page: Page, url: str) -> tuple[float, float]:
    """Seconds to the first paint, and until the view is there whole."""
    started = time.perf_counter()
    page.goto(url)
    page.get_by_role("heading").first.wait_for(timeout=30_000)
    page.locator('[data-test-script-state="notRunning"]').wait_for(timeout=30_000)
    return page.evaluate(_PAINTED) / 1000, time.perf_counter() - started


def clicking(page: Page, widget: Locator) -> float:
    """Seconds from the press of the button until the page has been drawn anew."""
    widget.click()
    page.wait_for_timeout(1500)
    return float(page.evaluate("window.drawn - window.began")) / 1000


def answering(page: Page, pid: int) -> tuple[int, int]:
    """Bytes of the server and its children before the first question, and at most while three are answered."""
    idle, peak, ended = resident(pid), [0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            peak[0] = max(peak[0], resident(pid))

    watching = threading.Thread(target=watch)
    watching.start()
    for number, question in enumerate(("How do I reset it?", "¿Qué hago si no arranca?", "How is it installed?"), 1):
        box = page.get_by_test_id("stChatInputTextArea")
        box.fill(question)
        box.press("Enter")
        page.get_by_test_id("stFeedback").nth(number - 1).wait_for(timeout=120_000)
    ended.set()
    watching.join()
    return idle, peak[0]


def resident(pid: int) -> int:
    """Proportional bytes of a process and all below it (Linux)."""
    lines = [Path(f"/proc/{each}/smaps_rollup").read_text().splitlines() for each in below(pid)]
    return sum(1024 * int(line.split()[1]) for found in lines for line in found if line.startswith("Pss:"))


def below(pid: int) -> list[int]:
    """A process and its children, whoever of them lives."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [pid, *(found for task in tasks for child in task.read_text().split() for found in below(int(child)))]


def told(seconds: Sequence[float]) -> str:
    """Median and worst."""
    return f"{statistics.median(seconds):.2f} s, {max(seconds):.2f} s at worst"
