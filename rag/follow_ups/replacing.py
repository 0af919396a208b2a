"""A question that was asked and the new words of the next → the question with these in the place of what they rule out.

"E-42" takes the place of the one code that was asked about: "What does E-31 mean?", "and if it shows E-42?". Names that
are written alike take each other's: "A3" that of "A1 and A2", "1.4" that of "2.3", one option that of another. "en modo
texto" takes the place of "en modo gráfico", "on Debian 12" that of "on Debian 11": a noun that stays the same, or names
for names. Everything else is for the caller to add: a wrong replacement loses what was asked.
"""

from __future__ import annotations

import re

from rag.codes import SHOWS, codes
from rag.follow_ups.leaning import plain, without_opener
from rag.follow_ups.leaning_patterns import GRAMMAR
from rag.ticket_words import TICKETS

# Written for folded text (see `plain`), whose places are those of the text itself.

_PLACES = r"(?:en|con|para|desde|on|in|with|for|from)"
_ARTICLE = r"(?:el|la|los|las|the)"
_ADDED = re.compile(rf"({_PLACES}) (\w[\w.-]*(?: \w[\w.-]*){{0,2}})")
_WORD = r"\w(?:[\w.-]*\w)?"
_A_NAME = r"(?:[A-Z]\w*|\d[\w.]*)(?: (?:[A-Z]\w*|\d[\w.]*))*"
_NAME = re.compile(_A_NAME)
_ENDS = r"(?=\s*(?:$|[^\w\s]|(?:y|e|o|u|and|or|a|al|to|de|del|of|en|con|para|desde|on|in|with|for|from)\b))"
"""After a noun that nothing says more of."""
_TWO_WORDS = re.compile(rf"(?:({_PLACES}|por|via|by|usando|using) )?(?:{_ARTICLE} )?([^\W\d_]+) ([^\W\d_]+)")
_AS_WELL = re.compile(r"\W+(?:then|too|as well|instead|now|please|entonces|tambien|tampoco|ahora|mejor|por favor)$")

_A_CODE = r"0x[0-9a-f]{1,16}|[a-z]{1,8}[-_]?\d{1,6}|\d{1,5}"
_CODE = re.compile(
    rf"(?:(?:el|la|los|al|del|the|error|fallo|codigo|code|fault|alarm|alarma|con|with|para|for|ahora|now) )*({_A_CODE})"
)
_LETTERS = re.compile(r"[a-z]+[-_]?")
_SHOWN = re.compile(
    r"(?:(?:if|when|what if|si|cuando|and|y|pero|but|now|ahora|it|me|le|se|also|tambien|instead|then|entonces|"
    rf"(?:the|el|la) (?:display|screen|panel|pantalla)) )*(?:{SHOWS})(?: (?:tambien|also|now|ahora))? "
    rf"(?:(?:el|la|the|an?|un|una|error|fallo|codigo|code|fault) )*({_A_CODE})"
)

# "A3", "644", "U-3000", "RB-110R": the same letters, or as many digits.
_LETTERED = re.compile(r"([a-z]{1,8})[-_]?\d\w{0,11}")
_DIGITS = re.compile(r"\d{1,4}")
_LIST = r"(?:,| y| e| o| u| and| or) "
# A version, an option, a setting, a path: one of a sort takes the place of the one of that sort.
_SORTS = (
    r"(?<![\w.,/-])v?\d{1,4}(?:\.(?:\d{1,5}|x\b)){1,3}(?![\w%°/-]|[.,]\d)",
    r"(?<![\w-])--?[a-z][\w-]*(?![\w-])",
    r"(?<![\w/-])[a-z0-9]\w*_\w+(?![\w/-])",
    r"(?<![\w/.~])~?/[\w.-]+(?:/[\w.-]+)*(?![\w/])",
)
_SORT = tuple(map(re.compile, _SORTS))
_LED = re.compile(rf"(?:({_PLACES}|a|to|de|of|del|al|hasta) )?(?:{_ARTICLE} )?(?:([^\W\d_]{{2,}}) )?(\S+)")
_ANYWHERE = frozenset("en on in con with para for".split())
"""They may stand before a name whatever stood before the other: "¿Cuánto pesa el U-1?", "¿y en el U-2?"."""
_KIND_OF_NAME = frozenset("version versiones modelo model release firmware".split())

# "the closed ones" takes the place of "open" in what was asked of tickets.
_STATUS = re.compile(
    r"(?:\b(?:los|las|the) )?\b(abiert[oa]s|cerrad[oa]s|pendientes|resuelt[oa]s|open|closed|pending|resolved|solved)\b"
    r"(?: ones\b)?"
)
_TICKETS = re.compile(rf"\b(?:{TICKETS}|casos|cases|requests)\b")
# "and of the Lince?", "and Ana Ruiz?" take the place of the one name in what was asked of tickets.
_CAPITAL = r"(?:[A-ZÁÉÍÓÚÑ]\w*|\d[\w.]*)"
_NAMED = rf"[A-ZÁÉÍÓÚÑ]\w*(?: {_CAPITAL})*"
_OF = re.compile(
    rf"(?:(?:de(?:l)?|of|for|from|by|with|para|con) (?:el |la |los |las |the )?|(?:el|la|the) )?({_NAMED})"
)
_OF_TOPIC = re.compile(rf"(?<=[\w,] )({_NAMED})")


def is_code(text: str) -> bool:
    """Whether a text without its "and" is a code and nothing else: "E-42", "el error 79"."""
    return _CODE.fullmatch(plain(text)) is not None


def replaced(topic: str, text: str) -> str | None:
    """The topic with the new words in the place of those they rule out; None when that is not clear."""
    new = _without_as_well(without_opener(text))
    for way in (_code, _alike, _of_tickets, _place):
        if (found := way(topic, new)) is not None:
            return found
    return None


def _without_as_well(text: str) -> str:
    match = _AS_WELL.search(plain(text))
    return text[: match.start()] if match else text


def _code(topic: str, new: str) -> str | None:
    folded = plain(new)
    asked = _CODE.fullmatch(folded) or _SHOWN.fullmatch(folded)
    if asked is None or len(known := codes(topic)) != 1:
        return None
    letters = _LETTERS.match(known[0]) if asked[1].isdigit() else None  # after ERR-10023, 10047 is ERR-10047
    same = letters is not None and len(known[0]) - letters.end() == len(asked[1])
    old = re.search(rf"(?<!\w){re.escape(known[0])}(?!\w)", plain(topic))
    if old is None:
        return None
    start = old.start() + (letters.end() if letters is not None and same else 0)
    return topic[:start] + new[asked.start(1) :] + topic[old.end() :]


def _alike(topic: str, new: str) -> str | None:
    """With a name in the place of the one that is written alike."""
    folded = plain(new)
    if shown := _SHOWN.fullmatch(folded):
        at, preposition, noun = shown.start(1), "", ""
    elif led := _LED.fullmatch(folded):
        at, preposition, noun = led.start(3), led[1] or "", led[2] or ""
    else:
        return None
    if (same := _same_sort(folded[at:])) is None:
        return None
    runs = list(same.finditer(plain(topic)))
    if len(runs) != 1 or not _fits(preposition, noun, plain(topic)[: runs[0].start()]):
        return None
    return topic[: runs[0].start()] + new[at:] + topic[runs[0].end() :]


def _fits(preposition: str, noun: str, before: str) -> bool:
    """Whether a name with these before it stands for one that has `before` before it."""
    if noun and noun not in _KIND_OF_NAME and not re.search(rf"\b{noun}(?:e?s)? $", before):
        return False
    if not preposition or preposition in _ANYWHERE:
        return True
    return re.search(rf"\b{preposition}(?: {_ARTICLE})?(?: [^\W\d_]+)? $", before) is not None


def _same_sort(name: str) -> re.Pattern[str] | None:
    """What finds the names that one such as A3, 644, 1.4 or --force takes the place of; None for any other word."""
    if lettered := _LETTERED.fullmatch(name):
        one = rf"(?<![\w.,-]){lettered[1]}[-_]?\d\w{{0,11}}(?![\w-]|[.,]\d)"
    elif _DIGITS.fullmatch(name):
        one = rf"(?<![\w.,-])\d{{{len(name)}}}(?![\w-]|[.,]\d)"
    else:
        return next((sort for sort in _SORT if sort.fullmatch(name)), None)
    return re.compile(rf"{one}(?:{_LIST}{one}){{0,4}}")


def _of_tickets(topic: str, new: str) -> str | None:
    """With another state, or another name, in what was asked of tickets."""
    if _TICKETS.search(plain(topic)) is None:
        return None
    if (asked := _STATUS.fullmatch(plain(new))) and len(runs := list(_STATUS.finditer(plain(topic)))) == 1:
        return topic[: runs[0].start()] + new[asked.start(1) : asked.end(1)] + topic[runs[0].end() :]
    if (named := _OF.fullmatch(new)) and len(runs := list(_OF_TOPIC.finditer(topic))) == 1:
        return topic[: runs[0].start(1)] + named[1] + topic[runs[0].end(1) :]
    return None


def _place(topic: str, new: str) -> str | None:
    """With another place, way or system in the place of the one that was asked about."""
    folded = plain(topic)
    if match := _ADDED.fullmatch(plain(new)):
        preposition, noun, *rest = match[0].split()
        if len(rest) == 1:
            first, second = re.escape(noun), re.escape(rest[0])
            ends = _ENDS if re.fullmatch(_ARTICLE, noun) else ""
            old = re.search(rf"\b{preposition} (?:{first} {_WORD}\b{ends}|{_WORD} {second}\b)", folded)
            if old is not None:
                return topic[: old.start()] + new + topic[old.end() :]
        if _NAME.fullmatch(new.split(maxsplit=1)[1]):
            named = re.search(rf"\b(?:{preposition}) {_A_NAME}", topic)
            if named is not None:
                return topic[: named.start()] + new + topic[named.end() :]
    return _same_noun(topic, new)


def _same_noun(topic: str, new: str) -> str | None:
    """ "The text mode", "con el modo texto" in the place of "in graphical mode": one of two words stays the same.

    From where is no way how: "from the old server" stays beside "for the new server".
    """
    match = _TWO_WORDS.fullmatch(plain(new))
    if match is None or match[1] in ("from", "desde") or not GRAMMAR.isdisjoint((match[2], match[3])):
        return None
    place = rf"\b(?:en|con|para|on|in|with|for)(?: {_ARTICLE})? "
    either = rf"(?:{match[2]} [^\W\d_]+|[^\W\d_]+ {match[3]})\b"
    runs = list(re.finditer(rf"{place}({either})", plain(topic)))
    if len(runs) != 1 or not GRAMMAR.isdisjoint(runs[0][1].split()):
        return None
    return topic[: runs[0].start(1)] + new[match.start(2) :] + topic[runs[0].end(1) :]
