"""A manual in two languages is searched, quoted and filtered by the language that each part of it is written in."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.checks import Finding
from ingest.filing import Piece
from ingest.filters import Filters
from ingest.language import WRITTEN, counted
from ingest.lexical import stems
from ingest.library import Library
from ingest.records import FileRecord
from ingest.repair import repair
from ingest.schema import VERSION
from ingest.several_languages import by_language
from ingest.types import Chunk, Document, Language
from ingest.vectors import MemoryStore
from rag.fakes import FakeLLM
from rag.page.shelf import Shelf, Wanted, languages
from rag.page.strings import Say
from rag.question import understand
from rag.retrieve import Retriever
from rag.summaries.summarise import Summariser, Summary
from rag.types import Passage
from tests.catalogue import before_format_6
from tests.fakes import ticket
from tests.searching import EMBEDDER, SPLITTER, embed, guide

ES = [
    "El filtro de la bomba se limpia cada semana con agua tibia y sin jabón. Para sacarlo, gire la tapa hacia la "
    "izquierda hasta que se suelte, y tire de ella con cuidado para no dañar la junta que hay debajo.",
    "Si la luz roja no se apaga, compruebe que el cable está bien puesto y que la tapa cierra del todo. Después pulse "
    "el botón durante diez segundos y espere a que la bomba vuelva a arrancar por sí sola.",
    "Antes de guardar la bomba para el invierno, vacíe el depósito, seque las piezas y cierre la llave de paso. No la "
    "deje nunca donde pueda helar, porque el agua que queda en el tubo lo rompe.",
    "La garantía es de dos años desde la fecha de compra. No cubre las piezas que se gastan con el uso, como el filtro "
    "y las juntas, ni los daños por no seguir lo que se dice en este manual.",
]
EN = [
    "The filter of the pump is cleaned every week with warm water and without soap. To take it out, turn the lid to "
    "the left until it comes off, and pull it up with care so that the seal below it is not damaged.",
    "If the red light does not go out, check that the cable is well in its place and that the lid is closed. Then hold "
    "the button for ten seconds and wait until the pump has started again by itself.",
    "Before you store the pump for the winter, empty the tank, dry all of the parts and close the tap. Do not leave it "
    "where it may freeze, because the water that is still in the tube would break it.",
    "The warranty is for two years from the date on which it was bought. It does not cover the parts that wear out "
    "with use, such as the filter and the seals, or damage by not doing what is said in this manual.",
]
DE = [
    "Das Filter der Pumpe wird jede Woche mit warmem Wasser und ohne Seife gereinigt. Um es aus dem Gehäuse zu nehmen, "
    "wird der Deckel nach links gedreht, bis er sich löst, und dann mit der Hand nach oben gezogen.",
    "Wenn das rote Licht nicht ausgeht, ist zu prüfen, ob das Kabel richtig sitzt und ob der Deckel auch zu ist. "
    "Dann wird die Taste zehn Sekunden gedrückt, und die Pumpe läuft wieder von sich aus an.",
]
LISTING = 'for name in $(ls /etc); do\n  if [ -f $name ]; then echo "$name is not in use by any of the users"; fi\ndone'
PROGRAM = "The following NEW packages will be installed: pump-tools. Do you want to continue? [Y/n] Reading state… Done"


def written(pages: Sequence[str], language: Language = "es") -> tuple[Document, list[Language]]:
    """A manual of these pages as it is stored, and the language of each page's chunks, one for a run of the same."""
    document = guide("Pump", *pages, language=language)
    told, chunks = by_language(document, SPLITTER.split(document))
    languages = [chunk.language or told.language for chunk in chunks]
    return told, [language for language, _ in itertools.groupby(languages)]


@pytest.mark.parametrize(
    ("pages", "languages"),
    [
        pytest.param([*ES, *EN], ["es", "en"], id="two-halves"),
        pytest.param([*EN, *ES], ["en", "es"], id="two-halves-the-other-way"),
        pytest.param([*ES[:2], *EN[:2], *ES[2:], *EN[2:]], ["es", "en", "es", "en"], id="chapters-in-turn"),
        pytest.param([*ES * 5, *EN[2:]], ["es", "en"], id="an-appendix"),
        pytest.param([*ES, *DE, *EN], ["es", "und", "en"], id="a-third-language-between"),
        pytest.param(["\n\n".join([*ES, *EN])], ["es", "en"], id="on-one-page"),
    ],
)  # fmt: skip
def test_each_part_is_in_the_language_that_it_is_written_in(pages: list[str], languages: list[Language]) -> None:
    assert written(pages)[1] == languages
    whole = guide("Pump", *pages)
    told, chunks = by_language(whole, SPLITTER.split(whole))
    for chunk in chunks:
        expected = next(
            name for name, texts in (("es", ES), ("en", EN), ("und", DE)) if any(chunk.text in t for t in texts)
        )
        assert (chunk.language or told.language) == expected


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param([], id="nothing-else"),
        pytest.param([LISTING, PROGRAM], id="listings"),
        pytest.param([f"Como dice el fabricante: «{EN[0][:90]}»."], id="a-quotation"),
        pytest.param(["Save As… | Open With | Page Setup | Not Now\n" * 3], id="names-of-buttons"),
        pytest.param(["4711 0815 E-26 0x1F\n" * 30], id="figures"),
        pytest.param(["Licence: GPL version 2 or later, see the file COPYING."], id="one-line-of-a-licence"),
    ],
)  # fmt: skip
def test_a_manual_in_one_language_is_left_as_it_is(extra: list[str]) -> None:
    document = guide("Bomba", *ES[:2], *extra, *ES[2:], language="es")
    chunks = SPLITTER.split(document)
    assert by_language(document, chunks) == (document, chunks)


def test_the_documents_own_language_is_that_of_most_of_it_and_a_ticket_keeps_its() -> None:
    assert written([*ES, *EN[:2]], "en")[0].language == "es"
    assert written([*ES[:2], *EN], "und")[0].language == "en"
    said = replace(ticket("7", "\n\n".join([*ES, *EN])), language="en")
    assert by_language(said, chunks := SPLITTER.split(said)) == (said, chunks)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*ES, *EN, *DE, LISTING, "", "E-26"]), max_size=12))
def test_nothing_of_a_chunk_changes_but_its_language(pages: list[str]) -> None:
    document = guide("Any", *pages, language="und")
    before = SPLITTER.split(document)
    told, after = by_language(document, before)
    assert [replace(chunk, language=None) for chunk in after] == before
    assert replace(told, language=document.language) == document
    assert not any(chunk.language == told.language for chunk in after)


def test_words_of_several_languages_count_for_each() -> None:
    found = dict(zip(("es", "en", "fr"), counted("la de on")[:3], strict=True))
    assert found == {"es": 2, "en": 1, "fr": 1}
    assert len(WRITTEN) == len(counted(""))


def kept(folder: Path, *pages: str, embedded: bool = True) -> tuple[Library, Retriever]:
    """A library of one manual with these pages, and a search in it."""
    library, index = Library(folder), MemoryStore()
    document = guide("Pump", *pages, language="es")
    piece = Piece(*by_language(document, SPLITTER.split(document)), "Pump")
    library.store(FileRecord("/m/pump.txt", "d", 1, 1), [piece], ["Pump"])
    if embedded:
        embed(library, index)
    return library, Retriever(library, index, EMBEDDER)


def chunk_of(library: Library, text: str) -> Chunk:
    return next(stored.chunk for stored in library.document_chunks("Pump") if stored.chunk.text in text)


def test_the_words_of_each_part_are_reduced_by_its_own_language(tmp_path: Path) -> None:
    library, _ = kept(tmp_path, *ES, *EN)
    every = library.evidence([stored.id for stored in library.document_chunks("Pump")])
    assert {one.language for one in every} == {"es", "en"}
    for one in every:
        expected = stems(f"{one.chunk.breadcrumb}\n{one.chunk.text}", one.language).split()
        assert list(one.stems) == expected
    list(repair(library, MemoryStore(), EMBEDDER, [Finding("words", False, 1, "", fixable=True)]))
    assert [one.stems for one in library.evidence([one.id for one in every])] == [one.stems for one in every]
    assert {language: count for language, (_, count) in library.mean_vectors().items()}.keys() == {"es", "en"}


def test_a_passage_is_in_the_language_of_its_text(tmp_path: Path) -> None:
    _, search = kept(tmp_path, *ES, *EN)
    for question, page in (
        ("¿Cómo se limpia el filtro de la bomba?", 1),
        ("How is the filter of the pump cleaned?", 5),
    ):
        asked = understand(question)
        best = search.search(asked, 3).passages[0]
        assert (best.page, best.language) == (page, asked.language)


def test_a_passage_is_never_joined_of_two_languages(tmp_path: Path) -> None:
    _, search = kept(tmp_path, "\n\n".join([*ES[:3], *EN[:3]]))
    for passage in search.search(understand("filtro de la bomba, filter of the pump"), 10).passages:
        assert (any(text[:40] in passage.text for text in ES), any(text[:40] in passage.text for text in EN)) != (
            True,
            True,
        )


def test_a_filter_lets_through_the_part_in_its_language(tmp_path: Path) -> None:
    library, search = kept(tmp_path, *ES * 3, *EN)
    for language, own in (("es", ES), ("en", EN)):
        filters = Filters(language=language)
        assert library.holds(filters)
        assert [row.id for row in library.documents(filters)] == ["Pump"]
        for question in ("¿Cuánto dura la garantía?", "How long is the warranty?"):
            found = search.search(understand(question), 20, filters).passages
            assert found
            assert all(any(passage.text in text for text in own) for passage in found)
    assert not library.holds(Filters(language="und"))


def test_each_page_has_a_language_where_there_are_several(tmp_path: Path) -> None:
    library, _ = kept(tmp_path / "two", *ES * 2, *EN, f"{EN[0]}\n\n{EN[1]}\n\nFin de la guía.", embedded=False)
    (row,) = library.documents()
    assert row.languages == ("es", "en")
    assert library.page_languages(row) == {n: "es" if n <= 8 else "en" for n in range(1, 14)}
    one, _ = kept(tmp_path / "one", *ES, embedded=False)
    assert one.page_languages(one.documents()[0]) == {}


@pytest.mark.parametrize(("language", "own"), [pytest.param("es", ES, id="es"), pytest.param("en", EN, id="en")])
def test_a_summary_is_of_what_is_in_the_readers_language(tmp_path: Path, language: Language, own: list[str]) -> None:
    library, _ = kept(tmp_path, *ES, *EN)
    passages = summed_up(library, language)
    assert passages
    assert all(passage.language == language and any(passage.text in text for text in own) for passage in passages)


def test_a_short_appendix_is_no_summary_of_the_manual(tmp_path: Path) -> None:
    library, _ = kept(tmp_path, *ES, *ES, EN[0])
    assert {passage.language for passage in summed_up(library, "en")} >= {"es"}


def summed_up(library: Library, language: Language) -> tuple[Passage, ...]:
    steps = list(Summariser(library, FakeLLM(), "quote").summarise(["Pump"], language))
    assert isinstance(steps[-1], Summary)
    return steps[-1].passages


def test_a_row_and_the_details_name_each_language(tmp_path: Path) -> None:
    library, _ = kept(tmp_path, *ES * 2, *EN, embedded=False)
    (row,) = library.documents()
    assert languages(row, Say("es")) == "español, inglés"
    assert languages(row, Say("en")) == "Spanish, English"


def test_the_shelf_shows_a_document_under_each_of_its_languages(tmp_path: Path) -> None:
    library, _ = kept(tmp_path, *ES * 2, *EN, embedded=False)
    shelf = Shelf(library.documents())
    assert shelf.languages == ["en", "es"]
    for language in shelf.languages:
        assert [found.row.id for found in shelf.look(Wanted(language=language), set())] == ["Pump"]
    assert shelf.look(Wanted(language="und"), set()) == []


def test_a_library_of_format_5_is_opened_with_all_it_holds(tmp_path: Path) -> None:
    library, _ = kept(tmp_path, *ES)
    before = [stored.chunk for stored in library.document_chunks("Pump")]
    library.close()
    with sqlite3.connect(library.path) as db:
        before_format_6(db)
        db.execute("PRAGMA user_version = 5")
    opened = Library(tmp_path)
    assert [stored.chunk for stored in opened.document_chunks("Pump")] == before
    assert opened.documents()[0].languages == ("es",)
    assert {one.language for one in opened.evidence([1, 2, 3])} == {"es"}
    opened.close()
    with sqlite3.connect(library.path) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == VERSION
