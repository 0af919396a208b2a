"""A message → what it wants of the last answer itself: its pages, how sure it is, its commands alone. By rule. Pure."""

from __future__ import annotations

import re
from typing import Literal

from rag.follow_ups.leaning import plain
from rag.follow_ups.leaning_patterns import IS, STRIP

Recall = Literal["where", "sure", "command", ""]

LONGEST = 80
"""Characters of such a message."""

# Written for folded text: no accents, lower case, 's written out.
_IT = r"(?: (?:that|it|this|so|eso|esto|ello))?"
_SAYS = r"(?: (?:is|are|es|esta|sale|viene|dice|lo dice|pone|lo pone|aparece|does|do|did|from|on))*"
_START = r"(?:(?:y|pero|and|but|ok|vale|hmm+)[ ,]+)*"
_END = r"(?:,? (?:por favor|please|then|entonces|exactly|exactamente))?"
_ONLY = r"(?:just|only|solo|solamente|unicamente|nada mas)"
_KINDS: tuple[tuple[Recall, re.Pattern[str]], ...] = (
    (
        "where",
        re.compile(
            rf"{_START}(?:(?:(?:on|in|from|en|de) )?(?:which|what|que|cual) (?:pages?|paginas?|documents?|documentos?|"
            rf"manual(?:es)?|section|seccion){_SAYS}{_IT}{_SAYS}(?: say| come from| found)?{_IT}"
            rf"|(?:show|open|give|ensena|muestra|abre|dame|dime)(?:me| me)? (?:the|la|las|el) "
            rf"(?:pages?|paginas?|sources?|fuentes?)(?: numbers?)?"
            rf"|where (?:does it say|is it written|did you (?:get|read|find)|do you (?:get|see)){_IT}(?: from)?"
            rf"|(?:de |en )?donde (?:lo )?(?:dice|pone|sale|esta escrito|viene|sacas|has sacado|lo has leido){_IT}"
            rf"|(?:what is |cual es |cuales son )?(?:the |your |la |tu |las |tus )?(?:sources?|fuentes?|reference|"
            rf"referencia)){_END}"
        ),
    ),
    (
        "sure",
        re.compile(
            rf"{_START}(?:are you (?:really |quite |absolutely |100 ?% )?(?:sure|certain)(?: (?:about|of) (?:that|it|"
            rf"this))?|(?:is|was) (?:that|this|it) (?:really )?(?:right|correct|true|reliable)|really|"
            rf"(?:estas?|esta usted) (?:totalmente |del todo )?segur[oa](?: de (?:eso|esto|ello))?|seguro que si|"
            rf"(?:eso |esto )?(?:es|esta) (?:correcto|cierto|verdad|bien asi|fiable)|de verdad){_END}"
        ),
    ),
    (
        "command",
        re.compile(
            rf"{_START}(?:(?:give|show|tell|send) me )?(?:{_ONLY} the commands?|the commands? {_ONLY}){_END}|"
            rf"{_START}(?:(?:dame|dime|pasame|muestrame|ponme|quiero) )?(?:{_ONLY} (?:el|la|los|las) "
            rf"(?:comandos?|orden(?:es)?)|(?:el|la|los|las) (?:comandos?|orden(?:es)?) {_ONLY}){_END}|"
            rf"{_START}(?:(?:give|show) me the commands?|(?:dame|pasame|dime) (?:el comando|la orden)){_END}"
        ),
    ),
)


def recalls(text: str) -> Recall:
    """What a message wants of the last answer and of nothing else; "" for any that may be a question of its own."""
    if len(text) > LONGEST:
        return ""
    said = " ".join(IS.sub(r"\1 is", plain(text)).split()).strip(STRIP)
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(said)), "")
