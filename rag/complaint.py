"""What a ticket opens with → the question that its writer would have asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.lexical import fold, words
from ingest.readers.ticket_page import is_facts

LONGEST = 300
"""Characters of a question at most."""
FEWEST = 3
"""Words below which it asks nothing."""

_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day)|hola|buen[oa]s?(?: dias| tardes| noches)?|"
    r"estimad[oa]s?|apreciad[oa]s?|saludos)\b(?: (?:there|all|team|everyone|sirs?|support|a tod[oa]s|equipo)\b)?"
    r"(?:(?: [\w.-]+| \[\w+ \d+\]){0,3}[,:!.]|(?: [\w.-]+| \[\w+ \d+\]){0,2}$)[ ,:!.]*"
)
_FAREWELL = re.compile(
    r"(?:(?:many )?thanks?|thank you|(?:best |kind |warm )?regards|cheers|sincerely|(?:muchas )?gracias|"
    r"(?:un )?(?:cordial )?saludos?|atentamente|cordialmente)\b[^?]{0,40}$"
)
_FENCE = re.compile(r"```|\{(?:code|noformat)\b[^}]*\}")
_LOG = re.compile(
    r"\s*(?:\[?\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d|\[?\d\d:\d\d:\d\d|"
    r"\[?(?:INFO|ERROR|DEBUG|WARN(?:ING)?|TRACE|FATAL)\b[\]: ]|at [\w.$<>]+\(|Caused by:|Traceback |File \"|"
    r"[\w.]+(?:Exception|Error):|(?:\$|>>>|C:\\>) |[<{}\[|]|https?://\S+$|-- )"
)
_HEADING = re.compile(
    r"(?:steps to reproduce|(?:actual|expected) (?:results?|behaviou?r)|(?:problem )?description|"
    r"pasos para reproducir(?:lo)?|resultado (?:actual|esperado|obtenido)|descripcion(?: del problema)?)[ :.]*$"
    r"|(?:environment|entorno|attachments|adjuntos)\b *(?::.*)?$"
)
_MARKER = re.compile(r"^\s*(?:[*#>•–-]+|\d+[.)])\s+")
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
# What a column says that is no field of a ticket stands below what its writer says; an error's text is the writer's.
_COLUMN = re.compile(
    r"(?!err|code|codigo|mensaje|message|warn|fail|fallo|exception)[^\W\d_][\w ().#/-]{0,40}: [^\n]{1,200}"
)
_READ = 20 * LONGEST
_LONGEST_WORD = 60
_FEWEST_LETTERS = 0.55
"""The share of letters below which a line is no prose."""


def complaint(title: str, problem: str, key: str = "") -> str:
    """Subject and first sentences, at most LONGEST characters, without greetings, logs and the ticket's own key.

    `problem` is the first section of the ticket's page. "" when it says nothing.
    """
    said = _without(key, " ".join(_prose(_message(title, problem, key))))
    subject = _without(key, " ".join(title.split()))
    if subject and not fold(said).startswith(fold(subject).rstrip(". …")):
        mark = "" if subject[-1] in ".!?…" else "."
        said = f"{subject}{mark} {said}" if said else subject
    return _cut(said) if len(words(said)) >= FEWEST else ""


def is_greeting(line: str) -> bool:
    """Whether a line greets and says nothing else."""
    found = _GREETING.match(fold(" ".join(line.split())))
    return found is not None and found.end() == len(found.string)


def without_manners(text: str) -> str:
    """A sentence without the greeting that it begins with; nothing of one that only takes leave."""
    plain = fold(text)
    if len(plain) != len(text):
        return text
    if greeting := _GREETING.match(plain):
        text = text[greeting.end() :]
    return "" if _FAREWELL.match(fold(text)) else text


def _message(title: str, problem: str, key: str) -> str:
    """The description, without the subject and the line of facts above it."""
    first, _, rest = problem.partition("\n\n")
    if " ".join(first.split()) == " ".join(title.split()):
        first, _, rest = rest.partition("\n\n")
    return _without_columns(rest if is_facts(first, key) else f"{first}\n\n{rest}")


def _without_columns(message: str) -> str:
    """The message without what columns say below it, as long as something is left."""
    parts = message.rstrip().split("\n\n")
    while len(parts) > 1 and _COLUMN.fullmatch(fold(parts[-1])):
        parts.pop()
    return "\n\n".join(parts)


def _prose(message: str) -> Iterator[str]:
    """The lines somebody wrote, up to the farewell, among the first _READ characters."""
    in_fence = started = False
    for line in message[:_READ].splitlines():
        if _FENCE.search(line):
            in_fence ^= len(_FENCE.findall(line)) % 2 == 1
            continue
        text = " ".join(_MARKER.sub("", line, count=1).split())
        if not text or in_fence or is_log(line) or _HEADING.match(fold(text)):
            continue
        if started and _FAREWELL.match(fold(text)):
            return
        if greeting := _GREETING.match(fold(text)):
            text = text[greeting.end() :] if len(fold(text)) == len(text) else ""
        if text:
            started = True
            yield text


def is_log(line: str) -> bool:
    """Whether a line is of a log, a trace or a program, and nobody says it."""
    shown = "".join(line.split())
    letters = sum(c.isalpha() for c in shown)
    is_dense = len(shown) >= 20 and letters < _FEWEST_LETTERS * len(shown)
    return bool(_LOG.match(line)) or is_dense or any(len(word) > _LONGEST_WORD for word in line.split())


def _without(key: str, text: str) -> str:
    return " ".join(re.sub(rf"[\[(]?(?<!\w){re.escape(key)}(?!\w)[\])]?:?", " ", text).split()) if key else text


def _cut(text: str) -> str:
    """The text up to the last sentence that fits, or up to a word where the first sentence is longer."""
    if len(text) <= LONGEST:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text[: LONGEST + 1]) if match.end() <= LONGEST]
    if ends and ends[-1] >= LONGEST // 3:
        return text[: ends[-1]]
    return text[: LONGEST + 1].rpartition(" ")[0] or text[:LONGEST]
