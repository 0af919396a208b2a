"""Quotes are verbatim, whole sentences, best first, and none says what another already did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.embed import HashEmbedder, Vectors
from ingest.sentences import sentences
from ingest.types import Language
from rag.question import understand
from rag.quotes.best import SHORT_LIST, SHOWN, Stored, best_quotes
from rag.quotes.signals import WEIGHTS, Quote, Words, measure
from rag.search.asked import TRANSLATED
from rag.types import Passage

TEXT = st.text(alphabet="ab .\n-1)ñ|", max_size=400)
EMBEDDER = HashEmbedder()


def passage(text: str, page: int = 1) -> Passage:
    return Passage("d", "Guide", "g.pdf", "manual", "en", page, str(page), 0, len(text), text, "", 1.0 / page)


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


def test_a_table_of_contents_is_quoted_when_there_is_nothing_else() -> None:
    contents = "How do I reset the router? ..... 12\nHow do I reset the lamp? ..... 14"
    passages = [passage(contents, 1), passage("Hold the button for ten seconds.", 12)]
    quotes = best_quotes(understand("How do I reset the router?"), passages, EMBEDDER, None)
    assert [q.text for q in quotes] == ["Hold the button for ten seconds."]
    assert best_quotes(understand("How do I reset the router?"), passages[:1], EMBEDDER, None)


NAMES = ("alpha", "beta", "gamma")


@pytest.mark.parametrize("favourite", NAMES)
def test_the_models_likelihood_can_turn_the_order(favourite: str) -> None:
    passages = [passage(f"Press the {name} key now.", page) for page, name in enumerate(NAMES, 1)]
    scored: list[str] = []

    def likelihood(found: Sequence[str], question: str) -> list[float]:
        scored.extend(found)
        return [0.0 if favourite in text else -9.0 for text in found]

    quotes = best_quotes(understand("Which key do I press now?"), passages, EMBEDDER, likelihood)
    assert favourite in quotes[0].text
    assert sorted(scored) == sorted(q.text for q in quotes), "only what is shown costs time"


def test_no_quote_repeats_the_words_of_another() -> None:
    copies = [passage("To reset the router, hold the button.", page) for page in range(1, 5)]
    quotes = best_quotes(
        understand("How do I reset the router?"), [*copies, passage("It is green.", 9)], EMBEDDER, None
    )
    assert [q.passage.page for q in quotes] == [1, 9]


def test_the_steps_are_quoted_whole_and_in_order() -> None:
    steps = "To reset the router:\n1. Turn it off.\n2. Wait for ten seconds.\n3. Hold the button.\n4. Turn it on."
    passages = [passage(f"{'It is green and heavy. ' * 40}\n\n{steps}\n\n{'It has a lamp. ' * 60}")]
    assert steps in best_quotes(understand("How do I reset the router?"), passages, EMBEDDER, None)[0].text


@pytest.mark.parametrize(
    ("question", "better", "worse", "signal"),
    [
        pytest.param("how many volts?", "It takes 12 volts.", "It takes some volts.", "number", id="a-number"),
        pytest.param("which command mounts it?", "Use mount_disk -a.", "Use it so.", "name", id="a-name"),
        pytest.param("reset the router", "Reset the router so.", "Open the router so.", "words", id="more-words"),
        pytest.param("how do I open it?", "1. Turn it.\n2. Pull it.", "It opens so.", "steps", id="steps"),
    ],
)
def test_what_is_asked_for_speaks_for_a_quote(question: str, better: str, worse: str, signal: str) -> None:
    passages = [passage(better, 1), passage(worse, 2)]
    quotes = [Quote(p, 0, len(p.text)) for p in passages]
    column = measure(understand(question), passages, quotes)[:, list(WEIGHTS).index(signal)]
    assert column[0] > column[1]


class Counting(HashEmbedder):
    """Notes how many texts it is given, the question among them."""

    embedded = 0

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        return super().embed_passages(texts)


def kept(passages: Sequence[Passage]) -> Stored:
    """What a library keeps of these passages' sentences; of the page 9 nothing."""
    texts = {p.page: p.text for p in passages if p.page != 9}

    def stored(document: str, page: int) -> tuple[Sequence[tuple[int, int]], Vectors]:
        spans = sentences(texts.get(page, ""))
        return spans, EMBEDDER.embed_passages([texts[page][a:b] for a, b in spans])

    return stored


LONG = [
    passage("".join(f"The lamp number {n} is green. " for n in range(40)), 1),
    passage("It is heavy. To reset the router, hold the button for ten seconds. Done.", 2),
]


def test_only_a_few_sentences_are_embedded_where_vectors_are_kept_and_the_best_is_the_same() -> None:
    question = understand("How do I reset the router?")
    fresh, quick = Counting(), Counting()
    best = best_quotes(question, LONG, fresh, None)[0]
    assert best_quotes(question, LONG, quick, None, kept(LONG))[0].text == best.text
    assert quick.embedded == 1 + SHORT_LIST < fresh.embedded


def test_all_sentences_are_embedded_where_the_vectors_of_one_are_not_kept() -> None:
    passages = [*LONG, passage("A page that nobody has embedded yet.", 9)]
    question = understand("How do I reset the router?")
    fresh, mixed = Counting(), Counting()
    quotes = best_quotes(question, passages, mixed, None, kept(passages))
    assert quotes == best_quotes(question, passages, fresh, None)
    assert mixed.embedded == fresh.embedded > 1 + SHORT_LIST


class Meant:
    """An encoder for which texts about a lever mean one thing and all others another."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.array([[1.0, 0.0] if "lever" in text or text.startswith("How") else [0.0, 1.0] for text in texts])


def test_what_means_what_is_asked_comes_first_though_it_shares_no_word() -> None:
    asked = understand("How can the machine be halted?")
    pages = [passage("The machine of that name is blue."), passage("Pull the lever towards you.", 2)]
    assert best_quotes(asked, pages, EMBEDDER, None)[0].text == "The machine of that name is blue."
    assert best_quotes(asked, pages, EMBEDDER, None, None, Meant())[0].text == "Pull the lever towards you."


@pytest.mark.parametrize(
    ("text", "language", "share"),
    [
        pytest.param("Empty the tray.", "en", TRANSLATED, id="translated"),
        pytest.param("Vacíe la bandeja.", "es", 1, id="as-asked"),
        pytest.param("Tray", "es", 0, id="no-translation-in-its-own-language"),
    ],
)
def test_a_quote_in_the_other_language_holds_the_questions_words_as_it_says_them(
    text: str, language: Language, share: float
) -> None:
    question, read = understand("¿bandeja?", "es"), replace(passage(text), language=language)
    assert Words(question, [read]).share(text, read) == pytest.approx(share)
