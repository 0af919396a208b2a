"""A question → which tickets it wants listed or counted: by words, status and days. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from ingest.lexical import content_words, fold
from ingest.lexical import words as spoken
from rag.question import identifiers
from rag.search.spellings import is_code
from rag.ticket_words import TICKET, TICKETS
from rag.tickets.number import called, mentions

_NOUN, _ONE = rf"(?:{TICKETS})", rf"(?:{TICKET})"
_STATUS = r"(?:abiert[oa]s?|cerrad[oa]s?|pendientes?|resuelt[oa]s?|open|closed|pending|resolved|solved|unresolved)"
_PRIORITIES = {
    "high": r"high|alta|elevada", "low": r"low|baja", "medium": r"medium|normal|media",
    "urgent": r"urgent|urgente|critical|critica",
}  # fmt: skip
_LEVEL = "|".join(_PRIORITIES.values())
_PRIORITY = rf"(?:(?:{_LEVEL})(?:[- ]priority)?)"
_MANY = (
    r"(?:(?:dime|tell me|do (?:you|we) know|sabes|sabemos|digame|show me|and|ok) )?"
    r"(?:cuant[oa]s|how many|(?:what is |what's |cual es )?(?:the |el )?(?:total )?"
    r"(?:number|numero|total|count|que cantidad|cantidad) (?:total )?(?:of|de))\b"
)
_WANTS = re.compile(
    r"^\W*(?:[¿y]\s*)?(?:(?:please|por favor|(?:quiero|quisiera|necesito)(?: ver)?|i (?:want|need)(?: to see)?)\W+)?"
    rf"(?:{_MANY}(?: [\w.-]+){{0,4}}? (?:{_NOUN}|casos|cases)\b"
    rf"|(?:(?:show me|list|give me|dame|lista) )?(?:every|each|cada)\b(?: [\w-]+){{0,2}}? {_ONE}\b"
    r"|(?:lista\w*|enumera\w*|muestra\w*|dame|dime|ensena\w*|busca\w*|show|list|give|tell|find|which|what|que|cuales)"
    rf"\b(?: (?:me|us|all|the|of|our|los|las|tod[oa]s|son|nuestr[oa]s|{_STATUS}|{_PRIORITY})){{0,4}} {_NOUN}\b"
    rf"|(?:(?:the|all|los|las|tod[oa]s|{_STATUS}|{_PRIORITY}) ){{0,4}}{_NOUN}"
    rf" ?(?:\b(?:{_STATUS}|del?|sobre|about|on|for|from|of|with|con|cread[oa]s|created|tagged|labelled|labeled|"
    r"etiquetad[oa]s)\b|\W*$)"
    rf"|(?:(?:what(?:'s| is| was)|which is|show|dame|cual (?:es|fue)|el|la|the|los|las|me) ){{0,3}}"
    rf"(?:latest|last|newest|most recent|ultim[oa]s?)(?: \d+)? {_ONE}\b"
    rf"|(?:hay|existen?|tenemos|is there|are there|do we have|have we(?: got)?|any)\b(?: \w+){{0,3}}? {_ONE}\b)"
)
_OTHER = re.compile(
    r"\b(?:can|could|pued\w*|podria\w*|may i|como|how do|how to|why|por que|hay que|similar\w*|parecid\w*|like|"
    r"resum\w*|summar\w*)\b"
)
_OPEN = re.compile(r"\b(?:abiert[oa]s?|pendientes?|open|pending|unresolved|sin (?:resolver|cerrar))\b")
_CLOSED = re.compile(
    r"\b(?:cerrad[oa]s?|resuelt[oa]s?|solucionad[oa]s?|closed|resolved|solved|cerramos|resolvimos|"
    r"se (?:han )?(?:cerr|resolvi|solucion)(?:o|aron|eron)|did we (?:close|resolve|solve))\b"
)
_DID = re.compile(r"\bdid\b.*?\bopen\b|\b(?:ha|han|hemos|habia) abierto\b|\bopened by\b|\babiert[oa]s? por\b")
_MONTHS = (
    "january|enero", "february|febrero", "march|marzo", "april|abril", "may|mayo", "june|junio", "july|julio",
    "august|agosto", "september|septiembre|setiembre", "october|octubre", "november|noviembre", "december|diciembre",
)  # fmt: skip
_MONTH = re.compile(
    rf"\b(?:(?:de|en|del? mes de|in|of|from|for) )?({'|'.join(_MONTHS)})\b(?: (?:de(?:l)? |of )?(20\d\d))?"
)
_YEAR = re.compile(r"\b(?:(?:de|del|en|in|of|from) )(?:ano )?(20\d\d)\b")
_DAYS = re.compile(
    r"\b(?:(?:de|en|in|of|from|during) )?(?:(?:los|the) )?(?:ultim[oa]s|last|past) (\d{1,3}) (?:dias|days)\b"
)
_LATELY = (
    (r"(?:de )?hoy|today(?:'s)?", "today"), (r"(?:de )?ayer|yesterday(?:'s)?", "yesterday"),
    (r"(?:de |en )?(?:esta semana)|(?:of |from )?this week(?:'s)?", "week"),
    (r"(?:de |en )?la (?:semana pasada|ultima semana)|(?:of |from )?(?:the )?last week(?:'s)?", "last week"),
    (r"(?:de |en )?(?:este mes)|(?:of |from )?this month(?:'s)?", "month"),
    (r"(?:del |en el |el )(?:mes pasado|ultimo mes)|(?:of |from )?(?:the )?last month(?:'s)?", "last month"),
    (r"(?:de |en )?(?:este ano)|(?:of |from )?this year(?:'s)?", "year"),
    (r"(?:del |en el |el )ano pasado|(?:of |from )?(?:the )?last year(?:'s)?", "last year"),
)  # fmt: skip
_TAGGED = re.compile(
    r"\b(?:(?:con|with|que tienen|that have|have|tienen) )?(?:la |las |the |a )?"
    r"(?:etiquetas?|tags?|tagged|label(?:l?ed|s)?|etiquetad[oa]s?)\b(?: (?:como|con|as|with|de))?[ :]*"
)
_VERSION = re.compile(
    r"\b(?:(?:de|en|in|of|for|on|with|con) )?(?:la |the )?(?:version|release|firmware|v)\.? ?(\d+(?:\.\d+)+)\b"
)
_OF_PRIORITY = re.compile(
    rf"\b(?:con |with |de |of )?(?:({_LEVEL})[- ]priority|(?:prioridad|priority) ({_LEVEL})|(urgent)(?= ))\b"
)
_UNNUMBERED = re.compile(r"\S*\d\S*")
_NOISE = re.compile(
    rf"{_ONE}|{_STATUS}|cuant\w*|many|list\w*|lista\w*|enumera\w*|muestra\w*|dame|dime|ensena\w*|busca\w*|show|give|tell|"
    r"find|hay|existen?|tenemos|tenem\w*|tiene[ns]?|got|algun[oa]?s?|ningun[oa]?|tod[oa]s?|any|all|solucionad[oa]s?|sobre|"
    r"s|latest|last|newest|recent\w*|ultim[oa]s?|still|todavia|aun|sigue[n]?|\d+|"
    r"every|each|cada|ones?|during|durante|please|favor|quiero|quisiera|necesito|ver|want|need|see|cantidad|cas[eo]s|support|soporte|ahora|mismo|now|right|moment\w*|currently|llevamos|have|came|"
    r"hubo|hubieron|cerr(?:o|aron|amos)|abri(?:o|eron|mos)|resolvi(?:o|eron|mos)|atendi(?:o|eron)|lleva\w*|closed?|opens?|"
    r"handle[sd]?|assigned|asignad[oa]s?|were|fueron|estan|acerca|relacionad[oa]s?|related|regarding|concerning|cread[oa]s?|created|recibi\w*|received|total|semana|week|mes|"
    r"number|numero|count|mention\w*|menciona\w*|contain\w*|contienen?|entr(?:o|aron)|hemos|raised?|"
    r"month|dias?|days?|ano|year|resolver|cerrar|problemas?|problems?|sido|abierto|opened|came|come|raised|nuestr[oa]s?"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Tickets with all `words` and `names`, of a `status` as filters have it ("" any), from `since` to `until` (ISO):
    created, or closed where they are closed ones.

    `names` are codes, found to the letter; `tags` and `version` as filters have them; `priority` in English.
    """

    words: tuple[str, ...]
    status: str = ""
    since: str = ""
    until: str = ""
    names: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    version: str = ""
    priority: str = ""


def wants_list(question: str) -> bool:
    """Whether a list or a count of tickets may be wanted; a number in it may still be one ticket's."""
    plain = " ".join(fold(question).split())
    return _WANTS.search(plain) is not None and _OTHER.search(_TAGGED.sub(" ", plain)) is None


def wished(
    question: str, today: date, products: Iterable[str] = (), tags: Iterable[str] = (), keys: Iterable[str] = ()
) -> Wish | None:
    """What is wanted; None for a question that wants something else than a list or a count of tickets.

    `products`, `tags` and `keys` are those that the catalogue knows: the number in a product's name is no ticket's, nor
    is one that no ticket has, unless the question calls it one.
    """
    plain = " ".join(fold(question).split())
    for product in sorted({fold(one) for one in products}, key=len, reverse=True):
        if any(map(str.isdigit, product)):
            plain = re.sub(rf"(?<!\w){re.escape(product)}(?!\w)", _UNNUMBERED.sub("", product) or product, plain)
    if not wants_list(plain) or mentions_a_number(plain, keys):
        return None
    since, until, rest = _days(plain, today)
    tag, rest = _tag(rest, tags)
    version, rest = _cut(_VERSION, rest)
    level, rest = _cut(_OF_PRIORITY, rest)
    names = tuple(name for name in identifiers(rest) if is_code(name))
    for name in names:
        rest = rest.replace(name, " ")
    words = _kept(rest)
    is_open, closed = _OPEN.search(_DID.sub("", rest)) is not None, _CLOSED.search(rest) is not None
    status = ("open" if is_open else "closed") if is_open != closed else ""
    priority = next((one for one, said in _PRIORITIES.items() if level and re.fullmatch(said, level)), "")
    return Wish(words, status, since, until, names, (tag,) if tag else (), version, priority)


def _kept(rest: str) -> tuple[str, ...]:
    """The words that tickets have to hold; a number only right after one of them: "error 79", no "last 5"."""
    meant = [word for word in content_words(rest) if not _NOISE.fullmatch(fold(word))]
    said = spoken(rest)
    after = {number for word, number in pairwise(said) if number.isdecimal() and word in meant}
    return tuple(word for word in dict.fromkeys(said) if word in meant or word in after)


def has_priority(held: str, wanted: str) -> bool:
    """Whether a ticket's priority, in either language, is the wanted one."""
    return re.search(rf"\b(?:{_PRIORITIES[wanted]})\b", fold(held)) is not None


def _tag(plain: str, tags: Iterable[str]) -> tuple[str, str]:
    """The tag of the catalogue that follows a word for tags, the longest, and the question without both."""
    for named in _TAGGED.finditer(plain):
        after = plain[named.end() :].lstrip(" «“\"'")
        fits = [tag for tag in tags if re.match(rf"{re.escape(fold(tag))}(?![\w-])", after)]
        if fits:
            tag = max(fits, key=len)
            return tag, f"{plain[: named.start()]} {after[len(fold(tag)) :].lstrip('»”')}"
    return "", _TAGGED.sub(" ", plain)


def _cut(pattern: re.Pattern[str], plain: str) -> tuple[str, str]:
    """What the pattern's first group that is there holds, and the text without it all."""
    if (found := pattern.search(plain)) is None:
        return "", plain
    return next(filter(None, found.groups())), f"{plain[: found.start()]} {plain[found.end() :]}"


def mentions_a_number(question: str, keys: Iterable[str]) -> bool:
    """Whether a ticket's own number is given: then it is that ticket that is asked about."""
    known = {number for key in keys for _, number in mentions(f"ticket {key}")} | {
        number.lstrip("0") for number in called(question)
    }
    told = {number for _, number in mentions(question) if len(number) > 2 and not re.fullmatch(r"20\d\d", number)}
    return bool(told & known)


def _days(plain: str, today: date) -> tuple[str, str, str]:
    """First and last day that are meant, "" for none, and the question without the words for them."""
    for pattern, name in _LATELY:
        if found := re.search(rf"\b(?:{pattern})(?!\w)", plain):
            start, end = _period(name, today)
            return start.isoformat(), end.isoformat(), plain[: found.start()] + plain[found.end() :]
    if found := _DAYS.search(plain):
        start = today - timedelta(days=int(found[1]))
        return start.isoformat(), today.isoformat(), plain[: found.start()] + plain[found.end() :]
    if (found := _MONTH.search(plain)) and (found[1] != "may" or found[0] != "may"):
        month = next(at for at, names in enumerate(_MONTHS, 1) if found[1] in names.split("|"))
        year = int(found[2] or (today.year if month <= today.month else today.year - 1))
        start, end = date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return start.isoformat(), end.isoformat(), plain[: found.start()] + plain[found.end() :]
    if found := _YEAR.search(plain):
        return f"{found[1]}-01-01", f"{found[1]}-12-31", plain[: found.start()] + plain[found.end() :]
    return "", "", plain


def _period(name: str, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    before = first - timedelta(days=1)
    return {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1), today - timedelta(days=1)),
        "week": (monday, today),
        "last week": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "month": (first, today),
        "last month": (before.replace(day=1), before),
        "year": (date(today.year, 1, 1), today),
        "last year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }[name]
