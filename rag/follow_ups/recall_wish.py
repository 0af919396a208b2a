"""A message → what it wants of the last answer itself: its pages, how sure it is, its commands alone, or its gist.

By rule. Pure. "Summarise the manual" is none: it names what is to be summed up.
"""

from __future__ import annotations

import re
from typing import Literal

from rag.follow_ups.leaning import plain
from rag.follow_ups.leaning_patterns import IS, STRIP

Recall = Literal["where", "sure", "command", "short", ""]

LONGEST = 80
"""Characters of such a message."""

# Written for folded text: no accents, lower case, 's written out.
_IT = r"(?: (?:that|it|this|so|eso|esto|ello))?"
_SAYS = r"(?: (?:is|are|es|esta|sale|viene|dice|lo dice|pone|lo pone|aparece|does|do|did|from|on))*"
_START = r"(?:(?:y|pero|and|but|ok|vale|hmm+)[ ,]+)*"
_END = r"(?:,? (?:por favor|please|then|entonces|exactly|exactamente))?"
_ONLY = r"(?:just|only|solo|solamente|unicamente|nada mas)"
_CAN = (
    r"(?:(?:(?:can|could|would) you|(?:me |nos )?(?:lo |la )?(?:puedes|podes|podrias|puede|podria|pueden|quieres)) )?"
    r"(?:please |por favor )?"
)
_THAT = (
    r"(?: (?:that|this|it|all (?:of )?(?:that|this|it)|(?:the|your) (?:last |previous )?answer|the above|eso|esto|ello|"
    r"todo(?: (?:eso|esto))?|lo (?:anterior|de antes|ultimo)|(?:la|tu) (?:ultima )?(?:respuesta|contestacion)))"
)
_FEW = (
    r"(?: (?:in|en)(?: just| solo)? (?:an?|una?|one|two|three|dos|tres|[1-3]|a few|few|pocas|un par de|a couple of) "
    r"(?:short |simple )?(?:words?|sentences?|lines?|palabras?|frases?|lineas?)(?: o dos| or two)?| un poco| mas|"
    r" briefly| brevemente| for me)"
)
_PLAINLY = (
    r"(?: (?:de (?:forma|manera|modo) )?(?:algo |un poco )?mas (?:corto|breve|brevemente|simple|sencill[oa]|"
    r"sencillamente|facil|clar[oa]|resumid[oa])| en (?:cristiano|pocas palabras|una frase|resumen|corto)|"
    r" con (?:otras palabras|palabras (?:mas )?(?:sencillas|simples))| (?:more |a bit )*(?:simply|simpler|briefly|"
    r"shorter|clearly|clearer)| in (?:short|brief|a nutshell|other words|(?:simpler?|plain|fewer) (?:words|terms|"
    r"english|language)))"
)
_SUM_UP = (
    rf"{_CAN}(?:me |nos )?(?:lo |la |los )?resum(?:e|i|a|an|es|is|ir|as)(?:me|nos)?(?:l[oa]s?|{_THAT}){_FEW}?",
    rf"(?:me |nos )?l[oa]s? (?:puedes|podes|podrias|puede|podria|pueden|quieres) resumir{_FEW}?",
    rf"{_CAN}(?:me |nos )(?:l[oa]s? )resum(?:e|es|is|a|an|iste){_FEW}?|resum(?:e|i|a|ime|eme|ame){_FEW}",
    rf"{_CAN}(?:summari[sz]e|sum up|recap|shorten|simplify|condense|boil down)(?:{_THAT})?(?: up| down)?(?:{_FEW}|"
    r" more)?",
    rf"{_CAN}(?:sum|boil|cut) (?:it|that|this) (?:up|down|short){_FEW}?|simplifica(?:me)?(?:l[oa])?(?: eso)?",
    r"(?:so )?in (?:short|brief|a nutshell|other words)|briefly|tl ?;? ?dr|eli5|(?:the |a )?(?:short|quick|brief)"
    r"(?:er)? (?:version|summary)|shorter|simpler|(?:the|what is the) gist(?: of (?:it|that))?",
    r"(?:en (?:resumen|resumidas cuentas|breve|corto|sintesis|cristiano|pocas palabras|otras palabras)|resumiendo|"
    r"brevemente|(?:la |una )?version (?:corta|resumida|breve))",
    r"(?:(?:algo |un poco )?mas (?:corto|breve|simple|sencillo|facil|resumido))|(?:in|en)(?: just| solo)? (?:an?|una?|"
    r"one|two|dos|a few|few|pocas|un par de) (?:short )?(?:words?|sentences?|lines?|palabras?|frases?|lineas?)",
    r"(?:(?:give|make|show|write|tell) me )?(?:a|the) (?:quick|short|brief)? ?summary of (?:that|this|it|(?:the|your) "
    r"(?:last )?answer)",
    r"(?:(?:dame|hazme|haceme|hagame|haz|deme) )?(?:un|el) (?:breve )?resumen (?:de (?:eso|esto|ello|lo anterior|"
    r"(?:la|tu) (?:ultima )?respuesta))",
    rf"{_CAN}make (?:it|that|this) (?:a bit |much )?(?:short|shorter|simpler|brief|briefer)",
    rf"{_CAN}(?:explain|say|put|tell me)(?: (?:it|that|this))?(?: to me| me)?{_PLAINLY}",
    rf"{_CAN}(?:me |nos )?(?:l[oa] )?(?:haz|hace|haga|pon|pone|ponga|di|deci|diga|dime|explica|explique|explicas|"
    rf"explicar|decir|dices|cuenta|cuentas)(?:me|nos)?(?:l[oa])?(?: (?:eso|esto))?{_PLAINLY}",
)
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
            rf"{_START}(?:(?:give|show|tell|send) me )?(?:{_ONLY} (?:the )?commands?|(?:the )?commands? {_ONLY}){_END}|"
            rf"{_START}(?:(?:dame|dime|pasame|muestrame|ponme|quiero|deme|digame|me (?:das|pasas|dices|puedes dar|"
            rf"puede dar|podrias dar)|(?:puedes|podrias|puede) (?:darme|pasarme|decirme)) )?"
            rf"(?:{_ONLY} (?:el |la |los |las )?"
            rf"(?:comandos?|orden(?:es)?)|(?:el |la |los |las )?(?:comandos?|orden(?:es)?) {_ONLY}){_END}|"
            rf"{_START}(?:(?:give|show) me the commands?|(?:dame|deme|pasame|dime|me (?:das|pasas)) "
            rf"(?:el comando|los comandos|la orden)){_END}"
        ),
    ),
    ("short", re.compile(rf"{_START}(?:{'|'.join(_SUM_UP)}){_END}")),
)


def recalls(text: str) -> Recall:
    """What a message wants of the last answer and of nothing else; "" for any that may be a question of its own."""
    if len(text) > LONGEST:
        return ""
    said = " ".join(IS.sub(r"\1 is", plain(text)).split()).strip(STRIP)
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(said)), "")
