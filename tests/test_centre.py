"""What a language has in common is taken away, so that what a text says decides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ingest.embed import HashEmbedder
from rag.search.centre import Centre, unit
from rag.search.probes import PROBES, probe
from tests.searching import Tinted, something

ENGLISH = "The Zeppelin has its Helium valve beside the Gondola."
SPANISH = "La contraseña de la impresora se cambia en el menú de la red."
QUESTION = "¿Dónde está la válvula de Helium del Zeppelin y su Gondola?"


def test_a_text_in_another_language_that_answers_is_nearer_than_one_that_does_not() -> None:
    embedder = Tinted()
    asked, texts = embedder.embed_questions([QUESTION])[0], embedder.embed_passages([ENGLISH, SPANISH])
    assert texts[0] @ asked < texts[1] @ asked, "as it comes from an encoder that keeps the language"
    centre = Centre(probe(embedder))
    answering, other = centre.passages(texts, ["en", "es"]) @ centre.question(asked, "es")
    assert answering > other


def test_questions_of_either_language_lose_what_the_language_gives_them() -> None:
    embedder = Tinted()
    centre = Centre(probe(embedder))
    spanish, english = embedder.embed_questions([QUESTION, "Where is the valve of the Zeppelin, in the Gondola?"])
    for vector, language, at in ((spanish, "es", 0), (english, "en", 1)):
        assert vector[at] > 0.7
        assert abs(centre.question(vector, language)[at]) < 0.35  # type: ignore[arg-type]


def test_the_two_languages_have_as_many_probes_in_the_same_order() -> None:
    assert len(PROBES["es"]) == len(PROBES["en"]) == len({*PROBES["es"]}) == len({*PROBES["en"]})
    assert [p.endswith("?") for p in PROBES["es"]] == [p.endswith("?") for p in PROBES["en"]]


@pytest.mark.parametrize("language", ["es", "en", "und"])
def test_vectors_without_their_language_have_length_one(language: str) -> None:
    centre, rows = Centre(probe(HashEmbedder())), np.stack([unit(something(i)) for i in range(5)])
    assert np.linalg.norm(centre.passages(rows, [language] * 5), axis=1) == pytest.approx(1, abs=1e-5)  # type: ignore[list-item]
    assert np.linalg.norm(centre.question(rows[0], language)) == pytest.approx(1, abs=1e-5)  # type: ignore[arg-type]


def test_the_more_chunks_a_library_has_the_more_its_own_mean_counts() -> None:
    centre, own = Centre(probe(HashEmbedder())), unit(something(1))
    mixed = unit(own + unit(something(2)))[np.newaxis]
    left = []
    for count in (0, 10, 1000, 10**6):
        centre.see({"en": (own, count)} if count else {})
        left.append(float((centre.passages(mixed, ["en"]) @ own)[0]))
    assert left == sorted(left, reverse=True)
    assert left[0] > left[1] > 0.3
    assert left[-1] < 0, "more is taken away than this one has of it"


def test_what_one_library_had_in_common_is_forgotten_with_it() -> None:
    centre, rows = Centre(probe(HashEmbedder())), unit(something(3))[np.newaxis]
    before = centre.passages(rows, ["es"])
    centre.see({"es": (unit(something(1)), 1000)})
    assert not np.allclose(centre.passages(rows, ["es"]), before, atol=1e-2)
    centre.see({})
    assert np.allclose(centre.passages(rows, ["es"]), before)


def test_each_language_has_its_own_mean() -> None:
    centre, rows = Centre(probe(HashEmbedder())), np.stack([unit(something(3))] * 2)
    centre.see({"es": (unit(something(1)), 1000)})
    spanish, english = centre.passages(rows, ["es", "en"])
    assert not np.allclose(spanish, english, atol=1e-2)


def test_nearness_is_zero_for_other_questions_and_one_for_translations() -> None:
    embedder = HashEmbedder()
    centre, near = Centre(probe(embedder)), list[np.ndarray]()  # type: ignore[type-arg]
    for a, b in (("es", "en"), ("en", "es")):
        near.append(embedder.embed_questions(PROBES[a]) @ embedder.embed_passages(PROBES[b]).T)  # type: ignore[index]
    same = np.eye(len(near[0]), dtype=bool)
    nearness = [np.array([[centre.nearness(float(c)) for c in row] for row in rows]) for rows in near]
    assert np.mean([rows[same].mean() for rows in nearness]) == pytest.approx(1, abs=1e-4)
    assert np.mean([rows[~same].mean() for rows in nearness]) == pytest.approx(0, abs=1e-4)


@given(arrays(np.float32, (3, 4), elements=st.floats(-100, 100, width=32)))
def test_unit_vectors_have_length_one_and_zeros_stay(rows: np.ndarray) -> None:  # type: ignore[type-arg]
    lengths = np.linalg.norm(rows, axis=1)
    found = np.linalg.norm(unit(rows), axis=1)
    assert found[lengths > 1e-6] == pytest.approx(1, abs=1e-4)
    assert (found[(rows == 0).all(axis=1)] == 0).all()
