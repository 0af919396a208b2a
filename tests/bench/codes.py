"""Three invented lists of error codes: is a code's own entry quoted first, and a code that is in none refused?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.opening import open_tools
from ingest.pipeline import ingest
from ingest.settings import read_settings
from rag.assistant import Assistant
from rag.events import Answer, Answered
from rag.opening import open_assistant

LISTED, ASKED, MISSING = 36, 6, 4
"""Codes of a list; those asked about with each wording; and those that are in no list."""

_ES = (
    ("fusor", "ventilador", "sensor", "tambor", "láser", "disco", "motor", "termostato"),
    ("temperatura demasiado alta", "no responde", "tensión fuera de margen", "atasco", "desgaste", "cortocircuito"),
    ("Espere 30 minutos.", "Sustituya la pieza.", "Compruebe el cable.", "Limpie el contacto.", "Llame al servicio."),
)
_EN = (
    ("inverter", "fan", "brake", "encoder", "keypad", "relay", "supply", "motor"),
    ("is too hot", "does not answer", "is out of range", "is worn", "lost contact", "is blocked"),
    ("Wait for 30 minutes.", "Replace it.", "Check the cable.", "Clean the contact.", "Call service."),
)
_WORDINGS = {
    "a table in Spanish": (
        "¿Qué significa el error {n} de la Lince?", "La impresora Lince muestra el código {n}, ¿qué hago?",
        "sale error {n} en la impresora", "What does error {n} mean on the Lince printer?",
    ),
    "headings in English": (
        "What does fault {n} mean on the Heron drive?", "The Heron shows E{n}, what now?",
        "my drive stopped with fault E-{n}", "¿Qué significa el fallo {n} del variador Heron?",
    ),
    "lines in Spanish": (
        "alarma {n} de la caldera Norte", "¿Cómo quito la alarma {n} de la caldera?",
        "A{n} en la caldera", "The Norte boiler gives alarm {n}, what does it mean?",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the file it is about, and words of the entry that answers; "" when nothing does."""

    list: str
    question: str
    file: str
    entry: str


def bench_codes(folder: Path) -> None:
    """Entries in the first quote, false refusals, and refusals of missing codes, by list."""
    cases = list(make_cases(folder / "codes"))
    settings = replace(read_settings(), library=folder / "library")
    tools = open_tools(settings, print)
    list(ingest([folder / "codes"], tools))
    tools.store.close()
    tools.library.close()
    assistant = open_assistant(settings, print)
    print(f"\ncodes, {len(cases)} questions about {len(_WORDINGS)} lists of {LISTED}")
    for name in _WORDINGS:
        some = [(case, answer(assistant, case.question)) for case in cases if case.list == name]
        there = [(case, answer) for case, answer in some if case.entry]
        gone = [answer for case, answer in some if not case.entry]
        first = sum(not a.refused and _holds(case, a) for case, a in there)
        false, right = sum(a.refused for _, a in there), sum(a.refused for a in gone)
        print(f"  {name}: own entry quoted first {first} of {len(there)}, refused {false}; ", end="")
        print(f"missing codes refused {right} of {len(gone)}")
    assistant.close()


def make_cases(folder: Path) -> Iterator[Case]:
    """Write the lists, and ask about them."""
    folder.mkdir(parents=True)
    draw = random.Random(7)
    numbers = draw.sample(range(11, 99), LISTED + MISSING * 4)
    listed, missing = sorted(numbers[:LISTED]), numbers[LISTED:]
    for (name, wordings), (file, text, entries) in zip(_WORDINGS.items(), _lists(listed, draw), strict=True):
        (folder / file).write_text(text, encoding="utf-8")
        for wording in wordings:
            for n in draw.sample(listed, ASKED):
                yield Case(name, wording.format(n=n), file, entries[n])
            for n in draw.sample(missing, MISSING):
                yield Case(name, wording.format(n=n), file, "")


def _lists(codes: list[int], draw: random.Random) -> Iterator[tuple[str, str, dict[int, str]]]:
    rows = {n: f"{n} | {' | '.join(draw.choice(some) for some in _ES)}" for n in codes}
    head = "# Manual de servicio de la impresora Lince 40\n\nMide 79 mm, trabaja a 24 V y tarda 12 segundos.\n\n"
    table = "## Códigos\n\n| Código | Pieza | Problema | Qué hacer |\n|---|---|---|---|\n"
    yield "lince.md", head + table + "".join(f"| {row} |\n" for row in rows.values()), rows
    faults = {n: f"E{n:03d}\n\nThe {' '.join(draw.choice(s) for s in _EN[:2])}. {draw.choice(_EN[2])}" for n in codes}
    yield (
        "heron.md",
        "# Heron 5 drive guide\n\nIt weighs 33 kg.\n\n## Faults\n\n"
        + "\n\n".join(f"### {fault}" for fault in faults.values()),
        faults,
    )
    lines = {n: f"A{n}: {': '.join(draw.choice(s) for s in _ES[:2])}. {draw.choice(_ES[2])}" for n in codes}
    yield "norte.txt", "Caldera Norte, guía de alarmas\n\nPesa 48 kg.\n\n" + "\n".join(lines.values()), lines


def answer(assistant: Assistant, question: str) -> Answer:
    """What is shown in the end."""
    *_, last = assistant.ask(question)
    assert isinstance(last, Answered)
    return last.answer


def _holds(case: Case, answer: Answer) -> bool:
    """Whether the first quote is of the right file and holds the entry, and little more than a table's first rows."""
    first = next(iter(answer.citations), None)
    return (
        first is not None
        and first.file == case.file
        and case.entry in first.quote
        and len(first.quote) < len(case.entry) + 300
    )
