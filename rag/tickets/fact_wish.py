"""A question → what it asks of a ticket's own record, and of which ticket: by rule. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ingest.lexical import content_words, fold, words
from rag.follow_ups.leaning import plain
from rag.ticket_words import CASE, TICKET
from rag.tickets.number import mentions

Fact = Literal[
    "requester", "agent", "created", "resolved", "status", "priority", "product", "version", "tags", "attachments"
]

# Written for folded text: no accents, lower case.
_TICKET = rf"(?:{TICKET}|{CASE})"
_OPENED = (
    r"(?:report(?:ed)?|open(?:ed)?|raised?|complain(?:ed)?|log(?:ged)?|submit(?:ted)?|created?|filed?|register(?:ed)?|"
    r"receive[d]?)"
)
_ENDED = r"(?:closed?|resolved?|solved?|fix(?:ed)?|settled?)"
_ABRIO = (
    r"(?:abri(?:o|eron|mos)|report(?:o|aron|ado)|inform(?:o|aron)|avis(?:o|aron)|comunic(?:o|aron)|notific(?:o|aron)|"
    r"quej(?:o|aron|ado)|cre(?:o|aron)|registr(?:o|aron)|puso|envi(?:o|aron)|recibi(?:o|mos)|abiert[oa]|entro)"
)
_CERRO = (
    r"(?:cerr(?:o|aron|amos)|resolvi(?:o|eron|mos)|solucion(?:o|aron|amos)|arregl(?:o|aron|amos)|cerrad[oa]|"
    r"resuelt[oa])"
)
_ATENDIO = r"(?:atendi(?:o|eron)|gestion(?:o|aron)|llev(?:o|a|aba)|contest(?:o|aron)|respondi(?:o|eron)|asignad[oa])"
_QUIEN = r"(?:quien(?:es)?|que (?:client[ea]|usuari[oa]|empresa|persona))"
_WHO = r"(?:who|which (?:customer|client|user|company|person))"
_CUANDO = r"(?:cuando|en que fecha|que dia|(?:dime |dame )?(?:la )?fecha)"
_NAMES: tuple[tuple[Fact, str], ...] = (
    ("priority", r"priority|prioridad|urgency|urgencia|severity|gravedad"), ("status", r"status|state|estado"),
    ("product", r"product|producto"), ("version", r"version"), ("tags", r"tags?|labels?|etiquetas?"),
    ("attachments", r"files?|archivos?|ficheros?|attachments?|adjuntos?|screenshots?|capturas?"),
)  # fmt: skip
_SAID: tuple[tuple[Fact, str], ...] = (
    ("requester", rf"\b{_WHO} (?:has |had |was it who |first |originally |else |all )*{_OPENED}\b"),
    ("requester", rf"\b{_QUIEN} (?:se |nos |lo |la |ha |fue (?:el |la )?que |mas |primero )*{_ABRIO}\b"),
    ("requester", r"\b(?:which|what) (?:customer|client|user|company) (?:had|has|got|saw|sees|wanted|asked)\b"),
    ("requester", r"\bque (?:client[ea]|usuari[oa]|empresa) (?:tuvo|tenia|tiene|vio|pidio|queria|pregunto)\b"),
    ("requester", r"\b(?:who is|who was|what is|which is) the (?:requester|reporter|customer|client)\b"),
    ("requester", r"\b(?:quien|cual) (?:es|era|fue) (?:el |la )?(?:solicitante|client[ea]|informador[a]?)\b"),
    ("agent", rf"\bwho (?:has |was it who |finally )*(?:handled|answered|replied|dealt|took|{_ENDED}|attended)\b"),
    ("agent", r"\bwhom? (?:is|was) (?:it|\S+) assigned\b"),
    ("agent", r"\b(?:what|which|who) (?:is the )?(?:agent|assignee)\b"),
    ("agent", rf"\bquien(?:es)? (?:se |lo |la |nos |le |ha )*(?:{_ATENDIO}|{_CERRO})\b"),
    ("created", rf"\b(?:when|(?:on )?what (?:day|date)) (?:was|were|did|has|is)\b.*\b{_OPENED}\b"),
    ("created", rf"\b{_CUANDO} (?:se |nos |lo |la |fue |ha sido |de )*(?:{_ABRIO}|apertura|creacion|alta)\b"),
    ("resolved", rf"\b(?:when|(?:on )?what (?:day|date)) (?:was|were|did|has|is)\b.*\b{_ENDED}\b"),
    ("resolved", rf"\b{_CUANDO} (?:se |nos |lo |la |fue |ha sido |quedo |de )*(?:{_CERRO}|cierre|resolucion)\b"),
    ("status", rf"\b(?:is|was|are|were)\b.*\b(?:still )?(?:open|closed|resolved|solved|pending|{_ENDED})\b\W*$"),
    ("status", r"\b(?:sigue|esta|continua|quedo)\b.*\b(?:abiert[oa]|cerrad[oa]|resuelt[oa]|pendiente)\b"),
    *((name, rf"\b(?:what|which|que|cual(?: es)?|en que|dime|tell me)\b(?: \w+){{0,2}}? (?:{words})\b")
      for name, words in _NAMES),
    ("attachments", r"\b(?:what|which|que|hay|are there|any)\b.*\b(?:attach\w*|adjunt\w*)\b"),
)  # fmt: skip
_ASKS = tuple((name, re.compile(said)) for name, said in _SAID)
_OTHER = re.compile(
    rf"\b(?:how|como|why|por que|cuant[oa]s?)\b|\b(?:version|release)\b.*\b(?:{_ENDED}|{_CERRO}|corr[ie]g\w+)\b"
)
"""How it ended, or the version in which: what solved it says that, not the record."""
_AND_WHEN = re.compile(r"\b(?:and when|y cuando)\W*$")
_SAYS_NOTHING = re.compile(
    rf"{_TICKET}|{_OPENED}|{_ENDED}|{_ABRIO}|{_CERRO}|{_ATENDIO}|who|whom|when|which|what|quien\w*|cuando|fecha|dia|date|day|"
    r"que|se|still|sigue|todavia|aun|esta|is|was|were|did|has|have|had|customer|client\w*|usuari\w*|user|empresa|company|"
    r"it|that|this|eso|esto|ese|esta|este|first|primero|handled|answered|assigned|about|sobre|open|abiert\w*|pending|"
    r"pendiente|status|state|estado|prioridad|priority|urgenc\w*|severity|gravedad|product\w*|version|tags?|labels?|"
    r"etiquetas?|files?|archivos?|ficheros?|attach\w*|adjunt\w*|tiene|tenia|had|does|do|hay|there|any|with|con|problem\w*|"
    r"person\w*|tell|dime|by|we|us|nos|know|sab(?:e|es|emos)|requester|reporter|solicitante|tuvo|vio|got|saw|avis\w+|"
    r"mism[oa]"
)
_ANY = frozenset({"requester", "agent", "created", "resolved"})
"""Facts that a ticket is asked for even where nothing says that it is one."""


@dataclass(frozen=True, slots=True)
class FactWish:
    """The facts that are asked for, and what `about`, in the question's own words; "" where it only points back."""

    facts: tuple[Fact, ...]
    about: str


def fact_wish(question: str) -> FactWish | None:
    """What is asked of a ticket's record; None for any other question."""
    folded = plain(question)
    found = list(dict.fromkeys(name for name, pattern in _ASKS if pattern.search(folded)))
    if not found or _OTHER.search(folded):
        return None
    if "status" in found and not {"created", "resolved"}.isdisjoint(found):
        found.remove("status")  # "when was it closed"
    if _AND_WHEN.search(folded) and "requester" in found:
        found.append("created")
    of_ticket = bool(mentions(question)) or re.search(rf"\b{_TICKET}\b", folded) is not None
    said = re.findall(r"\w[\w.-]*", question)
    telling = set(content_words(question))
    about = " ".join(
        word for word in said if not telling.isdisjoint(words(word)) and not _SAYS_NOTHING.fullmatch(fold(word))
    )
    if about and not of_ticket and not _ANY.intersection(found):
        return None
    return FactWish(tuple(found), about)
