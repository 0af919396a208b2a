"""How far an answer is, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.chats.types import Request
from rag.events import Working
from rag.page.answers import Phase, Progress
from rag.page.progress import seconds_left, status
from rag.page.receipt import one_glance, prefix_words
from rag.page.strings import Say
from rag.types import Estimate, Mode, Receipt, Restored
from tests.fakes_assistant import receipt


def progress(
    phase: Phase = "reading", working: Working | None = None, seconds: float = 3.0, expected: float = 0.0,
    mode: Mode = "document",
) -> Progress:  # fmt: skip
    of = replace(receipt(mode), estimate=Estimate(first_token=expected, total=2 * expected))
    return Progress(Request("How?"), phase, of, "", seconds, working)


@pytest.mark.parametrize(
    ("now", "words", "share"),
    [
        pytest.param(progress("searching"), "Searching the library… 3 s", None, id="before-it-reads"),
        pytest.param(progress(), "Reading 1,945 tokens… · 3 s", None, id="nobody-knows"),
        pytest.param(progress(expected=20), "Reading 1,945 tokens… · 3 s · about 17 s left", None, id="as-predicted"),
        pytest.param(progress(expected=4), "Reading 1,945 tokens… · 3 s", None, id="a-moment-is-not-worth-telling"),
        pytest.param(progress(working=Working(1200, 4800, "", 12.4), expected=99),
                     "1,200 of 4,800 tokens read · 3 s · about 12 s left", 0.25, id="as-measured"),
        pytest.param(progress(working=Working(2, 8, "Setup"), mode="summary"), "Reading part 2 of 8: Setup · 3 s", 0.25,
                     id="a-summary-counts-parts"),
        pytest.param(progress(working=Working(2, 80, "Setup", 1404.0), mode="summary"),
                     "Reading part 2 of 80: Setup · 3 s · about 23 min left", 0.025, id="a-long-summary-tells-minutes"),
        pytest.param(progress("stopping", Working(1, 2, "", 9)), "Stopping… 3 s", None, id="while-it-stops"),
    ],
)  # fmt: skip
def test_the_status_says_what_how_far_and_how_long(now: Progress, words: str, share: float | None) -> None:
    found = status(now, Say("en"))
    assert (found.words, found.share) == (words, share)


@pytest.mark.parametrize(("done", "total"), [(0, 0), (5, 0), (9, 5), (-1, 5)])
def test_the_bar_stays_within_its_ends(done: int, total: int) -> None:
    share = status(progress(working=Working(done, total)), Say("es")).share
    assert share is None or 0 <= share <= 1


def test_time_left_never_runs_below_nothing() -> None:
    assert seconds_left(progress(seconds=30, expected=10)) == 0


def restored(**changes: float) -> Receipt:
    return replace(receipt(), restored=replace(Restored(4800, 0.04, 31.2), **changes))


@pytest.mark.parametrize(
    ("of", "english", "spanish"),
    [
        (restored(), "Reading restored in 0.04 s instead of 31 s (4,800 tokens).",
         "Lectura recuperada en 0,04 s en vez de 31 s (4800 tokens)."),
        (restored(seconds=1.25, instead=8.04), "Reading restored in 1.2 s instead of 8.0 s (4,800 tokens).",
         "Lectura recuperada en 1,2 s en vez de 8,0 s (4800 tokens)."),
        (receipt(prefix="none"), "Read from scratch, no saved reading.", "Leído de nuevo, sin lectura guardada."),
    ],
    ids=["a-blink", "seconds", "cold"],
)  # fmt: skip
def test_a_receipt_says_what_the_saved_reading_was_worth(of: Receipt, english: str, spanish: str) -> None:
    assert prefix_words(of, Say("en")) == english
    assert prefix_words(of, Say("es")) == spanish


def test_a_glance_tells_how_it_was_read_how_sure_that_is_and_the_seconds() -> None:
    of = replace(receipt(), confidence=0.83)
    assert one_glance(of, Say("en")) == "Read sections · 83% sure · 3.4\u00a0s"
    assert one_glance(of, Say("es")) == "Leyó secciones · confianza 83\u00a0% · 3,4\u00a0s"
    assert one_glance(replace(of, mode="summary"), Say("en")) == "Read for a summary · 3.4\u00a0s"
