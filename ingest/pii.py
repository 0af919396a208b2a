"""A ticket → the same ticket without what tells who people are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.name_lists import GIVEN, GIVEN_OR_WORD, SURNAMES_OR_WORDS
from ingest.pii_logins import is_login, is_of, logins
from ingest.pii_names import NO_NAMES, Listener, plain
from ingest.pii_numbers import EMAIL, Span, number_spans
from ingest.threads import hidden
from ingest.types import Document, Fields, Page, Section

MASKED = "mask_pii"
"""The fact kept about a library whose tickets are masked: once it is, no later run stores one as it is."""
_MARK = re.compile(r"\[(?:email|phone|card|account|id|name \d+)\]")
_WORD = re.compile(r"[^\W_]+")
_NAME_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*")
_PERSON = re.compile(r"[^\W\d_][^\W\d_.'’-]*(?:[ .'’-]{1,2}[^\W\d_]+){0,5}\.?")
_HEADING = re.compile(r" — (?P<who>.+?)(?:, \d[^\n]{0,40})?$")
_BEGINS = re.compile(r"(?:^|[\n.!?:>*•-])[ \t]*$")
_GOES_ON = re.compile(r" [a-zß-öø-ÿ]")
_BESIDE = re.compile(r"(?:[\w/\\@=]|\.\w|-\w)")


@dataclass(frozen=True, slots=True)
class _Alias:
    """How a person is written: `text` from its first word on.

    `exact`: in another case it means something else. `weak`: it is also a word that may begin a sentence.
    """

    text: str
    number: int
    exact: bool
    weak: bool


class _People:
    """The people of one ticket, numbered in the order they are met."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self._known: dict[int, set[str]] = {}
        self._aliases: dict[str, dict[str, _Alias]] = {}
        self._addresses: dict[str, int] = {}

    def add(self, name: str) -> int:
        """A person's number: the one who has all these words already, or whose words are all among these, or a new."""
        if "@" in name and name.casefold() in self._addresses:
            return self._addresses[name.casefold()]
        words = {name} if "@" in name else {plain(word) for word in _WORD.findall(name)}
        same = (n for n, known in self._known.items() if words <= known or known <= words or _is_same(words, known))
        number = next(same, len(self._known) + 1)
        self._known[number] = self._known.get(number, set()) | words
        self._learn(name, number)
        return number

    def _learn(self, name: str, number: int) -> None:
        if "@" in name:
            self._addresses[name.casefold()] = number
            return
        if is_login(name):
            self._write(name, number, exact=False)
            return
        parts = _NAME_WORD.findall(name) if _PERSON.fullmatch(name) else []
        if len(parts) > 1 or not parts or not self.listener.is_ordinary(name):
            self._write(name, number, exact=bool(parts) and len(parts) == 1)
        for part in parts if len(parts) > 1 else ():
            if part[0].isupper() and len(part) > 2 and not self.listener.is_ordinary(part):
                self._write(part, number, exact=True)

    def _write(self, text: str, number: int, exact: bool) -> None:
        weak = plain(text) in GIVEN_OR_WORD or plain(text) in SURNAMES_OR_WORDS
        if (first := _WORD.search(text)) and not _MARK.fullmatch(text):
            start = first.start()
            for key in {first.group().casefold(), plain(first.group())}:
                self._aliases.setdefault(key, {}).setdefault(text[start:], _Alias(text[start:], number, exact, weak))

    def known_address(self, text: str) -> str:
        """The mark of the person that the export names by this address; "" for none."""
        number = self._addresses.get(text.casefold())
        return mark_of(number) if number else ""

    def hint(self, address: str) -> None:
        """Learn the name that an address like john.smith@… spells."""
        words = [word.capitalize() for word in re.split(r"[._-]", address.partition("@")[0]) if word.isalpha()]
        if len(words) > 1 and any(plain(word) in GIVEN for word in words):
            self.add(" ".join(words))

    def spans(self, text: str) -> Iterable[Span]:
        """Where known people are named."""
        for match in _WORD.finditer(text) if self._aliases else ():
            if aliases := self._aliases.get(match.group().casefold()):
                for alias in sorted(aliases.values(), key=lambda alias: -len(alias.text)):
                    if end := _ends(text, match.start(), alias):
                        yield Span(match.start(), end, mark_of(alias.number))
                        break


def _is_same(one: set[str], other: set[str]) -> bool:
    """Whether one is the login that is made of the other's names."""
    pairs = [(login, names) for alone, names in ((one, other), (other, one)) if len(alone) == 1 for login in alone]
    return any(is_login(login) and is_of(login, names) for login, names in pairs)


def _ends(text: str, start: int, alias: _Alias) -> int:
    """Where an alias that begins at `start` ends; 0 when it is not there, or is a part of a path or an identifier."""
    end = start + len(alias.text)
    there = text[start:end]
    if there != alias.text and plain(there) != plain(alias.text):
        return 0
    if alias.exact and not there[:1].isupper():
        return 0
    before = text[start - 1 : start]
    if before and (before in "/\\=_.~$#-" or before.isalnum()) and text[max(0, start - 3) : start] != "\n--":
        return 0
    if alias.weak and _BEGINS.search(text, max(0, start - 8), start) and _GOES_ON.match(text, end):
        return 0
    return 0 if _BESIDE.match(text, end) else end


def mark_of(number: int) -> str:
    """The mark of a ticket's n-th person."""
    return f"[name {number}]"


def mask(document: Document) -> Document:
    """A ticket with its e-mail addresses, phone, card, account and identity numbers and its people replaced by marks.

    The same person has the same mark all over a ticket. Sections stay where they begin. A mail's id, which is its
    Message-ID, is hashed as its thread is. A manual comes back as it is. Versions, codes, keys, dates, paths and
    addresses of machines stay.
    """
    if document.kind != "ticket":
        return document
    people = _People(Listener("\n\n".join([document.title, document.text, document.fields.resolution])))
    _introduce(document, people)
    spans = {
        page.number: _spans(page.text, people, _named_by_export(document, page, people)) for page in document.pages
    }
    pages = tuple(replace(page, text=_masked(page.text, spans[page.number])) for page in document.pages)
    texts = {page.number: page.text for page in document.pages}
    sections = tuple(
        _section(section, texts[section.page], spans[section.page], people) for section in document.sections
    )
    return replace(
        document,
        id=hidden(document.id) if document.fields.thread else document.id,
        title=_text(document.title, people),
        pages=pages,
        sections=sections,
        fields=_fields(document.fields, people),
    )


def _fields(fields: Fields, people: _People) -> Fields:
    return replace(
        fields,
        resolution=_text(fields.resolution, people),
        requester=_who(fields.requester, people),
        tags=tuple(dict.fromkeys(_text(tag, people) for tag in fields.tags)),
        thread=hidden(fields.thread),
    )


def _introduce(document: Document, people: _People) -> None:
    """The people that the export itself names come first: who asked, then who wrote."""
    names = [document.fields.requester]
    names += [match["who"] for section in document.sections if (match := _HEADING.search(section.title))]
    for name in names:
        _who(name, people)


def _who(name: str, people: _People) -> str:
    """The mark of somebody the export names; what cannot be a person stays."""
    folded = plain(name).strip()
    if not folded or folded[0].isdigit() or folded in NO_NAMES or _MARK.fullmatch(name.strip()):
        return name
    without_address = re.sub(r'[ "]*<[^<>]*>$', "", name).strip(' "')
    return mark_of(people.add(without_address or name))


def _named_by_export(document: Document, page: Page, people: _People) -> Iterator[Span]:
    """Who asked and who wrote, where the page itself says so: also a name that is an ordinary word elsewhere."""
    for section in document.sections:
        match = _HEADING.search(section.title)
        if match and section.page == page.number and page.text.startswith(section.title, section.start):
            yield from _span(section.start + match.start("who"), match["who"], people)
    for label in ("Requester: ", "Solicitante: "):
        start = page.text.find(label + document.fields.requester) if document.fields.requester else -1
        if start >= 0:
            yield from _span(start + len(label), document.fields.requester, people)


def _span(start: int, name: str, people: _People) -> Iterator[Span]:
    mark = _who(name, people)
    if mark != name:
        yield Span(start, start + len(name), mark)


def _spans(text: str, people: _People, sure: Iterable[Span] = ()) -> list[Span]:
    """All that is to be replaced in a text, in order, without overlaps; new people are added."""
    numbers, named, addresses = [], [], []
    for span in number_spans(text):
        numbers.append(replace(span, mark=people.known_address(text[span.start : span.end]) or span.mark))
        if span.mark == EMAIL:
            addresses.append(text[span.start : span.end])
            if before := people.listener.before_mail(text, span.start):
                named.append(before)
    taken = bytearray(len(text))
    kept = _free([*sure, *numbers], taken)
    named += people.listener.names(text)
    named += logins(text)
    for found in sorted(named, key=lambda found: (found.start, -found.end)):
        kept += _free([Span(found.start, found.end, mark_of(people.add(found.name)))], taken)
    for address in addresses:
        people.hint(address)
    kept += _free(people.spans(text), taken)
    return _joined(sorted(kept, key=lambda span: span.start), text)


def _free(spans: Iterable[Span], taken: bytearray) -> list[Span]:
    """Those that touch nothing taken before; they are taken now."""
    kept = []
    for span in spans:
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            kept.append(span)
    return kept


def _joined(spans: Sequence[Span], text: str) -> list[Span]:
    """Neighbours that are one person's given name and surname become one."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and last.mark == span.mark and re.fullmatch(r" (?:[A-Z]\. )?", text[last.end : span.start]):
            joined[-1] = replace(last, end=span.end)
        else:
            joined.append(span)
    return joined


def _masked(text: str, spans: Sequence[Span]) -> str:
    """The text with each span replaced by its mark."""
    parts, position = [], 0
    for span in spans:
        parts += [text[position : span.start], span.mark]
        position = span.end
    return "".join([*parts, text[position:]])


def _text(text: str, people: _People) -> str:
    return _masked(text, _spans(text, people))


def _section(section: Section, text: str, spans: Sequence[Span], people: _People) -> Section:
    """A section of a text whose `spans` were replaced: where it begins now, titled as the text is now."""
    before = [span for span in spans if span.end <= section.start]
    end = section.start + len(section.title)
    inside = [
        Span(s.start - section.start, s.end - section.start, s.mark) for s in spans if section.start <= s.start < end
    ]
    here = (
        section.title
        and text.startswith(section.title, section.start)
        and all(s.end <= len(section.title) for s in inside)
    )
    title = _masked(section.title, inside) if here else _text(section.title, people)
    start = section.start + sum(len(span.mark) - (span.end - span.start) for span in before)
    cut = next((span for span in spans if span.start < section.start < span.end), None)
    return replace(section, title=title, start=start - (section.start - cut.start) if cut else start)
