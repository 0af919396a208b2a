"""A question, what was said before and what a person narrowed it to → what is searched for, and what it is answered as.

Nothing here searches: the model may be asked to complete a question, all else goes by rule and by the catalogue.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ingest.filters import Filters
from ingest.library import Library
from ingest.types import Language
from rag.follow_ups.beyond import beyond
from rag.follow_ups.in_language import in_wished
from rag.follow_ups.more import told
from rag.follow_ups.rewrite import standalone
from rag.gist import in_view, views
from rag.llm import LLM
from rag.narrowing import narrowed, of_number, without_anybody
from rag.plan import Before, Wish
from rag.question import understand
from rag.search.manual_codes import with_manuals
from rag.summaries.names import still_summed_up
from rag.types import Message, Question, SearchResult, Style

Searching = Callable[[Question, Filters], SearchResult]


@dataclass(frozen=True, slots=True)
class Sought:
    """`asked` is the question as it was put, in the language of the answer; `question` is what is searched for.

    `numbered`: it names the tickets itself that `filters` leave. `style` is how it is answered.
    """

    asked: Question
    question: Question
    filters: Filters
    numbered: bool = False
    style: Style = "quote"


def completed(
    asked: Question,
    filters: Filters,
    library: Library,
    llm: LLM,
    history: Sequence[Message],
    style: Style,
    *,
    language: Language | None,
    tongue: Language,
    cancel: threading.Event | None,
) -> Sought:
    """A question that leans on the conversation with what it leans on, in the language that it wishes for or shows.

    `language` is the one that the user chose, `tongue` the reader's own for a question that shows none. SettingsError
    where nothing is said in the language that it wishes for.
    """
    text = standalone(asked.text, history, llm, cancel)
    question = understand(text, language) if text != asked.text else asked
    asked, filters = in_wished(asked, question, filters, library, style)
    if asked.language == "und":
        asked = replace(asked, language=tongue if question.language == "und" else question.language)
    return Sought(asked, question, filters, style=style)


def searched(sought: Sought, mode: Wish, library: Library, before: Before | None) -> Sought:
    """The same, as it is searched for: narrowed to what it names, without the words that are about nothing."""
    filters, numbered = narrowed(sought.question, mode, sought.filters, library)
    question = without_anybody(sought.question, library)
    if sought.asked.kind != question.kind == "summary" and not _another_summary(sought.asked, filters, library, before):
        question = replace(question, kind=sought.asked.kind)
    return replace(sought, question=question, filters=filters, numbered=numbered)


def found_for(sought: Sought, written: str, search: Searching, sure: float, library: Library) -> SearchResult:
    """What is found; of a story pasted whole that stands on its own, by what is asked in it and what fails. A code is
    looked for in the manuals too.

    `written` is the message with its lines as they were; a search is `sure` of what answers from there on.
    """
    some = views(written) if sought.question.text == sought.asked.text else ()
    found = in_view(sought.question, some, lambda question: search(question, sought.filters), sure)
    manuals = replace(sought.filters, kind="manual")
    if sought.filters.kind or sought.filters.documents or not found.question.asks_code or not library.holds(manuals):
        return found
    return with_manuals(found, lambda: search(found.question, manuals))


def left(found: SearchResult, sought: Sought, history: Sequence[Message], library: Library) -> SearchResult:
    """What was found as it is read: of the tickets that are named surely, and not once more what was quoted."""
    found = of_number(found) if sought.numbered else found
    return beyond(found, told(sought.asked.text, history), library)


def _another_summary(asked: Question, filters: Filters, library: Library, before: Before | None) -> bool:
    """Whether a question that leans on one for a summary wants one too, and not something of what it was of."""
    return still_summed_up(asked.text, library.documents(filters), before.documents if before else ())
