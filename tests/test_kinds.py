"""What a question's vector tells of its kind where its words tell nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from ingest.embed import Embedder, HashEmbedder, Vectors
from ingest.library import Library
from ingest.opening import open_embedder
from ingest.settings import read_settings
from rag.question import understand
from rag.retrieve import Retriever
from rag.search.kind_examples import EXAMPLES
from rag.search.kinds import KINDS, NEVER, SURE, kinds_key, learn, left_out, load_kinds
from rag.search.kinds import embedded as embedded_examples
from rag.search.learnt import learnt
from tests.searching import guide, searcher

PUMP = guide("A", "Hold the green button to restart the pump.")
KIND_OF = {text: kind for kind, by in EXAMPLES.items() for texts in by.values() for text in texts}
UNTOLD = "Hose or pipe for the pump?"


class Telling(HashEmbedder):
    """Keeps the kind of the examples in the vector, a direction of its own for each, and counts them.

    UNTOLD is like the comparisons.
    """

    questions = 0

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        self.questions += len(texts)
        return super().embed_questions(texts)

    def _embed(self, text: str) -> Vectors:
        row = super()._embed(text)
        if kind := {**KIND_OF, UNTOLD: "comparison", f"{UNTOLD} E-47": "comparison"}.get(text):
            row[KINDS.index(kind)] += 9  # type: ignore[arg-type]
        told: Vectors = row / np.linalg.norm(row)
        return told


TELLING = Telling()
GOOD = learn(TELLING)


def kind_told(folder: Path, text: str, embedder: Embedder = TELLING) -> str:
    return searcher(folder, PUMP, embedder=embedder).search(understand(text), 3).question.kind


def test_the_rules_tell_no_kind_of_any_example() -> None:
    assert [text for text in KIND_OF if understand(text).kind != "lookup"] == []


def test_no_example_stands_for_two_kinds_and_the_languages_have_as_many() -> None:
    assert len(KIND_OF) == sum(len(texts) for by in EXAMPLES.values() for texts in by.values())
    assert all(len(by["es"]) == len(by["en"]) >= 18 for by in EXAMPLES.values())


def test_a_question_that_is_like_a_kind_s_examples_is_of_that_kind(tmp_path: Path) -> None:
    assert understand(UNTOLD).kind == "lookup"
    assert kind_told(tmp_path, UNTOLD) == "comparison"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param(f"{UNTOLD} E-47", "identifier", id="a-name"),
        pytest.param("How do I restart the pump?", "procedure", id="words-of-a-kind"),
        pytest.param("When was the pump built?", "lookup", id="like-none"),
    ],
)
def test_what_the_words_tell_stands(tmp_path: Path, text: str, kind: str) -> None:
    assert kind_told(tmp_path, text) == kind


def test_an_embedder_that_cannot_tell_kinds_apart_leaves_every_question_a_lookup(tmp_path: Path) -> None:
    assert set(learn(HashEmbedder()).bars) == {math.inf}
    assert kind_told(tmp_path, UNTOLD, HashEmbedder()) == "lookup"


def test_likeness_never_tells_some_kinds() -> None:
    for kind, by in EXAMPLES.items():
        for language, texts in by.items():
            told = {GOOD.of(vector, language) for vector in TELLING.embed_questions(texts)}  # type: ignore[arg-type]
            assert told == {"lookup" if kind in NEVER else kind}


def test_what_is_kept_comes_back_to_the_bit() -> None:
    again = load_kinds(GOOD.dump(), TELLING.dimension)
    assert np.array_equal(again.languages, GOOD.languages)
    assert np.array_equal(again.directions, GOOD.directions)
    assert again.bars == GOOD.bars


ROWS = json.loads(GOOD.dump())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("7", id="a-number"),
        pytest.param("[]", id="empty"),
        pytest.param(json.dumps([[], [], []]), id="no-rows"),
        pytest.param(json.dumps([ROWS[0], ROWS[1][1:], ROWS[2]]), id="a-kind-is-missing"),
        pytest.param(json.dumps([ROWS[0], ROWS[1], ROWS[2][1:]]), id="a-bar-is-missing"),
        pytest.param(json.dumps([ROWS[0], ROWS[1], [None] * len(KINDS)]), id="no-bars"),
        pytest.param(json.dumps([ROWS[0], ROWS[1], [math.nan] * len(KINDS)]), id="nan"),
    ],
)
def test_what_is_no_kinds_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  any: the search takes all for "none yet"
        load_kinds(text, TELLING.dimension)


def test_the_examples_are_embedded_once_for_a_library(tmp_path: Path) -> None:
    first = searcher(tmp_path, PUMP)
    seen = []
    for _ in range(2):
        embedder = Telling()
        again = Retriever(first.library, first._store, embedder).search(understand(UNTOLD), 3)
        assert again.question.kind == "comparison"
        seen.append(embedder.questions)
    first.library.set_meta(kinds_key(TELLING), "damaged")
    embedder = Telling()
    Retriever(first.library, first._store, embedder).search(understand(UNTOLD), 3)
    assert seen[0] >= len(KIND_OF)
    assert (seen[1], embedder.questions) == (0, len(KIND_OF))


@pytest.mark.parametrize("kept", [None, "[1, 2", "[]", '{"a": 1}'], ids=["nothing", "cut-off", "a-list", "a-number"])
def test_the_examples_are_embedded_once_for_libraries_that_cannot_keep_it(tmp_path: Path, kept: str | None) -> None:
    class Unwritable(Library):
        def offer_meta(self, key: str, value: str) -> bool:
            return False

    made, file = searcher(tmp_path / "made", PUMP), tmp_path / "models" / "learnt.json"
    file.parent.mkdir()
    if kept is not None:
        file.write_text(kept)
    seen = []
    for _ in range(2):
        embedder = Telling()
        library = Unwritable(made.library.folder)
        again = Retriever(library, made._store, embedder, learnt=file).search(understand(UNTOLD), 3)
        assert again.question.kind == "comparison"
        seen.append(embedder.questions)
        library.close()
    assert seen[0] >= len(KIND_OF)
    assert seen[1] == 0


def test_of_what_many_embedders_have_learnt_the_last_stays(tmp_path: Path) -> None:
    class Said(str):
        def dump(self) -> str:
            return self

    def none(text: str) -> Said:
        raise ValueError

    file = tmp_path / "learnt.json"
    with closing(Library(tmp_path / "library")) as library:
        for number in range(30):
            assert learnt(library, file, f"key{number}", none, lambda n=number: Said(f"text{n}")) == f"text{number}"
        assert learnt(library, tmp_path / "absent" / "learnt.json", "key", none, lambda: Said("text")) == "text"
    held = json.loads(file.read_text())
    assert (len(held), held["key29"], next(iter(held))) == (20, "text29", "key10")


@pytest.mark.heavy
def test_the_packaged_embedder_is_right_about_the_examples_that_it_takes_a_side_on() -> None:
    embedder = open_embedder(read_settings(), print)
    judged = left_out(embedded_examples(embedder))
    bars = learn(embedder).bars
    assert sum(kind == best for kind, best, _ in judged) >= 0.55 * len(judged)
    taken = [kind == best for kind, best, margin in judged if margin >= bars[best]]
    assert len(taken) >= 40
    assert sum(taken) >= SURE * len(taken)
