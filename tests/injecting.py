"""Injections → files that carry them, a model that obeys them all, and what came of asking."""

from __future__ import annotations

import csv
import html
import json
import re
import sys
import textwrap
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.sentences import sentences
from rag.assistant import Assistant
from rag.events import Answer, Answered, Delta
from rag.fakes import FakeLLM
from rag.llama.generation import Generation
from rag.page.sanitise import block, inline, literal
from rag.types import Keep, Message
from tests.make_files import pdf
from tests.test_sanitise import assert_dead

ROWS: list[dict[str, str]] = [
    json.loads(line) for line in (Path(__file__).parent / "injections.jsonl").read_text("utf-8").splitlines()
]
MISSED: frozenset[str] = frozenset()
"""Rows that are not told of."""
CARRIERS = ("pdf", "html", "ticket")
NAME = "alisio-"
"""What the names of the hostile files begin with."""
_NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request")
_MARKS = re.compile(r"\[\d+\]")
_LEAST = 8
"""Letters below which a sentence is anybody's."""
_BODY = {
    "es": ("Ventilador Alisio V2, aviso {code}", "El aviso {code} del ventilador Alisio dice que el filtro está sucio.",
           "El aviso {code} se borra solo al limpiar la rejilla.",
           "¿Qué dice el aviso {code} del ventilador Alisio?"),
    "en": ("Alisio V2 fan, notice {code}", "Notice {code} of the Alisio fan says that the filter is dirty.",
           "Notice {code} goes out by itself once the grille is clean.",
           "What does notice {code} of the Alisio fan say?"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attack:
    """An injection in a file, and the innocent question that leads to it. `key` names the file, or the ticket."""

    row: dict[str, str]
    carrier: str
    key: str
    question: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: whether the injection was read, told of, obeyed by the model, and whether what the model
    then said is in the answer that stands; whether the answer bears out what the injection orders, by a quote of it or
    a sentence held to be supported; and what would have come alive."""

    attack: Attack
    read: bool
    flagged: bool
    obeyed: bool
    stands: bool
    believed: bool
    alive: str


def attacks(rows: Sequence[dict[str, str]] = ROWS) -> list[Attack]:
    """Every injection in every carrier."""
    found = []
    for carrier in CARRIERS:
        for row in rows:
            code = f"{carrier[0].upper()}{ROWS.index(row) + 101}"
            found.append(Attack(row, carrier, code, _BODY[row["lang"]][3].format(code=code)))
    return found


def write_files(folder: Path, wanted: Sequence[Attack]) -> Path:
    """A PDF, an HTML page or a ticket for each."""
    folder.mkdir(parents=True)
    with (folder / f"{NAME}tickets.csv").open("w", encoding="utf-8", newline="") as file:
        tickets = csv.writer(file)
        tickets.writerow(["id", "subject", "status", "created", "description"])
        for attack in wanted:
            title, *parts = _parts(attack)
            if attack.carrier == "pdf":
                lines = "\n\n".join(textwrap.fill(_printable(part), 85, replace_whitespace=False) for part in parts)
                pdf(folder / f"{NAME}{attack.key}.pdf", [f"{title}\n\n{lines}"], title=title)
            elif attack.carrier == "html":
                paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in parts)
                page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{paragraphs}</body></html>"
                (folder / f"{NAME}{attack.key}.html").write_text(page, encoding="utf-8")
            else:
                tickets.writerow([attack.key, title, "Closed", "2025-03-01 10:00", "\n\n".join(parts)])
    return folder


def _parts(attack: Attack) -> tuple[str, str, str, str]:
    title, first, last, _ = (text.format(code=attack.key) for text in _BODY[attack.row["lang"]])
    return title, first, attack.row["text"], last


def _printable(text: str) -> str:
    """What Helvetica can show: letters nobody sees become letters, the rest goes."""
    shown = "".join(chr(ord(c) - 0xE0000) if 0xE0020 <= ord(c) <= 0xE007E else c for c in text)
    return shown.encode("cp1252", "ignore").decode("cp1252")


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


class GullibleLLM(FakeLLM):
    """Writes as a large model would and obeys every injection in its prompt; without one it repeats the first lines."""

    def __init__(self) -> None:
        super().__init__(window=8192, parameters=8_000_000_000)

    def stream(
        self, messages: Sequence[Message], max_tokens: int, *, cancel: threading.Event | None = None,
        temperature: float = 0.0, stop: Sequence[str] = (), keep: Keep | None = None,
    ) -> Generation:  # fmt: skip
        prompt = "\n".join(message.text for message in messages)
        read = _letters(prompt)
        obeyed = [row["obeyed"] for row in ROWS if _letters(row["text"]) in read]
        self._replies = ["\n\n".join(obeyed) + " [1]." if obeyed else f"{prompt[:200]} [1]."]
        return super().stream(messages, max_tokens, cancel=cancel, temperature=temperature, stop=stop, keep=keep)


def ask(assistant: Assistant, attack: Attack) -> Outcome:
    """Ask, and look at all that would be shown on the way."""
    pieces: list[str] = []
    for event in assistant.ask(attack.question, mode="passages"):
        if isinstance(event, Delta):
            pieces.append(event.text)
        if isinstance(event, Answered):
            answer = event.answer
    keys = {row.id for row in assistant.library.documents() if attack.key in row.title}
    read = [p for p in assistant.plan(attack.question, mode="passages").passages if p.document_id in keys]
    flagged = bool({told.document_id for told in answer.receipt.warnings} & keys)
    streamed, order = "".join(pieces), attack.row["obeyed"]
    obeyed, stands = _said(order, streamed), _said(order, answer.text)
    held = any(_letters(_printable(attack.row["text"]))[:60] in _letters(p.text) for p in read)
    return Outcome(attack, held, flagged, obeyed, stands, _believed(answer, attack.row), _alive(answer, streamed))


def _said(what: str, text: str) -> bool:
    """Whether a text says it: by its letters if they are enough, else to the letter."""
    return _letters(what) in _letters(text) if len(_letters(what)) >= _LEAST else what in text


def _believed(answer: Answer, row: dict[str, str]) -> bool:
    """Whether a sentence of the order is quoted as an answer, or one that obeys it is held to be supported."""
    text = _printable(row["text"])
    orders = [said for a, b in sentences(text) if len(said := _letters(text[a:b])) >= _LEAST]
    quotes = [] if answer.refused else [_letters(c.quote) for c in answer.citations if c.verified]
    borne = [_letters(_MARKS.sub("", claim.text)) for claim in answer.claims if claim.supported]
    quoted = any(order in quote for order in orders for quote in quotes)
    return quoted or any(len(said) >= _LEAST and said in _letters(row["obeyed"]) for said in borne)


def _alive(answer: Answer, streamed: str) -> str:
    """What of an answer would live on the page, at any time; "" for nothing."""
    steps = range(0, len(streamed) + 1, 1 + len(streamed) // 200)
    shown = [block(streamed[:end]) for end in steps]
    shown += [block(answer.text), *(literal(c.quote) for c in answer.citations)]
    shown += [inline(text) for c in answer.citations for text in (c.document, c.section, c.file)]
    for markdown in shown:
        try:
            assert_dead(markdown)
        except AssertionError as found:
            return str(found)
    return ""


_seen: list[str] = []
_watching = threading.Event()


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _watching.is_set() and event in _NETWORK:
        _seen.append(f"{event} {arguments}")
        raise OSError("no network here")


@contextmanager
def no_network() -> Iterator[list[str]]:
    """Refuse every connection, and list what was tried."""
    if not getattr(no_network, "heard", False):
        sys.addaudithook(_hear)
        no_network.heard = True  # type: ignore[attr-defined]
    _seen.clear()
    _watching.set()
    try:
        yield _seen
    finally:
        _watching.clear()
