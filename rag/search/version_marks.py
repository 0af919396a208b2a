"""A manual's name → what it is a manual of, and the marks of its revision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ingest.lexical import fold

Numbers = tuple[int, ...]

_PATTERN = re.compile(
    r"""
      (?<![\w.])(?P<day>(?:199\d|20\d\d)([-./ ]?)(?:0[1-9]|1[0-2])\2(?:0[1-9]|[12]\d|3[01]))(?!\w)
    | (?<![\w.])(?P<month>(?:199\d|20\d\d)[-/](?:0[1-9]|1[0-2]))(?!\w)
    | (?<![a-z])(?:v|vers?|version|release)[.: ]{0,2}(?P<version>\d{1,4}(?:\.\d{1,4})*)(?P<minor>[a-z]?)(?!\w)
    | (?<![a-z])(?:ed|edicion|edition)[. ]{0,2}(?P<edition>\d{1,3})(?!\w)
    | (?<![\w.])(?P<nth>\d{1,3})(?:st|nd|rd|th|[.]?[ao])?[. ]{0,2}(?:ed|edicion|edition)(?![a-z])
    | (?<![a-z])(?P<ordinal>first|second|third|fourth|fifth|sixth|primera|segunda|tercera|cuarta|quinta|sexta)
        [ ]edi(?:cion|tion)(?![a-z])
    | (?<![a-z])(?:rev|revision)[.: -]{0,2}(?:(?P<revision>\d{1,3}(?:\.\d{1,3})*)(?P<added>[a-z]?)(?!\w)
        | (?P<letter>[b-df-hj-np-tv-xz](?!\w)|[aeiouy](?=[ ]*(?:$|[^\w ]|\d))))
    | (?<![\w.])r(?P<short>\d{1,2}(?:\.\d{1,2})*)(?=[^\w]*(?:$|\d))
    | (?<![\w.])(?P<dotted>\d{1,4}(?:\.\d{1,4}){1,3})(?P<after>[a-z]?)(?!\w|\.\d)
    | (?<![\w.])(?P<year>199\d|20\d\d)(?!\w|\.\d)
    """,
    re.VERBOSE,
)
_HINT = re.compile(r"\d|(?<![a-z])(?:rev|edi)")
_ORDINALS = {
    word: number
    for number, both in enumerate(
        "first primera,second segunda,third tercera,fourth cuarta,fifth quinta,sixth sexta".split(","), 1
    )
    for word in both.split()
}
_BEFORE = re.compile(r"([a-z]+)[^a-z0-9]*$")
_UNIT = re.compile(r"[ ]?(?:[kmg]?(?:w|v|a|hz|b|m|g|l|n|pa)|kwh|mm|cm|bar|hp|cv|inch|in|pulgadas|pulg|gb|tb|kg)(?!\w)")
_CAMEL = re.compile(r"(?<=[a-záéíóúñ])(?=V\d|Rev[ ._-]?[A-Z\d])")
_ENDING = re.compile(r"\.(?:pdf|docx?|odt|rtf|html?|md|txt|epub|pptx?|odp|xlsx?|ods|rst)$")
_PREFIX = re.compile(r"^microsoft (?:word|powerpoint|excel) - ")
_COPY = re.compile(r"[ _-]*\(\d{1,2}\)\s*$")
_WORD = re.compile(r"[^\W_]+")

_PARTS = frozenset(
    "vol volume volumen vols tomo tomos part parte partes pt capitulo cap chapter ch section seccion sec anexo annex "
    "appendix apendice libro book modulo module fase phase nivel level unidad unit tema leccion lesson figura tabla "
    "figure table step paso apartado".split()
)
_STANDARDS = frozenset(
    "usb hdmi bluetooth tls ssl http https pcie pci sata wifi ble mqtt opc modbus displayport thunderbolt java directx "
    "opengl iso iec en norma standard estandar".split()
)
_YEARLY = frozenset(
    "windows server office exchange sharepoint sql autocad studio excel word outlook access project visio solidworks "
    "rfc kb model modelo serie series ref no num numero error codigo code port puerto id year".split()
)
DOCUMENT_WORDS = frozenset(
    "manual manuales guia guias guide guides handbook documento document documentacion documentation doc docs "
    "instrucciones instructions instruccion referencia reference usuario usuarios user users instalacion installation "
    "install setup administrador administracion administrator admin administration servicio service tecnico technical "
    "mantenimiento maintenance rapida rapido quick start inicio getting started readme index untitled titulo ficha "
    "datasheet faq tutorial introduction introduccion procedimiento procedure operation operacion operator "
    "configuracion configuration de del el la los las para the of for and y to a an sin with con uso use".split()
)
"""Words that name a sort of document and nothing that it is about."""
_STATUS = {
    word: rank
    for rank, group in (
        (-2, "old obsolete obsoleto obsoleta antiguo antigua viejo vieja"),
        (-1, "draft borrador beta alpha"),
        (0, "copy copia"),
        (1, "final definitivo definitiva"),
        (2, "new nuevo nueva latest"),
    )
    for word in group.split()
}


@dataclass(frozen=True, slots=True)
class Marks:
    """What a name says of a revision; empty: nothing. `status` is below 0 for drafts, above for final ones."""

    version: Numbers = ()
    edition: Numbers = ()
    revision: Numbers = ()
    letter: str = ""
    date: Numbers = ()
    status: int = 0

    @property
    def sort(self) -> str:
        """The first of what there is: marks of different sorts do not compare."""
        return next((name for name in ("version", "edition", "revision", "letter", "date") if getattr(self, name)), "")

    def __bool__(self) -> bool:
        return bool(self.sort or self.status)

    def __or__(self, other: Marks) -> Marks:
        """These, and what only the others say."""
        if self.sort in ("version", "edition", "revision", "letter"):
            return Marks(
                self.version, self.edition, self.revision, self.letter, self.date or other.date,
                self.status or other.status,
            )  # fmt: skip
        return Marks(
            other.version, other.edition, other.revision, other.letter, self.date or other.date,
            self.status or other.status,
        )  # fmt: skip

    @property
    def order(self) -> tuple[Numbers, Numbers, Numbers, str, Numbers, int]:
        """Higher is newer, among marks of one sort."""
        return self.version, self.edition, self.revision, self.letter, self.date, self.status

    def precede(self, other: Marks) -> bool:
        """Whether these are surely of an older revision; a date that only one of them has tells nothing."""
        ours, theirs = self.order[:4], other.order[:4]
        if ours != theirs:
            return self.sort == other.sort and ours < theirs
        known = min(len(self.date), len(other.date))
        if self.date[:known] != other.date[:known]:
            return self.date < other.date
        return self.status < other.status


@dataclass(frozen=True, slots=True)
class Name:
    """A name in two: the folded words that stay the same from revision to revision, and the marks of this one."""

    words: tuple[str, ...]
    marks: Marks

    @property
    def subject(self) -> frozenset[str]:
        """The words that tell what it is about; none when it only names a sort of document."""
        return frozenset(word for word in self.words if word not in DOCUMENT_WORDS and not word.isdigit())


@lru_cache(maxsize=65_536)
def read_name(name: str) -> Name:
    """A title or a file's name without its ending, taken apart. Numbers of volumes and models are no marks."""
    spaced = _CAMEL.sub(" ", name)
    text = spaced.casefold() if spaced.isascii() else fold(spaced)
    text = _COPY.sub("", _ENDING.sub("", _PREFIX.sub("", text.strip())))
    text = re.sub(r"(?<=\d)_(?=\d)", ".", text).replace("_", " ") if "_" in text else text
    found: dict[str, str] = {}
    kept, end = [], 0
    for match in _PATTERN.finditer(text) if _HINT.search(text) else ():
        if _is_mark(match, text):
            kept.append(text[end : match.start()])
            end = match.end()
            for part, value in match.groupdict().items():
                found.setdefault(part, value) if value else None
    words = _WORD.findall(" ".join([*kept, text[end:]]))
    return Name(*_without_status(words, found))


@lru_cache(maxsize=4096)
def read_version(text: str) -> Marks:
    """The marks in a field that holds a version: there a bare number or letter is one too."""
    plain = fold(text).strip()
    if re.fullmatch(r"\d{1,3}|[a-z]", plain):
        plain = ("version " if plain.isdigit() else "rev ") + plain
    return read_name(plain).marks


def _is_mark(match: re.Match[str], text: str) -> bool:
    before = _BEFORE.search(text, 0, match.start())
    word = before.group(1) if before else ""
    if word in _PARTS:
        return False
    if match["dotted"]:
        return word not in _STANDARDS and not (match["after"] == "" and _UNIT.match(text, match.end()))
    if match["year"]:
        return word not in _YEARLY
    return not match["short"] or word in DOCUMENT_WORDS or text[match.start() - 1 : match.start()] == "("


def _without_status(words: list[str], found: dict[str, str]) -> tuple[tuple[str, ...], Marks]:
    """The words without those that say how finished it is, and all marks."""
    said = []
    while len(words) > 1 and words[-1] in _STATUS:
        said.append(words.pop())
    while len(words) > 1 and words[0] in ("draft", "borrador"):
        said.append(words.pop(0))
    status = next((_STATUS[word] for word in said if _STATUS[word]), 0)
    ordinal = str(_ORDINALS[found["ordinal"]]) if "ordinal" in found else ""
    marks = Marks(
        _numbers(found.get("version") or found.get("dotted", "")),
        _numbers(found.get("edition") or found.get("nth") or ordinal),
        _numbers(found.get("revision") or found.get("short", "")),
        found.get("letter") or found.get("minor") or found.get("after") or found.get("added", ""),
        _date(found),
        status,
    )
    return tuple(words), marks


def _date(found: dict[str, str]) -> Numbers:
    digits = re.sub(r"\D", "", found.get("day") or found.get("month") or found.get("year", ""))
    return tuple(int(part) for part in (digits[:4], digits[4:6], digits[6:8]) if part)


def _numbers(text: str) -> Numbers:
    """2.10 as (2, 10); 2.0 is 2, and 0 stays."""
    parts = [int(part) for part in text.split(".") if part]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)
