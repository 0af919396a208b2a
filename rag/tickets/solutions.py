"""Quotes out of tickets → the same with what solved each ticket beside what was wrong. Pure but for reading pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.filters import iso_day
from ingest.lexical import fold, words
from ingest.sentences import sentences
from ingest.types import Page
from rag.guards.instructing import clear_of, instructs
from rag.quotes.best import SHOWN, apart, overlaps
from rag.quotes.grow import LONGEST
from rag.quotes.procedure import GetPage, GetSections
from rag.quotes.signals import Quote
from rag.tickets.number import asks_for_all, asks_how_solved, mentions
from rag.tickets.said import said
from rag.tickets.thread import Post, thread_of
from rag.types import Passage, Question

_NEAR = 0.5
"""Share of the best passage's score below which a ticket is too far from the question for its end to be told."""
_SAYS_HOW = 4
"""Words of a resolution that says how; a bare one (Done, No se puede reproducir) says that it is over."""
_THANKS = re.compile(r"(?:(?:many |muchas |ok,? )?(?:thanks|thank you|gracias)|perfect[oa]?)\b.{0,60}$")
_DUPLICATE = re.compile(
    r"\bduplica\w*|\b(?:same|mism[oa]|igual)\b.*\b(?:as|que|cas[eo]|causa|cause)\b|\b(?:see|ver|vease)\b"
)
_POINTS = 12
"""Words of a resolution that says no more than that another ticket is the same."""
_PAIR = 2
_LAST = ("Last comment", "Último comentario")


def with_solutions(
    question: Question, passages: Sequence[Passage], quotes: Sequence[Quote], page: GetPage, sections: GetSections
) -> list[Quote]:
    """`quotes`, best first, each out of a ticket followed by what solved it: before it where that is asked for. What
    asks something in a ticket is followed by the reply.

    Tickets that are named by their numbers, and of which nothing else is asked, are told by their beginnings and ends.
    """
    solved = asks_how_solved(question.text)
    if mentions(question.text) and asks_for_all(question.text) and {p.kind for p in passages} == {"ticket"}:
        quotes = _beginnings(passages, page, quotes)
    quotes = _newest_word(quotes, page, sections)
    best = max((quote.passage.score for quote in quotes), default=0.0)
    told: list[Quote] = []
    open_ones: list[Quote] = []
    for quote in quotes:
        near = quote.passage.kind == "ticket" and quote.passage.score >= _NEAR * best
        reply = _reply(quote, page, sections) if near and quote.text.endswith("?") else None
        how = _of_duplicate(how_solved(quote, page, sections), passages, page, sections) if near else None
        if reply is not None:
            told += [quote, reply, *([how] if how else [])]
        elif how is None:
            (open_ones if solved and quote.passage.kind == "ticket" else told).append(quote)
        elif overlaps(how, quote):
            told.append(quote)
        else:
            told += [how, quote] if solved else [quote, how]
    return _saying_more(apart([*told, *open_ones]))[:SHOWN]


def _newest_word(quotes: Sequence[Quote], page: GetPage, sections: GetSections) -> Sequence[Quote]:
    """Those of a ticket after those of a later one whose solution names it: what it says may not hold any more."""
    keys = {fold(quote.passage.fields.key): quote.passage for quote in quotes if quote.passage.fields.key}
    if len(keys) < _PAIR:
        return quotes
    days = {key: iso_day(one.fields.created, one.language) or "" for key, one in keys.items()}
    late = set[str]()
    for quote in {quote.passage.document_id: quote for quote in quotes if quote.passage.fields.key}.values():
        own = fold(quote.passage.fields.key)
        how = how_solved(quote, page, sections)
        if how is not None and not _DUPLICATE.search(fold(how.text)):
            late |= {key for key in keys if days[key] < days[own] and _names(how.text, key)}
    return sorted(quotes, key=lambda quote: fold(quote.passage.fields.key) in late)


def _of_duplicate(how: Quote | None, passages: Sequence[Passage], page: GetPage, sections: GetSections) -> Quote | None:
    """What solved the ticket of which one only says that it is the same, if that one was read too."""
    if how is None or len(words(how.text)) > _POINTS or not _DUPLICATE.search(fold(how.text)):
        return how
    others = (one for one in passages if one.fields.key and one.document_id != how.passage.document_id)
    same = next((one for one in others if _names(how.text, fold(one.fields.key))), None)
    return (how_solved(Quote(same, 0, len(same.text), score=how.score), page, sections) if same else None) or how


def _names(text: str, key: str) -> bool:
    """Whether a text has a ticket's number, in small letters, as a word."""
    return re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", fold(text)) is not None


def _saying_more(quotes: Sequence[Quote]) -> list[Quote]:
    """Those that say more than one before them of the same ticket: its last comment is often its resolution too."""
    texts = [(quote.passage.document_id, " ".join(quote.text.split())) for quote in quotes]
    kept = []
    for at, quote in enumerate(quotes):
        document, text = texts[at]
        ahead = [other for name, other in texts[:at] if name == document]
        if not any(text in other for other in ahead):
            kept.append(quote)
    return kept


def _beginnings(passages: Sequence[Passage], page: GetPage, quotes: Sequence[Quote]) -> list[Quote]:
    """How each ticket begins: subject, facts and complaint."""
    score = max((quote.score for quote in quotes), default=0.0)
    first = {passage.document_id: passage for passage in reversed(passages)}
    found = []
    for passage in reversed(first.values()):
        whole = page(passage.document_id, 1)
        if whole is None or not (spans := said(whole.text)):
            continue
        start, end = clear_of(whole.text, spans[0][0], *_cut(whole.text, *spans[0]))
        if instructs(whole.text, start, end):
            continue
        home = replace(passage, page=1, text=whole.text, start=0, end=len(whole.text), label=whole.label)
        found.append(Quote(home, start, end, score=score))
    return found or list(quotes)


def _reply(quote: Quote, page: GetPage, sections: GetSections) -> Quote | None:
    """What is said next in the ticket."""
    whole = page(quote.passage.document_id, quote.passage.page)
    if whole is None:
        return None
    at = quote.passage.start + quote.end
    posts = thread_of(whole.text, sections(quote.passage.document_id))
    follows = next((post for post in posts if post.start >= at and post.part == "comment"), None)
    return _said_by(follows, quote, whole) if follows else None


def how_solved(quote: Quote, page: GetPage, sections: GetSections) -> Quote | None:
    """What says how a ticket ended: its resolution, or the last that was said where that is no more than a word."""
    passage = quote.passage
    whole = page(passage.document_id, passage.page)
    if whole is None:
        return None
    ends = _ends(thread_of(whole.text, sections(passage.document_id)), whole.text, passage)
    found = [(post, told) for post in ends if (told := _said_by(post, quote, whole))]
    telling = (told for post, told in found if _tells(post, told.text, passage))
    return next(telling, next((told for post, told in found if post.part == "comment"), None))


def _said_by(post: Post, quote: Quote, whole: Page) -> Quote | None:
    """The first that a message of a ticket's page says, in the place of a quote of it; None where it says nothing."""
    spans = [(a, b) for a, b in said(whole.text) if post.start <= a < post.end]
    start, end = _cut(whole.text, *spans[0]) if spans else (0, 0)
    if start == end or instructs(whole.text, start, end):
        return None
    title = whole.text[post.start :].partition("\n")[0]
    home = replace(quote.passage, text=whole.text, start=0, end=len(whole.text), label=whole.label, section=title)
    return replace(quote, passage=home, start=start, end=end)


def _ends(posts: Sequence[Post], text: str, passage: Passage) -> list[Post]:
    """Where a ticket may say how it ended, the likeliest first: mails, which have no status, end with an answer."""
    comments = [post for post in posts if post.part == "comment"]
    settled = not passage.fields.status or any(text.startswith(_LAST, post.start) for post in comments)
    return [*(post for post in posts if post.part == "resolution"), *(comments[:-3:-1] if settled else ())]


def _tells(post: Post, text: str, passage: Passage) -> bool:
    """Whether it is more than a word, a question, thanks, or what the one who complained says."""
    asked = passage.fields.requester
    own = post.part == "resolution" or not asked or not post.who.startswith(asked)
    return own and len(words(text)) >= _SAYS_HOW and not text.endswith("?") and not _THANKS.match(text.casefold())


def _cut(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch up to the last sentence that fits."""
    if end - start <= LONGEST:
        return start, end
    ends = [b for _, b in sentences(text[start:end]) if b <= LONGEST]
    return start, start + (ends[-1] if ends else LONGEST)
