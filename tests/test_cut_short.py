"""A check of what was written that is stopped ends soon, and says of what it has not judged that it has not."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.embed import HashEmbedder, Vectors
from ingest.pipeline import ingest
from rag.assistant import Assistant
from rag.checking import Checked, Checker, Unsupported
from rag.events import Answered, Delta
from rag.fakes import FakeLLM
from rag.support.whole import Whole
from rag.types import Passage
from tests.fakes import make_tools

PAGE = " ".join(f"Pump {n} has {n + 3} valves of steel." for n in range(40))
WRITTEN = " ".join(f"Pump {n} has {n + 3} valves of steel [1]." for n in range(0, 40, 4))
"""Ten sentences."""


class Slow(HashEmbedder):
    """A tenth of a second a text; it is cancelled while it works at the text numbered `stop_at`."""

    def __init__(self, cancel: threading.Event, stop_at: int) -> None:
        super().__init__()
        self._cancel, self._left, self.since = cancel, stop_at, 0.0

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self._left -= len(texts)
        if self._left < 0 and not self._cancel.is_set():
            self._cancel.set()
            self.since = time.monotonic()
        time.sleep(0.1 * len(texts))
        return super().embed_passages(texts)


class SlowOnceStopped(HashEmbedder):
    """As slow as that, and only once it is cancelled."""

    def __init__(self, cancel: threading.Event) -> None:
        super().__init__()
        self._cancel = cancel

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        time.sleep(0.1 * len(texts) * self._cancel.is_set())
        return super().embed_passages(texts)


def stopped(stop_at: int, unsupported: Unsupported = "mark") -> Checked:
    """The check, and that it ended within a second of the cancel."""
    cancel = threading.Event()
    slow = Slow(cancel, stop_at)
    passage = Passage("d", "Guide", "g.pdf", "manual", "en", 1, "1", 0, len(PAGE), PAGE, "", 1.0)
    found = Checker(slow, lambda document, page: PAGE, unsupported).check(WRITTEN, [passage], "en", cancel=cancel)
    assert time.monotonic() - slow.since < 1.0
    return found


def test_what_was_judged_before_stands_and_the_rest_says_that_it_was_not() -> None:
    checked = stopped(18)
    verdicts = [claim.supported for claim in checked.claims]
    assert len(verdicts) == 10
    judged = verdicts.index(False)
    assert 0 < judged < 10
    assert not any(verdicts[judged:])
    assert checked.text.count("(not checked: it was stopped before)") == 10 - judged
    assert "not supported" not in checked.text
    assert [citation.verified for citation in checked.citations] == [True]


@pytest.mark.parametrize("unsupported", ["mark", "remove"])
def test_stopped_at_once_nothing_is_held_to_be_borne_out(unsupported: Unsupported) -> None:
    checked = stopped(0, unsupported)
    assert not any(claim.supported for claim in checked.claims)
    assert not any(citation.verified for citation in checked.citations)


def test_what_was_read_is_taken_apart_once() -> None:
    whole = Whole("The pump KT-3 has 4 valves since May 2024.")
    assert whole.words is whole.words
    assert whole.numbers is whole.numbers
    assert "kt3" in whole.identifiers
    assert whole.months == {5}


def test_where_what_has_no_support_goes_it_is_told_apart_what_was_judged_and_what_was_not() -> None:
    checked = stopped(18, "remove")
    judged = [claim.supported for claim in checked.claims].index(False)
    assert f"(Sentences not shown because it was stopped before they were checked: {10 - judged}.)" in checked.text
    assert "does not support" not in checked.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param("How many valves does pump 4 have?", "It was stopped before what the model wrote was", id="en"),
        pytest.param("¿Cuántas válvulas tiene la bomba 4?", "Se paró antes de comprobar lo que escribió", id="es"),
    ],
)
def test_stop_during_the_check_is_no_refusal_though_nothing_is_judged(question: str, said: str, tmp_path: Path) -> None:
    cancel, tools = threading.Event(), make_tools(tmp_path / "library")
    (tmp_path / "pumps.txt").write_text(f"Pumps\n\n{PAGE}", encoding="utf-8")
    list(ingest([tmp_path / "pumps.txt"], tools))
    llm, slow = FakeLLM([WRITTEN], parameters=8_000_000_000), SlowOnceStopped(cancel)
    model = Assistant(tools.library, tools.store, slow, llm, answer_tokens=200, refuse_below=0.0, unsupported="remove")
    written = ""
    for event in model.ask(question, mode="passages", style="write", cancel=cancel):
        if isinstance(event, Delta):
            written += event.text
        if written.strip() == WRITTEN:
            cancel.set()
    assert isinstance(event, Answered)
    assert (event.answer.refused, event.complete, event.answer.citations) == (False, False, ())
    assert event.answer.text.startswith(said)
