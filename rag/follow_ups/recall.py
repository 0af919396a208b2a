"""A question about the last answer itself → where it is quoted from, checked again, its commands alone, or its gist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.embed import Embedder
from ingest.library import Library
from rag.cite import cite, is_on_page
from rag.courtesy import courtesy
from rag.events import Citation, Event
from rag.follow_ups.commands import commands, commands_around, commands_on_pages
from rag.follow_ups.complete import complete
from rag.follow_ups.more import place_of, quoted
from rag.follow_ups.recall_wish import recalls
from rag.follow_ups.shortest import shortest
from rag.llm import LLM
from rag.outright import outright
from rag.phrases import place, say
from rag.question import understand
from rag.search.confidence import DOUBTFUL
from rag.types import Message, Passage, Question, Receipt, Style

_PHRASE = 6
"""Words in a row by which the page of a quote is found."""
_FOUND = 8
"""Chunks with these words that are looked at."""
_TRIES = 4
_INNER, _OWN = str.maketrans("“”", "«»"), str.maketrans("«»", "“”")
"""A document's own marks within a quotation are others there (see `rag.answer`)."""


@dataclass(frozen=True, slots=True)
class _Last:
    """What the last answer quotes, and the question that it was given to, completed.

    `first`: where that answer is about another one, what the other quotes: the same words may stand elsewhere too.
    """

    quotes: tuple[str, ...] = ()
    question: str = ""
    first: tuple[str, ...] = ()


def recalled(
    asked: Question, history: Sequence[Message], before: Receipt | None, library: Library, llm: LLM,
    embedder: Embedder, style: Style = "quote",
) -> Iterator[Event] | None:  # fmt: skip
    """The events of an answer about the last one; None for any other question, or where nothing has been quoted.

    Who wants its gist of a summary wants another summary; where a model writes, and wrote that answer, it writes again.
    """
    wish = recalls(asked.text)
    last = _last(history, wish in ("where", "sure")) if wish else _Last()
    if wish == "short" and (_summed_up(last, before) or "write" == style == (before.style if before else style)):
        return None
    known = [one.document_id for quote in last.first if (one := _stood(quote, library))]
    quotes = [one for quote in last.quotes if (one := _stood(quote, library, known))]
    if not quotes:
        return None
    if wish == "short":
        quotes = shortest(understand(last.question), quotes, embedder) or quotes[:1]
        text, cited = _short(asked, _cited(quotes, library), before is not None and 0 < before.confidence < DOUBTFUL)
    elif wish == "command":
        text, cited = _commands(asked, quotes, library)
    else:
        cited = _cited(quotes, library)
        text = _places(asked, wish, cited, before)
    return outright(asked, text, cited, "recall.reason", llm, before.confidence if before else 1.0)


def _last(history: Sequence[Message], about: bool) -> _Last:
    """Of the last question that was answered: what only thanks is none, nor what asks about an answer, but where the
    quotes of that are what is meant, `about`."""
    meant = tuple[str, ...]()
    for at in range(len(history) - 1, -1, -1):
        message = history[at]
        if message.role != "user" or courtesy(message.text):
            continue
        quotes = tuple(quoted(history[at + 1 : at + 2]))
        if not recalls(message.text):
            return _Last(meant or quotes, complete(message.text, history[:at]), quotes if meant else ())
        meant = meant or (quotes if about else ())
    return _Last(meant)


def _summed_up(last: _Last, before: Receipt | None) -> bool:
    of = understand(last.question).kind if last.question else "lookup"
    return of == "summary" or (before is not None and before.mode == "summary")


def _short(asked: Question, cited: Sequence[Citation], doubtful: bool) -> tuple[str, list[Citation]]:
    of = cited[0]
    key, what = ("ticket", of.ticket) if of.ticket else ("whole", of.document)
    lines = [say(asked.language, f"recall.short{'.doubtful' * doubtful}"), *map(_quoted, cited)]
    return "\n\n".join([*lines, say(asked.language, f"recall.short.{key}", what=what)]), list(cited)


def _commands(asked: Question, quotes: Sequence[Passage], library: Library) -> tuple[str, list[Citation]]:
    """Those that were quoted, and where the best quote has none those around it; else those of the sections and pages
    of all; else that there is none, and the pages."""
    own = [replace(one, text=run) for one in quotes for run in commands(one.text)]
    around = [] if commands(quotes[0].text) else commands_around(quotes[:1] if own else quotes, library)
    beside = [] if own or around else commands_on_pages(quotes, library)
    cited = _cited([*around, *own, *beside], library)
    if cited:
        key = "recall.command.page" if beside else "recall.command.near" if around else "recall.command"
        lines = [_quoted(c) if key == "recall.command" else f"{_place(asked, c)}:\n\n{_quoted(c)}" for c in cited]
        return "\n\n".join([say(asked.language, key), *lines]), cited
    cited = _cited(quotes, library)
    cited = list({(c.document_id, c.page): c for c in reversed(cited)}.values())[::-1]
    cited = [replace(c, n=n) for n, c in enumerate(cited, 1)]
    lines = [f"- {_place(asked, c)} [{c.n}]" for c in cited]
    lines = [say(asked.language, "recall.command.none"), *lines]
    return "\n".join([*lines, "", say(asked.language, "recall.command.search")]), cited


def _quoted(one: Citation) -> str:
    return f"«{one.quote.translate(_OWN)}» [{one.n}]"


def _place(asked: Question, one: Citation) -> str:
    return place(asked.language, one.document, one.label, one.page, one.ticket)


def _cited(stretches: Sequence[Passage], library: Library) -> list[Citation]:
    """Each with its mark, checked against its page."""

    def text(document_id: str, number: int) -> str:
        page = library.page(document_id, number)
        return page.text if page else ""

    return [cite(n, one, one.text, text) for n, one in enumerate(stretches, 1)]


def _places(asked: Question, wish: str, found: Sequence[Citation], before: Receipt | None) -> str:
    known = before is not None and before.confidence
    key = f"recall.{wish}" if wish == "where" or known else f"recall.{wish}.unknown"
    percent = round(100 * before.confidence) if before is not None else 0
    lines = [say(asked.language, key, percent=percent)]
    lines += [f"- {_place(asked, c)} [{c.n}]" for c in found]
    return "\n".join(lines)


def _stood(quote: str, library: Library, known: Sequence[str] = ()) -> Passage | None:
    """A quote as the stretch of the page it stands on, found by its words and checked; None where it does no more.

    Of several places the one in a `known` document goes first.
    """
    words = re.findall(r"[^\W_]+", quote)
    starts = range(0, max(1, len(words) - _PHRASE), _PHRASE)
    for start in list(starts)[:_TRIES]:
        phrase = " ".join(words[start : start + _PHRASE])
        found = library.evidence([i for i, _ in library.search_phrases([phrase], _FOUND)])
        for one in sorted(found, key=lambda one: one.chunk.document_id not in known):
            chunk = one.chunk
            page, row = library.page(chunk.document_id, chunk.page), library.documents_by_id([chunk.document_id])
            said = next((text for text in (quote, quote.translate(_INNER)) if page and is_on_page(text, page.text)), "")
            if page is None or not said or chunk.document_id not in row:
                continue
            document = row[chunk.document_id]
            begin, end = place_of(said, page.text)
            return Passage(
                document.id, document.title, document.file, document.kind, one.language, page.number, page.label,
                begin, end, said, chunk.breadcrumb, 1.0, fields=document.fields,
            )  # fmt: skip
    return None
