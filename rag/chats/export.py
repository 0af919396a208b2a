"""Conversation → a file for people or programs: Markdown, PDF or JSON, with every citation's file, page and quote."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ingest.types import Language
from ingest.visible import line, plain
from rag.chats.as_json import to_json
from rag.chats.types import Conversation, Turn
from rag.drawing.pdf import Paragraph, make_pdf
from rag.drawing.pdf_fonts import Face
from rag.events import Answer, Citation
from rag.flow import flowing, in_columns
from rag.listing import fenced, listing, unquoted
from rag.phrases import entitled, say
from rag.showing import repeats
from rag.standing import standing
from rag.telling import told

Format = Literal["md", "json", "pdf"]
FORMATS: tuple[Format, ...] = ("md", "json", "pdf")
Style = Literal["title", "note", "question", "answer", "head", "source", "quote"]

_MARKUP = re.compile(r"([\\<>\[\]]|(?<=`)`|(?<=~)~|^\s*(?:#|={2,}|-{2,}|\+|\|))", re.MULTILINE)
_SET: dict[Style, tuple[Face, float, float, float]] = {
    "title": ("bold", 16, 0, 0),
    "note": ("plain", 8, 0, 3),
    "question": ("bold", 11, 0, 18),
    "answer": ("plain", 10, 0, 6),
    "head": ("bold", 9, 0, 8),
    "source": ("plain", 9, 10, 5),
    "quote": ("slanted", 9, 22, 2),
}
"""Face, size, indent and space above of each in a PDF."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the export: what it is, and its text."""

    style: Style
    text: str


@dataclass(frozen=True, slots=True)
class Export:
    """A file to be: `make()` gives its bytes."""

    make: Callable[[], bytes]
    mime: str


def export_file(conversation: Conversation, kind: Format, language: Language) -> Export:
    """The conversation as a file of that kind, its own words in that language."""
    if kind == "json":
        return Export(lambda: as_json(conversation), "application/json")
    if kind == "md":
        return Export(lambda: as_markdown(blocks(conversation, language)), "text/markdown")
    return Export(lambda: as_pdf(conversation.title, blocks(conversation, language), language), "application/pdf")


def as_json(conversation: Conversation) -> bytes:
    """All that is known of it; `rag.chats.as_json.load(Conversation, …)` reads it back."""
    return json.dumps(to_json(conversation), ensure_ascii=False, indent=2).encode("utf-8", "replace")


def as_markdown(of: tuple[Block, ...]) -> bytes:
    """Foreign text stays text: no link, picture or HTML of it comes alive, whatever shows the file."""
    return "\n".join(_marked(block) for block in of).encode("utf-8", "replace")


def as_pdf(title: str, of: tuple[Block, ...], language: Language) -> bytes:
    """What the fonts cannot show is counted in a note at the end."""
    set_as = [Paragraph(_unmarked(block), *_SET[block.style]) for block in of]
    return make_pdf(title, set_as, lambda count, sign: say(language, "export.unknown", count=count, sign=sign))


def answer_text(answer: Answer, language: Language) -> str:
    """One answer as plain text with its numbered sources, to be pasted elsewhere."""
    head = say(language, "export.nearest" if answer.refused else "export.sources")
    sources = [_place(citation, answer.refused, language) for citation in answer.citations]
    return "\n".join([answer.text, *(["", head] if sources else []), *sources])


def blocks(conversation: Conversation, language: Language) -> tuple[Block, ...]:
    """What a person reads of it, from the top: the turns that stand, without those that were asked again."""
    first, last = (_day(at) for at in (conversation.created, conversation.updated))
    turns = [each.turn for each in standing(conversation.turns)]
    head = say(language, "export.head", turns=len(turns), first=first, last=last)
    made = [Block("title", " ".join(conversation.title.split())), Block("note", head)]
    for turn in turns:
        made += _turn(turn, language)
    return tuple(made)


def _turn(turn: Turn, language: Language) -> Iterator[Block]:
    yield Block("question", f"{say(language, 'export.question')}: {' '.join(turn.request.question.split())}")
    if turn.request.titles:
        yield Block("note", say(language, "export.scope", titles=", ".join(turn.request.titles)))
    for why in turn.request.unread:
        yield Block("note", told(why, language))
    answer = turn.answer
    if answer is None:
        if turn.text or turn.error:
            yield Block("answer", turn.text or told(turn.error, language))
        if not turn.error and turn.left != "unreadable":
            yield Block("note", say(language, "export.stopped" if turn.stopped else "export.unfinished"))
        return
    yield Block("answer", answer.text)
    for warning in _warnings(answer, language):
        yield Block("note", warning)
    if turn.stopped:
        yield Block("note", say(language, "export.partial"))
    if answer.citations:
        yield Block("head", say(language, "export.nearest" if answer.refused else "export.sources"))
    for citation in answer.citations:
        yield Block("source", _place(citation, answer.refused, language))
        if citation.quote:
            yield Block("quote", citation.quote)
    if answer.courtesy:
        return
    tokens = answer.receipt.tokens
    mode = say(language, f"export.{answer.receipt.mode}")
    numbers = {"used": tokens.used, "window": tokens.window}
    yield Block("note", say(language, "export.receipt", mode=mode, model=answer.receipt.model, **numbers))
    if turn.rating is not None:
        rated = say(language, "export.good" if turn.rating.good else "export.bad")
        yield Block("note", f"{rated}. {turn.rating.note}" if turn.rating.note else rated)


def _warnings(answer: Answer, language: Language) -> Iterator[str]:
    """What the page warns of beside an answer."""
    again = repeats(answer.claims)
    for number, claim in enumerate(answer.claims):
        if claim.supported is False and number not in again:
            yield say(language, "export.unsupported", claim=line(claim.text, 200), why=claim.why)
    if answer.receipt.blocked:
        yield say(language, "export.blocked", why=answer.receipt.blocked)
    places = dict.fromkeys(
        f"{line(each.title, 90)}, {say(language, 'export.page', label=each.page)}" for each in answer.receipt.warnings
    )
    if places:
        yield say(language, "export.attempts", pages="; ".join(places))


def _place(citation: Citation, refused: bool, language: Language) -> str:
    label, number = citation.label, citation.page
    key = "export.page" if label in ("", str(number)) else "export.page.numbered"
    page = say(language, key, label=label or number, number=number)
    named = entitled(language, citation.document, citation.ticket)
    parts = [f"[{citation.n}] {named}", citation.file, page, citation.section]
    if not refused:
        parts.append(say(language, "export.verified" if citation.verified else "export.unverified"))
    if citation.newer:
        parts.append(say(language, "export.older", title=citation.newer))
    return " · ".join(part for part in parts if part)


def _marked(block: Block) -> str:
    text = block.text.replace("\r\n", "\n").replace("\r", "\n")
    if block.style == "quote":
        return f"{fenced(text)}\n"
    literal = "\n\n".join(map(_literal, text.split("\n\n"))) if block.style == "answer" else _escaped(text)
    heading = {"title": "# ", "question": "## ", "head": "**", "note": "*", "source": "- "}.get(block.style, "")
    return f"{heading}{literal}{heading if heading.strip('*') == '' else ''}\n"


def _literal(paragraph: str) -> str:
    """Of an answer: a listing in it is fenced, as its indentation would be lost, or be Markdown's own sign."""
    lines = paragraph.split("\n")
    start, end = listing(lines)
    if not end:
        return _escaped(paragraph)
    opened, code, closed = unquoted("\n".join(lines[start:end]))
    around = ("\n".join([*lines[:start], opened]).strip(), "\n".join([closed, *lines[end:]]).strip())
    before, after = map(_escaped, around)
    return "\n\n".join(part for part in (before, fenced(code), after) if part)


def _escaped(text: str) -> str:
    return _MARKUP.sub(lambda found: found[0][:-1] + "\\" + found[0][-1], text)


def _unmarked(block: Block) -> str:
    """The words as a column of paper shows them; of an answer without the signs that make them bold or code."""
    if block.style not in ("answer", "quote"):
        return block.text
    text = in_columns(flowing(plain(block.text)))
    return re.sub(r"\*\*(\S[^*\n]*)\*\*|`([^`\n]+)`", r"\1\2", text) if block.style == "answer" else text


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M") if seconds else "?"
