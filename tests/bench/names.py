"""Names that manuals explain in lists of terms → is a name's own entry quoted first to who asks what it is for?

The questions are made of the manuals: a name alone on its line, or before a colon or a dash, and what comes after it.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.library import Library
from ingest.opening import open_tools
from ingest.pipeline import ingest
from ingest.settings import read_settings
from rag.assistant import Assistant
from rag.events import Answered
from rag.opening import open_assistant
from rag.question import understand
from tests.bench.material import CORPUS, ROOT

FILES = ("es/aptitude-html", "en/aptitude-html", "es/maint-guide.es.pdf", "es/fastapi-md")
MOST = 60
_NAME = r"--?[\w-]{3,30}|[A-Za-z][\w-]*(?:[._/][\w-]+)+|[a-z]+(?:-[a-z]+){1,3}"
_TERM = re.compile(rf"^[ \t]*({_NAME})(?: ?[:—–-] (?=\S)|[ \t]*$)", re.MULTILINE)
_SAID, _KNOWN = 60, 40
"""Characters that come after a name at least, and those that tell its entry."""
_WORDINGS = {
    "es": ("¿Para qué sirve {}?", "¿Qué hace {}?"),
    "en": ("What does {} do?", "What is {} for?"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A question about a name, and how each of its entries begins."""

    question: str
    entries: tuple[str, ...]


def bench_names(folder: Path) -> None:
    """How often the first quote, or one of three, holds an entry of the name."""
    files = [CORPUS / "manuals" / name for name in FILES] if CORPUS.is_dir() else [ROOT / "data" / "samples"]
    settings = replace(read_settings(), library=folder / "library")
    tools = open_tools(settings, print)
    for _ in ingest(files, tools):
        pass
    tools.store.close()
    print_names(settings.library)


def print_names(library: Path) -> None:
    """The same of a library that is there."""
    assistant = open_assistant(replace(read_settings(), library=library), lambda line: None)
    try:
        cases = list(make_cases(assistant.library))
        found = [_places(assistant, case) for case in cases]
    finally:
        assistant.close()
    first, three = sum(hits[:1] == [True] for hits in found), sum(any(hits[:3]) for hits in found)
    print(f"\nnames, {len(cases)} questions: own entry quoted first {first}, among three {three}")


def make_cases(library: Library) -> Iterator[Case]:
    """Of names that few places explain at most MOST, in the order of their letters, evenly spread."""
    entries: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for document in library.documents():
        for page in library.pages(document.id):
            for match in _TERM.finditer(page.text):
                said = " ".join(page.text[match.end() : match.end() + 3 * _SAID].split())
                if len(said) >= _SAID and understand(f"What is {match[1]} for?").kind == "identifier":
                    entries[match[1]][said[:_KNOWN]] = document.language
    names = sorted(name for name, places in entries.items() if len(places) <= 3)
    for at, name in enumerate(names[:: max(1, len(names) // MOST)][:MOST]):
        wordings = _WORDINGS["es" if "es" in entries[name].values() else "en"]
        yield Case(wordings[at % 2].format(name), tuple(entries[name]))


def _places(assistant: Assistant, case: Case) -> list[bool]:
    """Of each quote whether it holds an entry; none of a refusal's."""
    answer = next(event.answer for event in assistant.ask(case.question) if isinstance(event, Answered))
    quotes = [] if answer.refused else [" ".join(citation.quote.split()) for citation in answer.citations]
    return [any(entry in quote for entry in case.entries) for quote in quotes]


if __name__ == "__main__":
    for path in sys.argv[1:]:
        print_names(Path(path))
