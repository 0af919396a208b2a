"""The samples that come with the project are read whole, and the questions about them have their evidence."""

from __future__ import annotations

import json
import unicodedata
from functools import lru_cache
from pathlib import Path

import pytest

from ingest.readers import read
from ingest.types import Document

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples"
QUESTIONS = [json.loads(line) for line in (Path(__file__).parent / "questions.jsonl").read_text("utf-8").splitlines()]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]


@lru_cache
def documents(name: str) -> tuple[Document, ...]:
    return tuple(read(SAMPLES / name))


def folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize(
    ("name", "language", "sections", "words"),
    [
        ("manual-caldera-norte-c24.pdf", "es", 20, 1_500),
        ("router-faro-r3-manual.docx", "en", 25, 2_000),
        ("terminal-brisa-guia.md", "es", 15, 1_200),
        ("faq.es.html", "es", 10, 300),
        ("faq.en.html", "en", 10, 300),
    ],
)
def test_a_manual_is_one_document_with_its_headings(name, language, sections, words):
    (document,) = documents(name)
    assert (document.kind, document.language) == ("manual", language)
    assert len(document.sections) >= sections
    assert len(document.text.split()) >= words


def test_every_file_of_the_samples_is_read():
    assert all(documents(path.name) for path in SAMPLES.iterdir())


def test_the_printed_page_label_differs_from_the_page_number():
    (manual,) = documents("manual-caldera-norte-c24.pdf")
    assert [page.label for page in manual.pages] == ["i", "ii", "1", "2", "3", "4", "5", "6"]


def test_every_error_code_of_the_boiler_stands_on_its_last_page():
    (manual,) = documents("manual-caldera-norte-c24.pdf")
    missing = [f"E{number:02}" for number in range(1, 13) if f"\nE{number:02}\t" not in manual.pages[7].text]
    assert not missing


def test_there_are_thirty_tickets_in_both_languages():
    tickets = documents("tickets.csv")
    assert [ticket.id for ticket in tickets] == [f"SOP-{number}" for number in range(1001, 1031)]
    assert {ticket.kind for ticket in tickets} == {"ticket"}
    assert sum(ticket.language == "es" for ticket in tickets) == 16
    assert sum(ticket.language == "en" for ticket in tickets) == 14
    assert {ticket.fields.product for ticket in tickets} == {"Norte C24", "Faro R3", "Brisa"}


def test_settled_tickets_end_with_their_resolution():
    for ticket in documents("tickets.csv"):
        settled = ticket.fields.status in {"Cerrado", "Resuelto", "Closed", "Resolved"}
        assert settled == bool(ticket.fields.resolution)
        assert settled == (ticket.sections[-1].title in {"Resolución", "Resolution"})


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question["id"])
def test_the_evidence_of_a_question_stands_on_its_page_and_on_no_other(question):
    evidence = folded(question["evidence"])
    pages = [page for document in documents(question["doc"]) for page in document.pages]
    assert {page.number for page in pages if evidence in folded(page.text)} == set(question["pages"])


def test_the_questions_are_of_both_languages_and_some_have_no_answer():
    assert len(QUESTIONS) == 24
    assert sum(question["lang"] == "es" for question in QUESTIONS) == 12
    assert sum(question["lang"] != question["doc_lang"] for question in QUESTIONS) >= 4
    assert [question["pages"] for question in QUESTIONS if not question["answerable"]] == [[]] * 4
