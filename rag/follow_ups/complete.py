"""A conversation and a question that leans on it → the question as it can be searched for, by rule."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.codes import codes
from rag.follow_ups.in_language import wished_language
from rag.follow_ups.leaning import (
    content,
    is_small_talk,
    leans,
    plain,
    wants_a_part,
    without_opener,
    without_topic_change,
)
from rag.follow_ups.leaning_patterns import CLAUSE
from rag.follow_ups.listed_ones import lists, of_list, place_in
from rag.follow_ups.recall_wish import recalls
from rag.follow_ups.replacing import is_code, replaced
from rag.follow_ups.stuck import stuck
from rag.gist import subject
from rag.tickets.alike_wish import wants_alike
from rag.tickets.fact_wish import fact_wish
from rag.tickets.number import mentions
from rag.types import Message

BOUND = 300
"""Characters that a question is completed with, at most."""

_SENTENCE_MARKS = ".?!…:"
_NUMBERED = re.compile(r"\d")
"""Some names have no word that carries meaning: E-03, U-3000, 1.4."""

# "and the Brisa?" names another thing, of which what is asked later is asked: a capital, but no abbreviation and
# nothing that things have or run on.
_ANOTHER = re.compile(
    r"(?:(?:el|la|los|las|the|del|al|para el|para la) )?(?:[a-z]+ )?[A-Z][a-z]\w*(?: (?:[A-Z]\w*|\d[\w.]*))*"
)
_SHARED = re.compile(
    r"\b(?:wi-?fi|bluetooth|ethernet|internet|windows|linux|mac(?:os)?|android|ios|ubuntu|debian|fedora|chrome|firefox|"
    r"excel|word|outlook)\b"
)


@dataclass(frozen=True, slots=True)
class _Thread:
    """The last question that stood on its own, and what later ones added to it, oldest first.

    `aside`: the one before a question about a ticket by its number, which a code that is named next goes back to.
    """

    topic: str = ""
    added: tuple[str, ...] = ()
    aside: _Thread | None = None


def complete(text: str, history: Sequence[Message]) -> str:
    """The text itself when it stands on its own; else the question it leans on, joined with it.

    The new words take the place of the old ones only where that is safe (see `replacing`): "¿Cómo particiono el disco
    en modo texto?". Otherwise it is a plain join, which serves a search as well: "¿Qué es el arranque seguro? ¿cómo lo
    desactivo?". A chain leans on the last question that stood on its own and on what was added since, oldest dropped
    first; at most BOUND characters come before the text. A wish for the same in another language, or in short, adds
    nothing. One that means a ticket of a list has its number in the place of "the first one".
    """
    thread, answer, last = _Thread(), "", 0
    for message in history:
        if message.role == "user":
            meant = of_list(message.text, answer, last)
            last = place_in(meant, answer) if meant != message.text else last
            after = _after(thread, meant)
            if meant == message.text and after.topic != thread.topic:
                answer = ""  # another subject: the first one is none of that list
            thread = after
        elif message.role == "assistant" and lists(message.text):
            answer, last = message.text, 0
    if (meant := of_list(text, answer, last)) != text:
        return meant
    if thread.topic and (wished_language(text) or recalls(text) == "short"):
        return _rendered(thread)
    if not thread.topic or not (_says_nothing(text) or leans(text, thread.topic)):
        return text
    return _rendered(_with(thread, text))


def _says_nothing(text: str) -> bool:
    """Whether a message names nothing of its own: that it does not work, which page, whether others are like it, who
    reported it."""
    asks_a_fact = (fact := fact_wish(text)) is not None and not fact.about
    return bool(stuck(text)) or bool(recalls(text)) or ((wants_alike(text) or asks_a_fact) and not mentions(text))


def _after(thread: _Thread, text: str) -> _Thread:
    """The thread after one more question. The first that says something is a topic, however short."""
    if is_small_talk(text) or (thread.topic and (_says_nothing(text) or wished_language(text))):
        return thread
    if not thread.topic or not leans(text, thread.topic):
        topic = _shortened(" ".join(subject(without_topic_change(text)).split()))
        of_ticket = bool(mentions(topic)) and not codes(topic)
        return _Thread(topic, aside=(thread.aside or thread) if of_ticket and thread.topic else None)
    return _with(thread, text) if content(text) or _NUMBERED.search(text) else thread


def _with(thread: _Thread, text: str) -> _Thread:
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if thread.added and CLAUSE.search(plain(without_opener(text))) and (another := _another(thread.added[-1])):
        thread = _Thread(another)
    if thread.aside and is_code(without_opener(text)) and len(codes(thread.aside.topic)) == 1:
        thread = _Thread(thread.aside.topic)
    if wants_a_part(text):  # another one: the parts that were asked for before are none of the subject
        thread = replace(thread, added=tuple(one for one in thread.added if not wants_a_part(one)))
    if (topic := replaced(thread.topic, text)) is not None:
        return replace(thread, topic=topic)
    for place, earlier in enumerate(thread.added):
        if replaced(earlier, text) is not None:
            return replace(thread, added=(*thread.added[:place], *thread.added[place + 1 :], text))
    return replace(thread, added=(*thread.added, text))


def _another(added: str) -> str:
    """The thing that an addition names, when it only names one that is no part of the topic; else ""."""
    name = without_opener(added)
    return name if _ANOTHER.fullmatch(name) and not _SHARED.search(plain(name)) else ""


def _rendered(thread: _Thread) -> str:
    """Topic and additions in a line; the last addition is the question itself and is never shortened."""
    topic, *added = (thread.topic, *thread.added)
    while len(added) > 1 and len(_joined([topic, *added[:-1]])) > BOUND:
        del added[0]
    return _joined([topic, *added])


def _joined(parts: Sequence[str]) -> str:
    line = parts[0]
    for part in parts[1:]:
        line += (" " if line[-1:] in _SENTENCE_MARKS else " — ") + part
    return line


def _shortened(text: str) -> str:
    """At most BOUND characters, cut between words."""
    if len(text) <= BOUND:
        return text
    return text[:BOUND].rsplit(" ", 1)[0]
