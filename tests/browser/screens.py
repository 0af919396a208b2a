"""The samples, the packaged models and a real browser → pictures of the page as it looks now.

`python -m tests.browser.screens FOLDER [VIEW…]`: all views, or those named, in both languages, at a laptop's width and
most at a phone's too.
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
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from ingest.settings import ROOT
from tests.browser.test_browser import CHROMIUM, SWITCHES, serve

Size = Literal["laptop", "phone", "dark"]
SIZES: dict[Size, ViewportSize] = {
    "laptop": {"width": 1280, "height": 860}, "phone": {"width": 390, "height": 844},
    "dark": {"width": 1280, "height": 860},
}  # fmt: skip
LOCALES = {"es": "es-ES", "en": "en-GB"}
WORDS = {
    "steps": ("¿Cómo purgo los radiadores?", "How do I reset the router to factory settings?"),
    "radiators": ("¿Cómo purgo los radiadores?", "How do I bleed the radiators of the Norte C24?"),
    "nothing": ("¿Quién ganó la liga en 1998?", "Who won the league in 1998?"),
    "pressure": ("¿Por qué la caldera marca E04 después de purgar?", "Why does the boiler lock out with E01?"),
    "rolls": ("¿Qué rollos de papel usa el terminal?", "How do I update the router's firmware?"),
    "lamp": ("¿Qué significa el código E10 de la caldera?", "What does the red light of the router mean?"),
    "bars": ("¿Qué presión debe tener la caldera en frío?", "Which ports does the router open?"),
    "title": ("Caldera: presión en frío", "Router: open ports"),
    "named": ("Título", "Title"),
    "manage": ("Esta conversación", "This conversation"),
    "find": ("Buscar en las conversaciones", "Search the conversations"),
    "word": ("caldera", "router"),
}  # fmt: skip


serving = contextmanager(lambda library: serve(ROOT / "app.py", library))


class Tab:
    """A tab in one language."""

    def __init__(self, page: Page, url: str, language: str, size: Size) -> None:
        self.page, self._url, self._at, self._size = page, url, list(LOCALES).index(language), size

    def words(self, key: str) -> str:
        """What is typed or shown, in this tab's language."""
        return WORDS[key][self._at]

    def idle(self) -> None:
        """Wait until nothing changes any more."""
        self.page.wait_for_timeout(700)
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        self.page.wait_for_timeout(500)

    def taller(self, laptop: int, phone: int = 0) -> None:
        """As high as what is to be seen needs."""
        height = laptop if self._size != "phone" else phone
        if height:
            self.page.set_viewport_size({"width": SIZES[self._size]["width"], "height": height})

    def open(self, view: str = "") -> None:
        """A view, as a person sees it first."""
        self.page.goto(f"{self._url}/{view}")
        self.page.wait_for_selector('[data-testid="stSidebarNav"]', state="attached")
        self.idle()

    def ask(self, key: str) -> None:
        """In a new conversation; wait for the answer."""
        self.open()
        box = self.page.get_by_test_id("stChatInputTextArea")
        box.fill(self.words(key))
        box.press("Enter")
        self.page.get_by_test_id("stFeedback").wait_for(timeout=90_000)
        self.idle()


def chat(tab: Tab) -> None:
    """A procedure, quoted."""
    tab.taller(1600, phone=1300)
    tab.ask("steps")


def ticket(tab: Tab) -> None:
    """A ticket that an answer stands on, opened as a thread."""
    tab.taller(1100)
    tab.ask("pressure")
    tab.page.get_by_role("button", name=re.compile(r"^\d+ .*· SOP-\d+")).first.click()
    tab.page.get_by_role("dialog").wait_for()


def source(tab: Tab) -> None:
    """A page of a PDF that an answer stands on, with the quote marked."""
    tab.taller(1050)
    tab.ask("radiators")
    tab.page.get_by_role("button", name=re.compile(r"^\d+ Caldera Norte C24")).first.click()
    tab.page.get_by_role("dialog").get_by_role("img", name=re.compile(r"\.pdf")).wait_for()


def chats(tab: Tab) -> None:
    """The conversations that hold a word, and the open one under a title of its own."""
    tab.taller(1000)
    for key in ("rolls", "lamp", "bars"):
        tab.ask(key)
    tab.page.get_by_text(tab.words("manage")).click()
    name = tab.page.get_by_label(tab.words("named"), exact=True)
    name.fill(tab.words("title"))
    name.press("Enter")
    tab.idle()
    tab.page.get_by_placeholder(tab.words("find")).fill(tab.words("word"))


def insight(tab: Tab) -> None:
    """What was asked, a question that nothing answers among it."""
    for key in ("rolls", "nothing", "lamp"):
        tab.ask(key)
    tab.open("insight")


VIEWS: dict[str, tuple[Callable[[Tab], None], tuple[Size, ...]]] = {
    "first": (Tab.open, ("laptop", "phone")),
    "chat": (chat, ("laptop", "phone")),
    "source": (source, ("laptop", "phone")),
    "ticket": (ticket, ("laptop",)),
    "chats": (chats, ("laptop",)),
    "library": (lambda tab: tab.open("library"), ("laptop", "phone", "dark")),
    "models": (lambda tab: tab.open("models"), ("laptop", "phone")),
    "insight": (insight, ("laptop", "phone")),
}


def main() -> None:
    """Draw them."""
    out, wanted = Path(sys.argv[1]), sys.argv[2:] or list(VIEWS)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        samples = Path(scratch) / "samples"
        ingest = [sys.executable, "-m", "ingest", "data/samples", "--library", str(samples)]
        subprocess.run(ingest, cwd=ROOT, check=True)
        for language, locale in LOCALES.items():
            empty, library = Path(scratch) / f"empty-{language}", Path(scratch) / language
            shutil.copytree(samples, library)  # each language has its own conversations
            profile = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=SWITCHES)
            with serving(library) as url, serving(empty) as nothing:
                for view in wanted:
                    draw, sizes = VIEWS[view]
                    for size in sizes if language == "es" else [size for size in sizes if size != "dark"]:
                        context = profile.new_context(
                            locale=locale, viewport=SIZES[size], color_scheme="dark" if size == "dark" else "light",
                            has_touch=size == "phone",
                        )  # fmt: skip
                        tab = Tab(context.new_page(), nothing if view == "first" else url, language, size)
                        draw(tab)
                        tab.idle()
                        keep(tab.page, out / f"{view}-{language}{'' if size == 'laptop' else f'-{size}'}.png")
                        context.close()
            profile.close()


def keep(page: Page, path: Path) -> None:
    """The picture, in colours enough."""
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, 1, dither=Image.Dither.NONE).save(
        path, optimize=True
    )


if __name__ == "__main__":
    main()
