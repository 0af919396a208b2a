"""The text of a mail → what it says itself, and the earlier mails it carries below that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

_SAYS = r"(?:wrote|escribió|escribio|ha escrito|va escriure|a écrit|schrieb)"
_LED = rf"[^\n]{{0,200}}(?:\n[^\n>]{{0,100}})?{_SAYS}\s*:[ \t]*"
# The line that says whose words come next, begun as mail programs do; it may be broken in two.
_LEAD = re.compile(rf"\n[ \t]*(?:El|On|Am|Le)\b(?=[^\n]*\d){_LED}\n", re.IGNORECASE)
_LEAD_ENDS = re.compile(rf"{_SAYS}\s*:\s*", re.IGNORECASE)
_RULED = re.compile(
    r"\n[ \t]*-{2,}[ \t]*(?:original message|mensaje original|forwarded message|mensaje reenviado|correo original"
    r"|begin forwarded message)[ \t]*-{2,}[ \t]*\n",
    re.IGNORECASE,
)
_HEADED = re.compile(
    r"\n(?:[ \t]*_{10,}[ \t]*\n+)?[ \t>]*\*?(?:De|From)\s*:\*?[^\n]+"
    r"(?:\n+[ \t>]*\*?(?:Enviado(?: el)?|Sent|Fecha|Date|Para|To|CC|Asunto|Subject)\s*:\*?[^\n]*){2,}",
    re.IGNORECASE,
)
# What programs write above a quote: the line that says whose it is, a mail's headers, a ruled title.
_ABOVE = re.compile(
    rf"{_SAYS}\s*:$|^(?:El|On|Am|Le)\b.*\d|@.*:$|\d{{4}}.*:$|^-{{2,}}.*-{{2,}}$"
    r"|^\*?(?:De|From|Enviado(?: el)?|Sent|Fecha|Date|Para|To|CC|Cc|Asunto|Subject|Reply-To|Importancia|Importance"
    r"|Adjuntos|Attachments)\s*:",
    re.IGNORECASE,
)
_WORD = re.compile(r"[-+]?[^\W_]\w*")  # a rule of underscores is none
_EMPTY_LINES = re.compile(r"(?:\n[> \t]*){2,}\n(?=[> \t]*[^> \t\n])")


class Parted(NamedTuple):
    """What a mail says, and what it quotes at its end; either may be ""."""

    own: str
    quoted: str


def part(text: str) -> Parted:
    """The text in two. Quotes that the writer answers one by one stay where they are; so does what is all quote."""
    body = f"\n{text}"
    cuts = [found.start() for pattern in (_RULED, _HEADED) if (found := pattern.search(body))]
    if (lead := _LEAD.search(body)) and "\n>" not in body[lead.end() - 1 :]:
        cuts.append(lead.start())
    cut = min([*cuts, _marked(body)])
    own = body[:cut].strip()
    return Parted(own, body[cut:].strip()) if own else Parted(text.strip(), "")


class Said:
    """The words of some mails, however their lines are broken and marked."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._lines: set[str] = set()
        self._texts: list[str] = []
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """Take a mail's text in."""
        self._lines.update(map(_words, text.split("\n")))
        self._texts.append(_words(text))

    def beyond(self, quoted: str) -> str:
        """The lines of a quote that are in none of the mails; "" where these say no more than who wrote when."""
        lines = [(line, line.strip("> \t")) for line in quoted.split("\n")]
        new = [(line, bare) for line, bare in lines if not bare or _ABOVE.search(bare) or not self._holds(_words(bare))]
        if all(not _words(bare) or _ABOVE.search(bare) for _, bare in new):
            return ""
        text = "\n".join(line for line, _ in new)
        return (text if len(new) == len(lines) else _EMPTY_LINES.sub("\n\n", text)).strip()

    def _holds(self, words: str) -> bool:
        return words in self._lines or any(words in text for text in self._texts)


def parted(text: str, said: Said) -> Parted:
    """What a mail says, and what it quotes that is not `said` yet, which then is; marked lines that are all new are its
    own."""
    own, quoted = part(text)
    new = said.beyond(quoted)
    said.add(new)
    return Parted(text, "") if new == quoted and new.startswith(">") else Parted(own, new)


def _words(text: str) -> str:
    """The words of a text in small letters, each with a blank before and after it; "" for signs alone."""
    found = _WORD.findall(text.casefold())
    return f" {' '.join(found)} " if found else ""


def _marked(body: str) -> int:
    """Where the lines marked with ">" begin that end a text, with the line that says whose they are."""
    lines = body.split("\n")
    start = _without(lines, len(lines), lambda line: line.startswith(">") or not line.strip())
    if not any(line.startswith(">") for line in lines[start:]):
        return len(body)
    while not lines[start].startswith(">"):
        start += 1
    said = _without(lines, start, lambda line: not line.strip())
    if said and _LEAD_ENDS.search(lines[said - 1][-40:]):
        start = said - 1
        if start and re.match(r"\s*(?:El|On|Am|Le)\b.*\d", lines[start - 1]) and not _begins(lines[start]):
            start -= 1
    return len("\n".join(lines[:start]))


def _begins(line: str) -> bool:
    return bool(re.match(r"\s*(?:El|On|Am|Le)\b", line))


def _without(lines: Sequence[str], end: int, drop: Callable[[str], bool]) -> int:
    """Where the last lines before `end` begin that are all to be dropped."""
    while end and drop(lines[end - 1]):
        end -= 1
    return end
