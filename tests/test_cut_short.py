"""A check of what was written that is stopped ends soon, and says of what it has not judged that it has not."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from ingest.embed import HashEmbedder, Vectors
from rag.checking import Checked, Checker, Unsupported
from rag.support_whole import Whole
from rag.types import Passage

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
