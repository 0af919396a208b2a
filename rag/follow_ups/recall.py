"""A question about the last answer itself → where it is quoted from, checked again, or only its commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby

from ingest.library import Library
from rag.cite import cite, is_on_page
from rag.events import Answer, Answered, Citation, Delta, Event, Planned
from rag.follow_ups.more import quoted
from rag.follow_ups.recall_wish import recalls
from rag.llm import LLM
from rag.phrases import place, say
from rag.types import Message, Passage, Question, Receipt, Seconds, Tokens

_COMMAND = re.compile(r"[ \t]*[$#>] +(?![A-ZÁÉÍÓÚÑ¿¡][a-záéíóúñü]+ )\S")
"""A line after a shell's prompt; a comment or a heading begins as a sentence does."""
_PHRASE = 6
"""Words in a row by which the page of a quote is found."""
_FOUND = 8
"""Chunks with these words that are looked at."""
_TRIES = 4
_INNER, _OWN = str.maketrans("“”", "«»"), str.maketrans("«»", "“”")
"""A document's own marks within a quotation are others there (see `rag.answer`)."""


def recalled(
    asked: Question, history: Sequence[Message], before: Receipt | None, library: Library, llm: LLM
) -> Iterator[Event] | None:
    """The events of an answer about the last one; None for any other question, or where nothing has been quoted."""
    wish = recalls(asked.text)
    last = next((quotes for message in reversed(history) if (quotes := quoted([message]))), []) if wish else []
    found = [one for n, quote in enumerate(last, 1) if (one := _cited(n, quote, library))]
    if not found:
        return None
    if wish != "command":
        return _answered(asked, _places(asked, wish, found, before), found, before, llm)
    commands = [replace(one, quote=run) for one in found for run in _commands(one.quote)]
    commands = [replace(one, n=n) for n, one in enumerate(commands, 1)]
    if not commands:
        return None
    lines = [say(asked.language, "recall.command"), *(f"«{c.quote.translate(_OWN)}» [{c.n}]" for c in commands)]
    return _answered(asked, "\n\n".join(lines), commands, before, llm)


def _places(asked: Question, wish: str, found: Sequence[Citation], before: Receipt | None) -> str:
    known = before is not None and before.confidence
    key = f"recall.{wish}" if wish == "where" or known else f"recall.{wish}.unknown"
    percent = round(100 * before.confidence) if before is not None else 0
    lines = [say(asked.language, key, percent=percent)]
    lines += [f"- {place(asked.language, c.document, c.label, c.page, c.ticket)} [{c.n}]" for c in found]
    return "\n".join(lines)


def _commands(quote: str) -> list[str]:
    """The runs of lines of a quote that are commands, as they stand."""
    runs = [list(run) for is_one, run in groupby(quote.split("\n"), lambda line: bool(_COMMAND.match(line))) if is_one]
    return ["\n".join(run).strip() for run in runs]


def _cited(n: int, quote: str, library: Library) -> Citation | None:
    """Where a quote stands, found by its words and checked; None where it does no more."""
    words = re.findall(r"[^\W_]+", quote)
    starts = range(0, max(1, len(words) - _PHRASE), _PHRASE)
    for start in list(starts)[:_TRIES]:
        phrase = " ".join(words[start : start + _PHRASE])
        for one in library.evidence([i for i, _ in library.search_phrases([phrase], _FOUND)]):
            chunk = one.chunk
            page, row = library.page(chunk.document_id, chunk.page), library.documents_by_id([chunk.document_id])
            said = next((text for text in (quote, quote.translate(_INNER)) if page and is_on_page(text, page.text)), "")
            if page is None or not said or chunk.document_id not in row:
                continue
            document = row[chunk.document_id]
            passage = Passage(
                document.id, document.title, document.file, document.kind, document.language, page.number, page.label,
                0, len(page.text), page.text, chunk.breadcrumb, 1.0, fields=document.fields,
            )  # fmt: skip
            return cite(n, passage, said, partial(_text, page.text))
    return None


def _text(text: str, document_id: str, number: int) -> str:
    return text


def _answered(
    asked: Question, text: str, found: Sequence[Citation], before: Receipt | None, llm: LLM
) -> Iterator[Event]:
    tokens = Tokens(0, 0, 0, llm.count(asked.text), 0, llm.window)
    reason = say(asked.language, "recall.reason")
    receipt = Receipt("passages", reason, "quote", tokens, (), Seconds(), "none", llm.name)
    receipt = replace(receipt, confidence=before.confidence if before else 1.0)
    yield Planned(receipt)
    yield Delta(text)
    yield Answered(Answer(asked.text, text, False, asked.language, tuple(found), receipt), complete=True)
