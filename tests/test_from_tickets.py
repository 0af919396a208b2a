"""Resolved tickets make questions whose places are in the library, and that do not give their answers away."""

from __future__ import annotations

import json
import os
import tracemalloc
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import SettingsError
from ingest.filing import Piece
from ingest.library import Library
from ingest.readers.ticket_page import Comment, Ticket, render
from ingest.records import DocumentRow, FileRecord
from ingest.types import Document, Fields, Page, Section
from rag.complaint import LONGEST, complaint
from rag.evaluation.from_tickets import LINKED_TICKET, MANUAL_PAGE, OWN_TICKET, is_resolved, questions, write_questions
from rag.evaluation.questions_file import Place, read_items
from rag.mentions import Manuals, named_keys
from rag.quotations import MOST, QUOTED, Quotations

RULES = (
    "Before the pump is opened, close both valves and wait until the gauge shows no pressure at all, "
    "then loosen the four screws crosswise and lift the lid straight up."
)
MANUAL = Document(
    "pump", "manual", "Pump service guide", "en",
    (Page(1, "i", "Welcome."), Page(2, "1", f"4.2 Opening\n{RULES}"), Page(3, "2", "4.3 Closing\nIn reverse.")),
    (Section("4.2 Opening", 1, 2), Section("4.3 Closing", 1, 3)),
)  # fmt: skip


def made(key: str, subject: str, text: str, *comments: str, status: str = "Closed", resolution: str = "") -> Document:
    fields = Fields(key=key, status=status, resolution=resolution, created="2025-01-07")
    return render(Ticket(subject, text, fields, comments=tuple(Comment("ana", "", c) for c in comments)), key)


TICKETS = (
    made("CHR-1", "The pump lid is stuck", "Hello team,\nit does not come off.\nThanks, Eva", resolution="See CHR-2."),
    made("CHR-2", "How do I open the pump?", "I want to see the inside.", f"The guide says: {RULES.upper()}"),
    made("CHR-3", "Closing takes very long", "It is slow.", "pump service guide, page 2 tells how", resolution="Done"),
    made("CHR-4", "No pressure after the start", "Nothing at all.", "Same as CHR-99 and CHR-4.", status="Resolved"),
    made("CHR-5", "Still waiting for spare parts", "When do they come?", "See CHR-1.", status="Open"),
    made("CHR-6", "As in CHR-1 the lid is stuck", "Mine is stuck too.", "Duplicate of CHR-1 and of chr-2"),
    made("CHR-7", "Nobody ever answered me here", "Is somebody there?"),
)  # fmt: skip


def library_of(folder: Path, *documents: Document, file: str = "export.csv") -> Library:
    library = Library(folder)
    add(library, documents, file)
    return library


def add(library: Library, documents: Iterable[Document], file: str) -> None:
    pieces = [Piece(document, [], document.id) for document in documents]
    library.store(FileRecord(f"/m/{file}", file, 1, 1), pieces, [piece.part for piece in pieces])


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = library_of(tmp_path / "library", *TICKETS)
    add(library, [MANUAL], "pump.pdf")
    yield library
    library.close()


def test_a_complaint_is_paired_with_what_solved_it(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    summary = write_questions(library, file)
    items = {item.id: item for item in read_items(file)}
    own = {f"CHR-{n} {OWN_TICKET}": (Place("export.csv", 1, f"CHR-{n}"),) for n in (1, 2, 3, 4, 6)}
    others = {
        f"CHR-1 {LINKED_TICKET}": (Place("export.csv", 1, "CHR-2"),),
        f"CHR-6 {LINKED_TICKET}": (Place("export.csv", 1, "CHR-2"),),
        f"CHR-2 {MANUAL_PAGE}": (Place("pump.pdf", 2),),
        f"CHR-3 {MANUAL_PAGE}": (Place("pump.pdf", 3),),
    }
    assert {name: item.own for name, item in items.items()} == own | others
    assert {name: item.without for name, item in items.items() if item.without} == {name: name[:5] for name in others}
    assert items[f"CHR-1 {OWN_TICKET}"].question == "The pump lid is stuck. it does not come off."
    assert all(item.answerable and item.pair == "en→en" for item in items.values())
    assert summary.json == {"summary": {"tickets": 6, "questions": 9, OWN_TICKET: 5, LINKED_TICKET: 2, MANUAL_PAGE: 2}}
    assert any("the same ticket again" in line for line in summary.lines(file))


def test_a_file_that_is_there_is_kept(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError, match="is kept"):
        write_questions(library, file)
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.name == "nt", reason="how large a file may be is a limit of Unix")
def test_of_a_file_that_the_disk_refuses_nothing_stays(library: Library, tmp_path: Path) -> None:
    import resource

    file = tmp_path / "questions.jsonl"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(SettingsError, match="cannot be written"):
            write_questions(library, file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not file.exists()


def test_no_empty_file_is_left_behind(tmp_path: Path) -> None:
    library = library_of(tmp_path / "library", TICKETS[4])
    with pytest.raises(SettingsError, match="no resolved ticket"):
        write_questions(library, tmp_path / "questions.jsonl")
    with pytest.raises(SettingsError, match="cannot be written"):
        write_questions(library, tmp_path / "absent" / "questions.jsonl")
    assert not (tmp_path / "questions.jsonl").exists()
    library.close()


def test_a_key_that_two_exports_bear_is_named_by_the_document_s_id(tmp_path: Path) -> None:
    library = library_of(tmp_path / "library", TICKETS[1])
    add(library, [made("CHR-2", "Another one by that number", "Quite another.", "Solved.")], "second.csv")
    lines = [line for made_of in questions(library) for line in made_of]
    ids = {row.file: row.id for row in library.documents()}
    assert {line["doc"]: line["document"] for line in lines} == ids
    library.close()


@pytest.mark.parametrize(
    ("status", "resolution", "expected"),
    [
        pytest.param("Closed", "", True, id="closed"),
        pytest.param("Resuelto", "", True, id="in-spanish"),
        pytest.param("Open", "Restart it.", False, id="reopened"),
        pytest.param("", "Restart it.", True, id="no-status-but-a-resolution"),
        pytest.param("", "", False, id="neither"),
    ],
)
def test_a_ticket_is_resolved_when_its_status_says_so(status: str, resolution: str, expected: bool) -> None:
    fields = Fields(status=status, resolution=resolution)
    assert is_resolved(DocumentRow("t", "ticket", "t", "en", "f", "/f", 1, 1, 1, fields)) is expected


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        pytest.param("No enciende", "Buenos días:\nDesde ayer no enciende el router.\nUn saludo",
                     "No enciende. Desde ayer no enciende el router.", id="greeting-and-farewell"),
        pytest.param("It fails", "Hi Ana, it fails at start", "it fails at start",
                     id="the-subject-is-not-said-twice"),
        pytest.param("Why does it crash?", "See:\n```\nat com.foo.Bar(Baz.java:1)\n```\nIt crashed twice.",
                     "Why does it crash? See: It crashed twice.", id="fenced-log"),
        pytest.param("Crash at night", "2025-01-07 10:15 ERROR foo\n\tat com.Bar(B.java:1)\n[ERROR] no\nEvery night.",
                     "Crash at night. Every night.", id="log-lines"),
        pytest.param("Slow start", "Steps to Reproduce\n1. Start it\n2. Wait\nExpected Result\nEnvironment: Linux 6",
                     "Slow start. Start it Wait", id="a-form-s-headings"),
        pytest.param("Se para", "- Ayer salió E04. Hoy también.", "Se para. Ayer salió E04. Hoy también.",
                     id="a-list-s-marks-and-no-number-inside"),
        pytest.param("No light", "The lamp is dark.\n\nTicket owner: Daniel Frost\n\nassignment_group: Desk",
                     "No light. The lamp is dark.", id="what-columns-say-is-none-of-it"),
        pytest.param("It stops", "At start it says:\n\nError: no disk in drive B",
                     "It stops. At start it says: Error: no disk in drive B", id="an-error-is"),
        pytest.param("[CHR-1] The lid is stuck", "", "The lid is stuck", id="its-own-number"),
        pytest.param("", "The lid of the pump is stuck", "The lid of the pump is stuck", id="no-subject"),
        pytest.param("Help", "", "", id="too-little"),
    ],
)  # fmt: skip
def test_a_complaint_is_what_its_writer_would_have_asked(subject: str, text: str, expected: str) -> None:
    document = made("CHR-1", subject, text)
    assert complaint(document.title, document.pages[0].text, "CHR-1") == expected


def test_a_long_complaint_ends_with_a_sentence_or_at_least_with_a_word() -> None:
    sentence = "The lid of the pump has been stuck for days."
    text = " ".join([sentence] * 20)
    assert complaint("", text).endswith("days.")
    assert complaint("", "stuck " * 200).endswith("stuck")


@settings(deadline=None)
@given(st.text(max_size=50), st.text(max_size=600), st.text("ABC-12[(*", max_size=6))
def test_any_text_makes_one_line_of_bounded_length(title: str, problem: str, key: str) -> None:
    got = complaint(title, problem, key)
    assert len(got) <= LONGEST
    assert got == " ".join(got.split())


KEYS = {"chr-12", "inc0012345", "4521"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("duplicate of CHR-12.", ["chr-12"], id="by-key"),
        pytest.param("https://help.example/browse/chr-12?x=1", ["chr-12"], id="in-an-address"),
        pytest.param("CHR-123, XCHR-12, CHR-12-a, CHR-1", [], id="others-that-look-alike"),
        pytest.param("INC0012345 and CHR-12 and CHR-12", ["inc0012345", "chr-12"], id="each-once-in-order"),
        pytest.param("duplicado de 4521", ["4521"], id="a-number-after-a-word"),
        pytest.param("see #4521", ["4521"], id="a-number-after-a-mark"),
        pytest.param("Incidencia nº 4521", ["4521"], id="a-number-in-spanish"),
        pytest.param("it costs 4521 euros", [], id="any-number"),
    ],
)
def test_a_ticket_is_named_by_its_key(text: str, expected: list[str]) -> None:
    assert sorted(named_keys(text, KEYS)) == sorted(expected)


def row(identity: str, title: str, file: str) -> DocumentRow:
    return DocumentRow(identity, "manual", title, "en", file, f"/{file}", 1, 1, 1, Fields())


NAMED = Manuals([row("a", "Guía de instalación", "guia.pdf"), row("b", "Pump service guide", "p.pdf"),
                 row("c", "Common title", "c1.pdf"), row("d", "Common title", "c2.pdf"),
                 row("e", "FAQ", "faq-manual.html")])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("mira la Guia de Instalación, página 12.", [("a", "12", "")], id="title-and-page-in-spanish"),
        pytest.param("see guia.pdf (p. 7)", [("a", "7", "")], id="file-and-page"),
        pytest.param("página 12 de guia.pdf", [("a", "12", "")], id="page-before-the-name"),
        pytest.param("It is on page 3 of the Pump service guide", [("b", "3", "")], id="page-before-the-title"),
        pytest.param("the pump service guide, see section 5.3", [("b", "", "5.3")], id="section"),
        pytest.param("apartado 2.1 del manual «Pump service guide»", [("b", "", "2.1")], id="section-before"),
        pytest.param("faq-manual page 2", [("e", "2", "")], id="a-file-name-without-its-ending"),
        pytest.param("the pump service guide. Page 3 of your letter", [], id="another-sentence"),
        pytest.param("Common title, page 3", [], id="a-name-that-two-bear"),
        pytest.param("myguia.pdf, page 3", [], id="part-of-another-name"),
        pytest.param("the FAQ, page 3", [], id="too-short-a-title"),
        pytest.param("the pump service guide tells all", [], id="no-page"),
    ],
)
def test_a_page_of_a_manual_is_named_beside_its_name(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(m.manual.id, m.page, m.section) for m in NAMED.mentions(text)] == expected


@pytest.mark.parametrize(
    ("said", "page"),
    [
        pytest.param("Pump service guide, page 1", 2, id="the-printed-page-goes-before-the-number"),
        pytest.param("Pump service guide, page 3", 3, id="a-number-where-nothing-is-printed-so"),
        pytest.param("Pump service guide, section 4.3", 3, id="section"),
        pytest.param("Pump service guide, page 99", None, id="no-such-page"),
        pytest.param("Pump service guide, section 4", None, id="no-such-section"),
    ],
)
def test_the_named_page_is_found_in_the_manual(tmp_path: Path, said: str, page: int | None) -> None:
    library = library_of(tmp_path / "library", made("CHR-1", "How does it open?", "Tell me.", said))
    add(library, [MANUAL], "pump.pdf")
    lines = [line for made_of in questions(library) for line in made_of if line["type"] == MANUAL_PAGE]
    assert [line["pages"] for line in lines] == ([] if page is None else [[page]])
    library.close()


WORDS = st.lists(st.sampled_from([f"w{n}" for n in range(200)]), min_size=QUOTED, max_size=60)


@settings(deadline=None)
@given(WORDS, WORDS, WORDS, st.integers(0, 44))
def test_every_quotation_of_enough_words_is_found(
    page: list[str], before: list[str], after: list[str], start: int
) -> None:
    quoted = page[start : start + QUOTED]
    text = " ".join(page)
    found = Quotations([(7, text)], lambda ref: text).find(", ".join([*before, *quoted, *after]))
    assert found == ([7] if len(quoted) == QUOTED else found)


@pytest.mark.parametrize("shared", [QUOTED - 1, 0])
def test_less_than_a_quotation_is_none(shared: int) -> None:
    text = " ".join(f"page{n}" for n in range(40))
    said = " ".join([*text.split()[5 : 5 + shared], *(f"ticket{n}" for n in range(40))])
    assert Quotations([(7, text)], lambda ref: text).find(said) == []


def test_what_stands_on_many_pages_is_no_quotation() -> None:
    pages = [(n, f"{RULES} Page {n}") for n in range(MOST + 1)]
    texts = dict(pages)
    assert Quotations(pages, texts.__getitem__).find(RULES) == []
    assert sorted(Quotations(pages[1:], texts.__getitem__).find(RULES)) == list(range(1, MOST + 1))


@pytest.mark.heavy
def test_thousands_of_tickets_are_read_one_at_a_time(tmp_path: Path) -> None:
    long = "word " * 4_000
    tickets = [made(f"BIG-{n}", f"The pump number {n} leaks", long, f"See BIG-{n - 1}. {long}") for n in range(300)]
    library = library_of(tmp_path / "library", *tickets)
    del tickets
    tracemalloc.start()
    summary = write_questions(library, tmp_path / "questions.jsonl")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    library.close()
    assert summary.questions == {OWN_TICKET: 300, LINKED_TICKET: 299}
    assert peak < 6_000_000  # the text of all is 12 MB
    with (tmp_path / "questions.jsonl").open(encoding="utf-8") as file:
        assert all(json.loads(line)["question"].startswith("The pump number") for line in file)
