"""The app as it is run, with the packaged models: an empty library, the samples, a question, its page's picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ingest.settings import ROOT
from tests.browser.test_asking import YELLOW, until
from tests.browser.test_browser import CHROMIUM, Seen, browse, serve

__all__ = ["browse"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.heavy,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]
MANUAL = "manual-caldera-norte-c24.pdf"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[str]:
    yield from serve(ROOT / "app.py", tmp_path / "library")


@pytest.mark.parametrize(("locale", "size", "samples", "ready", "question"), [
    ("es-ES", "laptop", "Probar con los ejemplos", "35 documentos", "¿Cómo purgo los radiadores?"),
    ("en-GB", "phone", "Try it with the samples", "35 documents", "How do I bleed the radiators?"),
])  # fmt: skip
def test_from_an_empty_library_to_the_picture_of_the_page_that_answers(
    browse, app, locale, size, samples, ready, question
) -> None:  # fmt: skip
    seen = Seen(browse(locale, size), app)
    page = seen.open()
    page.get_by_role("button", name=samples).click(timeout=30_000)
    expect(page.get_by_text(re.compile(ready)).first).to_be_attached(timeout=180_000)
    seen.ask(question)
    page.get_by_role("button", name=re.compile(r"^\d Caldera Norte")).first.click(timeout=120_000)
    picture = page.get_by_role("dialog").get_by_role("img", name=re.compile(MANUAL))
    expect(picture).to_be_visible(timeout=30_000)
    until(page, lambda: picture.evaluate(YELLOW) > 1000)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.reload()
    expect(page.get_by_role("button", name=re.compile(r"^\d Caldera Norte")).first).to_be_visible(timeout=30_000)
    expect(page.get_by_text(question, exact=True).first).to_be_visible()
    assert seen.outside == []
