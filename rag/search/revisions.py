"""Documents of a library → which manuals are old revisions, and of what.

Two manuals are revisions of one when they are in the same language, bear the same name but for marks such as `v2.1`,
`rev. B`, `2nd edition` or a date, and their marks compare. The name is the title where it says what the manual is
about; else, and for files that lie together, the file's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.records import DocumentRow
from rag.search.version_marks import Marks, Name, read_name, read_version

_SERIALS = frozenset(
    "notes notas changelog cambios acta actas minutes informe informes report reports boletin newsletter calendario "
    "calendar".split()
)
"""What is named so is a series: each number stays valid beside the next."""


@dataclass(frozen=True, slots=True)
class _Manual:
    """A manual that may have revisions: what it can be recognised by, and its marks."""

    id: str
    keys: tuple[Hashable, ...]
    marks: Marks
    subject: frozenset[str]

    def is_old_beside(self, other: _Manual) -> bool:
        """Files of one name that are about different things, as chapters are, are no revisions."""
        differ = self.subject and other.subject and self.subject.isdisjoint(other.subject)
        return not differ and self.marks.precede(other.marks)


def superseded(documents: Sequence[DocumentRow]) -> dict[str, str]:
    """The id of each old revision of a manual → the id of the newest one that is among these documents.

    The newest is never itself old; of several that are equally new, the one with the smallest id stands for all.
    """
    found: dict[str, str] = {}
    read = [_manual(row) for row in documents if row.kind == "manual"]
    for revisions in _groups([manual for manual in read if manual]):
        newest = max(sorted(revisions, key=lambda manual: manual.id), key=lambda manual: manual.marks.order)
        found |= {manual.id: newest.id for manual in revisions if manual.is_old_beside(newest)}
    return found


@lru_cache(maxsize=32_768)
def _manual(row: DocumentRow) -> _Manual | None:
    title, file = read_name(row.title), read_name(row.file.rpartition(".")[0] or row.file)
    if not _SERIALS.isdisjoint((*title.words, *file.words)):
        return None
    folder, folder_marks = _folder(row.path.rpartition("/")[0])
    said = read_version(row.fields.version) | title.marks if row.fields.version else title.marks
    keys = tuple(_keys(row, title, file, said, folder))
    return _Manual(row.id, keys, said | file.marks | folder_marks, title.subject)


def _keys(row: DocumentRow, title: Name, file: Name, said: Marks, folder: str) -> Iterator[Hashable]:
    if title.subject and said:
        yield row.language, title.words
    elif title.subject and file.marks and file.words:
        yield row.language, title.words, file.words
    if file.words:
        # Files that lie together are told apart by numbers in their titles: volumes and models.
        numbers = {word for word in title.words if not word.isalpha()} - set(file.words)
        yield row.language, folder, file.words, frozenset(numbers)


@lru_cache(maxsize=4096)
def _folder(path: str) -> tuple[str, Marks]:
    """A folder without the parts that only say a version, and what they say: `docs/v2/es` is `docs/es`."""
    kept, marks = [], Marks()
    for part in path.split("/"):
        name = read_name(part)
        if name.words or name.marks.sort not in ("version", "revision", "letter"):
            kept.append(part)
        else:
            marks = name.marks
    return "/".join(kept), marks


def _groups(manuals: Sequence[_Manual]) -> Iterator[list[_Manual]]:
    """Manuals that share a key, directly or through others, and whose marks are of one sort; two or more."""
    parent = list(range(len(manuals)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = at = parent[parent[at]]
        return at

    first: dict[Hashable, int] = {}
    for at, manual in enumerate(manuals):
        for key in manual.keys:
            parent[root(at)] = root(first.setdefault(key, at))
    groups: dict[Hashable, list[_Manual]] = defaultdict(list)
    for at, manual in enumerate(manuals):
        groups[root(at), manual.marks.sort].append(manual)
    return (group for group in groups.values() if len(group) > 1)
