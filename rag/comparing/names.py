"""A question that compares → the two documents that it names, the older one first. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from ingest.lexical import content_words, fold
from ingest.records import DocumentRow
from rag.search.version_marks import Marks, Name, Numbers, read_name, read_version

_TOKEN = re.compile(
    r"(?<![\w.])(?:(?:v|ver|vers|version|release|rev|revision|r|ed|edicion|edition)[. ]{0,2})?"
    r"(?P<number>\d{1,4}(?:[.-]\d{1,4}){0,3})(?![\w])"
    r"|(?<!\w)(?:rev|revision|version)[. ]{1,2}(?P<letter>[a-z])(?!\w)"
)
_SHORTEST = 3
"""Characters of a name that is looked for as it stands."""


def which_documents(question: str, rows: Sequence[DocumentRow]) -> tuple[str, ...]:
    """The ids of the two documents that are compared; one, or none, when the question does not tell.

    They are named by title, file, or ticket number, or as versions of one manual ("v1", "2.1", "rev. B"); of a manual
    named without versions, the newest two are meant.
    """
    plain = " ".join(fold(question).split())
    named = _named(plain, rows)
    if len(named) >= 2:
        return _ordered(named[:2])
    group = _revisions(plain, rows, named)
    if len(group) == 2 and (not named or named[0] in group):
        return _ordered(group)
    return tuple(row.id for row in named)


def compared(question: str, rows: Sequence[DocumentRow]) -> tuple[str, ...]:
    """The two documents, older first, whose differences are asked for; none when it is not about two documents."""
    named = which_documents(question, rows)
    return named if len(named) == 2 else ()


def _named(plain: str, rows: Sequence[DocumentRow]) -> list[DocumentRow]:
    """Documents whose name the question holds, in its order; a name within a longer one that is held does not count."""
    names: dict[str, list[DocumentRow]] = defaultdict(list)
    for row in rows:
        stem = row.file.rpartition(".")[0]
        for name in {" ".join(fold(name).split()) for name in (row.title, row.file, stem, row.fields.key, row.id)}:
            if len(name) >= _SHORTEST:
                names[name].append(row)
    found: list[DocumentRow] = []
    places: list[tuple[int, DocumentRow]] = []
    rest = plain
    for name in sorted(names, key=lambda name: -len(name)):
        start = _position(name, rest)
        if start >= 0 and len(names[name]) == 1:
            rest = rest[:start] + "\0" * len(name) + rest[start + len(name) :]
            places.append((start, names[name][0]))
    for _, row in sorted(places, key=lambda place: place[0]):
        found += [row] if row not in found else []
    return found


def _position(name: str, text: str) -> int:
    match = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w|\.\w)", text)
    return match.start() if match else -1


def _revisions(plain: str, rows: Sequence[DocumentRow], named: Sequence[DocumentRow]) -> list[DocumentRow]:
    """Two revisions of one manual: those whose versions are asked for, else the newest two."""
    said = set(content_words(plain))
    wanted = _versions(plain)
    best: list[tuple[int, int, list[DocumentRow]]] = []
    for group in _groups(rows):
        subject = _name(group[0]).subject
        shared = len(subject & said)
        if named and named[0] not in group:
            continue
        chosen = [row for token in wanted for row in group if token in _numbers_of(row)]
        distinct = list({row.id: row for row in chosen}.values())
        if len(distinct) == 2:
            best.append((2, shared, distinct))
        elif len(distinct) == 1 and named:
            best.append((1, shared, list({row.id: row for row in (*named[:1], *distinct)}.values())))
        elif not wanted and (shared or named or not subject):
            newest = sorted(group, key=lambda row: _marks(row).order)[-2:]
            best.append((0, shared, list(newest)))
    best = [entry for entry in best if len(entry[2]) == 2]
    best.sort(key=lambda entry: entry[:2], reverse=True)
    tied = len(best) > 1 and best[0][:2] == best[1][:2]
    return [] if not best or tied else best[0][2]


def _groups(rows: Sequence[DocumentRow]) -> list[list[DocumentRow]]:
    """Manuals that bear one name but for their marks, two at least."""
    groups: dict[tuple[str, ...], list[DocumentRow]] = defaultdict(list)
    for row in rows:
        if row.kind == "manual" and _marks(row):
            groups[(row.language, *_name(row).words)].append(row)
    return [group for group in groups.values() if len(group) > 1]


def _name(row: DocumentRow) -> Name:
    title = read_name(row.title)
    return title if title.subject else read_name(row.file.rpartition(".")[0] or row.file)


def _marks(row: DocumentRow) -> Marks:
    said = read_version(row.fields.version) if row.fields.version else Marks()
    return said | read_name(row.title).marks | read_name(row.file.rpartition(".")[0] or row.file).marks


def _versions(plain: str) -> list[Numbers | str]:
    """The numbers and letters of versions that the question names, in its order."""
    found: list[Numbers | str] = []
    for match in _TOKEN.finditer(plain):
        if match["letter"]:
            found.append(match["letter"])
        else:
            parts = [int(part) for part in re.split(r"[.-]", match["number"])]
            while len(parts) > 1 and parts[-1] == 0:
                parts.pop()
            found.append(tuple(parts))
    return list(dict.fromkeys(found))


def _numbers_of(row: DocumentRow) -> set[Numbers | str]:
    """Every way its version may be called."""
    marks = _marks(row)
    numbers = (marks.version, marks.edition, marks.revision, *(marks.date[:n] for n in (1, 2, 3)))
    return {number for number in numbers if number} | ({marks.letter} if marks.letter else set())


def _ordered(two: Sequence[DocumentRow]) -> tuple[str, ...]:
    one, other = two
    return (other.id, one.id) if _marks(other).precede(_marks(one)) else (one.id, other.id)
