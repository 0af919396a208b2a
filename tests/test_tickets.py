"""Ticket exports become one Document a ticket, whatever dialect, language or damage they come with."""

from __future__ import annotations

import csv
import io
import json
import logging
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import ReadError, SettingsError, Skipped
from ingest.readers import wiki
from ingest.readers.cell_html import plain
from ingest.readers.columns import ColumnMap, fold, guess
from ingest.readers.ticket_table import distinct
from ingest.readers.tickets import read, read_with_map
from ingest.types import Document
from tests.export_files import documents, written
from tests.fakes import ticket

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "tickets"
ENGLISH = {
    "id": "FR-1", "subject": "The router does not start", "status": "Solved", "resolution": "We replaced the adapter.",
    "created": "2025-03-01", "requester": "alias-1", "description": "It is dead and the light is off.",
}  # fmt: skip


def as_csv(rows: list[list[str]], delimiter: str = ",") -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue()


def issue(**fields: object) -> dict[str, object]:
    return {"id": "77", "key": "AC-9", "fields": {"summary": "It breaks", "description": None, **fields}}


def section_texts(document: Document) -> dict[str, str]:
    """Each section's text by its title, cut at the next section."""
    ends = [section.start for section in document.sections[1:]] + [len(document.pages[0].text)]
    return {
        section.title: document.pages[0].text[section.start : end].strip()
        for section, end in zip(document.sections, ends, strict=True)
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_table_reads_the_same_in_any_dialect(tmp_path, delimiter, encoding):
    rows = [
        ["Número", "Asunto", "Descripción", "Estado", "Solución", "Fecha", "Solicitante", "Etiquetas"],
        ["T-1", "La caldera no enciende", 'Sale "E03",\nluego; se | apaga\tsola.', "Cerrado", "Se purgó.",
         "2025-01-02", "alias-7", "caldera, avería"],
    ]  # fmt: skip
    (document,) = documents(tmp_path, "t.csv", as_csv(rows, delimiter).encode(encoding))
    assert (document.id, document.title, document.language) == ("T-1", "La caldera no enciende", "es")
    assert document.fields.tags == ("caldera", "avería")
    assert document.fields.requester == "alias-7"
    assert section_texts(document)["Resolución"] == "Resolución\nSe purgó."
    assert 'Sale "E03",\nluego; se | apaga\tsola.' in document.text


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("Ticket ID", "id"), ("Clave", "id"), ("NÚMERO", "id"), ("Nº de ticket", "id"), ("Issue key", "id"),
        ("asunto", "subject"), ("Título", "subject"), ("Summary", "subject"),
        ("Descripción", "description"), ("body", "description"),
        ("Estado", "status"), ("createdAt", "created"), ("Fecha de creación", "created"), ("updated_at", "updated"),
        ("Resolución", "resolution"), ("Solución", "resolution"), ("Cliente", "requester"), ("Reporter", "requester"),
        ("Producto", "product"), ("Versión", "version"), ("Affects Version/s", "version"), ("Labels", "tags"),
        ("Comentarios", "comments"), ("conversation", "comments"), ("Prioridad", "priority"),
        ("Comment 1", "comments"), ("Comentario2", "comments"), ("Private Comment 3", "comments"), ("Label 2", "tags"),
        ("Comentarios y notas de trabajo", "comments"), ("Response 2", "comments"),
        ("Custom field (Product)", "product"), ("Created by", "requester"), ("Current Status", "status"),
        ("Closed Date", "resolved"), ("closed_on", "resolved"), ("Hora de cierre", "resolved"),
        ("Nº ticket", "id"), ("N.º incidencia", "id"), ("Nº de incidencia", "id"),
    ],
)  # fmt: skip
def test_column_names_are_understood_in_both_languages(column, name):
    assert guess([column, "zzz"]).pairs == ((column, name),)


def test_of_two_columns_for_one_field_the_surer_is_taken():
    columns = guess(["Issue id", "Title", "Issue key", "Summary", "Labels", "Components"])
    assert columns.columns("id") == ("Issue key",)
    assert columns.columns("subject") == ("Summary",)
    assert columns.columns("tags") == ("Labels", "Components")


@pytest.mark.parametrize(
    ("key", "read_as"),
    [("1 204", "1204"), ("1\u202f204\u00a0000", "1204000"), ("SUP 204", "SUP 204"), ("12 04", "12 04")],
)
def test_a_number_with_its_thousands_apart_is_that_number(tmp_path, key, read_as):
    (document,) = documents(tmp_path, "t.csv", as_csv([["id", "subject", "status"], [key, "Fan", "open"]]))
    assert (document.id, document.fields.key) == (read_as, read_as)


def test_a_value_that_is_named_in_spanish_is_that_name(tmp_path):
    record = {"Nº incidencia": 7, "Asunto": "Sin red", "Estado": {"id": 3, "nombre": "Cerrada"}}
    (document,) = documents(tmp_path, "t.json", json.dumps([record]))
    assert (document.fields.key, document.fields.status) == ("7", "Cerrada")


@given(st.text(max_size=40))
def test_folding_a_column_name_twice_changes_nothing(name):
    assert fold(fold(name)) == fold(name)


def test_a_map_beats_the_guess_and_leaves_the_rest_to_it(tmp_path):
    path = written(tmp_path, "t.csv", "Ref,Qué pasa,Cuerpo,Status\nA,No hay luz,Texto largo,Open\n")
    (document,) = read_with_map(path, ColumnMap.parse(["Qué pasa=subject", "Status=version"]))
    assert (document.id, document.title, document.fields.version) == ("A", "No hay luz", "Open")
    assert "Texto largo" in document.text
    assert document.fields.status == ""


def test_a_map_with_a_column_that_is_not_there_names_those_that_are(tmp_path):
    path = written(tmp_path, "t.csv", "id,subject\n1,x\n")
    with pytest.raises(ReadError, match=r"t\.csv: has no column Asunto\. It has: id, subject"):
        list(read_with_map(path, ColumnMap.parse(["Asunto=subject"])))


@pytest.mark.parametrize("text", ["Asunto", "Asunto=", "=subject", "Asunto=colour"])
def test_a_map_that_makes_no_sense_is_refused(text):
    with pytest.raises(SettingsError, match="maps no column"):
        ColumnMap.parse([text])


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(lambda a, b: a, id="one"),
        pytest.param(lambda a, b: [a, b], id="list"),
        pytest.param(lambda a, b: {"startAt": 0, "total": 2, "issues": [a, b]}, id="issues"),
        pytest.param(lambda a, b: {"tickets": [a, b]}, id="tickets"),
        pytest.param(lambda a, b: {"data": {"tickets": [a, b]}}, id="data-tickets"),
        pytest.param(lambda a, b: [{"helpdesk_ticket": a}, {"helpdesk_ticket": b}], id="each-wrapped"),
    ],
)
def test_json_is_read_in_every_usual_shape(tmp_path, shape):
    second = {**ENGLISH, "id": "FR-2"}
    data = shape(ENGLISH, second)
    found = documents(tmp_path, "t.json", json.dumps(data))
    assert [document.id for document in found] == (["FR-1"] if data is ENGLISH else ["FR-1", "FR-2"])
    assert {document.kind for document in found} == {"ticket"}


def test_lines_in_a_file_named_json_are_read_as_lines(tmp_path):
    lines = "\n".join(json.dumps({**ENGLISH, "id": n}) for n in range(3))
    assert [document.id for document in documents(tmp_path, "t.json", lines)] == ["0", "1", "2"]


def test_a_jira_issue_becomes_problem_comments_and_resolution(tmp_path):
    comments = [
        {"author": {"displayName": "alias-2"}, "created": "2025-01-02T10:00:00.000+0000", "body": "Which version?"},
        {"author": {"displayName": "alias-3"}, "created": "2025-01-03T10:00:00.000+0000", "body": "Update to 2.1."},
    ]
    data = issue(
        description="h3. Steps\nPress *reset* with [~alias-1], see [the page|http://x.test/a].\n"
        "{code:java}\nint *a = *b; // h3. {{kept}}\n{code}",
        status={"name": "Resolved"}, resolution={"name": "Fixed"}, resolutiondate="2025-01-04T00:00:00.000+0000",
        project={"key": "AC", "name": "Faro"}, versions=[{"name": "2.0"}], labels=["wifi"],
        components=[{"name": "radio"}], reporter={"displayName": "alias-1"}, comment={"comments": comments},
        priority={"name": "High"}, customfield_10001="0|hzzzzz:",
    )  # fmt: skip
    (document,) = documents(tmp_path, "AC-9.json", json.dumps(data))
    texts = section_texts(document)
    last = "Last comment — alias-3, 2025-01-03"
    assert list(texts) == ["Problem", "Comment — alias-2, 2025-01-02", last, "Resolution"]
    assert texts[last].endswith("\nUpdate to 2.1.")
    assert texts["Resolution"] == "Resolution\nFixed"
    assert "Steps\nPress reset with alias-1, see the page (http://x.test/a)." in texts["Problem"]
    assert "int *a = *b; // h3. {{kept}}" in texts["Problem"]
    assert "hzzzzz" not in document.text
    assert "Priority: High" in texts["Problem"]
    fields = document.fields
    assert (fields.key, fields.product, fields.version, fields.resolution) == ("AC-9", "Faro", "2.0", "Fixed")
    assert fields.tags == ("wifi", "radio")


def test_an_open_ticket_has_no_last_comment_and_no_resolution(tmp_path):
    data = issue(status={"name": "Open"}, resolution={"name": "Unresolved"}, comment={"comments": [{"body": "Hello"}]})
    (document,) = documents(tmp_path, "t.json", json.dumps(data))
    assert list(section_texts(document)) == ["Problem", "Comment 1"]
    assert document.fields.resolution == ""


@pytest.mark.parametrize(
    ("status", "last"),
    [("closed successful", True), ("Cerrado con éxito", True), ("Cancelled by user", False), ("Reopened", False)],
)
def test_a_state_that_says_how_a_ticket_was_closed_closes_it(tmp_path, status, last):
    data = issue(status={"name": status}, resolution=None, comment={"comments": [{"body": "Hello"}]})
    (document,) = documents(tmp_path, "t.json", json.dumps(data))
    assert list(section_texts(document)) == ["Problem", "Last comment" if last else "Comment 1"]


def test_the_steps_of_a_jira_text_have_their_numbers_and_a_panel_its_title():
    text = "{panel:title=Aviso|borderStyle=dashed}\nCorte la luz.\n{panel}\n# Abra\n## la tapa\n# Cierre\n\n# Sola\n"
    code = "{code:bash}\n# one\n# two\n{code}"
    assert wiki.clean(text + code).split("\n") == [
        "Aviso", "Corte la luz.", "", "1. Abra", "## la tapa", "2. Cierre", "", "# Sola", "", "# one", "# two",
    ]  # fmt: skip
    items = [{"type": "listItem", "content": [{"type": "text", "text": text}]} for text in ("Abra", "Cierre")]
    steps = {"type": "orderedList", "attrs": {"order": 3}, "content": items}
    assert wiki.flatten({"type": "doc", "content": [steps]}) == "3. Abra\n4. Cierre"


def test_an_atlassian_document_is_flattened_and_its_code_kept(tmp_path):
    def text(words: str, **more: object) -> dict[str, object]:
        return {"type": "text", "text": words, **more}

    link = [{"type": "link", "attrs": {"href": "http://x.test"}}]
    adf = {"type": "doc", "version": 1, "content": [
        {"type": "heading", "content": [text("Steps")]},
        {"type": "bulletList", "content": [
            {"type": "listItem", "content": [
                {"type": "paragraph", "content": [text("open "), text("it", marks=link)]},
            ]},
        ]},
        {"type": "codeBlock", "content": [text("a = *b*\n  c")]},
        {"type": "paragraph", "content": [{"type": "mention", "attrs": {"text": "@ana"}}, {"type": "hardBreak"}]},
        {"type": "unknown", "content": "no list"}, None,
    ]}  # fmt: skip
    (document,) = documents(tmp_path, "t.json", json.dumps(issue(description=adf)))
    assert "Steps\n- open it (http://x.test)\n\na = *b*\n  c\n@ana" in document.text


@pytest.mark.parametrize(
    ("cell", "headings"),
    [
        pytest.param("one\n---\ntwo", ["Comment 1", "Comment 2"], id="rules"),
        pytest.param("2025-03-04 10:15 — ana:\none\n\n2025-03-05 — luis:\ntwo",
                     ["Comment — ana, 2025-03-04", "Comment — luis, 2025-03-05"], id="date-then-author"),
        pytest.param("ana (2025-03-04):\none\nluis, 5/3/2025:\ntwo",
                     ["Comment — ana, 2025-03-04", "Comment — luis, 5/3/2025"], id="author-then-date"),
        pytest.param("12/May/14 7:39 PM;ana;one", ["Comment — ana, 12/May/14 7:39 PM"], id="jira-csv"),
        pytest.param('[{"author":"ana","created_at":"2025-03-04T00:00:00Z","body":"one"}]',
                     ["Comment — ana, 2025-03-04"], id="json-in-a-cell"),
        pytest.param("2025-03-05 10:15:22 - Luis Gil (Work notes)\ntwo\n\n2025-03-04 09:00:00 - Ana (Comments)\none",
                     ["Comment — Ana (Comments), 2025-03-04", "Comment — Luis Gil (Work notes), 2025-03-05"],
                     id="journal-newest-first"),
        pytest.param("2025-03-04 10:15:22 - Luis Gil (Notas de trabajo)\r\none\r\n\r\nand more",
                     ["Comment — Luis Gil (Notas de trabajo), 2025-03-04"], id="journal-of-one"),
        pytest.param("2025-03-04 10:15:00 ERROR: disk\n{code}\na: 1\n---\nb: 2\n{code}",
                     ["Comment 1"], id="log-and-code"),
    ],
)  # fmt: skip
def test_a_thread_in_one_cell_is_parted_into_its_messages(tmp_path, cell, headings):
    table = as_csv([["id", "subject", "description", "comments"], ["1", "It is broken", "The text of it", cell]])
    (document,) = documents(tmp_path, "t.csv", table)
    assert list(section_texts(document))[1:] == headings


def test_repeated_comment_columns_are_all_kept(tmp_path):
    table = "Summary,Issue key,Comment,Comment,Labels,Labels\nIt is broken,J-1,first,second,a,b\n"
    (document,) = documents(tmp_path, "t.csv", table)
    assert list(section_texts(document)) == ["Problem", "Comment 1", "Comment 2"]
    assert document.fields.tags == ("a", "b")


def test_numbered_comment_columns_are_the_messages_of_a_thread(tmp_path):
    rows = [
        ["Summary", "Issue key", "Status", "Comment 1", "Comment 2", "Comment 3"],
        [
            "It is broken",
            "J-1",
            "Done",
            "03/Mar/25 10:00 AM;luis;Check the valve.",
            "04/Mar/25 8:00 AM;ana;Solved.",
            "",
        ],
    ]
    (document,) = documents(tmp_path, "t.csv", as_csv(rows))
    assert section_texts(document)["Last comment — ana, 04/Mar/25 8:00 AM"].endswith("\nSolved.")
    assert len(document.sections) == 3


def test_a_comment_by_a_number_has_the_name_that_the_ticket_gives_to_it(tmp_path):
    record = {
        "id": 7, "subject": "No colour", "status": "open", "requester": {"id": 36012345678, "name": "Ana Gil"},
        "comments": [{"author_id": 36012345678, "body": "Still none."}, {"author_id": 5, "body": "Change C-33."}],
    }  # fmt: skip
    (document,) = documents(tmp_path, "t.json", json.dumps({"tickets": [record]}))
    assert [section.title for section in document.sections[1:]] == ["Comment — Ana Gil", "Comment — 5"]


def test_a_column_that_is_no_field_is_still_searchable(tmp_path):
    (document,) = documents(tmp_path, "t.csv", "id,subject,description,Número de serie\n1,a,b,SN-0042\n")
    assert "Número de serie: SN-0042" in document.text


def test_two_tickets_of_one_key_are_both_kept_and_a_copy_is_not(tmp_path):
    rows = [["id", "subject", "description"], ["1", "a", "x"], ["1", "a", "y"], ["1", "a", "x"], ["1", "a", "y"]]
    found = documents(tmp_path, "t.csv", as_csv(rows))
    assert [(document.id, document.fields.key) for document in found] == [("1", "1"), ("1#2", "1")]
    assert "y" in found[1].text


def test_a_ticket_without_a_key_is_named_after_its_row(tmp_path):
    found = documents(tmp_path, "mesa.csv", "asunto,descripción\na,x\nb,y\n")
    assert [document.id for document in found] == ["mesa-1", "mesa-2"]


def test_a_bad_line_is_named_and_the_others_survive(tmp_path, caplog):
    lines = [json.dumps(ENGLISH), "{broken", '"text"', "", "[" * 100_000, json.dumps({**ENGLISH, "id": "FR-2"})]
    with caplog.at_level(logging.WARNING):
        found = documents(tmp_path, "t.jsonl", "\n".join(lines))
    assert [document.id for document in found] == ["FR-1", "FR-2"]
    assert "3 of 5 lines are no tickets, left out: 2, 3, 5" in caplog.text


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("package.json", '{"name": "x", "version": "1", "description": "a tool"}', "no ticket export Tomo knows"),
        ("list.json", '[1, "a", null]', "no ticket export Tomo knows"),
        ("cut.json", '{"issues": [', r"cut\.json: is not valid JSON \(Expecting value"),
        ("deep.json", "[" * 100_000, "nested too deeply"),
        ("bad.jsonl", "{broken\n{worse\n", "holds no ticket .line 1"),
        ("q.jsonl", '{"id": "q1", "question": "a", "answer": "b"}\n', "no ticket export Tomo knows"),
        ("cell.csv", 'id,subject,description\n1,a,"' + "x" * (65 << 20), r"no readable CSV near line \d"),
    ],
    ids=lambda value: value if len(value) < 15 else "",
)
def test_a_file_without_tickets_says_what_it_is_and_what_to_do(tmp_path, name, content, message):
    with pytest.raises(ReadError, match=message):
        documents(tmp_path, name, content)


@pytest.mark.parametrize(("name", "content"), [("t.json", '{"issues": []}'), ("t.jsonl", "\n\n"), ("t.csv", "\n ,\n")])
def test_an_export_of_nothing_is_skipped(tmp_path, name, content):
    with pytest.raises(Skipped):
        documents(tmp_path, name, content)


def test_a_parts_list_is_a_manual_of_its_rows(tmp_path):
    rows = [["Ref", "Nombre", "Descripción", "Precio"], *([f"P-{n}", "Junta", "De goma", "3,20"] for n in range(120))]
    (document,) = documents(tmp_path, "repuestos.csv", as_csv(rows, ";"))
    assert (document.kind, document.id, document.title) == ("manual", "", "repuestos")
    assert [len(page.text.splitlines()) for page in document.pages] == [50, 50, 20]
    assert document.pages[1].text.startswith("Ref: P-50 | Nombre: Junta | Descripción: De goma | Precio: 3,20\n")
    assert [section.title for section in document.sections] == ["1–50", "51–100", "101–120"]


def test_a_second_table_below_an_empty_row_has_its_own_column_names(tmp_path):
    table = "Model;Price\nBrisa;1200 €\nNube;1450 €\n;\nSpare parts\nPart;Code\nO-ring;J-22\n\nLid;T-9\n"
    (document,) = documents(tmp_path, "t.csv", table)
    assert document.text.split("\n") == [
        "Model: Brisa | Price: 1200 €", "Model: Nube | Price: 1450 €", "Spare parts",
        "Part: O-ring | Code: J-22", "Part: Lid | Code: T-9",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("subject,body", "ticket"), ("título,descripción,estado", "ticket"), ("description,status,created", "ticket"),
        ("title,description,price", "manual"), ("ref,description,status", "manual"), ("código,causa,remedio", "manual"),
    ],
)  # fmt: skip
def test_a_table_is_tickets_only_if_its_columns_say_so(tmp_path, header, kind):
    (document,) = documents(tmp_path, "t.csv", f"{header}\none thing,another thing,a third\n")
    assert document.kind == kind


def test_lines_above_the_column_names_are_no_tickets(tmp_path):
    table = "sep=;\nExport of 2025\n\nid;subject;description\n1;a;b\n;;\nTotal: 1\n"
    found = documents(tmp_path, "t.csv", table)
    assert [document.title for document in found] == ["a"]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        pytest.param('1,"Screen broken,open\n2,Fan,open\n3,Disk,open', 2, id="the-first-ticket"),
        pytest.param('1,Fan,open\n\n2,"Two\nlines",open\n3,Disk,"open\n4,x,y\n', 6, id="after-a-cell-of-two-lines"),
        pytest.param('1,Fan,open\n2,Disk,"', 3, id="the-very-end"),
        pytest.param('1,Fan,open\n2,Disk,"op""', 3, id="a-doubled-quote-at-the-end"),
    ],
)
@pytest.mark.parametrize("hint", ["", "sep=,\n"], ids=["", "sep"])
def test_a_quote_that_is_never_closed_does_not_swallow_the_other_tickets(tmp_path, rows, line, hint):
    with pytest.raises(ReadError, match=rf"no readable CSV near line {line + bool(hint)} \("):
        documents(tmp_path, "t.csv", f"{hint}id,subject,status\n{rows}")


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r", "\n\n"], ids=repr)
@pytest.mark.parametrize("last", ['"Broken 24" panel"', '"Broken"', 'Broken 24"', '"a\nb"', '"He said ""no"""', '""'])
def test_quotes_within_or_at_the_end_of_the_last_cell_are_no_open_ones(tmp_path, last, end):
    found = documents(tmp_path, "t.csv", f"id,subject,description\n1,Fan,x\n2,Disk,{last}{end}")
    assert [document.title for document in found] == ["Fan", "Disk"]


def test_a_cell_longer_than_the_csv_limit_is_kept_whole(tmp_path):
    long = "word " * 60_000
    (document,) = documents(tmp_path, "t.csv", as_csv([["id", "subject", "description"], ["1", "a", long]]))
    assert long.strip() in document.text


def test_a_line_in_another_encoding_than_the_others_keeps_its_letters(tmp_path):
    rows = [f'{n},Avería número {n},"¿No\rva?\nAdiós",abierto\n'.encode() for n in range(9)]
    rows[4] = 'N,"Año «Niño»\nestá»",Sólo 5 €,abierto\n'.encode("cp1252")
    rows[6] = b"C,Cort" + "ó".encode()[:1] + b"," + "…".encode()[:2] + b",abierto\n"
    found = documents(tmp_path, "t.csv", b"id,subject,description,status\n" + b"".join(rows))
    assert len(found) == 9
    assert found[3].text.endswith("¿No\nva?\nAdiós")
    assert found[4].title == "Año «Niño» está»"
    assert found[4].text.endswith("Sólo 5 €")
    assert (found[6].title, found[6].text[-1]) == ("Cort\ufffd", "\ufffd")


def test_a_long_export_is_read_in_bounded_memory(tmp_path):
    path = tmp_path / "t.csv"
    with path.open("w") as file:
        file.write("id,subject,description,status\n")
        file.writelines(f"{n},The subject {n},{'x yz ' * 300},Open\n" for n in range(3_000))
    tracemalloc.start()
    count = sum(1 for _ in read(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 3_000
    assert path.stat().st_size > 4_000_000
    assert peak < 2_000_000


def test_nul_bytes_and_lone_surrogates_never_come_through(tmp_path):
    (first,) = documents(tmp_path, "t.csv", b"id,subject,description\n1,a\0b,c\0d\n")
    (second,) = documents(tmp_path, "t.json", r'{"id": "1", "subject": "a\u0000b", "description": "c\ud800d"}')
    for document in (first, second):
        assert document.title == "ab"
        assert "\0" not in document.text.encode().decode()


KEYS = ["name", "type", "content", "comments", "body", "author", "text", "attrs", "marks", "value"]
CELLS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("doc"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)
NAMES = ["id", "description", "status", "resolution", "created", "requester", "version", "tags", "comments", "priority"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(record=st.dictionaries(st.sampled_from([*NAMES, "other"]), CELLS))
def test_whatever_the_cells_hold_a_ticket_is_one_page_with_its_sections_in_place(tmp_path, record):
    (document,) = documents(tmp_path, "t.json", json.dumps({"subject": "It breaks", **record, "description": "Here"}))
    (page,) = document.pages
    assert page.text.startswith("It breaks")
    assert document.sections[0].start == 0
    starts = [section.start for section in document.sections]
    assert starts == sorted(set(starts))
    for section in document.sections[1:]:
        assert page.text[section.start :].startswith(section.title + "\n")
    assert document.id
    assert document.text.encode()


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside the project")
def test_every_ticket_of_the_corpus_is_read():
    jira = [document for path in sorted((CORPUS / "jira").glob("*.json")) for document in read(path)]
    table = list(read(CORPUS / "helpdesk-export.csv"))
    lines = list(read(CORPUS / "helpdesk-export.jsonl"))
    assert (len(jira), len(table), len(lines)) == (400, 700, 300)
    assert len({document.id for document in [*jira, *table, *lines]}) == 1400
    assert all(document.fields.key == document.id and document.title for document in [*jira, *table, *lines])


def test_tickets_of_one_number_are_told_apart_and_identical_ones_left_out() -> None:
    keys = [
        ("A", "one"),
        ("A", "two"),
        ("A#2", "three"),
        ("A", "one"),
        ("A", "four"),
        ("A", "two"),
        ("", "x"),
        ("", "x"),
    ]
    found = [(t.id, t.text) for t in distinct(ticket(*key) for key in keys)]
    assert found == [("A", "one"), ("A#2", "two"), ("A#2#2", "three"), ("A#3", "four"), ("", "x"), ("", "x")]


def test_many_tickets_of_one_number_take_no_longer_than_others() -> None:
    started = time.perf_counter()
    assert len(list(distinct(ticket("A", f"text {i}") for i in range(12_000)))) == 12_000
    assert time.perf_counter() - started < 4  # before: 13 s


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        pytest.param("<div dir=ltr>Marca 7<div>3 lámparas</div></div>", "Marca 7\n3 lámparas", id="a-block-opens"),
        pytest.param("<table><tr><td>Code</td><td>45</td><td>2</td></table>", "Code | 45 | 2", id="cells"),
        pytest.param("<td>Code</td><td>45</td><td>2</td>", "Code | 45 | 2", id="cells-without-a-table"),
        pytest.param("<p>Check:<ul><li>One<li>Two", "Check:\n\n- One\n- Two", id="items-never-closed"),
        pytest.param("<pre>a  b\n  c</pre>", "a  b\n  c", id="verbatim"),
        pytest.param("&lt;p&gt;La &lt;b&gt;P9&lt;/b&gt; &amp;lt; 3&lt;/p&gt;", "La P9 < 3", id="escaped"),
        pytest.param("Hola<br><br>Aviso <b>AUTH-77</b>.<br>Adiós", "Hola\nAviso AUTH-77.\nAdiós", id="later-on"),
        pytest.param("<strong>Device</strong> P9<br />Off", "Device P9\nOff", id="begins-with-strong"),
        pytest.param("<blockquote>One</blockquote>Two", "One\n\nTwo", id="begins-with-a-quote"),
        pytest.param("Use <b>v2</b>.\nThen 3.\n\nAnd 4.", "Use v2.\nThen 3.\n\nAnd 4.", id="typed-lines"),
        pytest.param("Ana <ana@x.org> on <host>: <br>7", "Ana <ana@x.org> on <host>:\n7", id="an-address-beside-tags"),
        pytest.param("See <a href='x'>page 7</a>", "See page 7", id="a-link"),
        pytest.param(
            "&lt;p&gt;E05&lt;/p&gt;<br>&lt;p&gt;Off &amp;lt; 3&lt;/p&gt;", "E05\n\nOff < 3", id="escaped-apart"
        ),
    ],
)
def test_html_in_a_cell_parts_what_its_tags_part(tmp_path, cell, text):
    rows = [["id", "subject", "description", "status"], ["1", "S", cell, "open"]]
    (document,) = documents(tmp_path, "t.csv", as_csv(rows))
    assert document.text.rpartition(": open\n\n")[2] == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("&#60;p&#62;La impresora &#38; pita&#60;/p&#62;&#60;p&#62;E05 &#38;lt; 3&#60;/p&#62;",
         "La impresora & pita\n\nE05 < 3"),
        ("l&#039;impressora d&#xe9;j&agrave; no imprime", "l'impressora déjà no imprime"),
        ("&iquest;Por qu&eacute; sale &quot;E05&quot; &amp; pita?", '¿Por qué sale "E05" & pita?'),
    ],
    ids=["tags", "letters", "spanish"],
)  # fmt: skip
def test_a_cell_that_a_program_has_escaped_is_read_as_it_was_typed(tmp_path, cell, text):
    rows = [["id", "subject", "description", "status"], ["1", cell, cell, "open"]]
    (document,) = documents(tmp_path, "t.csv", as_csv(rows))
    assert document.text.rpartition(": open\n\n")[2] == text
    if "<" not in text:
        assert document.title == text


@pytest.mark.parametrize(
    "cell",
    [
        "Write `&quot;` for a quote",
        "R&amp;D",
        "<host>10.0.0.1</host>",
        "a < b and 3 &lt; 4",
        "if x<b then y>3",
        "<b then y>3",
        "copy <a> to <b>",
        "```\n<div>7</div>\n```",
        "The tag `<br>` is missing",
        "3 &lt;host&gt; 7",
    ],
)
def test_a_cell_that_is_no_html_stays_as_it_is(tmp_path, cell):
    rows = [["id", "subject", "description", "status"], ["1", "S", cell, "open"]]
    (document,) = documents(tmp_path, "t.csv", as_csv(rows))
    assert document.text.endswith(f"\n\n{cell}")


@pytest.mark.parametrize("mark", ["<p a=", "<a href=", "<b", "&lt;p ", "\n", "<!--", "&lt;p&gt;<"])
def test_a_cell_of_broken_tags_takes_no_longer_than_another(mark):
    began = time.perf_counter()
    plain(f"x<br>{mark}" + f"{mark}   " * 20_000)
    assert time.perf_counter() - began < 5
