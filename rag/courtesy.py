"""A greeting, thanks, or a question about Tomo itself → Tomo's own words: nothing is searched. By rule.

Only a message that is nothing else counts: after "gracias" a question may follow, and the documents may be about what
is named like one of these ("hello world").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from ingest.filters import Filters
from ingest.lexical import fold
from ingest.library import Library
from ingest.types import Language
from ingest.visible import line
from rag.events import Answer, Answered, Delta, Event, Planned
from rag.llm import LLM
from rag.types import Question, Receipt, Seconds, Style, Tokens

Courtesy = Literal["greeting", "thanks", "well", "bye", "about", "documents"]

# All are written for folded text: no accents, lower case. Each is a whole piece of a message, between its marks.
_WHOM = r"(?: (?:a (?:ti|vos|usted|todos)|tomo|amig[oa]|equipo|there|everyone|all|again|otra vez|de nuevo))?"
_FOR = (
    r"(?: (?:por (?:todo|tu|la|su|responder|contestar)|for (?:all|everything|your|the))"
    r"(?: (?:ayuda|respuesta|help|answer))?)?"
)
_PIECES: dict[Courtesy, dict[Language, tuple[str, ...]]] = {
    "about": {
        "es": (
            r"ayuda(?:me)?|(?:me )?(?:puedes ayudar(?:me)?|ayudas)",
            r"(?:y )?(?:tu )?(?:quien|que) eres(?: tu)?|como te llamas|(?:que|quien) es tomo|que haces",
            r"(?:y )?(?:en )?que (?:mas )?(?:puedes|sabes|me puedes|puedo|sabe|puede) "
            r"(?:hacer|ayudar(?:me)?|preguntar(?:te)?)(?: (?:por mi|con esto|aqui|tomo|tu))?",
            r"(?:como|para que) (?:funcionas|sirves|te uso|se te usa|se usa tomo|funciona tomo|sirve tomo)",
            r"eres (?:una? )?(?:robot|bot|ia|persona|humano|inteligencia artificial|chatgpt)",
        ),
        "en": (
            r"help(?: me)?|(?:can|could) you help(?: me)?",
            r"who are you|what are you(?: for)?|what is your name|what(?:'s| is) tomo",
            r"what (?:can|do) (?:you|i) (?:do|know|ask)(?: (?:for me|here|you))?",
            r"how (?:do you work|does tomo work|do i use (?:you|tomo))",
            r"are you (?:an? )?(?:robot|bot|ai|human|person|chatgpt)",
        ),
    },
    "documents": {
        "es": (
            r"(?:que|cuales|cuantos) (?:documentos|manuales|archivos|fuentes) (?:tienes|conoces|has leido|"
            r"hay|hay en la biblioteca|tenemos)|que hay en la biblioteca|sobre que (?:te )?puedo preguntar(?:te)?",
        ),
        "en": (
            r"(?:what|which|how many) (?:documents|manuals|files|sources) (?:do you (?:have|know)|have you (?:got|"
            r"read)|are there|are in the library|do we have)|what is in the library|what can i ask (?:you )?about",
        ),
    },
    "thanks": {
        "es": (rf"(?:muchas |muchisimas |mil |ok |vale |perfecto )?gracias{_WHOM}{_FOR}|muy amable|te lo agradezco",),
        "en": (
            rf"(?:many |ok |great )?thanks(?: a lot| so much)?{_WHOM}{_FOR}",
            rf"thank you(?: very much| so much)?{_WHOM}{_FOR}|thx|cheers|much appreciated",
        ),
    },
    "bye": {
        "es": (r"adios|hasta (?:luego|pronto|manana|otra|la vista)|nos vemos|chao|chau|buen (?:dia|fin de semana)",),
        "en": (r"(?:good ?)?bye|see you(?: later| soon| tomorrow)?|have a (?:nice|good) day|good night",),
    },
    "well": {
        "es": (
            r"vale|perfecto|genial|estupendo|excelente|listo|entendido|de acuerdo|muy bien|bien|claro|guay|si|"
            r"que bien|buena respuesta|buen trabajo|(?:eso )?era eso",
            r"(?:ya|eso|ahora|asi)(?: ya| si)? (?:me )?(?:funciona|funciono|va|va bien|esta)|resuelto|solucionado",
            r"(?:(?:ya|eso|esto|si) )*me (?:ha )?(?:ayudo|ayudado|sirvio|servido)(?: mucho| bastante)?|"
            r"(?:eso|esto) lo (?:ha )?(?:arreglo|arreglado|soluciono|solucionado|resolvio|resuelto)|"
            r"problema (?:resuelto|solucionado)|ya lo (?:tengo|encontre|arregle|solucione|resolvi)",
        ),
        "en": (
            r"great|perfect|cool|nice|awesome|got it|understood|alright|all right|yes|good (?:job|answer)|well done",
            r"(?:that|it|this) (?:worked|works)(?: now)?|(?:problem |issue )?(?:solved|fixed)",
            r"(?:yes )?(?:that|it|this)(?: has| really| did)* (?:helped|helps|solved it|fixed it|did it|did the trick)"
            r"(?: a lot)?|(?:very )?helpful|i (?:got|found|fixed|solved) it",
        ),
        "und": (r"ok(?:ay|ey)?|super",),
    },
    "greeting": {
        "es": (
            rf"(?:hola|buenas|holi)(?: hola| buenas)?{_WHOM}|buen[oa]s (?:dias|tardes|noches){_WHOM}",
            r"(?:que tal|como estas)(?: estas)?|saludos",
        ),
        "en": (
            rf"(?:hello|hi|hey)(?: hello| hi)?{_WHOM}|good (?:morning|afternoon|evening){_WHOM}",
            r"how are you|greetings",
        ),
    },
}
"""What weighs more comes first: of "hola, gracias" the thanks are answered."""
_KNOWN: dict[Courtesy, tuple[tuple[Language, re.Pattern[str]], ...]] = {
    sort: tuple((language, re.compile("|".join(rows))) for language, rows in tables.items())
    for sort, tables in _PIECES.items()
}
_ADDED = frozenset(("tomo", "por favor", "please"))
"""Pieces that say nothing by themselves."""
_MARKS = re.compile(r"[^\w' ]+")
_ABOUT_IT = re.compile(r"\bwhat can i do\b|\bque puedo hacer\b")
_LONGEST = 80
"""Characters of a message that is nothing else."""

SAID: dict[Courtesy, tuple[str, str]] = {
    "greeting": (
        "¡Hola! Pregúntame lo que necesites saber: lo busco en tus documentos y te enseño la página de donde sale.",
        "Hello! Ask me what you need to know: I look it up in your documents and show you the page it comes from.",
    ),
    "thanks": ("De nada. Si te surge otra duda, pregunta.", "You are welcome. If anything else comes up, ask."),
    "well": ("Bien. Si te surge otra duda, pregunta.", "Good. If anything else comes up, ask."),
    "bye": ("Hasta luego. La conversación queda guardada.", "Goodbye. The conversation is kept."),
    "documents": (
        "En la biblioteca hay {documents} ({pages}): {manuals} y {tickets}.{names}\n\nLa lista entera, con su "
        "buscador, está en «Biblioteca».",
        "The library holds {documents} ({pages}): {manuals} and {tickets}.{names}\n\nThe whole list, which can be "
        "searched, is in “Library”.",
    ),
    "about": (
        "Soy Tomo: respondo con lo que dicen tus documentos, sin salir de este equipo, y cada respuesta lleva la "
        "página que la prueba. En la biblioteca hay ahora {documents} ({pages}). "
        "Puedes preguntar:\n\n"
        "- cómo se hace algo: «¿Cómo restablezco el router?»\n"
        "- qué significa un código o un mensaje: «¿Qué es el error E04?»\n"
        "- un dato: «¿Qué presión tiene que tener la caldera?»\n"
        "- un resumen: «Resume el manual de la bomba»\n"
        "- por los tickets: «¿Qué tickets abiertos hay sobre la impresora?»\n\n"
        "Después puedes seguir el hilo: «¿y en Windows?», «¿por qué?». Si los documentos no lo dicen, te lo digo y te "
        "enseño las páginas más cercanas.",
        "I am Tomo: I answer with what your documents say, without leaving this computer, and each answer comes with "
        "the page that proves it. The library now holds {documents} ({pages}). You can ask:\n\n"
        "- how to do something: “How do I reset the router?”\n"
        "- what a code or a message means: “What is error E04?”\n"
        "- a figure: “What pressure should the boiler have?”\n"
        "- for a summary: “Summarise the pump manual”\n"
        "- about tickets: “Which open tickets are there about the printer?”\n\n"
        "Then you can go on: “and on Windows?”, “why?”. If the documents do not say it, I tell you so and show you "
        "the nearest pages.",
    ),
}
_UNREAD = (
    "No se ha buscado nada: no se preguntaba por los documentos.",
    "Nothing was searched: it was no question about the documents.",
)

_COUNTED = {
    "documents": (("documento", "documentos"), ("document", "documents")),
    "pages": (("página", "páginas"), ("page", "pages")),
    "manuals": (("manual", "manuales"), ("manual", "manuals")),
    "tickets": (("ticket", "tickets"), ("ticket", "tickets")),
}
_NAMED = 8
"""Manuals that are named, the longest."""


def courtesy(text: str, said: Sequence[str] = ()) -> tuple[Courtesy, Language] | None:
    """What the whole message is, and its language where its words tell; None for anything that may be a question.

    "What can I do?" is one about what was asked before, where any of what was `said` is a question.
    """
    if len(text) > _LONGEST or (_ABOUT_IT.search(fold(text)) and any(not courtesy(one) for one in said)):
        return None
    pieces = [" ".join(piece.split()) for piece in _MARKS.split(fold(text)) if piece.strip()]
    found = [_piece(piece) for piece in pieces if piece not in _ADDED]
    known = [one for one in found if one is not None]
    if not known or len(known) < len(found):
        return None
    sort = next(sort for sort in _KNOWN if any(each == sort for each, _ in known))
    return sort, next((language for _, language in known if language != "und"), "und")


def _piece(piece: str) -> tuple[Courtesy, Language] | None:
    for sort, tables in _KNOWN.items():
        for language, pattern in tables:
            if pattern.fullmatch(piece):
                return sort, language
    return None


def answered(asked: Question, sort: Courtesy, library: Library, llm: LLM, style: Style) -> Iterator[Event]:
    """The events of a message that nothing is searched or read for, in the question's language."""
    at = 0 if asked.language == "es" else 1
    text = SAID[sort][at]
    if "{" in text:
        text = text.format(**_facts(library, at))
    receipt = Receipt(
        "passages", _UNREAD[at], style, Tokens(0, 0, 0, 0, 0, llm.window), (), Seconds(), "none", llm.name
    )
    yield Planned(receipt)
    yield Delta(text)
    yield Answered(Answer(asked.text, text, False, asked.language, (), receipt, courtesy=True), complete=True)


def _facts(library: Library, at: int) -> dict[str, str]:
    """How much there is in the library, in words, and the names of the longest manuals."""
    totals, manuals = library.totals(), library.documents(Filters(kind="manual"))
    numbers = {**totals, "manuals": len(manuals), "tickets": totals["documents"] - len(manuals)}
    facts = {name: f"{numbers[name]} {names[at][numbers[name] != 1]}" for name, names in _COUNTED.items()}
    longest = sorted(manuals, key=lambda row: -row.pages)[:_NAMED]
    named = "".join(f"\n- {line(row.title, 90)} ({row.pages} p.)" for row in longest)
    return {**facts, "names": f"\n{named}" + "\n- …" * (len(manuals) > _NAMED)}
