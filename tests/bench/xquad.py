"""XQuAD (parallel paragraphs, questions about them) → text files to ingest, questions with the file that answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.evaluation.questions_file import Item, Place
from tests.bench.material import CORPUS

EVERY = 5
"""Of the questions, every so many are asked where all would take too long."""


def write_paragraphs(language: str, folder: Path) -> None:
    """A file a paragraph: 000.es.txt, 001.es.txt, …"""
    folder.mkdir(parents=True)
    for number, (_, paragraph) in enumerate(_paragraphs(language)):
        (folder / _name(number, language)).write_text(paragraph["context"].lstrip("\ufeff"), encoding="utf-8")


def asked(language: str, about: str) -> list[Item]:
    """Every question in one language, with the paragraph of another (or the same) that answers.

    Its evidence is the answer in the question's language: words of the paragraph where the languages are the same.
    """
    items = []
    for number, (_, paragraph) in enumerate(_paragraphs(language)):
        file = _name(number, about)
        for row in paragraph["qas"]:
            place, answer = Place(file, 1), row["answers"][0]["text"]
            item = Item(row["id"], row["question"], language, file, about, "lookup", True, (place,), evidence=answer)
            items.append(item)
    return items


def articles(language: str) -> dict[str, int]:
    """The number of the article that each file is a paragraph of."""
    return {_name(number, language): article for number, (article, _) in enumerate(_paragraphs(language))}


def _paragraphs(language: str) -> Iterator[tuple[int, dict[str, Any]]]:
    text = (CORPUS / "questions" / f"xquad.{language}.json").read_text(encoding="utf-8")
    for article, row in enumerate(json.loads(text)["data"]):
        for paragraph in row["paragraphs"]:
            yield article, paragraph


def _name(number: int, language: str) -> str:
    return f"{number:03}.{language}.txt"
