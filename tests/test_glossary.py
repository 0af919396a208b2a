"""A question's everyday words are also looked for in the other language's words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest.glossary import PAIRS, entries
from ingest.lexical import Term, any_of, fold, stems, terms, translated, words
from ingest.types import Language
from rag.question import understand
from rag.search.asked import TRANSLATED
from rag.search.signals import NAMES, measure
from tests.searching import asked, evidence, guide, searcher
from tests.test_signals import CENTRE

ENTRIES = [entry.strip() for entry in PAIRS.split(";")]


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_is_words_on_both_sides(entry: str) -> None:
    spanish, english = entry.split("=")
    assert words(spanish) == spanish.split() != []
    assert words(english) == english.split() != []
    assert english.isascii()


def test_no_entry_stands_twice() -> None:
    assert len(set(ENTRIES)) == len(ENTRIES) > 500


def test_what_was_learnt_is_words_of_both_languages_each_said_once() -> None:
    learnt = list(entries())[len(ENTRIES) :]
    assert len(learnt) > 2000
    for spanish, english in learnt:
        assert len(spanish) == 1 <= len(english) <= 4, spanish
        assert len(set(english)) == len(english), spanish
        assert all(word.isalpha() and word == word.casefold() for word in (*spanish, *english)), spanish
        assert fold(spanish[0]) not in map(fold, english), spanish
    assert len({spanish[0] for spanish, _ in learnt}) == len(learnt)


@pytest.mark.parametrize(
    ("word", "language", "said"),
    [
        pytest.param("bandejas", "es", "tray", id="learnt"),
        pytest.param("drawers", "en", "cajón", id="learnt-the-other-way"),
        pytest.param("contraseña", "es", "password", id="es"),
        pytest.param("CONTRASEÑAS", "es", "passwords", id="another-form"),
        pytest.param("boton", "es", "button", id="without-its-accent"),
        pytest.param("instalando", "es", "installing", id="a-verb"),
        pytest.param("ficheros", "es", "file", id="one-of-two"),
        pytest.param("printer", "en", "impresora", id="en"),
        pytest.param("batteries", "en", "baterías", id="en-plural"),
    ],
)
def test_words_are_known_in_the_other_language_in_any_form(word: str, language: Language, said: str) -> None:
    (term,) = terms(word, language)
    assert stems(said, "en" if language == "es" else "es") in (*term.stems, *term.said)


@pytest.mark.parametrize("entry", ENTRIES)
def test_what_is_said_in_one_language_is_said_back_in_the_other(entry: str) -> None:
    spanish, english = (side.split() for side in entry.split("="))
    assert stems(english[0], "en") in translated(stems(spanish[0], "es"), "es")
    assert stems(spanish[0], "es") in translated(stems(english[0], "en"), "en")


def test_a_word_that_is_in_no_entry_has_no_translation() -> None:
    assert terms("zeppelin", "en") == [Term("zeppelin", ("zeppelin",))]


def test_a_word_of_either_language_is_translated_when_the_question_tells_none() -> None:
    assert "password" in terms("contraseña", "und")[0].said
    assert "impresor" in terms("printer", "und")[0].said


def test_translations_are_looked_for_among_stems() -> None:
    assert any_of([Term("red", ("red",), ("network", "net"))]) == (
        'exact : ("red") OR stem : ("red" OR "network" OR "net")'
    )


def coverage(question: str, language: Language, text: str, of: Language) -> float:
    """Share of a question's words that a text in a language holds."""
    rows = measure(asked(question, language), [evidence(1, text, language=of, breadcrumb="")], {}, CENTRE)
    assert np.isfinite(rows).all()
    return float(rows[0, NAMES.index("coverage")])


def test_a_translation_counts_in_the_other_language_alone_and_less_than_the_word() -> None:
    spanish, english = "La impresora azul.", "The blue printer."
    same = coverage("impresora azul", "es", spanish, "es")
    assert same == pytest.approx(1)
    assert 0 < coverage("impresora azul", "es", english, "en") < same
    assert coverage("impresora azul", "es", english, "es") == 0, "there it would be another word"
    assert 0 < coverage("blue printer", "en", spanish, "es") < coverage("blue printer", "en", english, "en")


def test_a_word_and_its_translation_in_one_text_count_once() -> None:
    assert coverage("azul", "es", "Blue.", "en") == TRANSLATED
    assert coverage("azul", "es", "Azul.", "en") == coverage("azul", "es", "Blue (azul).", "en") == pytest.approx(1)


def test_a_text_in_the_other_language_is_found_by_its_words(tmp_path: Path) -> None:
    """With an embedder that knows no languages."""
    pages = ("Change the password of the printer here.", "The lamp is green.", "Doors are shut at night.")
    made = searcher(tmp_path, guide("A", *pages), embedded=False)
    found = made.search(understand("¿Dónde cambio la contraseña de la impresora?"), 3)
    assert [p.page for p in found.passages] == [1]
