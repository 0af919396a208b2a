"""The samples, the packaged models and a real browser → pictures of the page as it looks now.

`python -m tests.browser.screens FOLDER [VIEW…]`: all views, or those named, in both languages at a laptop's width.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from ingest.settings import ROOT
from tests.browser.test_browser import CHROMIUM, SWITCHES, serve

WIDTH, HEIGHT = 1280, 860
LOCALES = {"es": "es-ES", "en": "en-GB"}
WORDS = {
    "steps": ("¿Cómo purgo los radiadores?", "How do I reset the router to factory settings?"),
    "pressure": ("¿Por qué la caldera marca E04 después de purgar?", "Why does the boiler lock out with E01?"),
    "ticket": ("La caldera marca E04", "Boiler locks out with E01"),
    "rolls": ("¿Qué rollos de papel usa el terminal?", "How do I update the router's firmware?"),
    "lamp": ("¿Qué significa el código E10 de la caldera?", "What does the red light of the router mean?"),
    "bars": ("¿Qué presión debe tener la caldera en frío?", "Which ports does the router open?"),
    "title": ("Caldera: presión en frío", "Router: open ports"),
    "named": ("Título", "Title"),
    "manage": ("Esta conversación", "This conversation"),
    "find": ("Buscar en las conversaciones", "Search the conversations"),
    "word": ("caldera", "router"),
}  # fmt: skip


class Tab:
    """A tab in one language."""

    def __init__(self, page: Page, url: str, language: str) -> None:
        self.page, self._url, self._at = page, url, list(LOCALES).index(language)

    def words(self, key: str) -> str:
        """What is typed or shown, in this tab's language."""
        return WORDS[key][self._at]

    def idle(self) -> None:
        """Wait until nothing changes any more."""
        self.page.wait_for_timeout(700)
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        self.page.wait_for_timeout(500)

    def ask(self, key: str) -> None:
        """In a new conversation; wait for the answer."""
        self.page.goto(self._url)
        self.page.wait_for_selector('[data-testid="stSidebarNav"]', state="attached")
        self.idle()
        box = self.page.get_by_test_id("stChatInputTextArea")
        box.fill(self.words(key))
        box.press("Enter")
        self.page.get_by_test_id("stFeedback").wait_for(timeout=90_000)
        self.idle()


def chat(tab: Tab) -> None:
    """A procedure, quoted."""
    tab.page.set_viewport_size({"width": WIDTH, "height": 1600})
    tab.ask("steps")


def ticket(tab: Tab) -> None:
    """A ticket that an answer stands on, opened as a thread."""
    tab.page.set_viewport_size({"width": WIDTH, "height": 1100})
    tab.ask("pressure")
    tab.page.get_by_role("button", name=re.compile(rf"^\d+ {tab.words('ticket')}")).first.click()
    tab.page.get_by_role("dialog").wait_for()


def chats(tab: Tab) -> None:
    """The conversations that hold a word, and the open one under a title of its own."""
    tab.page.set_viewport_size({"width": WIDTH, "height": 1000})
    for key in ("rolls", "lamp", "bars"):
        tab.ask(key)
    tab.page.get_by_text(tab.words("manage")).click()
    name = tab.page.get_by_label(tab.words("named"), exact=True)
    name.fill(tab.words("title"))
    name.press("Enter")
    tab.idle()
    tab.page.get_by_placeholder(tab.words("find")).fill(tab.words("word"))


VIEWS: dict[str, Callable[[Tab], None]] = {"chat": chat, "ticket": ticket, "chats": chats}


def main() -> None:
    """Draw them."""
    out, wanted = Path(sys.argv[1]), sys.argv[2:] or list(VIEWS)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        samples = Path(scratch) / "samples"
        ingest = [sys.executable, "-m", "ingest", "data/samples", "--library", str(samples)]
        subprocess.run(ingest, cwd=ROOT, check=True)
        for language, locale in LOCALES.items():
            library = Path(scratch) / language
            shutil.copytree(samples, library)  # each language has its own conversations
            context = playwright.chromium.launch_persistent_context(
                Path(scratch) / f"profile-{language}", executable_path=CHROMIUM, headless=True, args=SWITCHES,
                locale=locale, viewport={"width": WIDTH, "height": HEIGHT},
            )  # fmt: skip
            with contextmanager(serve)(ROOT / "app.py", library) as url:
                for view in wanted:
                    page = context.new_page()
                    tab = Tab(page, url, language)
                    VIEWS[view](tab)
                    tab.idle()
                    path = out / f"{view}-{language}.png"
                    page.screenshot(path=path)
                    Image.open(path).convert("RGB").quantize(
                        256, Image.Quantize.MAXCOVERAGE, 1, dither=Image.Dither.NONE
                    ).save(path, optimize=True)
                    page.close()
            context.close()


if __name__ == "__main__":
    main()
