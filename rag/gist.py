"""A customer's complaint or a log, pasted whole → what of it is searched for: what is asked, what fails. By rule.

A search for all of it finds what the story is about and not what is wrong: most of its words say nothing of that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from ingest.lexical import fold
from ingest.sentences import sentences
from rag.complaint import is_log, without_manners
from rag.follow_ups.leaning import content
from rag.question import identifiers
from rag.types import Question, SearchResult

LONG = 200
"""Characters from which a message is a story; a shorter one is a question, unless a log goes with it."""
LONGEST = 260
"""Characters of a gist at most, unless one sentence alone is longer."""
VIEWS = 6
"""Sentences of a story that are searched for by themselves, some hundredths of a second each."""
_LOG = 100
"""Characters of what a log says went wrong."""
_ALONE = 4
"""Words that mean something, from which a sentence of a story is searched for by itself."""
_SAYS = 2
"""Words that mean something, from which a sentence says what it is about: "what do I tell him?" has fewer."""
_CLAUSE = re.compile(r"[,;]\s+(?:(?:and|but|so|y|e|pero)\s+)?|\s+(?:but|pero)\s+", re.IGNORECASE)

# Written for folded text: no accents, lower case.
_TROUBLE = re.compile(
    r"\b(?:error(?:es)?|errors?|fail\w*|fault\w*|crash\w*|freez\w*|froze\w*|hang\w*|stuck|broken|refus\w*|reject\w*|"
    r"denied|wrong|problems?|issues?|missing|lost|warning|complains?|cannot|unable|impossible|exception|timeout|"
    r"forg[oe]t\w*|(?:does|do|did|is|are|was|were|will|can|could|would)(?: not|n['’]t)|no longer|instead of|"
    r"although|only (?:sees?|gets?|shows?)|afraid|fall[aoe]\w*|averia\w*|problemas?|cuelga\w*|cuelgue|bloque\w*|"
    r"congel\w*|faltan?|perd\w+|olvid\w*|rechaz\w*|denegad\w*|imposible|aviso|avisa|ningun\w*|dej[ao] de|"
    r"no (?:me |se |le |lo |la |los |las |nos |les )*[a-z]+|pide|aunque|en vez de|solo (?:ve|sale|aparece))\b"
)
_EMPTY = re.compile(
    r"\b(?:tell|say|help\w*|please|answer|reply|check|know|idea|advice|suggest\w*|try|tried|seen|thanks|customer|client|"
    r"user|writes|ayud\w+|dec\w+|dig[ao]\w*|dice|contest\w+|respond\w+|hag[ao]\w*|hacer|sab\w+|prob\w+|mir\w+|"
    r"gracias|favor|client[ea]s?|usuari[oa]s?|possible|posible|antes|before|us|soon|asap|urgent\w*|urgente\w*|pronto|"
    r"writing|write|escrib\w+|nos|espero|hope|grateful|regards|saludos)\b"
)
"""Words by which a person asks for help and says nothing of what with."""
_STAMP = re.compile(
    r"(?:[a-z]{3} +\d{1,2} |\d{4}[-/]\d\d[-/]\d\d[ t])?(?:\[? *\d{1,6}(?:[:.]\d{2,6})+z?\]?)?"
    r"(?: [\w.-]+(?= [\w.-]+\[))?\s*"
)
_LINE = re.compile(
    r"\s*(?:[a-z]{3} +\d{1,2} \d\d:\d\d|\[ *\d+\.\d{3,}\]|(?:[a-z_]\w*\.)+\w+: |"
    r"[\w/.-]+(?:\[\d+\])?: (?:error|warning|fatal|traceback|failed))"
)
_BAD = re.compile(r"error|exception|fail|fatal|timeout|denied|refused|cannot|not found|no such|critical|panic|abort")
_FRAME = re.compile(r"[«»“”\"]")

Search = Callable[[Question], SearchResult]


def gist(text: str) -> str:
    """What is asked and what fails, in the order of the text; a short text without a log as it is."""
    parts = _parts(text)
    if not parts:
        return text
    kept: list[str] = []
    for one in sorted(parts, key=lambda one: not one.endswith("?")):
        if not kept or len(" ".join([*kept, one])) <= LONGEST:
            kept.append(one)
    return " ".join(sorted(kept, key=parts.index))


def subject(text: str) -> str:
    """What a later question about a story is about: what is asked in it, else its sentence that says most."""
    return min(_parts(text) or [text], key=lambda one: (not one.endswith("?"), -len(content(one))))


def views(text: str) -> tuple[str, ...]:
    """What a story is searched for: its gist, what it says of a code or a name, its sentences that say enough alone.

    Where it names any, no sentence without one is searched for by itself, unless it asks.
    """
    parts = _parts(text)
    named = [clause for one in parts if identifiers(one) for clause in _CLAUSE.split(one) if identifiers(clause)]
    alone = [one for one in parts if _words(one) >= _ALONE and (one.endswith("?") or identifiers(one) or not named)]
    telling = [one for one in (*named, *alone) if says_enough(one)]
    return tuple(dict.fromkeys([gist(text), *telling[:VIEWS]])) if parts else ()


def in_view(question: Question, some: Sequence[str], search: Search, sure: float) -> SearchResult:
    """What is found for a question, or for the `views` of a story: by its gist where the search is `sure` of that,
    else by the one for which it is surest."""
    found: SearchResult | None = None
    for text in some:
        names = tuple(name for name in identifiers(text) if name in question.identifiers)
        other = search(replace(question, text=text, identifiers=names))
        found = other if found is None or other.confidence > found.confidence else found
        if found.confidence >= sure:
            return found
    whole = search(question)
    return found if found is not None and found.confidence > whole.confidence else whole


def says_enough(text: str) -> bool:
    """Whether words are left that say what it is about, besides those by which anybody asks for help."""
    return _words(text) >= _SAYS


def _words(text: str) -> int:
    """Words that mean something, besides those by which anybody asks for help."""
    return len(content(_EMPTY.sub(" ", fold(text))))


def _parts(text: str) -> list[str]:
    """The sentences of a story that ask or tell of trouble, or the one that says most; none of a short question."""
    lines, logs = _without_logs(text)
    if len(text) < LONG and not (logs and lines):
        return []
    said = _said("\n".join(lines))
    told = [one for one in said if says_enough(one)]
    parts = [one for one in told if one.endswith("?") or _TROUBLE.search(fold(one)) or identifiers(one)]
    if (bad := _error(logs)) and not any(one.endswith("?") for one in parts):
        parts.append(bad)
    return parts or sorted(told, key=lambda one: -len(content(one)))[:1]


def _without_logs(text: str) -> tuple[list[str], list[str]]:
    """The lines somebody says, and those of logs: what is indented below such a line is one too."""
    lines: list[str] = []
    logs: list[str] = []
    in_log = False
    for line in filter(str.strip, text.splitlines()):
        in_log = is_log(line) or _LINE.match(fold(line)) is not None or (in_log and line[0] in " \t")
        (logs if in_log else lines).append(line)
    return lines, logs


def _said(text: str) -> list[str]:
    """Its sentences, without greetings and farewells, what leads into a log and the marks of what is quoted."""
    plain = _FRAME.sub(" ", re.sub(r"(?m):[ \t]*$", ".", text))
    found = (without_manners(" ".join(plain[a:b].split())).strip(" :,-") for a, b in sentences(plain))
    return [one for one in found if one]


def _error(logs: Sequence[str]) -> str:
    """What the last line of a log that tells of an error says, without its time and machine."""
    bad = [line.strip() for line in logs if _BAD.search(fold(line))]
    if not bad:
        return ""
    stamp = _STAMP.match(fold(bad[-1]))
    return bad[-1][stamp.end() if stamp and len(fold(bad[-1])) == len(bad[-1]) else 0 :][:_LOG]
