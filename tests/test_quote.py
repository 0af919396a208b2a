"""Quotes are verbatim, whole sentences, best first, and none says what another already did."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.embed import HashEmbedder
from ingest.sentences import sentences
from rag.question import understand
from rag.quote import LONGEST, SHOWN, best_quotes, grow
from rag.types import Passage

TEXT = st.text(alphabet="ab .\n-1)ñ|", max_size=400)
EMBEDDER = HashEmbedder()


def passage(text: str, page: int = 1) -> Passage:
    return Passage("d", "Guide", "g.pdf", "manual", "en", page, str(page), 0, len(text), text, "", 1.0 / page)


@given(TEXT)
def test_a_grown_quote_is_whole_sentences_and_holds_the_one_it_grew_from(text: str) -> None:
    spans = sentences(text)
    for start, end in spans:
        a, b = grow(text, start, end)
        assert a <= start
        assert end <= b
        assert a in [s for s, _ in spans]
        assert b in [e for _, e in spans]
        assert b - a <= max(LONGEST, end - start)


@given(st.lists(TEXT, max_size=4))
def test_quotes_are_verbatim_distinct_and_few(texts: list[str]) -> None:
    passages = [passage(text, page) for page, text in enumerate(texts, 1)]
    quotes = best_quotes(understand("where is ab and ñ"), passages, EMBEDDER, None)
    assert len(quotes) <= SHOWN
    assert all(q.text and q.text == q.text.strip() and q.text in q.passage.text for q in quotes)
    for i, one in enumerate(quotes):
        for other in quotes[i + 1 :]:
            assert one.passage is not other.passage or one.end <= other.start or other.end <= one.start


def test_the_sentence_that_answers_comes_first() -> None:
    passages = [
        passage("The lamp is green. " * 20, 1),
        passage(("It is heavy. " * 60) + "To reset the router, hold the button for ten seconds. " + "Done. " * 120, 2),
    ]
    best = best_quotes(understand("How do I reset the router?"), passages, EMBEDDER, None)[0]
    assert "hold the button for ten seconds" in best.text


NAMES = ("alpha", "beta", "gamma", "delta", "omega", "sigma")


@pytest.mark.parametrize("favourite", NAMES[:4])
def test_the_models_likelihood_can_turn_the_order(favourite: str) -> None:
    filler = "\n- " + "nothing of use here " * 30 + "\n"
    passages = [passage(filler.join(f"- Press the {name} key now." for name in NAMES))]

    def likelihood(found: Sequence[str], question: str) -> list[float]:
        return [0.0 if favourite in text else -9.0 for text in found]

    quotes = best_quotes(understand("Which key do I press now?"), passages, EMBEDDER, likelihood)
    assert favourite in quotes[0].text
