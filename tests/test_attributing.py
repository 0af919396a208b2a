"""Marks of a written answer: put where a sentence is proved, and never where it is not."""

from __future__ import annotations

import pytest

from ingest.embed import HashEmbedder
from ingest.types import Language
from rag.attributing import placed
from rag.checking import Checker
from rag.support.limits import FITTED, cosines_of
from rag.support.verdict import Support
from rag.types import Passage

PAGES = (
    "The pump is bolted to the frame with four screws. Paint it once a year.",
    "A full charge takes 8 hours. The green lamp means full.",
    "Open the valve slowly. Filters are changed every 500 hours.",
)


def passages(language: Language = "en") -> list[Passage]:
    return [
        Passage("d", "Guide", "g.pdf", "manual", language, n, str(n), 0, len(text), text, "", 1.0)
        for n, text in enumerate(PAGES, 1)
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("A full charge takes 8 hours.", "A full charge takes 8 hours [2].", id="no-mark"),
        pytest.param("A full charge takes 8 hours [1].", "A full charge takes 8 hours [2].", id="the-page-beside-it"),
        pytest.param("A full charge takes 8 hours [7].", "A full charge takes 8 hours [2].", id="no-such-passage"),
        pytest.param("[3] A full charge takes 8 hours.", "A full charge takes 8 hours [2].", id="a-mark-in-front"),
        pytest.param("A full charge takes 8 hours [2].", "A full charge takes 8 hours [2].", id="right"),
        pytest.param("[2] A full charge takes 8 hours.", "A full charge takes 8 hours [2].", id="right-but-in-front"),
        pytest.param("A full charge takes 8 hours [1][2].", "A full charge takes 8 hours [1][2].", id="one-of-two"),
        pytest.param("A full charge takes 9 hours [1].", "A full charge takes 9 hours [1].", id="said-nowhere"),
        pytest.param("Bananas are yellow.", "Bananas are yellow.", id="nothing-like-it"),
        pytest.param("What do you need?", "What do you need?", id="a-question"),
        pytest.param(
            "- Open the valve slowly.\n- Paint the pump once a year.",
            "- Open the valve slowly [3].\n- Paint the pump once a year [1].",
            id="items",
        ),
        pytest.param(
            "- [3] Open the valve slowly.\n- [1] Paint the pump once a year.",
            "- Open the valve slowly [3].\n- Paint the pump once a year [1].",
            id="items-with-marks-in-front",
        ),
    ],
)
def test_a_mark_stands_where_the_sentence_is_proved(written: str, shown: str) -> None:
    support = Support(passages(), cosines_of(HashEmbedder().embed_passages), FITTED)
    assert placed(written, support, len(PAGES), "en") == shown


def test_a_passage_that_seems_to_prove_what_all_together_do_not_gets_no_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    support = Support(passages(), cosines_of(HashEmbedder().embed_passages), FITTED)
    fault = support.fault
    monkeypatch.setattr(
        support, "fault", lambda bare, marks, *rest, **more: ("", "") if marks else fault(bare, marks, *rest, **more)
    )
    assert placed("Bananas are yellow.", support, len(PAGES), "en") == "Bananas are yellow."
    assert placed("A full charge takes 8 hours.", support, len(PAGES), "en") == "A full charge takes 8 hours [2]."


def test_what_is_put_right_is_verified_and_what_was_made_up_is_told() -> None:
    checker = Checker(HashEmbedder(), lambda document, page: PAGES[page - 1])
    found = checker.check("A full charge takes 8 hours [7].", passages(), "en")
    assert found.invented == (7,)
    assert [(c.n, c.page, c.verified) for c in found.citations] == [(2, 2, True)]
    assert [claim.supported for claim in found.claims] == [True]
    left = checker.check("A full charge takes 8 hours [1].", passages(), "en", place=False)
    assert [(c.n, c.verified) for c in left.citations] == [(1, False)]
