"""A filter lets through what it names, in either language, and a search under it misses nothing that passes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.embed import HashEmbedder
from ingest.errors import SettingsError
from ingest.filing import Piece
from ingest.filters import FLAGS, Filters, folded, has_status, has_version, iso_day
from ingest.library import Library
from ingest.records import FileRecord
from ingest.split import Splitter
from ingest.types import Document
from ingest.vectors import ChromaStore, MemoryStore, VectorStore
from rag.__main__ import main
from rag.question import understand
from rag.retrieve import Retriever
from rag.search.nearest import nearest_among
from tests.fakes import count_words, manual, ticket

SPLITTER = Splitter(count_words, 40)
DOCUMENTS = (
    ticket("T-1", "the vpn drops every hour", product="Faro R3", version="2.1.3", status="Closed", tags=("vpn", "wifi"),
           resolution="Update it.", created="2025-03-01T10:00:00Z", updated="2025-04-01", requester="Ana Núñez"),
    replace(ticket("T-2", "la vpn se cae cada hora", product="FARO R3", version="v2.10", status="Resuelto",
                   tags=("VPN",), created="5/12/2024 10:15", requester="user-7"), language="es"),
    replace(ticket("T-3", "el teléfono no suena", product="Teléfono T1", version="2.1, 3.0", status="En curso",
                   created="2025-03-31", tags=("señal",)), language="es"),
    ticket("T-4", "the vpn has no licence", product="Gate", status="Open", created="no idea"),
    replace(manual("The vpn is set up in the menu.", title="Guide"), id="M-1"),
)  # fmt: skip


def fill(library: Library, documents: tuple[Document, ...] = DOCUMENTS) -> None:
    pieces = [Piece(document, SPLITTER.split(document), document.id) for document in documents]
    library.store(FileRecord("/m/all.csv", "d", 1, 1), pieces, [piece.part for piece in pieces])


def embed(library: Library, store: VectorStore) -> HashEmbedder:
    embedder = HashEmbedder()
    waiting = library.without_vector(100_000)
    vectors = embedder.embed_passages([f"{c.chunk.breadcrumb}\n{c.chunk.text}" for c in waiting])
    library.store_vectors([c.id for c in waiting], vectors[:, np.newaxis])
    store.upsert([c.id for c in waiting], vectors)
    library.mark_indexed([c.id for c in waiting])
    return embedder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "library")
    fill(made)
    yield made
    made.close()


@pytest.fixture(params=["memory", "chroma"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    made: VectorStore = MemoryStore() if request.param == "memory" else ChromaStore(tmp_path / "chroma")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        pytest.param({}, "M-1 T-1 T-2 T-3 T-4", id="nothing-narrows-nothing"),
        pytest.param({"kind": "ticket"}, "T-1 T-2 T-3 T-4", id="kind"),
        pytest.param({"documents": ("M-1", "T-4", "absent")}, "M-1 T-4", id="documents"),
        pytest.param({"product": "faro r3"}, "T-1 T-2", id="product-without-case"),
        pytest.param({"key": "t-1"}, "T-1", id="number"),
        pytest.param({"subject": "TICKET t-2"}, "T-2", id="part-of-the-subject"),
        pytest.param({"resolution": "update"}, "T-1", id="part-of-the-resolution"),
        pytest.param({"product": "TELEFONO t1"}, "T-3", id="product-without-accents"),
        pytest.param({"product": "faro"}, "", id="product-is-the-whole-name"),
        pytest.param({"version": "2.1"}, "T-1 T-3", id="version-and-longer-ones"),
        pytest.param({"version": "2.10"}, "T-2", id="version-after-v"),
        pytest.param({"status": "closed"}, "T-1 T-2", id="closed-in-both-languages"),
        pytest.param({"status": "abierto"}, "T-3 T-4", id="open-in-both-languages"),
        pytest.param({"status": "Resolved"}, "T-2", id="one-status-in-the-other-language"),
        pytest.param({"requester": "nunez"}, "T-1", id="a-part-of-the-requester"),
        pytest.param({"tags": ("vpn",)}, "T-1 T-2", id="tag"),
        pytest.param({"tags": ("vpn", "Wifi")}, "T-1", id="all-tags"),
        pytest.param({"tags": ("senal",)}, "T-3", id="tag-without-accents"),
        pytest.param({"tags": ("vp",)}, "", id="a-part-of-a-tag-is-none"),
        pytest.param({"created_from": "2025-03-02"}, "T-3", id="since"),
        pytest.param({"created_to": "2025-03"}, "T-1 T-2 T-3", id="until-the-end-of-a-month"),
        pytest.param({"created_from": "2024-12", "created_to": "2024"}, "T-2", id="a-month-day-first"),
        pytest.param({"updated_from": "2025-04-01", "updated_to": "2025-04-01"}, "T-1", id="one-day"),
        pytest.param({"language": "es"}, "T-2 T-3", id="language"),
        pytest.param({"resolved": True}, "T-1", id="with-a-resolution"),
        pytest.param({"product": "Faro R3", "status": "closed", "version": "2.1"}, "T-1", id="all-together"),
        pytest.param({"product": "' OR 1=1 --"}, "", id="no-injection"),
    ],
)  # fmt: skip
def test_a_filter_lets_through_what_it_names(library: Library, filters: dict[str, object], found: str) -> None:
    chosen = Filters(**filters)  # type: ignore[arg-type]
    assert " ".join(sorted(row.id for row in library.documents(chosen))) == found
    words = library.evidence([i for i, _ in library.search_words('"vpn" OR "telefono"', 99, chosen)])
    assert " ".join(sorted({one.chunk.document_id for one in words})) == found
    assert bool(chosen) is bool(filters)


@pytest.mark.parametrize(
    ("held", "wanted", "found"),
    [
        ("2.1", "2.1", True), ("2.1.3", "2.1", True), ("v2.1", "2.1", True), ("2.1", "V2.1", True),
        ("2.10", "2.1", False), ("12.1", "2.1", False), ("1.2.1", "2.1", False),
        ("Release 3.0.1, Release 4", "release 3.0", True),
        ("2.1b", "2.1", True), ("rc1", "rc", False), ("", "2.1", False), ("2.1", "2.1.3", False),
    ],
)  # fmt: skip
def test_a_version_is_also_the_longer_ones_it_begins(held: str, wanted: str, found: bool) -> None:
    assert has_version(held, wanted) is found


@given(status=st.text(min_size=1).filter(str.strip))
def test_every_status_is_either_open_or_closed(status: str) -> None:
    assert has_status(status, "open") + has_status(status, "closed") == bool(folded(status))


@pytest.mark.parametrize(
    ("status", "sort"),
    [
        *((status, "closed") for status in ("Closed", "Cerrada", "RESUELTO", "Hecho", "hecha", "Won't Fix", "Anulada")),
        *(
            (status, "closed")
            for status in (
                "cerrado con éxito",
                "Cerrado sin éxito",
                "closed successful",
                "Closed Skipped",
                "Resuelta (permanentemente)",
                "Resolved - duplicate",
                "Cancelled by user",
            )
        ),
        *((status, "open") for status in ("Open", "En curso", "On Hold", "Pendiente", "Reabierta", "Esperando pieza")),
        *(
            (status, "open")
            for status in (
                "pending auto close+",
                "Resolved, awaiting confirmation",
                "Closed?",
                "Cerrado, pendiente de aprobar",
                "Not closed",
                "Closedown planned",
            )
        ),
    ],
)
def test_a_status_is_told_to_be_open_or_closed_in_both_languages(status: str, sort: str) -> None:
    assert [name for name in ("open", "abierto", "closed", "cerrada") if has_status(status, name)] == (
        ["open", "abierto"] if sort == "open" else ["closed", "cerrada"]
    )


@pytest.mark.parametrize(
    ("date", "language", "day"),
    [
        ("2025-03-04T10:00:00.000+0000", "en", "2025-03-04"), ("2025/3/4", "en", "2025-03-04"),
        ("4/3/2025 10:15", "es", "2025-03-04"), ("3/4/2025 10:15 AM", "en", "2025-03-04"),
        ("25/3/2025", "en", "2025-03-25"), ("3/25/2025", "es", "2025-03-25"), ("04.03.25", "und", "2025-03-04"),
        ("12/May/14 7:39 PM", "en", "2014-05-12"), ("Mon, 10 Mar 2025 09:12:44 +0100", "en", "2025-03-10"),
        ("4 de marzo de 2025", "es", "2025-03-04"), ("March 4, 2025", "en", "2025-03-04"), ("soon", "en", None),
        ("99/99/2025", "en", None), ("45/03/2025", "es", None), ("", "es", None), ("4.3.2025", "en", "2025-03-04"),
        ("20250304", "en", "2025-03-04"), ("20250304T101500Z", "es", "2025-03-04"),
        ("20250304101500", "en", "2025-03-04"), ("20259904", "en", None), ("1741046400", "en", None),
        ("4th March 2025", "en", "2025-03-04"), ("the 22nd of May", "en", None),
    ],
)  # fmt: skip
def test_a_day_is_told_from_dates_as_exports_write_them(date: str, language: str, day: str | None) -> None:
    assert iso_day(date, language) == day


@given(date=st.text(), language=st.sampled_from(["es", "en", "und"]))
def test_no_text_is_too_odd_for_a_date(date: str, language: str) -> None:
    day = iso_day(date, language)
    assert day is None or len(day) in (4, 7, 10)


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"kind": "mail"}, "--kind mail: is unknown. Use manual, ticket"),
        ({"language": "fr"}, "--language fr: is unknown. Use es, en, und"),
        ({"created_from": "1/2/2025"}, "--since 1/2/2025: is no date. Write it as"),
        ({"updated_to": "2025-13"}, "--updated-until 2025-13: is no date"),
        ({"created_from": "2025-02", "created_to": "2025-01-31"}, "--since 2025-02 is after --until 2025-01-31"),
    ],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_refused(filters: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Filters(**filters)  # type: ignore[arg-type]


def test_every_filter_has_a_flag_and_is_described_by_it() -> None:
    assert set(FLAGS) == {field.name for field in fields(Filters)}
    filters = Filters(kind="ticket", product="Faro R3", tags=("a", "b"), resolved=True)
    assert filters.describe() == '--kind ticket --product "Faro R3" --tag a --tag b --resolved'


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        (Filters(product="Fara", status="open"),
         r"matches --product Fara --status open\. Known for --product: FARO R3 \(2\), Gate \(1\), Teléfono T1 \(1\)\."),
        (Filters(tags=("dns",)), r"Known for --tag: vpn \(2\), wifi \(1\), señal \(1\)\."),
        (Filters(created_from="2026"), r"Known for --since: from 2024-12-05 to 2025-03-31\."),
        (Filters(product="gate", language="es"), r"Each of them alone matches something"),
    ],
)  # fmt: skip
def test_when_nothing_passes_it_says_what_there_is(library: Library, filters: Filters, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        library.require(filters)


def test_a_search_under_a_filter_finds_only_what_passes(library: Library, store: VectorStore) -> None:
    retriever = Retriever(library, store, embed(library, store))
    everything = {p.document_id for p in retriever.search(understand("vpn drops"), 10).passages}
    narrowed = retriever.search(understand("vpn drops"), 10, Filters(kind="ticket", status="closed")).passages
    assert everything == {"M-1", "T-1", "T-2", "T-3", "T-4"}
    assert {p.document_id for p in narrowed} == {"T-1", "T-2"}
    assert narrowed[0].document_id == "T-1"
    with pytest.raises(SettingsError, match="No document matches --tag absent"):
        retriever.search(understand("vpn"), 10, Filters(tags=("absent",)))


def test_a_chunk_whose_vector_is_still_to_come_is_found_by_its_words_under_a_filter(library: Library) -> None:
    retriever = Retriever(library, MemoryStore(), HashEmbedder())
    found = retriever.search(understand("vpn"), 10, Filters(product="Gate")).passages
    assert [p.document_id for p in found] == ["T-4"]


@pytest.mark.parametrize(
    ("exact", "most"),
    [
        pytest.param(0, 4_000, id="the-index-first"),
        pytest.param(10**6, 4_000, id="one-by-one"),
        pytest.param(0, 0, id="too-many-to-ask-for"),
    ],
)
def test_nearest_under_a_filter_is_what_comparing_all_would_find(
    tmp_path: Path, store: VectorStore, exact: int, most: int
) -> None:
    library = Library(tmp_path / "many")
    made = [ticket(f"T-{n}", f"word{n} other{n % 7}", product="AB"[n % 3 == 0]) for n in range(150)]
    fill(library, tuple(replace(d, fields=replace(d.fields, tags=("rare",) * (n % 50 == 0)))
                        for n, d in enumerate(made)))  # fmt: skip
    vector = embed(library, store).embed_questions(["word5 other3"])[0]
    ((ids, matrix),) = library.vectors(Filters())
    owner = {one.id: one.chunk.document_id for one in library.evidence(ids)}
    for filters in (Filters(product="a"), Filters(product="B"), Filters(tags=("rare",)), Filters(kind="ticket")):
        found = nearest_among(library, store.search, vector, 10, filters, exact, most)
        passing = {row.id for row in library.documents(filters)}
        similarity = [float(s) for i, s in zip(ids, matrix @ vector, strict=True) if owner[i] in passing]
        assert {owner[i] for i, _ in found} <= passing
        assert [s for _, s in found] == pytest.approx(sorted(similarity, reverse=True)[:10], abs=2e-3)


def test_documents_takes_the_filters_and_says_when_nothing_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = Library(tmp_path)
    fill(library)
    flags = "--kind ticket --product|faro r3|--version 2.1 --status cerrado --tag vpn --since 2025-01-01".split("|")
    flags = [*flags[0].split(), flags[1], *flags[2].split(), *"--until 2025 --requester ana --resolved".split()]
    assert main(["documents", "--library", str(tmp_path), *flags]) == 0
    assert capsys.readouterr().out.split()[0] == "T-1"
    assert main(["documents", "--library", str(tmp_path), *flags, "--document", "T-2"]) == 1
    assert "No document matches --kind ticket --document T-2 --product" in capsys.readouterr().err
