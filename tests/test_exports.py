"""The exports that help desks really write are understood as they are; a column map says the rest."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from pathlib import Path

import pytest

from ingest.errors import ReadError, SettingsError
from ingest.readers.columns import ColumnMap, guess, read_map
from ingest.readers.options import Options
from ingest.readers.tickets import read, read_with_map
from ingest.readers.xlsx import read as workbook_read
from tests import make_files
from tests.export_files import documents, written

HEADERS = {
    "zendesk": (
        "Summation column,Id,Requester,Requester id,Requester external id,Requester email,Requester domain,Submitter,"
        "Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,Created at,Updated at,Assigned at,Organization,"
        "Due date,Initially assigned at,Solved at,Resolution time,Satisfaction Score,Group stations,Assignee stations,"
        "Reopens,Replies,First reply time in minutes",
        "id=Id subject=Subject requester=Requester tags=Tags status=Status priority=Priority created=Created at "
        "updated=Updated at resolved=Solved at",
    ),
    "freshdesk": (
        "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Due by Time,Resolved time,Closed time,"
        "Last update time,Initial response time,Time tracked,First response time (in hrs),Resolution time (in hrs),"
        "Agent interactions,Customer interactions,Resolution status,First response status,Tags,Survey results,Product,"
        "Full name,Title,Email,Work phone,Mobile phone,Time zone,Language,Company Name",
        "id=Ticket ID subject=Subject requester=Full name tags=Tags status=Status created=Created time "
        "updated=Last update time resolved=Resolved time product=Product",
    ),
    "jira": (
        "Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Project type,Project lead,Priority,"
        "Resolution,Assignee,Reporter,Creator,Created,Updated,Last Viewed,Resolved,Affects Version/s,Fix Version/s,"
        "Component/s,Due Date,Votes,Labels,Description,Environment,Watchers,Comment,Comment",
        "id=Issue key subject=Summary description=Description requester=Reporter tags=Labels status=Status "
        "created=Created updated=Updated resolved=Resolved version=Affects Version/s product=Project name "
        "resolution=Resolution environment=Environment comments=Comment",
    ),
    "servicenow-fields": (
        "number,opened_at,short_description,description,caller_id,priority,state,category,assignment_group,assigned_to,"
        "sys_updated_on,sys_created_on,close_code,close_notes,resolved_at,closed_at,cmdb_ci,comments_and_work_notes",
        "id=number subject=short_description description=description requester=caller_id status=state "
        "created=opened_at updated=sys_updated_on resolved=resolved_at product=cmdb_ci "
        "comments=comments_and_work_notes",
    ),
    "servicenow-labels": (
        "Number,Opened,Short description,Caller,Priority,State,Category,Assignment group,Assigned to,Updated,"
        "Resolution code,Resolution notes,Configuration item",
        "id=Number subject=Short description requester=Caller status=State created=Opened updated=Updated "
        "resolution=Resolution notes product=Configuration item",
    ),
    "glpi-en": (
        "ID;Title;Entity;Status;Last update;Opening date;Priority;Requester - Requester;Assigned to - Technician;"
        "Category;Description;Solution - Solution;Followups - Description",
        "id=ID subject=Title description=Description requester=Requester - Requester status=Status "
        "created=Opening date updated=Last update resolution=Solution - Solution comments=Followups - Description",
    ),
    "glpi-es": (
        "ID;Título;Entidad;Estado;Última actualización;Fecha de apertura;Prioridad;Solicitante - Solicitante;"
        "Asignado a - Técnico;Categoría;Descripción;Solución - Solución;Seguimientos - Descripción",
        "id=ID subject=Título description=Descripción requester=Solicitante - Solicitante status=Estado "
        "created=Fecha de apertura updated=Última actualización resolution=Solución - Solución "
        "comments=Seguimientos - Descripción",
    ),
    "otrs": (
        "Number;Ticket#;Title;Created;Changed;Close Time;Queue;State;Priority;Customer User;CustomerID;Service;SLA;"
        "Type;Owner;ArticleTree",
        "subject=Title requester=Customer User status=State created=Created updated=Changed resolved=Close Time "
        "product=Service comments=ArticleTree",
    ),
    "redmine-en": (
        "#,Project,Tracker,Parent task,Status,Priority,Subject,Author,Assignee,Updated,Category,Target version,"
        "Start date,Due date,Estimated time,% Done,Created,Closed,Related issues,Private,Description,Last notes",
        "id=# subject=Subject description=Description requester=Author status=Status created=Created updated=Updated "
        "resolved=Closed product=Project comments=Last notes",
    ),
    "redmine-es": (
        "#,Proyecto,Tipo,Tarea padre,Estado,Prioridad,Asunto,Autor,Asignado a,Actualizado,Categoría,Versión prevista,"
        "Fecha de inicio,Fecha fin,Creado,Cerrada,Privada,Descripción,Últimas notas",
        "id=# subject=Asunto description=Descripción requester=Autor status=Estado created=Creado updated=Actualizado "
        "resolved=Cerrada product=Proyecto comments=Últimas notas",
    ),
}  # fmt: skip


def expected(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in text.split():
        name, equals, column = word.partition("=")
        if equals:
            last = name
            found[last] = column
        else:
            found[last] += f" {word}"
    return found


@pytest.mark.parametrize(("header", "wanted"), HEADERS.values(), ids=HEADERS.keys())
def test_the_columns_of_a_help_desk_are_guessed(header: str, wanted: str) -> None:
    columns = guess(header.split(";" if ";" in header else ","))
    for name, column in expected(wanted).items():
        assert column in columns.columns(name), name
    assert columns.names_tickets


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("desk", HEADERS)
def test_an_export_is_read_in_any_dialect(tmp_path: Path, desk: str, delimiter: str, encoding: str) -> None:
    header, wanted = HEADERS[desk]
    names = header.split(";" if ";" in header else ",")
    columns = expected(wanted)
    values = {
        columns["subject"]: "No arranca, ¿por qué?",
        columns.get("id", "Ticket#"): "77",
        columns["status"]: "Abierto",
    }
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows([names, [values.get(name, "") for name in names]])
    (document,) = documents(tmp_path, "t.csv", buffer.getvalue().encode(encoding))
    assert (document.kind, document.title, document.fields.status) == ("ticket", "No arranca, ¿por qué?", "Abierto")
    assert document.fields.key == "77"


JIRA_ALL = [
    ("Summary", "The pump stops"), ("Issue key", "SUP-7"), ("Issue id", "10101"), ("Issue Type", "Incident"),
    ("Status", "Closed"), ("Project key", "SUP"), ("Project name", "Pumps"), ("Project type", "software"),
    ("Project lead", "imolina"), ("Project description", "All about pumps"), ("Project url", "https://x.test"),
    ("Priority", "High"), ("Assignee", "Ivan Molina"), ("Assignee Id", "557058:0a1b"), ("Reporter", "Ann Gil"),
    ("Creator", "Ann Gil"), ("Created", "03/Mar/25 10:15 AM"), ("Last Viewed", "05/Mar/25 9:00 AM"),
    ("Fix Version/s", "2.2"), ("Fix Version/s", "2.3"), ("Votes", "3"), ("Description", "It shows E26."),
    ("Watchers", "agil"), ("Watchers", "imolina"), ("Log Work", "Opened;03/Mar/25 11:00 AM;imolina;3600"),
    ("Log Work", ";04/Mar/25 11:00 AM;imolina;1800"), ("Original Estimate", "3600"), ("Work Ratio", "150%"),
    ("Σ Time Spent", "5400"), ("Outward issue link (Relates)", "SUP-5"), ("Sprint", "SUP Sprint 4"), ("Sprint", ""),
    ("Attachment", "03/Mar/25 10:16 AM;agil;log.txt;https://x.test/log.txt"),
    ("Attachment", "03/Mar/25 10:17 AM;agil;foto; uno.png;https://x.test/2"),
    ("Custom field (Rank)", "0|i0001:"), ("Custom field (Development)", "{pullrequest={state=OPEN}}"),
    ("Custom field (Story Points)", "3.0"), ("Custom field ([CHART] Date of First Response)", "03/Mar/25"),
    ("Custom field (Serial number)", "PX-200"), ("Custom field (Root cause)", "{{filter}} blocked"),
    ("Custom field (Product)", "M20"), ("Custom field (Time to resolution)", "{}"), ("Satisfaction rating", "5"),
    ("Status Category Changed", "04/Mar/25 12:00 PM"),
    ("Comment", "03/Mar/25 11:00 AM;imolina;Which filter?"), ("Comment", "04/Mar/25 12:00 PM;agil;Changed."),
]  # fmt: skip
JIRA_IN_SPANISH = [
    ("Resumen", "Sin luz"), ("Clave de incidencia", "INC-3"), ("ID de la incidencia", "3"), ("Estado", "Abierta"),
    ("Tipo de Incidencia", "Avería"), ("Nombre del proyecto", "Edificio"), ("Tipo de proyecto", "software"),
    ("Persona asignada", "José Ruiz"), ("Creada", "03/mar/25 10:15 AM"), ("Observadores", "jruiz"),
    ("Registro de trabajo", "x;03/mar/25;jruiz;60"), ("Σ Tiempo empleado", "60"), ("Sprint", "Sprint 1"),
    ("Adjunto", "03/mar/25 10:16 AM;jruiz;foto.png;https://x.test/2"), ("Descripción", "No se enciende."),
    ("Campo personalizado (Rango)", "0|i0001:"), ("Campo personalizado (Planta)", "2"), ("Votos", "1"),
]  # fmt: skip


def one_row(columns: list[tuple[str, str]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([[name for name, _ in columns], [value for _, value in columns]])
    return buffer.getvalue()


@pytest.mark.parametrize("empty", [0, 60], ids=["few", "with-dozens-of-empty-fields"])
def test_of_all_fields_of_jira_those_are_read_that_say_something_of_the_issue(tmp_path: Path, empty: int) -> None:
    more = [(f"Custom field (Field {number})", "") for number in range(empty)]
    (document,) = documents(tmp_path, "t.csv", one_row([*JIRA_ALL, *more]))
    problem, *thread = document.text.split("\n\nComment — ")
    assert problem == (
        "The pump stops\n\nSUP-7 · Status: Closed · Priority: High · Product: M20 · Created: 03/Mar/25 10:15 AM · "
        "Requester: Ann Gil\n\nIt shows E26.\n\nIssue Type: Incident\n\nProject name: Pumps\n\nAssignee: Ivan Molina"
        "\n\nFix Version/s: 2.2, 2.3\n\nOutward issue link (Relates): SUP-5\n\nSerial number: PX-200\n\n"
        "Root cause: {{filter}} blocked\n\nAttachments: log.txt, foto; uno.png"
    )
    assert thread == ["imolina, 03/Mar/25 11:00 AM\nWhich filter?\n\nLast comment — agil, 04/Mar/25 12:00 PM\nChanged."]


def test_of_all_fields_of_a_jira_in_spanish_too(tmp_path: Path) -> None:
    (document,) = documents(tmp_path, "t.csv", one_row(JIRA_IN_SPANISH))
    assert document.text == (
        "Sin luz\n\nINC-3 · Estado: Abierta · Producto: Edificio · Creado: 03/mar/25 10:15 AM\n\nNo se enciende.\n\n"
        "Tipo de Incidencia: Avería\n\nPersona asignada: José Ruiz\n\nPlanta: 2\n\nAdjuntos: foto.png"
    )


def test_of_hundreds_of_fields_of_jira_the_first_dozen_is_read(tmp_path: Path) -> None:
    more = [(f"Custom field (Field {number})", f"value {number}") for number in range(200)]
    (document,) = documents(tmp_path, "t.csv", one_row([*JIRA_ALL, *more]))
    assert document.text.count("Field ") == 12 - 7


def test_a_number_of_comments_is_no_comment(tmp_path: Path) -> None:
    (document,) = documents(tmp_path, "t.csv", "id,subject,status,replies\n1,It is broken,open,3\n")
    assert [section.title for section in document.sections] == ["Problem"]


ISSUE = {
    "number": 7, "title": "It crashes", "body": "When I press save.", "state": "closed", "comments": 3, "id": 99,
    "labels": [{"name": "bug"}], "user": {"login": "octo"}, "created_at": "2025-01-01T00:00:00Z",
    "updated_at": "2025-01-02T00:00:00Z", "closed_at": "2025-01-02T00:00:00Z", "html_url": "https://x.test/7",
}  # fmt: skip
DESKS = {
    "github": ([ISSUE], ("7", "It crashes", "closed", "octo", ("bug",), "When I press save.")),
    "zendesk": (
        {"tickets": [{"id": 35436, "subject": "Help!", "description": "The fire is hot.", "status": "open",
                      "requester_id": 208, "tags": ["enterprise", "other"], "created_at": "2025-01-01T00:00:00Z",
                      "custom_fields": [{"id": 1, "value": "745"}], "via": {"channel": "web"}}],
         "users": [], "next_page": None, "count": 1},
        ("35436", "Help!", "open", "", ("enterprise", "other"), "The fire is hot."),
    ),
    "freshdesk": (
        [{"id": 12, "subject": "No va", "description": "<div>Hola &amp; adiós</div><div>Línea 2</div>", "status": 4,
          "priority": 1, "requester_id": 5, "fr_escalated": False, "tags": ["red"],
          "created_at": "2025-01-01T00:00:00Z"}],
        ("12", "No va", "Resolved", "", ("red",), "Hola & adiós\nLínea 2"),
    ),
    "servicenow": (
        {"result": [{"sys_id": "9d38", "number": "INC0010001", "short_description": "Mail fails", "state": "6",
                     "description": "It says 550.", "caller_id": {"display_value": "Abel Tuter", "link": "https://x"},
                     "opened_at": "2025-01-01 10:00:00", "close_notes": "Restarted."}]},
        ("INC0010001", "Mail fails", "Resolved", "Abel Tuter", (), "It says 550."),
    ),
    "jira": (
        {"issues": [{"key": "AC-9", "fields": {
            "summary": "It breaks", "status": {"name": "Done"}, "labels": ["x"], "reporter": {"displayName": "Ana"},
            "description": {"type": "doc", "content": [
                {"type": "paragraph", "content": [{"type": "text", "text": "Press it."}]}]}}}]},
        ("AC-9", "It breaks", "Done", "Ana", ("x",), "Press it."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("lines", [False, True], ids=["json", "jsonl"])
@pytest.mark.parametrize("desk", DESKS)
def test_the_json_of_a_help_desk_is_read(tmp_path: Path, desk: str, lines: bool) -> None:
    data, wanted = DESKS[desk]
    records = data if isinstance(data, list) else next(iter(data.values()))
    content = "\n".join(json.dumps(record) for record in records) if lines else json.dumps(data)
    (document,) = documents(tmp_path, "t.jsonl" if lines else "t.json", content)
    f = document.fields
    assert (f.key, document.title, f.status, f.requester, f.tags) == wanted[:5]
    assert wanted[5] in document.text
    assert "Comment 1" not in document.text


REDMINE = {
    "id": 4326, "project": {"id": 1, "name": "Faro"}, "status": {"id": 5, "name": "Closed"}, "subject": "Alerts",
    "description": "Too many.", "created_on": "2025-12-03T13:02:12Z",
    "journals": [{"id": 1, "user": {"id": 3, "name": "Jean"}, "notes": "Set group_interval to 5m.",
                  "created_on": "2025-12-04T10:00:00Z", "details": []},
                 {"id": 2, "user": {"id": 3, "name": "Jean"}, "notes": "", "details": [{"name": "status_id"}]}],
    "custom_fields": [{"id": 1, "name": "Firmware", "value": "3.2"}, {"id": 2, "name": "Case number", "value": "C-9"},
                      {"id": 3, "name": "Rack", "value": ["A", "B"]}, {"id": 4, "value": "unnamed"}, None],
}  # fmt: skip
FRESHDESK = {
    "fr_escalated": False, "id": 77, "subject": "It reboots", "status": 4, "type": "Incident", "product_id": 12,
    "description": "<div>The router <b>R3</b> reboots.<br>Log:<pre>code 0x51</pre></div>",
    "description_text": "The router R3 reboots. Log: code 0x51", "created_at": "2025-01-31T23:30:00Z",
    "custom_fields": {"cf_product": "Faro R3", "cf_firmware": "2.1.4", "cf_floor": 3, "cf_vip": True, "cf_room": None},
    "stats": {"resolved_at": "2025-02-03T10:00:00Z", "closed_at": None},
}  # fmt: skip


def test_the_notes_and_the_custom_fields_of_redmine_are_read(tmp_path: Path) -> None:
    (document,) = documents(tmp_path, "t.json", json.dumps({"issues": [REDMINE]}))
    fields = document.fields
    assert (fields.key, fields.product, fields.version) == ("4326", "Faro", "3.2")
    assert "Rack: A, B" in document.text
    assert document.text.endswith("Last comment — Jean, 2025-12-04\nSet group_interval to 5m.")


def test_the_custom_fields_of_freshdesk_are_read_and_its_text_comes_once(tmp_path: Path) -> None:
    (document,) = documents(tmp_path, "t.json", json.dumps([FRESHDESK]))
    assert (document.fields.product, document.fields.version) == ("Faro R3", "2.1.4")
    assert "Resolved: 2025-02-03" in document.text
    assert "floor: 3" in document.text
    assert document.text.count("0x51") == 1


def test_a_map_may_name_a_custom_field(tmp_path: Path) -> None:
    path = written(tmp_path, "t.json", json.dumps({"issues": [REDMINE]}))
    (document,) = read_with_map(path, ColumnMap((("Case number", "id"),)))
    assert document.fields.key == "C-9"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("map.toml", 'id = "Ref"\nsubject = "Qué pasa"\ncomments = ["Nota 1", "Nota 2"]', id="toml"),
        pytest.param("map.txt", "# mine\nid = Ref\nasunto = Qué pasa\ncomments=Nota 1\ncomments=Nota 2\n", id="lines"),
        pytest.param("map.csv", "campo;columna\nid;Ref\nsubject;Qué pasa\ncomments;Nota 1\ncomments;Nota 2", id="csv"),
        pytest.param(
            "map.csv", "Column,Field\nRef,id\nQué pasa,subject\nNota 1,comments\nNota 2,comments", id="turned"
        ),
        pytest.param(
            "map", "\ufeffid = ref\nsubject = QUE PASA\ncomments = nota_1\ncomments = nota_2", id="spelt-otherwise"
        ),
    ],
)
def test_a_map_may_be_written_in_any_of_these_ways(tmp_path: Path, name: str, content: str) -> None:
    columns = read_map(written(tmp_path, name, content))
    path = written(tmp_path, "t.csv", "Ref,Qué pasa,Nota 1,Nota 2,Estado\nA,No hay luz,una,dos,Abierto\n")
    (document,) = read(path, Options(columns=columns))
    assert (document.id, document.title, document.fields.status) == ("A", "No hay luz", "Abierto")
    assert [section.title for section in document.sections] == ["Problema", "Comentario 1", "Comentario 2"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("m.txt", "colour = Asunto", r"m\.txt: colour is no field\. Fields are: id, subject"),
        ("m.txt", "subject", r"m\.txt, line 1: maps no column\. Write field = column"),
        ("m.txt", "# nothing\n", "maps no column. Write one a line"),
        ("m.txt", "subject = A\nstatus = A", "column A is given to both subject and status"),
        ("m.toml", "subject = Asunto", "is not valid TOML"),
        ("m.toml", "subject = {a = 1}", "subject must be a column's name or number"),
        ("m.bin", b"\xff\xfe\x00", "cannot be read as a column map"),
    ],
)
def test_a_map_that_makes_no_sense_says_why(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        read_map(written(tmp_path, name, content))
    with pytest.raises(SettingsError, match="cannot be read"):
        read_map(tmp_path / "absent.txt")


def test_a_map_of_a_column_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", "id,subject\n1,x\n")
    with pytest.raises(ReadError, match=r"t\.csv: has no column Asunto\. It has: id, subject\. Correct the column map"):
        list(read_with_map(path, ColumnMap((("Asunto", "subject"), ("ID", "id")))))


def test_a_table_without_names_is_read_by_the_numbers_of_its_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "t.csv", "77;No hay luz;Abierto\n78;Ruido;Cerrado\n")
    columns = read_map(written(tmp_path, "m.toml", "id = 1\nsubject = 2\nstatus = 3"))
    found = list(read_with_map(path, columns))
    assert [(d.id, d.title) for d in found] == [("77", "No hay luz"), ("78", "Ruido")]
    assert [d.fields.status for d in found] == ["Abierto", "Cerrado"]
    (manual,) = read(path)
    assert manual.kind == "manual"


MAPPED = ColumnMap((("Ref", "id"), ("Qué pasa", "subject"), ("Nota", "comments")))


@pytest.mark.parametrize("named", [True, False], ids=["by-names", "by-numbers"])
def test_a_map_does_for_a_workbook_what_it_does_for_a_table(tmp_path: Path, named: bool) -> None:
    names = ("Ref", "Qué pasa", "Zona", "Nota", "Nota")
    rows = [("A", "No hay luz", "Norte"), ("A", "Ruido", "Sur", "una", "dos"), ("A", "No hay luz", "Norte")]
    mapping = MAPPED if named else read_map(written(tmp_path, "m", "id = 1\nsubject = 2\ncomments = 4\ncomments = 5"))
    sheet = [names, *rows] if named else rows
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(sheet)
    table = list(read_with_map(written(tmp_path, "t.csv", buffer.getvalue()), mapping))
    book = list(workbook_read(make_files.workbook(tmp_path / "t.xlsx", {"Casos": sheet}), Options(columns=mapping)))
    assert book == table
    assert [(d.id, d.kind, d.title) for d in book] == [("A", "ticket", "No hay luz"), ("A#2", "ticket", "Ruido")]
    assert [section.title for section in book[1].sections] == ["Problema", "Comentario 1", "Comentario 2"]


def test_what_a_numbered_map_names_may_only_be_filled_in_far_down(tmp_path: Path) -> None:
    rows = [*[("A", f"No hay luz {n}") for n in range(20)], ("B", "Ruido", "Abierto", "la nota")]
    mapping = ColumnMap((("1", "id"), ("2", "subject"), ("3", "status"), ("4", "comments")))
    path = make_files.workbook(tmp_path / "t.xlsx", {"Casos": rows})
    *_, last = workbook_read(path, Options(columns=mapping))
    assert (last.id, last.fields.status, "la nota" in last.text) == ("B", "Abierto", True)


def test_the_sheets_that_a_map_does_not_fit_are_guessed(tmp_path: Path) -> None:
    sheets = {
        "Notas": [("Pieza", "Precio"), ("Fusible", "2")],
        "Nuevos": [("Id", "Asunto", "Estado"), ("T-1", "Sin red", "Abierto")],
        "Casos": [("Ref", "Qué pasa", "Nota"), ("A", "No hay luz", "una")],
    }
    path = make_files.workbook(tmp_path / "t.xlsx", sheets)
    found = list(workbook_read(path, Options(columns=MAPPED)))
    assert [(d.kind, d.id) for d in found] == [("ticket", "T-1"), ("ticket", "A"), ("manual", "")]
    assert found[0].title == "Sin red"


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (ColumnMap((("Asunto", "subject"), ("ID", "id"))), r"has no column Asunto\. It has: id, titulo\. Correct the"),
        (ColumnMap((("1", "id"), ("3", "subject"))), r"has no column 3\. It has: 1, 2\. Correct the column map"),
    ],
    ids=["by-names", "by-numbers"],
)
def test_a_map_that_fits_nothing_in_a_file_is_said_to(tmp_path: Path, mapping: ColumnMap, message: str) -> None:
    path = make_files.workbook(tmp_path / "t.xlsx", {"Vacía": [], "Casos": [("id", "titulo"), ("1", "x")]})
    with pytest.raises(ReadError, match=rf"t\.xlsx: {message}"):
        list(workbook_read(path, Options(columns=mapping)))
    with pytest.raises(ReadError, match=rf"t\.csv: {message}"):
        list(read_with_map(written(tmp_path, "t.csv", "id,titulo\n1,x\n"), mapping))


def test_ten_thousand_columns_ragged_rows_and_nuls_are_read(tmp_path: Path) -> None:
    names = ["id", "subject", "status", *(f"c{n}" for n in range(10_000))]
    table = ",".join(names) + "\n1,It is br\0oken,open\n2,Second,open" + ",x" * 10_005 + "\n"
    assert [d.title for d in documents(tmp_path, "t.csv", table)] == ["It is broken", "Second"]


def export(path: Path, tickets: int) -> None:
    """A CSV as a help desk writes it: `tickets` of about 2 kB, each with a thread."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Ticket ID", "Subject", "Status", "Created", "Product", "Tags", "Description", "Comments"])
        for n in range(tickets):
            body = f"The device {n} loses the connection after the update.\n" * 12
            steps = (f"2025-01-0{d} — agent-{d}:\nTry step {n}-{d} and tell us how it went." for d in range(1, 9))
            facts = ["Closed", "2025-01-01", "Faro R3", "wifi,vpn"]
            writer.writerow([f"T-{n}", f"Connection lost {n}", *facts, body, "\n".join(steps)])


def test_an_export_is_read_as_a_stream(tmp_path: Path) -> None:
    path, peaks = tmp_path / "t.csv", []
    for tickets in (500, 2_500):
        export(path, tickets)
        tracemalloc.start()
        assert sum(1 for _ in read(path)) == tickets
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert path.stat().st_size > 3_000_000
    assert peaks[1] - peaks[0] < path.stat().st_size / 5


DATED = "id,subject,description,status,created\n"
SPANISH = "La impresora no imprime y pita,Al encenderla sale un error en la pantalla,abierto"
ENGLISH = "The printer does not print,When it is switched on it shows an error,open"


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        pytest.param(["04/05/2025 15:00", "04/13/2025"], ["2025-04-05 15:00", "2025-04-13"], id="month-first"),
        pytest.param(["04/05/2025 15:00", "13/04/2025"], ["2025-05-04 15:00", "2025-04-13"], id="day-first"),
        pytest.param(["04/05/2025", "04/06/2025"], ["2025-05-04", "2025-06-04"], id="nothing-shows-it"),
        pytest.param(["2025-04-05", "04.05.2025"], ["2025-04-05", "04.05.2025"], id="no-doubt"),
        pytest.param(["5/4/25", "13/Apr/25"], ["2025-04-05", "13/Apr/25"], id="named-month"),
    ],
)
@pytest.mark.parametrize("book", [False, True], ids=["table", "workbook"])
def test_the_dates_of_one_export_are_read_in_one_order(
    tmp_path: Path, dates: list[str], days: list[str], book: bool
) -> None:
    rows = [f"1,{SPANISH},{dates[0]}", f"2,{ENGLISH},{dates[1]}", f"3,{SPANISH},"]
    if book:
        cells = [line.split(",") for line in (DATED + "\n".join(rows)).splitlines()]
        found = list(workbook_read(make_files.workbook(tmp_path / "t.xlsx", {"Tickets": cells})))
    else:
        found = documents(tmp_path, "t.csv", DATED + "\n".join(rows))
    assert [document.fields.created for document in found] == [*days, ""]
    assert dates[0][:8] in found[0].text, "the page says what the export says"


def test_an_account_of_freshdesk_keeps_its_notes_its_number_and_its_words(tmp_path: Path) -> None:
    notes = [{"helpdesk_note": {"id": 5, "body": text, "created_at": f"2025-04-0{day}T10:00:00Z", "user_id": 3}}
             for day, text in enumerate(["Change fuse F3", "It works"], 4)]  # fmt: skip
    ticket = {"display_id": 77, "id": 1000, "subject": "Pump stopped", "description": "It does not start.",
              "status": 5, "status_name": "Closed", "priority": 3, "priority_name": "High", "notes": notes}  # fmt: skip
    (document,) = documents(tmp_path, "t.json", json.dumps([{"helpdesk_ticket": ticket}]))
    assert (document.fields.key, document.fields.status) == ("77", "Closed")
    assert "Priority: High" in document.text
    assert document.text.endswith("Change fuse F3\n\nLast comment — 2025-04-05\nIt works")


ZENDESK = {
    "tickets": [
        {
            "id": 4711, "subject": "Blank pages", "raw_subject": "Blank pages of the printer", "status": "solved",
            "requester_id": 9, "assignee_id": 5, "description": "The printer prints blank pages since Monday.",
            "comments": [
                {"author_id": 9, "body": "The printer prints blank pages since Monday.", "attachments": []},
                {"author_id": 5, "body": "Which toner?", "attachments": [{"file_name": "page.png"}]},
                {"author_id": 9, "body": "TK-1150.\n\nOn 3 Feb 2025, at 10:15, Ivan wrote:\n> Which toner?"},
                {"author_id": 5, "body": "Strip removed.\n\nOn 3 Feb 2025, at 10:20, Ann wrote:\n> TK-1150.\n> Is it?"},
            ],
        }
    ],
    "users": [{"id": 9, "name": "Ann Gil"}, {"id": 5, "name": "Ivan Molina"}],
}  # fmt: skip


def test_an_export_with_its_people_apart_names_them_and_says_nothing_twice(tmp_path: Path) -> None:
    [ticket] = documents(tmp_path, "zendesk.json", json.dumps(ZENDESK))
    assert ticket.fields.requester == "Ann Gil"
    assert "assignee: Ivan Molina" in ticket.text
    assert [section.title for section in ticket.sections] == [
        "Problem", "Comment — Ivan Molina", "Comment — Ann Gil", "Last comment — Ivan Molina", "Earlier messages",
    ]  # fmt: skip
    assert "Attachments: page.png" in ticket.text
    for once in ("since Monday", "Which toner?", "TK-1150.", "Is it?"):
        assert ticket.text.count(once) == 1


def test_a_conversation_of_help_scout_begins_with_its_oldest_message(tmp_path: Path) -> None:
    ann, ivan = ({"first": "Ann", "last": "Gil", "email": "a@x.org"}, {"first": "Ivan", "last": "Molina"})
    threads = [
        {"type": "message", "body": "<p>Strip removed.</p>", "createdBy": ivan, "createdAt": "2025-02-04T08:00:00Z"},
        {"type": "customer", "body": "<p>Blank pages.</p>", "createdBy": ann, "createdAt": "2025-02-03T08:00:00Z"},
    ]
    conversation = {
        "id": 1007, "number": 7, "threads": 2, "subject": "Printer", "status": "closed", "preview": "Blank pages.",
        "createdBy": ann, "createdAt": "2025-02-03T08:00:00Z", "userUpdatedAt": "2025-02-04T08:00:00Z",
        "tags": [{"id": 1, "tag": "toner"}], "customFields": [{"id": 1, "name": "Producto", "value": "M20"}],
        "_embedded": {"threads": threads},
    }  # fmt: skip
    data = {"_embedded": {"conversations": [conversation]}, "page": {"size": 50}}
    [ticket] = documents(tmp_path, "conversations.json", json.dumps(data))
    assert (ticket.fields.key, ticket.fields.requester, ticket.fields.product) == ("7", "Ann Gil", "M20")
    assert (ticket.fields.tags, ticket.fields.updated[:10]) == (("toner",), "2025-02-04")
    assert [section.title for section in ticket.sections] == ["Problem", "Last comment — Ivan Molina, 2025-02-04"]
    assert ticket.text.count("Blank pages.") == 1


def test_the_columns_of_hubspot_are_a_ticket_s(tmp_path: Path) -> None:
    head = "Ticket ID,Ticket name,Ticket status,Create date,Ticket description,Associated Contact,Last modified date"
    row = "128,Blank pages,Closed,2025-02-03 08:15,The printer prints blank pages.,Ann Gil,2025-02-04 11:15"
    [ticket] = documents(tmp_path, "hubspot.csv", f"{head}\n{row}\n")
    assert (ticket.title, ticket.fields.requester) == ("Blank pages", "Ann Gil")
    assert (ticket.fields.created, ticket.fields.updated) == ("2025-02-03 08:15", "2025-02-04 11:15")


@pytest.mark.parametrize(
    "below",
    [
        "Total incidencias: 3;;;",
        "Total;;3;2 resueltas",
        ";;Abiertas;2",
        "TOTALES;3;;\n\n;;Cerradas;1",
        ";Generado el 01/04/2025;;",
    ],
)
def test_rows_that_sum_up_below_the_tickets_are_no_tickets(tmp_path: Path, below: str) -> None:
    rows = "\n".join(f"T-{n};No imprime la impresora {n};La impresora {n} no imprime;Abierta" for n in (1, 2, 3))
    found = documents(tmp_path, "t.csv", f"Nº incidencia;Asunto;Descripción;Estado\n{rows}\n\n{below}\n")
    assert [document.id for document in found] == ["T-1", "T-2", "T-3"]


def test_a_ticket_of_few_words_or_about_a_total_is_one_all_the_same(tmp_path: Path) -> None:
    rows = "1;Total loss of power;;Open\n2;Total is wrong on invoices;It sums up twice;Open\n3;Count;;Open\n4;Sum;;\n"
    found = documents(tmp_path, "t.csv", f"Ticket ID;Subject;Description;Status\n{rows}")
    assert len(found) == 4
    found = documents(tmp_path, "u.csv", "Subject;Description;Status\nTotal loss of power;;Open\nNo light;Dark;Open\n")
    assert len(found) == 2


@pytest.mark.parametrize(
    ("written_as", "created"),
    [
        pytest.param("1714555500", "2024-05-01T09:25:00", id="seconds"),
        pytest.param(1714555500000, "2024-05-01T09:25:00", id="milliseconds"),
        pytest.param("45415.5", "2024-05-03T12:00:00", id="a-worksheet's-days"),
        pytest.param({"display_value": "04/03/2024", "value": "2024-04-03"}, "2024-04-03", id="shown-and-its-value"),
        pytest.param("20240504", "20240504", id="digits-of-a-day"),
        pytest.param("4711", "4711", id="no-date"),
    ],
)
def test_a_date_that_is_a_count_is_a_day(tmp_path: Path, written_as: object, created: str) -> None:
    ticket = {"number": "INC1", "short_description": "Jam", "description": "Tray 2 jams", "opened_at": written_as}
    (document,) = documents(tmp_path, "tickets.json", json.dumps([ticket]))
    assert document.fields.created == created


def test_spanish_columns_of_freshdesk_and_others_are_known() -> None:
    columns = ["ID del ticket", "Título del ticket", "Descripción del problema", "Hora de creación"]
    columns += ["Hora de resolución", "Estado del ticket", "Descripción de la solución", "Hora de última actualización"]
    fields = ["id", "subject", "description", "created", "resolved", "status", "resolution", "updated"]
    assert guess(columns).pairs == tuple(zip(columns, fields, strict=True))
