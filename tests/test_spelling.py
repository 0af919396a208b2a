"""Mistyped words are read as the words of the library that were meant; known words stay."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import schema
from ingest.filing import Piece
from ingest.lexical import STOPWORDS, fold, stems, words
from ingest.library import Library
from ingest.records import FileRecord
from ingest.spelling import MOST_TERMS, MOST_UNKNOWN, cost, respelt, slips, variants
from ingest.split import Splitter
from ingest.types import Language
from tests.fakes import count_words, manual

ES = (
    "El servidor Faro guarda la configuración en la carpeta compartida. Cuando la impresora parpadea, revise el cable "
    "de alimentación y vuelva a instalar el controlador. La contraseña del enrutador está en la etiqueta. Haga una "
    "copia de seguridad, reinicie el equipo y llame al técnico si la pantalla sigue vacía. Abra el gabinete. La llave. "
    "El voltaje del rayo excede lo exigido; hay que extraer la batería. Ajuste el brillo y conecte el cargador."
)
EN = (
    "The Faro gateway stores its settings in the shared folder. Reset the password, unplug the adapter and check the "
    "firmware version. The installation wizard copies the driver to the printer. A scheduled backup restarts the "
    "service at night. Receive alerts by e-mail when the temperature of the battery exceeds the threshold. "
    "Calibrate the display, open the cabinet and measure the voltage of the phone line. Address book."
)


def catalogue(*texts: str, language: Language = "es") -> sqlite3.Connection:
    """The real word index with a row a text."""
    db = schema.connect(Path(":memory:"))
    rows = [(text, stems(text, language)) for text in texts]
    db.executemany("INSERT INTO words (exact, stem) VALUES (?, ?)", rows)
    return db


def held(texts: Sequence[str]) -> set[str]:
    return {fold(word) for text in texts for word in words(text)}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("serbidor", "servidor", id="b-v"),
        pytest.param("configurasión", "configuración", id="s-c"),
        pytest.param("cabeza", None, id="another-word"),
        pytest.param("carpetta", "carpeta", id="doubled"),
        pytest.param("pantala", "pantalla", id="single-for-double"),
        pytest.param("pantaya", "pantalla", id="y-ll"),
        pytest.param("yave", "llave", id="y-ll-first"),
        pytest.param("rallo", "rayo", id="ll-y"),
        pytest.param("voltage", "voltaje", id="g-j"),
        pytest.param("exijido", "exigido", id="j-g"),
        pytest.param("hinstalar", "instalar", id="h-put-in"),
        pytest.param("aga", None, id="three-letters-stay"),
        pytest.param("ekipo", "equipo", id="k-qu"),
        pytest.param("cargadro", "cargador", id="transposed"),
        pytest.param("inpresora", "impresora", id="n-before-p"),
        pytest.param("estraer", "extraer", id="s-x"),
        pytest.param("teknico", "técnico", id="k-c-and-accents-come-back"),
        pytest.param("contrasena", None, id="a-missing-tilde-is-no-typo"),
        pytest.param("contrazeña", "contraseña", id="z-s-beside-a-tilde"),
        pytest.param("alimentasióm", "alimentación", id="two-edits-in-a-long-word"),
        pytest.param("zerbidor", "servidor", id="two-slips-at-the-start"),
        pytest.param("controlodar", "controlador", id="two-edits-of-any-sort"),
        pytest.param("brjlln", None, id="two-edits-in-a-short-word"),
        pytest.param("enrutodro", "enrutador", id="an-edit-and-a-transposition"),
        pytest.param("enrotadro", None, id="two-edits-and-one-early-that-is-no-slip"),
        pytest.param("gabimete", "gabinete", id="the-next-key"),
        pytest.param("desconectarlo", None, id="nothing-near"),
        pytest.param("conectar", None, id="known-by-its-stem"),
        pytest.param("cuanndo", "cuando", id="a-word-without-meaning"),
    ],
)
def test_spanish_slips_are_survived(typed: str, meant: str | None) -> None:
    assert respelt(catalogue(ES), [typed], "es").get(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("recieve", "receive", id="transposed"),
        pytest.param("pasword", "password", id="single-for-double"),
        pytest.param("adress", "address", id="single-for-double-d"),
        pytest.param("gatewya", "gateway", id="transposed-at-the-end"),
        pytest.param("firmwear", "firmware", id="two-edits"),
        pytest.param("instalation", None, id="mistyped-with-the-right-stem"),
        pytest.param("fone", "phone", id="f-ph"),
        pytest.param("treshold", "threshold", id="h-dropped"),
        pytest.param("temperture", "temperature", id="a-letter-dropped"),
        pytest.param("scheduld", "scheduled", id="the-last-letter-dropped"),
        pytest.param("rpinter", "printer", id="the-first-two-exchanged"),
        pytest.param("eprinter", "printer", id="one-too-many-at-the-start"),
        pytest.param("rinter", "printer", id="the-first-dropped"),
        pytest.param("calibarte", "calibrate", id="transposed-in-the-middle"),
        pytest.param("installing", None, id="known-by-its-stem"),
        pytest.param("keyboard", None, id="nothing-near"),
    ],
)
def test_english_slips_are_survived(typed: str, meant: str | None) -> None:
    assert respelt(catalogue(EN, language="en"), [typed], "en").get(typed) == meant


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("r2", id="short"),
        pytest.param("route1", id="a-digit"),
        pytest.param("router-x", id="a-sign"),
        pytest.param("ROUTES", id="capitals"),
        pytest.param("rouTer", id="capitals-inside"),
        pytest.param("", id="empty"),
        pytest.param('"', id="a-quotation-mark"),
        pytest.param("x" * 200, id="a-blob"),
    ],
)
def test_names_and_numbers_stay(word: str) -> None:
    assert respelt(catalogue("roune router routers"), [word, "que"]) == {}


def test_a_question_all_in_capitals_is_respelt() -> None:
    assert respelt(catalogue(ES), ["REVISE", "INPRESORA"]) == {"INPRESORA": "impresora"}


def test_the_more_frequent_word_is_meant() -> None:
    db = catalogue("faron", *["farol"] * 3, "faros")
    assert respelt(db, ["faroz", "faroe"], "und") == {"faroz": "faros", "faroe": "farol"}


@pytest.mark.parametrize(("rows", "meant"), [(2, "vaca"), (40, "paca")])
def test_a_slip_outweighs_another_edit_unless_that_is_far_more_frequent(rows: int, meant: str) -> None:
    assert respelt(catalogue("vaca", *["paca"] * rows), ["baca"]) == {"baca": meant}


def test_fewer_edits_go_before_more_rows() -> None:
    db = catalogue("conmutador", *["conmutable"] * 50)
    assert respelt(db, ["conmutadar"]) == {"conmutadar": "conmutador"}


def test_stems_are_no_words_to_correct_to() -> None:
    db = catalogue("instalaciones", language="es")
    assert respelt(db, ["instla"], "es") == {}


def test_words_are_looked_at_up_to_a_number() -> None:
    db = catalogue("impresora")
    typed = [f"impresor{letter}{letter}" for letter in "bcdfghjklmnpqrtvwxz"]
    assert len(typed) > MOST_UNKNOWN
    assert list(respelt(db, typed)) == typed[:MOST_UNKNOWN]


def test_what_begins_like_thousands_of_words_is_still_found_by_its_start() -> None:
    letters = "abcdefghijklmnopqrst"
    crowd = [f"prog{a}{b}{c}{d}" for a in letters for b in letters for c in letters for d in "ab"]
    assert len(crowd) > MOST_TERMS
    db = catalogue(" ".join(crowd), "programador")
    assert respelt(db, ["porgramador"]) == {"porgramador": "programador"}


def test_the_catalogue_is_unchanged() -> None:
    db = catalogue(ES)
    before = db.execute("SELECT name, sql FROM main.sqlite_master ORDER BY name").fetchall()
    respelt(db, ["controlodar"])
    assert db.execute("SELECT name, sql FROM main.sqlite_master ORDER BY name").fetchall() == before


def test_words_that_came_later_are_known(tmp_path: Path) -> None:
    library, splitter = Library(tmp_path), Splitter(count_words, 40)
    assert library.respelt(["controlodar"]) == {}
    for name, text in (("a", "El controlador."), ("b", "Un controlodar.")):
        document = manual(text, title=name, language="es")
        library.store(FileRecord(f"/{name}", name, 1, 1), [Piece(document, splitter.split(document), name)], [name])
        if name == "a":
            assert library.respelt(["controlodar"]) == {"controlodar": "controlador"}
    assert library.respelt(["controlodar"]) == {}
    library.close()


WORDS = st.text("abcehlnqsuvyzñó", min_size=1, max_size=11)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=12), st.lists(WORDS, max_size=6))
def test_known_words_stay_and_others_become_words_of_the_library(texts: list[str], typed: list[str]) -> None:
    db = catalogue(*texts)
    found = respelt(db, [*texts, *typed])
    known = held(texts)
    assert not {fold(word) for word in found} & known
    assert {fold(word) for word in found.values()} <= known
    assert found.keys() <= set(typed)


@settings(max_examples=200, deadline=None)
@given(st.text("abceghlmnpqsuvyz", min_size=4, max_size=12), st.data())
def test_one_edit_away_from_the_only_word_is_that_word(word: str, data: st.DataObject) -> None:
    db = catalogue(word)
    typed = data.draw(st.sampled_from(sorted(variants(word, len(word) + 1))))
    known = {word, *(stem for language in ("es", "en") for stem in stems(word, language).split())}
    ours = {typed, *(stem for language in ("es", "en") for stem in stems(typed, language).split())}
    stopwords = STOPWORDS["es"] | STOPWORDS["en"]
    if len(typed) >= 4 and not known & ours and typed not in stopwords:
        assert respelt(db, [typed]) == {typed: word}


@given(st.text("abchkllnnqsuvyz", max_size=9), st.text("abchkllnnqsuvyz", max_size=9))
def test_distances_are_symmetric_and_zero_for_equals_only(word: str, other: str) -> None:
    apart = cost(word, other, most=9)
    assert apart == cost(other, word, most=9)
    assert (apart == 0) is (word == other)
    assert apart == cost(word, other) or min(apart, cost(word, other)) > 20


@given(st.text("abcdfghjklmnpqrsuvxyz", min_size=1, max_size=9))
def test_what_is_spelt_out_is_one_edit_away(word: str) -> None:
    assert {cost(word, other) for other in variants(word, len(word) + 1)} <= {9, 10}
    assert {cost(word, other) for other in slips(word, len(word))} <= {9}
