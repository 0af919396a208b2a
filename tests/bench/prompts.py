"""Manuals and questions → real prompts, of every length, in both languages."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ingest.readers import read
from ingest.types import Document
from rag.models import prepare_llm
from rag.prompt import render
from rag.question import understand
from rag.types import Message, Passage
from tests.bench.material import material

_SEED = 5
_LONGEST = 1500
"""Characters of a passage."""


def models(folder: Path, more: str) -> list[Path]:
    """The model that answers, and those in `more`, paths parted by colons."""
    return [prepare_llm(folder, print), *(Path(name) for name in more.split(":") if name)]


def real_prompts(count: int, most: int = 14) -> list[tuple[Message, ...]]:
    """Prompts of 0 to `most` passages and 0 to 3 turns of history, asked in turn in Spanish and in English."""
    chance = random.Random(_SEED)
    _, questions = material()
    passages = pages()
    rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    asked = {language: [row for row in rows if row["lang"] == language] for language in ("es", "en")}
    prompts = []
    for number in range(count):
        language = ("es", "en")[number % 2]
        read_here = [passage for passage in passages if passage.language == language]
        chosen = chance.sample(read_here, min(len(read_here), chance.randint(0, most)))
        row = chance.choice(asked[language])
        whole = chance.choice([0, len(chosen)])  # read as a document, or found
        history, question = _history(chance, asked[language]), understand(row["question"])
        prompts.append(render(chosen[:whole], history, chosen[whole:], question))
    return prompts


@cache
def pages() -> tuple[Passage, ...]:
    """Every page of the material, up to 1,500 characters of each, in order."""
    paths, _ = material()
    return tuple(passage for path in _files(paths) for passage in _passages(path))


def _history(chance: random.Random, rows: Sequence[dict[str, str]]) -> list[Message]:
    turns = chance.sample(rows, min(len(rows), chance.choice([0, 0, 1, 2, 3])))
    return [m for row in turns for m in (Message("user", row["question"]), Message("assistant", row["answer"] or "?"))]


def _files(paths: Sequence[Path]) -> list[Path]:
    return [file for path in paths for file in (sorted(path.rglob("*.*")) if path.is_dir() else [path])]


def _passages(path: Path) -> list[Passage]:
    found = []
    for document in read(path):
        for page in document.pages if isinstance(document, Document) else ():
            text = page.text[:_LONGEST]
            place = (path.stem, document.title, path.name, document.kind, document.language, page.number, page.label)
            if text.strip():
                found.append(Passage(*place, 0, len(text), text, "", 0.0))
    return found
