"""What a person narrows a search to → a condition on the catalogue's documents."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import get_args

from ingest.errors import SettingsError
from ingest.lexical import fold
from ingest.types import Kind, Language

_MONTHS = (
    "jan ene", "feb", "mar", "apr abr", "may", "jun", "jul", "aug ago", "sep", "oct", "nov", "dec dic",
)  # fmt: skip
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_DAY = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_NUMBERS = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d\d)(?!\d)")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{6})?(?!\d)")
_NAMED = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?(?:[/. -]|\s+de\s+)+([a-z]{3})[a-z]*(?:[/., -]|\s+de\s+)+(\d{4}|\d\d)(?!\d)"
)
_NAMED_FIRST = re.compile(r"([a-z]{3})[a-z]*[ .]+(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})(?!\d)")

_CLOSED = frozenset(
    "closed resolved solved done fixed completed complete finished cancelled canceled rejected declined duplicate "
    "archived deleted dismissed invalid abandoned wontfix cerrado cerrada resuelto resuelta solucionado solucionada "
    "finalizado finalizada completado completada cancelado cancelada anulado anulada rechazado rechazada terminado "
    "terminada duplicado duplicada archivado archivada descartado descartada".split()
) | {"won't fix", "won't do", "closed successful", "closed unsuccessful", "closed complete", "closed incomplete"}
_QUALIFIED = re.compile(
    r"(?:closed|re?solved|cancell?ed|cerrad[oa]|resuelt[oa]|solucionad[oa]|cancelad[oa])\b(?!\?)"
    r"(?!.*\b(?:re-?open|open|pending|waiting|await|reabiert|abiert|pendiente|esper))"
)
"""A state that goes on to say how or by whom, as OTRS and ServiceNow have them: "cerrado con éxito"."""
_FAMILIES = {"open": "open", "abierto": "open", "abierta": "open", "closed": "closed", "cerrado": "closed",
             "cerrada": "closed"}  # fmt: skip
_SYNONYMS = (
    "resolved resuelto resuelta solved solucionado solucionada fixed", "new nuevo nueva", "pending pendiente",
    "cancelled canceled cancelado cancelada anulado anulada", "rejected declined rechazado rechazada",
    "assigned asignado asignada", "reopened reabierto reabierta", "done completed completado completada hecho hecha",
)  # fmt: skip
_ONE_STATUS = {word: group.split()[0] for group in _SYNONYMS for word in group.split()} | {
    "en curso": "in progress", "en progreso": "in progress", "en proceso": "in progress", "on hold": "waiting",
    "en espera": "waiting", "waiting for customer": "waiting", "esperando al cliente": "waiting",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """An SQL expression over `documents` and its values; "" for no condition. Needs `teach`'s functions."""

    sql: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; what is empty narrows nothing, several narrow together.

    Upper case and accents do not matter. `documents` are ids. `status` open or closed (abierto, cerrado) is any status
    of that sort; another status is that one in either language. `version` 2.1 is also 2.1.3, never 2.10. `key` is the
    ticket's own number; `subject`, `resolution` and `requester` are parts of what is written there; a ticket has all
    `tags`. Dates are YYYY, YYYY-MM or YYYY-MM-DD, both ends included; a ticket without a date that can be read is in
    none.
    """

    kind: str = ""
    documents: tuple[str, ...] = ()
    key: str = ""
    subject: str = ""
    resolution: str = ""
    product: str = ""
    version: str = ""
    status: str = ""
    requester: str = ""
    tags: tuple[str, ...] = ()
    created_from: str = ""
    created_to: str = ""
    updated_from: str = ""
    updated_to: str = ""
    language: str = ""
    resolved: bool = False
    """Whether only tickets that say how they were resolved are wanted."""

    def __post_init__(self) -> None:
        """SettingsError for a kind, a language or a date that is none."""
        _one_of("--kind", self.kind, get_args(Kind))
        _one_of("--language", self.language, get_args(Language))
        for flag, start, end in (("", self.created_from, self.created_to), ("updated-", self.updated_from,
                                                                            self.updated_to)):  # fmt: skip
            for side, value in (("since", start), ("until", end)):
                if value and not _DAY.fullmatch(value):
                    raise SettingsError(f"--{flag}{side} {value}: is no date. Write it as 2025, 2025-01 or 2025-01-31.")
            if start and end and start[: len(end)] > end:
                raise SettingsError(f"--{flag}since {start} is after --{flag}until {end}. Exchange them.")

    def __bool__(self) -> bool:
        """Whether anything is narrowed."""
        return any(getattr(self, field.name) for field in fields(self))

    @property
    def condition(self) -> Condition:
        """All of it as one expression over the table `documents`."""
        terms = [
            ("documents.kind = ?", self.kind),
            ("documents.id IN (SELECT value FROM json_each(?))", json.dumps(self.documents) if self.documents else ""),
            ("folded(documents.key) = folded(?)", self.key),
            ("instr(folded(documents.title), folded(?)) > 0", self.subject),
            ("instr(folded(documents.resolution), folded(?)) > 0", self.resolution),
            ("folded(documents.product) = folded(?)", self.product),
            ("has_version(documents.version, ?)", self.version),
            ("has_status(documents.status, ?)", self.status),
            ("instr(folded(documents.requester), folded(?)) > 0", self.requester),
            *(("has_tag(documents.tags, ?)", tag) for tag in self.tags),
            ("iso_day(documents.created, documents.language) >= ?", self.created_from),
            ("is_until(iso_day(documents.created, documents.language), ?)", self.created_to),
            ("iso_day(documents.updated, documents.language) >= ?", self.updated_from),
            ("is_until(iso_day(documents.updated, documents.language), ?)", self.updated_to),
            ("instr(documents.language || ' ' || documents.others, ?) > 0", self.language),
            ("documents.resolution != ''", None if self.resolved else ""),
        ]
        wanted = [(sql, value) for sql, value in terms if value != ""]
        return Condition(" AND ".join(sql for sql, _ in wanted), tuple(value for _, value in wanted if value))

    def describe(self) -> str:
        """As it would be typed: `--kind ticket --product "Faro R3"`."""
        shown = []
        for name, flag in FLAGS.items():
            held = getattr(self, name)
            shown += [(flag, value) for value in (held if isinstance(held, tuple) else [held]) if value]
        return " ".join(flag if value is True else f"{flag} {_quoted(value)}" for flag, value in shown)


FLAGS = {
    "kind": "--kind", "documents": "--document", "key": "--id", "subject": "--subject", "resolution": "--resolution",
    "product": "--product", "version": "--version", "status": "--status",
    "requester": "--requester", "tags": "--tag", "created_from": "--since", "created_to": "--until",
    "updated_from": "--updated-since", "updated_to": "--updated-until", "language": "--language",
    "resolved": "--resolved",
}  # fmt: skip
"""The flag of each filter."""


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"\s", value) else value


def _one_of(flag: str, value: str, known: tuple[str, ...]) -> None:
    if value and value not in known:
        raise SettingsError(f"{flag} {value}: is unknown. Use {', '.join(known)}.")


EVERYTHING = Filters()
"""Narrows nothing."""


def teach(connection: sqlite3.Connection) -> None:
    """Give a connection the functions that conditions call. All are pure and never fail on any text."""
    functions: tuple[tuple[str, int, Callable[..., str | bool | None]], ...] = (
        ("folded", 1, folded), ("has_version", 2, has_version), ("has_status", 2, has_status), ("has_tag", 2, has_tag),
        ("iso_day", 2, iso_day), ("is_until", 2, is_until),
    )  # fmt: skip
    for name, arguments, function in functions:
        connection.create_function(name, arguments, function, deterministic=True)


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """The text as values are compared: no case, accents or needless spaces."""
    return " ".join(fold(text).split())


@lru_cache(maxsize=4096)
def has_version(held: str, wanted: str) -> bool:
    """Whether `wanted` stands in `held` as a whole or begins a longer version: 2.1 in `v2.1.3` and `2.0, 2.1`."""
    version = folded(wanted)
    if re.match(r"v\d", version):
        version = version[1:]
    end = r"(?!\d)" if version[-1:].isdigit() else r"(?!\w)"
    return bool(re.search(rf"(?<![\w.])(?:v\.? ?)?{re.escape(version)}{end}", folded(held)))


@lru_cache(maxsize=4096)
def has_status(held: str, wanted: str) -> bool:
    """Whether a ticket's status is the wanted one, or of the wanted sort (open, closed), in either language."""
    status, asked = folded(held), folded(wanted)
    if asked in _FAMILIES:
        closed = status in _CLOSED or _ONE_STATUS.get(status) in _CLOSED or says_closed(status)
        return bool(status) and (_FAMILIES[asked] == "closed") == closed
    return _ONE_STATUS.get(status, status) == _ONE_STATUS.get(asked, asked)


def says_closed(status: str) -> bool:
    """Whether a status begins with a word for closed, resolved or cancelled, and says nothing of waiting after it."""
    return _QUALIFIED.match(folded(status)) is not None


def is_known_status(held: str) -> bool:
    """Whether a word is one that trackers have for the state of a ticket, in either language."""
    status = folded(held)
    return any(status in some for some in (_CLOSED, _ONE_STATUS, _ONE_STATUS.values(), _FAMILIES))


@lru_cache(maxsize=4096)
def has_tag(held: str, wanted: str) -> bool:
    """Whether one of the tags (one a line) is the wanted one."""
    return folded(wanted) in [folded(tag) for tag in held.split("\n")]


@lru_cache(maxsize=4096)
def iso_day(date: str, language: str) -> str | None:
    """The day of a date as exports write it, YYYY-MM-DD; None if it cannot be told.

    Of two numbers that could both be the month, the first is the day unless the document is English and they are not
    parted by dots, which English dates are not.
    """
    text = fold(date.strip())
    if _DAY.fullmatch(text[:10]):
        return text[:10]
    if found := _YEAR_FIRST.match(text) or _COMPACT.match(text):
        return _day(found[1], int(found[2]), found[3])
    if found := _NAMED.search(text):
        return _day(found[3], _MONTH.get(found[2], 0), found[1])
    if found := _NAMED_FIRST.search(text):
        return _day(found[3], _MONTH.get(found[1], 0), found[2])
    if found := _NUMBERS.match(text):
        month_first = int(found[2]) > 12 or (language == "en" and int(found[1]) <= 12 and "." not in found[0])
        month, day = (found[1], found[2]) if month_first else (found[2], found[1])
        return _day(found[3], int(month), day)
    return None


def _day(year: str, month: int, day: str) -> str | None:
    full = year if len(year) == 4 else f"20{year}"
    return f"{full}-{month:02}-{int(day):02}" if 1 <= month <= 12 and 1 <= int(day) <= 31 else None


def is_until(day: str | None, end: str) -> bool:
    """Whether a day is at or before `end`, all of that day, month or year included."""
    return day is not None and day[: len(end)] <= end
