"""Mails that came in files of their own still belong to one conversation."""

from __future__ import annotations

import dataclasses
import mailbox
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import wire
from ingest.pipeline import ingest
from ingest.readers import read
from ingest.readers.quoted import Said, part
from ingest.types import Document, Fields
from tests.fakes import make_tools


def mail(
    id: str, subject: str, text: str, day: int = 3, references: str = "", answers: str = "", html: bool = False
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ana Pérez <ana@example.org>"
    message["Subject"] = subject
    message["Date"] = f"Mon, {day:02} Mar 2025 10:00:00 +0100"
    for name, ids in (("Message-ID", id), ("References", references), ("In-Reply-To", answers)):
        if ids:
            message[name] = " ".join(f"<{one}@x.org>" for one in ids.split())
    message.set_content(text, subtype="html" if html else "plain")
    return message


def only(path: Path, message: EmailMessage) -> Document:
    path.write_bytes(message.as_bytes())
    (document,) = read(path)
    return document


@pytest.mark.parametrize(
    ("message", "thread"),
    [
        pytest.param(mail("a", "Sin red", "No va."), "a@x.org", id="the-first-names-itself"),
        pytest.param(mail("b", "Re: Sin red", "x", answers="a"), "a@x.org", id="an-answer-without-references"),
        pytest.param(mail("c", "Re: Sin red", "x", references="a b", answers="b"), "a@x.org", id="oldest-reference"),
        pytest.param(mail("", "Sin red", "x"), "", id="no-ids-no-thread"),
    ],
)
def test_a_mail_names_the_mail_its_thread_began_with(tmp_path: Path, message: EmailMessage, thread: str) -> None:
    assert only(tmp_path / "m.eml", message).fields.thread == thread


def test_a_mailbox_and_a_loose_mail_of_one_conversation_share_its_thread(tmp_path: Path) -> None:
    mails = [mail("a", "Sin red", "No va."), mail("b", "Re: Sin red", "Reinicie.", 4, answers="a")]
    box = tmp_path / "buzon.mbox"
    box.write_bytes(b"".join(b"From ana Mon Mar  3 10:00:00 2025\n" + m.as_bytes() + b"\n" for m in mails))
    (stitched,) = read(box)
    loose = only(tmp_path / "c.eml", mail("c", "Re: Sin red", "Gracias", 5, references="a b"))
    assert stitched.fields.thread == loose.fields.thread == "a@x.org"


# In two time zones: as text, the first of each pair comes after the second.
ZONES = [
    pytest.param("10:00:00 +0200", "09:00:00 +0000", id="east"),
    pytest.param("23:30:00 +0900", "15:00:00 GMT", id="far-east"),
    pytest.param("16:00:00 +0200", "15:00:00 -0000", id="a-zone-that-is-not-said"),
]


def in_zone(id: str, subject: str, time: str, answers: str = "") -> EmailMessage:
    message = mail(id, subject, f"Texto de {id}.", answers=answers)
    message.replace_header("From", f"{id}@example.org")
    message.replace_header("Date", f"Mon, 03 Mar 2025 {time}")
    return message


@pytest.mark.parametrize(("asked", "answered"), ZONES)
def test_a_question_comes_before_its_answer_in_any_time_zone(tmp_path: Path, asked: str, answered: str) -> None:
    mails = [in_zone("b", "Re: Sin red", answered, answers="a"), in_zone("a", "Sin red", asked)]
    box = tmp_path / "buzon.mbox"
    box.write_bytes(b"".join(b"From ana Mon Mar  3 10:00:00 2025\n" + m.as_bytes() + b"\n" for m in mails))
    (stitched,) = read(box)
    assert stitched.fields.requester == "a@example.org"
    assert "Texto de a." in stitched.text[: stitched.sections[1].start]
    assert stitched.id == "a@x.org"


@pytest.mark.parametrize(("asked", "answered"), ZONES)
def test_loose_mails_are_listed_oldest_first_in_any_time_zone(tmp_path: Path, asked: str, answered: str) -> None:
    tools = dataclasses.replace(make_tools(tmp_path / "library"), read=read)
    (tmp_path / "1.eml").write_bytes(in_zone("b", "Re: Sin red", answered, answers="a").as_bytes())
    (tmp_path / "2.eml").write_bytes(in_zone("a", "Sin red", asked).as_bytes())
    undated = in_zone("c", "Re: Sin red", asked, answers="a")
    del undated["Date"]
    (tmp_path / "3.eml").write_bytes(undated.as_bytes())
    list(ingest(sorted(tmp_path.glob("*.eml")), tools))
    for row in tools.library.documents():
        assert [mail.file for mail in tools.library.thread(row.id)] == ["3.eml", "2.eml", "1.eml"]


@given(st.text(max_size=20), st.text(max_size=20), st.lists(st.text(max_size=5), max_size=3))
def test_the_thread_survives_the_pipe(thread: str, key: str, tags: list[str]) -> None:
    document = Document("d", "ticket", "T", "es", (), (), Fields(key=key, tags=tuple(tags), thread=thread))
    assert wire.decode(wire.encode(document)) == document


ANSWER = "Reinicie el router."
PROBLEM = "No hay red en la segunda planta."


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param(f"El lun, 3 mar 2025 a las 10:00, Ana (<a@x.org>)\nescribió:\n\n> {PROBLEM}\n>\n", id="marked"),
        pytest.param(f"On Mon, 3 Mar 2025, Ana wrote:\n> {PROBLEM}\n>> antes\n", id="english"),
        pytest.param(f"-----Mensaje original-----\nDe: Ana\nAsunto: Sin red\n\n{PROBLEM}", id="outlook"),
        pytest.param(
            f"________________________________\nDe: Ana <a@x.org>\nEnviado: lunes\nPara: Luis\nAsunto: x\n\n{PROBLEM}",
            id="outlook-with-a-line",
        ),
        pytest.param(f"El lun, 3 mar 2025, Ana <a@x.org> escribió:\n\n{PROBLEM}", id="without-marks"),
    ],
)
def test_what_an_answer_quotes_is_kept_apart_from_what_it_says(tmp_path: Path, quote: str) -> None:
    document = only(tmp_path / "m.eml", mail("b", "Re: Sin red", f"{ANSWER}\n\n{quote}", answers="a"))
    assert [section.title for section in document.sections] == ["Problema", "Mensajes anteriores"]
    start = document.sections[1].start
    own, quoted = document.text[:start], document.text[start:]
    assert ANSWER in own
    assert PROBLEM not in own
    assert PROBLEM in quoted


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("> ¿Está encendido?\nSí.\n> ¿Y el cable?\nTambién.", id="answered-one-by-one"),
        pytest.param("> Todo\n> es cita", id="nothing-but-a-quote"),
        pytest.param("El manual dice que Ana escribió: nada de eso.", id="a-sentence-about-writing"),
        pytest.param("De: dónde viene el error no se sabe.\nOtra línea.", id="a-line-that-begins-like-a-header"),
    ],
)
def test_a_text_that_is_no_history_stays_whole(text: str) -> None:
    assert part(text) == (text, "")


@given(st.text(alphabet="ab>\n :-_Dewrote0", max_size=120))
def test_parting_loses_no_word(text: str) -> None:
    own, quoted = part(text)
    assert f"{own} {quoted}".split() == text.split()


def boxed(path: Path, *messages: EmailMessage) -> list[Document]:
    """The threads of a mailbox as mail programs write it."""
    box = mailbox.mbox(path)
    for message in messages:
        box.add(message)
    box.close()
    return list(read(path))


SAID = "It does not start since the update of Monday,\nand the lamp P9 blinks 3 times a second."
FORWARDED = (
    "---------- Forwarded message ----------\nFrom: Maker <m@x.org>\nDate: Monday\nSubject: P9\n\nReplace the BX-88."
)


@pytest.mark.parametrize(
    ("answer", "own", "quoted"),
    [
        pytest.param(f"On Monday 3, Ana wrote:\n> {SAID}".replace("\nand", "\n> and"), "", "", id="said-before"),
        pytest.param("On Monday 3, Ana wrote:\n> since the update of\n> Monday, and the lamp", "", "", id="rewrapped"),
        pytest.param(f"{'_' * 32}\nFrom: Ana\nSent: Monday\nSubject: P9\n\n{SAID}", "", "", id="ruled-by-outlook"),
        pytest.param(FORWARDED, "", "Replace the BX-88.", id="forwarded"),
        pytest.param("> txctl reset --port 7\n> txctl start", "> txctl reset --port 7\n> txctl start", "", id="typed"),
        pytest.param("On Monday 3, Eva wrote:\n> Unplug it.", "", "Unplug it.", id="a-mail-that-is-not-there"),
        pytest.param(
            "On Monday 3, Ana wrote:\n> and the lamp P9 blinks 3 times a second.\n> Code -7.", "", "Code -7.", id="both"
        ),
    ],
)
def test_what_an_answer_quotes_is_dropped_only_where_the_thread_says_it(
    tmp_path: Path, answer: str, own: str, quoted: str
) -> None:
    later = mail("c", "Re: P9", f"It works.\n\nOn Tuesday 4, Luis wrote:\n> Do this:\n>\n> {FORWARDED}", 5, "a b", "b")
    answers = mail("b", "Re: P9", f"Do this:\n\n{answer}", 4, "a", "a")
    (document,) = boxed(tmp_path / "b.mbox", mail("a", "P9", f"Hello,\n\n{SAID}\n\nAna"), answers)
    sections = [section.title for section in document.sections]
    assert document.text.count("since the update") == document.text.count("the lamp P9") == 1
    assert own in document.text
    assert (quoted in document.text[document.sections[-1].start :]) if quoted else len(sections) == 2
    if answer == FORWARDED:
        (document,) = boxed(tmp_path / "c.mbox", mail("a", "P9", SAID), answers, later)
        assert document.text.count("Replace the BX-88.") == 1


def test_a_line_that_a_mailbox_escapes_is_read_as_it_was_written(tmp_path: Path) -> None:
    (document,) = boxed(tmp_path / "b.mbox", mail("a", "P9", "Code 77.\n\nFrom yesterday it beeps.\n"))
    assert document.text.endswith("Code 77.\n\nFrom yesterday it beeps.")


def test_an_answer_that_quotes_a_thousand_lines_takes_no_longer_than_it_should(tmp_path: Path) -> None:
    long = "\n".join(f"> Line {n} of the log says {n * 7}." for n in range(2_000))
    mails = [mail(f"m{n}", "Re: P9", f"Answer {n}.\n\n{long}", 3, "m0", "m0") for n in range(20)]
    began = time.perf_counter()
    (document,) = boxed(tmp_path / "b.mbox", *mails)
    assert document.text.count("Line 1999 of") == 1
    assert time.perf_counter() - began < 5


def test_an_empty_text_does_not_hide_the_html_beside_it(tmp_path: Path) -> None:
    message = mail("a", "P9", " \n\n")
    message.add_alternative("<p>The lamp is off.</p>", subtype="html")
    assert only(tmp_path / "m.eml", message).text.endswith("The lamp is off.")


def test_a_mail_in_html_alone_keeps_its_quote_apart(tmp_path: Path) -> None:
    html = (
        f"<div>{ANSWER}</div><div class='gmail_quote'>El lun, 3 mar 2025, Ana &lt;a@x.org&gt; escribió:<br>"
        f"<blockquote>{PROBLEM}</blockquote></div>"
    )
    document = only(tmp_path / "m.eml", mail("b", "Re: Sin red", html, answers="a", html=True))
    assert ANSWER in document.text[: document.sections[1].start]
    assert PROBLEM in document.text[document.sections[1].start :]


def test_attachments_are_named_and_pictures_in_the_text_are_not(tmp_path: Path) -> None:
    message = mail("a", "Sin red", PROBLEM)
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="informe avería.pdf")
    inside = {"disposition": "inline", "cid": "1"}
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="firma.png", **inside)
    text = only(tmp_path / "m.eml", message).text
    assert "Adjuntos: informe avería.pdf" in text
    assert "firma.png" not in text


def test_a_mail_attached_to_a_mail_is_read(tmp_path: Path) -> None:
    message = mail("f", "RV: Sin red", "Te lo paso.")
    message.add_attachment(mail("a", "Sin red", PROBLEM))
    document = only(tmp_path / "m.eml", message)
    assert PROBLEM in document.text[document.sections[1].start :]
    assert PROBLEM not in document.text[: document.sections[1].start]


def test_the_page_lists_the_other_mails_of_a_conversation() -> None:
    from streamlit.testing.v1 import AppTest

    def script() -> None:
        from ingest.records import DocumentRow
        from ingest.types import Fields
        from rag.page.strings import Say
        from rag.page.ticket import draw_mails

        fields = Fields(created="2025-03-04T10:00:00", requester="Luis", thread="a")
        rows = [
            DocumentRow(i, "ticket", f"Correo *{i}*", "es", f"{i}.eml", f"/m/{i}.eml", 1, 1, 9, fields) for i in "ab"
        ]
        draw_mails(rows, rows[0], Say("es"))
        draw_mails(rows[:1], rows[0], Say("es"))

    shown = AppTest.from_function(script).run(timeout=30)
    assert not shown.exception
    (listed,) = [text.value for text in shown.markdown]
    assert listed.replace("\\", "") == "- 2025-03-04 · Correo *b* · Luis · b.eml"
    assert "\\*b\\*" in listed


def test_a_line_of_signs_in_a_quote_says_nothing_new() -> None:
    assert Said(["Hello there, friend."]).beyond("> Hello there, friend.\n> ***") == ""
    assert Said(["Hello there, friend."]).beyond("> Turn it off.\n> ***") == "> Turn it off."


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("[Ticket #603] API returns 429", "603"),
        ("Re: [#4711] La impresora no imprime", "4711"),
        ("RV: Ticket#2025021110000037 — Sin red", "2025021110000037"),
        ("(Incidencia 812) Sin tono", "812"),
        ("[INC0004711] Blank pages", "INC0004711"),
        ("[SUP-12] Login fails", "SUP-12"),
        ("[EXTERNAL] Offer 12", ""),
        ("Invoice 603 of the ticket office", ""),
        ("[list] question #3", ""),
    ],
)
def test_a_mail_has_the_number_that_a_help_desk_put_into_its_subject(tmp_path: Path, subject: str, number: str) -> None:
    (tmp_path / "m.eml").write_text(
        f"From: a@x.org\nMessage-ID: <1@x>\nSubject: {subject}\n\nHello.\n", encoding="utf-8"
    )
    [ticket] = read(tmp_path / "m.eml")
    assert (ticket.id, ticket.fields.key) == ("1@x", number)
