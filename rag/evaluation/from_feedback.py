"""Rated answers → a question file for `python -m rag evaluate`: what people called right stays right."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SettingsError
from rag.chats.types import Turn
from rag.evaluation.questions_file import new_file
from rag.events import Answer, Citation
from rag.question import understand

Row = dict[str, object]
"""A line of a question file."""


@dataclass(frozen=True, slots=True)
class Made:
    """The questions, and how many ratings say nothing about where the answer stands."""

    questions: tuple[Row, ...]
    bad: int
    """Answers called wrong: nobody said what is right."""
    unproved: int
    """Answers called right that no verified quote proves."""

    @property
    def json(self) -> dict[str, object]:
        """As one object."""
        return {"summary": {"questions": len(self.questions), "bad": self.bad, "unproved": self.unproved}}

    def lines(self, file: Path) -> Iterator[str]:
        """For a person: how many, what was left out, and what to do next."""
        yield f"{len(self.questions)} questions out of answers that were called right are in {file}"
        if self.bad:
            yield f"  left out: {self.bad} answers that were called wrong, for nobody said which page is right"
        if self.unproved:
            yield f"  left out: {self.unproved} answers without a verified quote"
        yield f"Look through them, then: python -m rag evaluate {file}"


def questions(turns: Iterable[Turn]) -> Made:
    """A line for each answer called right; of a question asked twice, which may differ in case, the later counts.

    Its pages are those of the verified quotes; a refusal called right is a question that the library cannot answer.
    """
    rows: dict[str, Row] = {}
    bad = unproved = 0
    for turn in turns:
        answer = turn.answer
        if answer is None or turn.rating is None:
            continue
        proofs = [c for c in answer.citations if c.verified and not answer.refused]
        if not turn.rating.good:
            bad += 1
        elif not proofs and not answer.refused:
            unproved += 1
        else:
            row = _row(turn, answer, proofs)
            rows[" ".join(str(row["question"]).casefold().split())] = row
    return Made(tuple(rows.values()), bad, unproved)


def write_questions(turns: Iterable[Turn], file: Path) -> Made:
    """Write the file; SettingsError for a file that is there, and when no rating makes a question."""
    made = questions(turns)
    if not made.questions:
        raise SettingsError(
            "No answer with a verified quote has been called right yet: rate answers in the page with the thumb "
            "under them, then try again."
        )
    with new_file(file) as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in made.questions)
    return made


def _row(turn: Turn, answer: Answer, proofs: list[Citation]) -> Row:
    """The question as it was searched for: one that leaned on the conversation is whole there."""
    asked = answer.receipt.searched or answer.question
    question = understand(asked)
    first = proofs[0] if proofs else None
    places = [_place(name, [c for c in proofs if c.document_id == name]) for name in _documents(proofs)]
    return {
        "id": f"feedback-{turn.id}",
        "lang": question.language,
        "type": question.kind,
        "question": asked,
        "answer": answer.text,
        "answerable": not answer.refused,
        "evidence": first.quote if first else "",
        **(places[0] if places else {"doc": "", "pages": []}),
        "also": places[1:],
    }


def _documents(proofs: list[Citation]) -> list[str]:
    return list(dict.fromkeys(c.document_id for c in proofs))


def _place(document: str, proofs: list[Citation]) -> Row:
    pages = list(dict.fromkeys(c.page for c in proofs))
    return {"doc": proofs[0].file, "document": document, "pages": pages}
