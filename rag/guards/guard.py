"""Question and answer → why they must not go on, if so: guards that a team adds. None is there unless it is set."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from ingest.errors import ModelError, SettingsError
from ingest.settings import Settings
from ingest.visible import plain
from rag.events import Answer, Answered, Delta, Event, Planned
from rag.guards.timed_patterns import NotDone, first_found
from rag.llm import LLM
from rag.phrases import say
from rag.prompt import render_guard
from rag.types import Question, Receipt, Seconds, Style, Tokens

CATEGORIES = {
    "S1": "Violent Crimes", "S2": "Non-Violent Crimes", "S3": "Sex-Related Crimes", "S4": "Child Sexual Exploitation",
    "S5": "Defamation", "S6": "Specialized Advice", "S7": "Privacy", "S8": "Intellectual Property",
    "S9": "Indiscriminate Weapons", "S10": "Hate", "S11": "Suicide & Self-Harm", "S12": "Sexual Content",
    "S13": "Elections", "S14": "Code Interpreter Abuse",
}  # fmt: skip
"""Llama Guard 3's taxonomy: MLCommons' hazards and one more."""

TEMPLATE = (
    "{{ bos_token }}<|start_header_id|>user<|end_header_id|>\n\n{{ messages[0]['content'] }}<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\n"
)
"""Not the file's own: those of Llama Guard write the task themselves, each in its own version."""

WINDOW = 4096
_PART = 1500
"""Tokens of an answer that are judged at once."""
_VERDICT = 24
"""Tokens of the longest verdict: unsafe, and every category."""
_CATEGORY = re.compile(r"\bS(?:1[0-4]|[1-9])\b")
_SECONDS = 3.0
"""What the regular expressions of a word list may take over one question or answer; usual ones take 0.02."""
_STOPPED = "it was stopped before it could be checked"
_TILDE = "\u0303"
_TYPED = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u00b4", "'") | dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-")
)
"""Apostrophes and hyphens as a word processor sets them."""


class Guard(Protocol):
    """Judges what is asked and what would be answered. Any thread may call it."""

    def objection(self, question: str, answer: str = "", cancel: threading.Event | None = None) -> str:
        """Why the question or, if given, the answer to it must not go on, in few words; "" when it may.

        After `cancel` it ends soon, and objects to what it could not judge.
        """

    def close(self) -> None:
        """Free what it holds."""


@dataclass(frozen=True, slots=True)
class _Entry:
    line: int
    row: str
    pattern: re.Pattern[str]
    folded: bool


class WordGuard:
    """A list of words, whole and in any case and accent (ñ is a letter), and of /regular expressions/ in any case."""

    def __init__(self, path: Path) -> None:
        """SettingsError when the file cannot be read, holds nothing, or a pattern in it is none."""
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise SettingsError(f"{path}: is not UTF-8 text. Save it as UTF-8 and try again.") from error
        except OSError as error:
            raise SettingsError(
                f"{path}: cannot be read as a word list ({error.strerror}). Correct guard_words."
            ) from error
        self._path = path
        rows = [(number, plain(row).strip()) for number, row in enumerate(lines, 1)]
        self._entries = [_entry(path, number, row) for number, row in rows if row and not row.startswith("#")]
        if not self._entries:
            raise SettingsError(f"{path}: holds no word. Write one a line, or take guard_words away.")

    def objection(self, question: str, answer: str = "", cancel: threading.Event | None = None) -> str:
        """SettingsError when a regular expression does not come to an end."""
        text = plain(answer or question)
        bare = _bare(text)
        line = next((e.line for e in self._entries if e.folded and e.pattern.search(bare)), None) or self._matched(text)
        return f"word list, line {line}" if line else ""

    def _matched(self, text: str) -> int | None:
        """The line of the first regular expression that is found."""
        entries = [entry for entry in self._entries if not entry.folded]
        try:
            found = first_found([e.pattern.pattern for e in entries], text, _SECONDS) if entries else None
        except NotDone as error:
            entry = entries[error.at]
            raise SettingsError(
                f"{self._path}, line {entry.line}: {entry.row} was not done within {_SECONDS:g} s. "
                "Write it without a repetition in a repetition, as in (a+)+."
            ) from error
        return None if found is None else entries[found].line

    def close(self) -> None:
        pass


def _entry(path: Path, number: int, row: str) -> _Entry:
    if len(row) < 3 or not (row.startswith("/") and row.endswith("/")):
        words = r"\s+".join(map(re.escape, _bare(row).split()))
        entry = _Entry(number, row, re.compile(rf"(?<!\w){words}(?!\w)"), True)
    else:
        try:
            entry = _Entry(number, row, re.compile(row[1:-1], re.IGNORECASE), False)
        except re.error as error:
            raise SettingsError(
                f"{path}, line {number}: {row} is no regular expression ({error}). Correct it."
            ) from error
    if entry.pattern.search(""):
        raise SettingsError(f"{path}, line {number}: {row} would stop every question. Correct it.")
    return entry


def _bare(text: str) -> str:
    """Lower case, compatible forms, apostrophes and hyphens as one, no accents; a tilde stays: año is no ano."""
    split = unicodedata.normalize("NFKD", text.casefold().translate(_TYPED))
    kept = "".join(c for c in split if c == _TILDE or not unicodedata.combining(c))
    return unicodedata.normalize("NFC", kept)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Llama Guard said; the categories' signs (S1 to S14) when it is not safe."""

    safe: bool
    categories: tuple[str, ...] = ()


def read_verdict(text: str) -> Verdict | None:
    """ "safe", or "unsafe" and on the next line the categories; None for anything else."""
    first = text.split(maxsplit=1)[0].lower() if text.strip() else ""
    if first == "safe":
        return Verdict(True)
    return Verdict(False, tuple(dict.fromkeys(_CATEGORY.findall(text)))) if first == "unsafe" else None


class LlamaGuard:
    """Llama Guard 3, asked in its documented format."""

    def __init__(self, llm: LLM) -> None:
        self._llm = llm

    def objection(self, question: str, answer: str = "", cancel: threading.Event | None = None) -> str:
        """ModelError when the model does not answer as Llama Guard does."""
        asked = self._parts(question)
        pairs = [(asked[0], part) for part in self._parts(answer)] if answer else [(part, "") for part in asked]
        return next((why for pair in pairs if (why := self._judged(*pair, cancel))), "")

    def _judged(self, question: str, answer: str, cancel: threading.Event | None) -> str:
        said = "".join(self._llm.stream(render_guard(question, answer, CATEGORIES), _VERDICT, cancel=cancel))
        verdict = read_verdict(said)
        if verdict is None and cancel is not None and cancel.is_set():
            return _STOPPED
        if verdict is None:
            raise ModelError(
                f"{self._llm.name}: says neither safe nor unsafe, so it is no Llama Guard 3. Name one in guard_model."
            )
        named = [f"{sign} {CATEGORIES[sign]}" for sign in verdict.categories]
        return "" if verdict.safe else f"Llama Guard: {', '.join(named) or 'unsafe'}"

    def _parts(self, text: str) -> list[str]:
        """The text in stretches that fit."""
        if len(text) < 2 or self._llm.count(text) <= min(_PART, self._llm.window // 4):
            return [text]
        half = len(text) // 2
        return [*self._parts(text[:half]), *self._parts(text[half:])]

    def close(self) -> None:
        self._llm.close()


def open_guards(settings: Settings) -> tuple[Guard, ...]:
    """Those that are set, the quick one first; SettingsError and ModelError when one cannot do its work."""
    guards: list[Guard] = [WordGuard(Path(settings.guard_words).expanduser())] if settings.guard_words else []
    if settings.guard_model:
        guards.append(_open_llama_guard(Path(settings.guard_model).expanduser(), settings.threads or None))
    return tuple(guards)


def _open_llama_guard(path: Path, threads: int | None) -> LlamaGuard:
    from rag.llama.gguf import read_gguf
    from rag.llm import LlamaCpp

    window = min(WINDOW, read_gguf(path).window)
    guard = LlamaGuard(LlamaCpp(path, window=window, threads=threads, template=TEMPLATE))
    try:
        guard.objection("Hello.")
    except ModelError:
        guard.close()
        raise
    return guard


def objection(guards: Sequence[Guard], question: str, answer: str = "", cancel: threading.Event | None = None) -> str:
    """The first guard's reason that has one."""
    return next((why for guard in guards if (why := guard.objection(question, answer, cancel))), "")


def guarded(
    events: Iterator[Event], guards: Sequence[Guard], asked: str, cancel: threading.Event | None
) -> Iterator[Event]:
    """The events; with guards, no word of an answer before all of it, and what it quotes, has passed."""
    if not guards:
        yield from events
        return
    for event in events:
        if isinstance(event, Answered):
            answer = event.answer
            shown = "\n".join([answer.text, *(c.quote for c in answer.citations if c.quote not in answer.text)])
            why = objection(guards, asked, shown, cancel)
            yield from _stopped(answer, why) if why else (Delta(answer.text), event)
        elif not isinstance(event, Delta):
            yield event


def _stopped(answer: Answer, why: str) -> Iterator[Event]:
    text, receipt = say(answer.language, "blocked.answer"), replace(answer.receipt, blocked=why)
    yield Answered(replace(answer, text=text, refused=True, citations=(), receipt=receipt))


def blocked(question: Question, why: str, llm: LLM, style: Style) -> Iterator[Event]:
    """The events of a question that nothing is searched or read for."""
    tokens = Tokens(0, 0, 0, llm.count(question.text), 0, llm.window)
    reason = say(question.language, "blocked.unread")
    receipt = Receipt("passages", reason, style, tokens, (), Seconds(), "none", llm.name, blocked=why)
    text = say(question.language, "blocked.question")
    yield Planned(receipt)
    yield Answered(Answer(question.text, text, True, question.language, (), receipt))
