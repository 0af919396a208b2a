"""What leaves Tomo as a file: conversations for people and programs, and rated answers as questions."""

from __future__ import annotations

import io
import json
import os
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pypdf import PdfReader

from ingest.errors import SettingsError
from rag.__main__ import main
from rag.chats.as_json import load
from rag.chats.export import Format, answer_text, as_json, as_pdf, blocks, export_file
from rag.chats.store import Chats
from rag.chats.types import Conversation, Rating, Request, Turn
from rag.drawing.pdf import MARGIN, PAPER, Paragraph, broken, make_pdf
from rag.drawing.pdf_fonts import SIGN, encode, width
from rag.evaluation.askable import part
from rag.evaluation.from_feedback import questions, write_questions
from rag.evaluation.questions_file import read_items
from rag.events import Answer, Claim
from rag.types import Attempt, Mode
from tests.fakes_assistant import MANUAL, QUOTE, citation, fill, receipt
from tests.hostile import HOSTILE

ANSWER = Answer("¿Cómo lo reinicio?", "Mantén **pulsado** el botón [1].", False, "es", (citation(),), receipt())
GOOD = Turn(Request(ANSWER.question, titles=("Guía",)), ANSWER, id=7, asked=1.7e9, rating=Rating(True, note="Sí"))
TURNS = (
    GOOD,
    Turn(Request("And at night?"), replace(ANSWER, refused=True, text="They do not say."), id=8, asked=1.7e9 + 60),
    Turn(Request("Why?"), stopped=True, text="Because", id=9, asked=1.7e9 + 120),
    Turn(Request("Who?"), error="model.gguf: is not there.", id=10, asked=1.7e9 + 180),
    Turn(Request("When?"), left="interrupted", id=11, asked=1.7e9 + 240),
)
CHAT = Conversation("a", "¿Cómo lo reinicio?", 1.7e9, 1.7e9 + 240, TURNS)


def pdf_text(data: bytes) -> str:
    pdf = pdfium.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in pdf).replace("\r\n", "\n")


def exported(kind: Format) -> str:
    data = export_file(CHAT, kind, "es").make()
    return pdf_text(data) if kind == "pdf" else data.decode()


@pytest.mark.parametrize("kind", ["md", "json", "pdf"])
def test_every_question_answer_and_citation_is_in_the_file(kind: Format) -> None:
    text = exported(kind).replace("\\", "")
    said = ("¿Cómo lo reinicio?", "el botón [1].", QUOTE, "manual-1.md", "Router guide", "Because", "And at night?")
    for words in (*said, "model.gguf: is not there.", "When?"):
        assert words in text, words


@pytest.mark.parametrize("kind", ["md", "pdf"])
def test_a_file_for_people_says_what_each_citation_is_worth(kind: Format) -> None:
    text = exported(kind).replace("\\", "")
    assert "[1] Router guide · manual-1.md · página 1 (la 2 del archivo) · Restart · comprobada" in text
    assert text.count("comprobada") == 1  # what a refusal comes with claims nothing
    for said in ("Páginas más cercanas", "Valorada: buena. Sí", "Se preguntó solo en: Guía", "Tomo se cerró"):
        assert said in text


def test_a_ticket_is_named_by_its_number_and_by_it_once() -> None:
    ticket = replace(citation(), document="No heating after bleeding", file="tickets.csv", ticket="SOP-1002")
    twice = replace(ticket, n=2, document="SOP-1002: no heating")
    text = answer_text(replace(ANSWER, citations=(ticket, twice)), "en")
    assert "[1] No heating after bleeding (ticket SOP-1002) · tickets.csv · " in text
    assert "[2] SOP-1002: no heating · tickets.csv · " in text


@pytest.mark.parametrize("kind", ["md", "pdf"])
def test_a_file_for_people_warns_of_what_the_page_warns_of(kind: Format) -> None:
    told = (Attempt("leak", "d", "Notes", 3), Attempt("role", "d", "Notes", 3))
    claims = (Claim("It needs no key.", 0, 16, (1,), False, "no key is named"), Claim("Wait.", 17, 22, (1,), True))
    answer = replace(
        ANSWER, claims=claims, citations=(replace(citation(), newer="Router guide v2"),),
        receipt=replace(receipt(), warnings=told, blocked="word list, line 3"),
    )  # fmt: skip
    turn = Turn(Request("How?", unread=("a.pdf: is empty.",)), answer, stopped=True)
    data = export_file(Conversation("a", "a", 0, 0, (turn,)), kind, "en").make()
    text = " ".join((pdf_text(data) if kind == "pdf" else data.decode().replace("\\", "")).split())
    for said in ("Not supported by the text: “It needs no key.” (no key is named)", "give the assistant orders: Notes, "
                 "page 3", "A filter stopped it: word list, line 3", "the answer may be incomplete", "a.pdf: is empty.",
                 "verified · old revision: the current one is Router guide v2"):  # fmt: skip
        assert said in text, said
    assert text.count("Notes, page 3") == 1


@pytest.mark.parametrize("mode", get_args(Mode))
def test_how_it_was_read_is_said_in_the_readers_language(mode: Mode) -> None:
    answer = replace(ANSWER, receipt=replace(receipt(), mode=mode))
    chat = Conversation("a", "a", 0, 0, (Turn(Request("a"), answer),))
    spanish, english = (blocks(chat, language)[-1].text for language in ("es", "en"))
    assert spanish.split(";")[0] != english.split(";")[0]


def test_a_file_for_people_leaves_out_what_was_asked_again() -> None:
    again = Turn(Request("How do I restart it?", replaces=TURNS[-1].asked), ANSWER, id=12, asked=1.7e9 + 300)
    texts = [block.text for block in blocks(replace(CHAT, turns=(*TURNS, again)), "en")]
    assert "Question: How do I restart it?" in texts
    assert "Question: When?" not in texts
    assert texts[1].startswith("Questions: 5.")


def test_the_json_is_the_conversation() -> None:
    assert load(Conversation, as_json(CHAT).decode()) == CHAT


@pytest.mark.parametrize(
    "text", [*HOSTILE.values(), "[x]: http://evil.example\n[x]", "```\n![x](y)", "~~~\n<b>", r"\[x\](y)", r"`\`[x](y)"]
)
def test_foreign_text_is_only_text_in_the_markdown(text: str) -> None:
    answer = replace(ANSWER, text=text, citations=(citation(quote=text), citation(2, quote=f"```\n{text}")))
    data = export_file(Conversation("a", text, 0, 0, (Turn(Request(text, titles=(text,)), answer),)), "md", "en").make()
    flat = [token for block in MarkdownIt().parse(data.decode()) for token in (block, *(block.children or ()))]
    kinds = {token.type for token in flat}
    assert "fence" in kinds
    assert not kinds & {"image", "link_open", "html_inline", "html_block"}
    assert [token.tag for token in flat if token.type == "heading_open"] == ["h1", "h2"]


RAGGED = "Los requisitos de memoria son en realidad inferiores a los que da la tabla. En función\nde la RAM.\nSin\t4 GB"


@pytest.mark.parametrize(("kind", "kept"), [("md", RAGGED), ("json", json.dumps(RAGGED)[1:-1])])
def test_a_quote_is_verbatim_where_it_is_data(kind: Format, kept: str) -> None:
    answer = replace(ANSWER, citations=(citation(quote=RAGGED),))
    data = export_file(Conversation("a", "a", 0, 0, (Turn(Request("a"), answer),)), kind, "es").make().decode()
    assert kept in (data if kind == "md" else json.dumps(json.loads(data)))
    assert answer_text(replace(answer, text=RAGGED), "es").startswith(RAGGED)


def test_a_line_of_a_quote_that_a_margin_ended_goes_on_in_the_pdf() -> None:
    answer = replace(ANSWER, text=RAGGED, citations=(citation(quote=RAGGED),))
    data = export_file(Conversation("a", "a", 0, 0, (Turn(Request("a"), answer),)), "pdf", "es").make()
    text = pdf_text(data)
    assert "En función\nde la" not in text
    assert " ".join(text.split()).count("En función de la RAM. Sin · 4 GB") == 2


# -- the PDF ------------------------------------------------------------------------------------------------------


def note(count: int, sign: str) -> str:
    return f"{count} as {sign}"


def test_a_long_conversation_goes_over_pages_and_loses_no_word() -> None:
    words = " ".join(f"palabra{n}" for n in range(3000))
    data = as_pdf(
        "Título ñ", blocks(replace(CHAT, turns=(replace(GOOD, answer=replace(ANSWER, text=words)),)), "es"), "es"
    )
    reader = PdfReader(io.BytesIO(data), strict=True)
    assert len(reader.pages) > 3
    assert reader.metadata is not None
    assert reader.metadata.title == "Título ñ"
    text = pdf_text(data)
    assert re.findall(r"palabra\d+", text) == words.split()
    assert f"{len(reader.pages)} / {len(reader.pages)}" in text


@pytest.mark.parametrize("word", ["W" * 400, "i" * 900, "ñ(\\)" * 99, "a b " * 200])
@pytest.mark.parametrize("face", ["plain", "bold", "slanted"])
def test_no_line_leaves_the_paper(word: str, face) -> None:
    data = make_pdf("x", [Paragraph(word, face, 11, indent=20)], note)
    page = pdfium.PdfDocument(data)[0].get_textpage()
    boxes = [page.get_charbox(at) for at in range(page.count_chars()) if not page.get_text_range(at, 1).isspace()]
    body = [box for box in boxes if box[1] > MARGIN - 5]
    assert max(box[2] for box in body) <= PAPER[0] - MARGIN + 1
    assert max(box[2] for box in body) > PAPER[0] - MARGIN - 60  # and the lines are filled
    assert min(box[0] for box in body) >= MARGIN + 19
    shown = pdf_text(data).replace("\n", "").replace(" ", "").replace("\u00ad", "")
    assert shown.startswith(word.replace(" ", ""))


def test_a_word_without_end_is_set_in_no_time() -> None:
    started = time.monotonic()
    lines = list(broken(encode("0a" * 20_000), "plain", 10, 300))
    assert time.monotonic() - started < 5
    assert b"".join(lines) == b"0a" * 20_000
    assert all(width(line, "plain", 10) <= 300 for line in lines)
    assert all(width(line + b"0", "plain", 10) > 300 for line in lines[:-1])


@pytest.mark.parametrize(
    ("text", "shown", "unknown"),
    [
        pytest.param("¿Qué año? «sí» – “no” €", "¿Qué año? «sí» – “no” €", 0, id="spanish"),
        pytest.param("an\u0303o", "año", 0, id="accent-apart"),
        pytest.param("a → b ≤ c", "a -> b <= c", 0, id="near-signs"),
        pytest.param("ﬁn ①", "fin 1", 0, id="ligature"),
        pytest.param("日本 a", f"{SIGN}{SIGN} a", 2, id="not-there"),
        pytest.param("a\x00\x07\u200bb\x7f", "ab", 0, id="controls"),
    ],
)
def test_text_is_shown_in_the_fonts_own_characters(text: str, shown: str, unknown: int) -> None:
    assert (encode(text).data.decode("cp1252"), encode(text).unknown) == (shown, unknown)
    last = pdf_text(make_pdf("x", [Paragraph(text)], note))
    assert (f"{unknown} as {SIGN}" in last) == bool(unknown)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=4), st.text(max_size=20))
def test_any_text_makes_a_pdf_that_opens(texts: list[str], title: str) -> None:
    data = make_pdf(title, [Paragraph(text) for text in texts], note)
    assert len(pdfium.PdfDocument(data)) == len(PdfReader(io.BytesIO(data), strict=True).pages) == 1


# -- rated answers ------------------------------------------------------------------------------------------------


def rate(turn: Turn, good: bool, **changes: object) -> Turn:
    assert turn.answer is not None
    return replace(turn, answer=replace(turn.answer, **changes), rating=Rating(good))


def test_an_answer_called_right_is_a_question_that_the_library_can_be_asked(tmp_path: Path) -> None:
    other = replace(citation(3), document_id="manual-2", file="other.md", page=9)
    turn = rate(GOOD, True, citations=(citation(), citation(2, verified=False), other))
    made = write_questions([turn], tmp_path / "q.jsonl")
    (item,) = read_items(tmp_path / "q.jsonl")
    assert (item.id, item.lang, item.question, item.answerable) == ("feedback-7", "es", "¿Cómo lo reinicio?", True)
    assert item.places == {("manual-1.md", 2), ("other.md", 9)}
    assert item.evidence == QUOTE
    assert len(part([item], fill(tmp_path / "library", MANUAL).documents()).items) == 1
    assert (made.bad, made.unproved) == (0, 0)


def test_a_refusal_called_right_is_a_question_without_an_answer(tmp_path: Path) -> None:
    write_questions([rate(GOOD, True, refused=True)], tmp_path / "q.jsonl")
    (item,) = read_items(tmp_path / "q.jsonl")
    assert (item.answerable, item.places) == (False, frozenset())


def test_a_question_that_leaned_on_the_conversation_is_asked_whole() -> None:
    (row,) = questions([rate(GOOD, True, receipt=receipt(searched="How do I restart the router?"))]).questions
    assert (row["question"], row["lang"]) == ("How do I restart the router?", "en")


def test_a_question_asked_twice_is_one_line_and_the_later_counts() -> None:
    later = replace(GOOD, id=12, request=Request("x"))
    assert [row["id"] for row in questions([GOOD, later]).questions] == ["feedback-12"]


def test_what_a_rating_does_not_tell_is_counted() -> None:
    made = questions([rate(GOOD, False), rate(GOOD, True, citations=(citation(verified=False),)), TURNS[3]])
    assert (made.questions, made.bad, made.unproved) == ((), 1, 1)


def test_nothing_rated_says_what_to_do_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="rate answers in the page"):
        write_questions([rate(GOOD, False)], tmp_path / "q.jsonl")
    assert not (tmp_path / "q.jsonl").exists()


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text("mine")
    with pytest.raises(SettingsError, match="is kept"):
        write_questions([GOOD], tmp_path / "q.jsonl")
    assert (tmp_path / "q.jsonl").read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="how large a file may be is a limit of Unix")
def test_of_a_file_that_the_disk_refuses_nothing_stays(tmp_path: Path) -> None:
    import resource

    file = tmp_path / "questions.jsonl"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(SettingsError, match="cannot be written"):
            write_questions([rate(GOOD, True)], file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not file.exists()


def test_a_line_is_json_whatever_was_asked(tmp_path: Path) -> None:
    write_questions([rate(GOOD, True, question="half \ud800\u2028 a line")], tmp_path / "q.jsonl")
    assert len(read_items(tmp_path / "q.jsonl")) == 1
    assert json.loads((tmp_path / "q.jsonl").read_text(encoding="utf-8"))["question"].startswith("half")


def test_the_command_line_writes_everybodys_rated_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library, file = tmp_path / "library", tmp_path / "q.jsonl"
    fill(library, MANUAL).close()
    for owner in ("me", "you"):
        chats = Chats(library, owner)
        turn_id = chats.begin(owner, Request(f"How, {owner}?"))
        chats.finish(turn_id, Turn(Request(f"How, {owner}?"), replace(ANSWER, question=f"How, {owner}?")))
        chats.rate(turn_id, Rating(True))
        chats.close()
    assert main(["evaluate", "--from-feedback", str(file), "--library", str(library)]) == 0
    assert "2 questions" in capsys.readouterr().out
    assert [item.question for item in read_items(file)] == ["How, me?", "How, you?"]
    assert main(["evaluate", "--from-feedback", str(file), "--library", str(library)]) == 1
    assert main(["evaluate", str(file), "--from-feedback", str(file), "--library", str(library)]) == 1


def test_an_answer_is_copied_with_its_numbered_sources() -> None:
    answer = replace(ANSWER, text="Hold it [1].", citations=(citation(), citation(2, verified=False)))
    assert answer_text(answer, "en").split("\n") == [
        "Hold it [1].",
        "",
        "Sources",
        "[1] Router guide · manual-1.md · page 1 (number 2 in the file) · Restart · verified",
        "[2] Router guide · manual-1.md · page 1 (number 2 in the file) · Restart · not verified",
    ]
    refused = replace(answer, refused=True, citations=())
    assert answer_text(refused, "es") == "Hold it [1]."
