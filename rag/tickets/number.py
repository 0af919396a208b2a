"""Question → the tickets that it names by their numbers, however it writes them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.lexical import fold, words
from ingest.records import DocumentRow
from rag.ticket_words import CASE, TICKET

MOST = 4
"""Tickets that one number may name, of several exports; a number that more of them bear tells none."""

_NOUN = rf"(?:{TICKET}|{CASE})"
_NUMBERED = re.compile(
    rf"(?:(?<!\w)#\s?|\b{_NOUN}(?:\s+(?:id|no|nr|nro|num|numero|number|n)\b)?[\s:#.ºo°-]{{1,3}})"
    r"(\d[\d-]*\d|\d)(?![\w%]|[.,]\d)"
)
_MORE = re.compile(r"\s*(?:,|y|e|and|or|o|&)\s*#?(\d{2,})(?![\w%]|[.,]\d)")
_KEY = re.compile(r"(?<![\w./\\-])([a-z][a-z0-9_]*?)[- _#]?(\d{1,12})(?![\w%]|[.,/\\-]\w)")
_BARE = re.compile(r"(?<![\w.,/:-])\d{3,}(?![\w%]|[.,/:-]\w)")
_PARTS = re.compile(r"(.*?)[-_# ]?0*(\d+)")
_ANY = frozenset(("t", "tk", "tkt", "inc", "req", "sr"))
"""What people write before a number whatever the export has there."""
_BESIDE = re.compile(
    r"\b(?:similar\w*|parecid\w*|like|alike|duplica\w*|relaciona\w*|related|resembl\w*|otr[oa]s|others?|igual\w*|same)\b"
)
"""Other tickets are asked for, that have to do with this one."""
_TELLING = re.compile(
    rf"{_NOUN}|numero|number|que|cual|como|what|which|how|who|paso|pasa|ocurri\w*|happen\w*|resolv\w*|resuel\w*|"
    r"soluci\w*|solv\w*|resol\w*|fix\w*|arregl\w*|cerr\w*|clos\w*|acab\w*|termin\w*|qued\w*|hizo|hicimos|done|end\w*|"
    r"dice|dime|decir|tell|say\w*|said|show|see|ver|muestra\w*|ensen\w*|open|abr\w*|abiert\w*|estado|status|state|about|"
    r"sobre|trata|va|is|was|did|detail\w*|detall\w*|info\w*|resum\w*|summar\w*|por|favor|please|me|lo|se|it|get|got|"
    r"finally|final\w*|problema?s?|ha|han|sido|fue|with|con|del?|the|dame|give|busca\w*|find|look\w*|up|need|want|quiero|and|still|already|esta|sigue|todavia|aun|ya"
)
_SOLVED = re.compile(
    r"\b(?:resolv\w*|resuel\w*|soluci\w*|solv\w*|resol\w*|fix\w*|arregl\w*|repar\w*|acab\w*|"
    r"que (?:se )?(?:hizo|hicimos|le dijimos|contestamos|respondimos)|what (?:did we|was) (?:do|done|tell|told|answer|"
    r"repl)\w*|what helped|how did we)\b"
)

_WHO = re.compile(r"\b(?:quien(?:es)?|cuando|who|when)\b")


def numbered(question: str, tickets: Iterable[DocumentRow]) -> tuple[str, ...]:
    """The ids of the tickets whose numbers a question names: #4711, ticket 4711, INC0004711, inc-4711 or 4711 alone.

    Zeros before a number count for nothing, nor do letters that stand for any ticket (T-4711) where no ticket has just
    these. None where other tickets are asked for, that are like the one named.
    """
    return () if _BESIDE.search(fold(question)) else named(question, tickets)


def named(question: str, tickets: Iterable[DocumentRow]) -> tuple[str, ...]:
    """The same, whatever is asked about them."""
    wanted = mentions(question)
    keys: dict[tuple[str, str], list[str]] = {}
    numbers: dict[str, list[str]] = {}
    for row in tickets:
        if parted := _PARTS.fullmatch(fold(row.fields.key)):
            keys.setdefault((parted[1], parted[2]), []).append(row.id)
            numbers.setdefault(parted[2], []).append(row.id)
    found: list[str] = []
    for letters, number in wanted:
        same = keys.get((letters, number)) or (numbers.get(number, []) if not letters or letters in _ANY else [])
        found += same if len(same) <= MOST else []
    return tuple(dict.fromkeys(found))


def mentions(question: str) -> list[tuple[str, str]]:
    """(letters, number without zeros before it) of all that may be a ticket's number, in small letters; letters may be
    none."""
    plain = fold(question)
    found = called(question)
    bare = _BARE.findall(plain)
    if bare and all(word in bare or _tells_nothing(word) for word in words(plain)):
        found += bare
    parts = [_PARTS.fullmatch(number) for number in found]
    named = [(match[1].strip("-_"), match[2].lstrip("0") or "0") for match in _KEY.finditer(plain)]
    return list(dict.fromkeys([*((p[1], p[2]) for p in parts if p), *named]))


def called(question: str) -> list[str]:
    """The numbers that a question calls a ticket's, as it writes them: #4711, incidencia nº 4711."""
    plain = fold(question)
    found = []
    for match in _NUMBERED.finditer(plain):
        found.append(match[1])
        end = match.end()
        while more := _MORE.match(plain, end):
            found.append(more[1])
            end = more.end()
    return found


def asks_for_all(question: str) -> bool:
    """Whether a question that names a ticket asks for the whole of it, or how it ended, and for nothing else in it."""
    plain = fold(question)
    numbers = {number for _, number in mentions(question)}
    left = [word for word in words(_KEY.sub(" ", plain)) if word.lstrip("0") not in numbers]
    return all(word.isdigit() or _tells_nothing(word) for word in left)


def _tells_nothing(word: str) -> bool:
    """Whether a word says nothing of what a ticket is about, nor of what else a number may be."""
    return len(word) < 3 or _TELLING.fullmatch(word) is not None


def asks_how_solved(question: str) -> bool:
    """Whether what helped is asked for, or what was answered, rather than what was wrong, or who or when it was."""
    plain = fold(question)
    return _SOLVED.search(plain) is not None and _WHO.search(plain) is None
