"""One sentence that answers, hidden at ten depths of documents up to the window: does it reach the prompt?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.opening import open_tools
from ingest.pipeline import ingest
from ingest.settings import Settings, read_settings
from ingest.types import Language
from rag.assistant import Assistant
from rag.llm import LLM
from rag.opening import open_assistant
from rag.plan import Wish

DEPTHS = 10
SHARES = (0.1, 0.3, 0.6, 0.85)
"""Lengths of the documents, as shares of the window."""

WANTED = {"document": 1.0, "auto": 0.95}

_NEEDLES: dict[Language, tuple[str, str]] = {
    "en": ("The calibration key of unit {n} is kept in the {colour} cabinet of hall {hall}.",
           "Where is the calibration key of unit {n} kept?"),
    "es": ("La llave de calibración de la unidad {n} se guarda en el armario {colour} de la nave {hall}.",
           "¿Dónde se guarda la llave de calibración de la unidad {n}?"),
}  # fmt: skip
_COLOURS: dict[Language, tuple[str, ...]] = {
    "en": ("green", "blue", "grey", "white"), "es": ("verde", "azul", "gris", "blanco"),
}  # fmt: skip
_HAY: dict[Language, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("The pump", "The valve", "The filter", "The panel", "The sensor", "The cover", "The motor", "The belt"),
        ("must be cleaned", "is checked", "has to be replaced", "is tightened", "should be greased", "is inspected"),
        ("once a week", "after each shift", "before it is started", "by two people", "with a dry cloth", "every year"),
    ),
    "es": (
        ("La bomba", "La válvula", "El filtro", "El panel", "El sensor", "La tapa", "El motor", "La correa"),
        ("se limpia", "se revisa", "hay que cambiarlo", "se aprieta", "se engrasa", "se inspecciona"),
        ("una vez por semana", "tras cada turno", "antes de arrancar", "entre dos", "con un paño seco", "cada año"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A document with its needle, and the question for it."""

    file: Path
    language: Language
    needle: str
    question: str


def bench_needle(folder: Path) -> None:
    """Shares of the needles that reach the prompt, by language and mode."""
    settings = replace(read_settings(), library=folder / "library")
    first = open_assistant(replace(settings, library=folder / "empty"), print)
    cases = list(make_cases(folder / "hay", first.llm))
    first.close()
    assistant = with_cases(settings, folder / "hay")
    print(
        f"\nneedle, {DEPTHS} depths × {len(SHARES)} lengths up to {max(SHARES):.0%} of {assistant.llm.window:,} tokens"
    )
    for mode in ("document", "auto"):
        for language in ("es", "en"):
            some = [case for case in cases if case.language == language]
            reached = sum(reaches(assistant, case, mode) for case in some)
            print(f"  {mode:>8} {language}: {reached} of {len(some)} (wanted: {WANTED[mode]:.0%})")
    assistant.close()


def make_cases(folder: Path, llm: LLM) -> Iterator[Case]:
    """Documents of some words in which one sentence answers, about so many tokens long."""
    folder.mkdir(parents=True)
    draw, n = random.Random(7), 100
    for language in _NEEDLES:
        for share in SHARES:
            for depth in range(DEPTHS):
                n += 1
                colour, hall = draw.choice(_COLOURS[language]), draw.randint(2, 40)
                needle = _NEEDLES[language][0].format(n=n, colour=colour, hall=hall)
                hay = _hay(draw, language, int(share * llm.window), llm)
                hay.insert(round(depth * len(hay) / (DEPTHS - 1)), needle)
                file = folder / f"unit-{n}.txt"
                file.write_text(_pages(hay), encoding="utf-8")
                yield Case(file, language, needle, _NEEDLES[language][1].format(n=n))


def with_cases(settings: Settings, folder: Path) -> Assistant:
    """An assistant over a library of these documents."""
    tools = open_tools(settings, print)
    for _ in ingest([folder], tools):
        pass
    tools.store.close()
    return open_assistant(settings, print)


def reaches(assistant: Assistant, case: Case, mode: Wish) -> bool:
    """Whether the needle stands in what the model reads; `document` is asked of its document, `auto` of all."""
    documents = [assistant.library.find_document(case.file.name).id] if mode == "document" else []
    plan = assistant.plan(case.question, mode=mode, documents=documents)
    prompt = " ".join(" ".join(message.text for message in plan.messages).split())
    return case.needle in prompt


def _hay(draw: random.Random, language: Language, tokens: int, llm: LLM) -> list[str]:
    sentences: list[str] = []
    spent = 0
    while True:
        sentence = " ".join(draw.choice(part) for part in _HAY[language]) + "."
        spent += llm.count(sentence) + 1
        if spent > tokens:
            return sentences
        sentences.append(sentence)


def _pages(sentences: list[str]) -> str:
    """About thirty sentences a page, five a paragraph."""
    paragraphs = [" ".join(sentences[i : i + 5]) for i in range(0, len(sentences), 5)]
    return "\f".join("\n\n".join(paragraphs[i : i + 6]) for i in range(0, len(paragraphs), 6))
