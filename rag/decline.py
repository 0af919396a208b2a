"""A written answer → whether the model says in it that it cannot answer."""

from __future__ import annotations

import re

from ingest.lexical import fold

_MARK = re.compile(r"\[\d+\]")

# All are written for folded text: no accents, lower case.
_TEXTS = (
    r"(?:passages?|documents?|documentation|texts?|manuals?|guides?|sources?|pages?|excerpts?|context|information|sections?"
    r"|pasajes?|documentos?|documentacion|textos?|manual(?:es)?|guias?|fuentes?|paginas?|fragmentos?|contexto|informacion)"
)
_WHOSE = re.compile(rf"\b(?:{_TEXTS}|i|we|puedo|he podido)\b")
_WITHOUT = re.compile(
    r"\b(?:"
    r"(?:no|not enough|insufficient) (?:information|mention|details?) (?:about|on|of|regarding|in|to|is|are)"
    r"|(?:cannot|can't|could not|unable to) (?:answer|find|determine|be (?:answered|determined|found))"
    r"|(?:is|are) not (?:mentioned|specified|stated|answered|addressed)"
    r"|(?:i )?(?:do not|don't) (?:know|have (?:enough|any|the) information)"
    r"|no se (?:menciona|indica|especifica|dice|explica|responde|trata)"
    r"|no (?:hay|existe|aparece|consta) (?:ninguna |suficiente )?(?:informacion|mencion|respuesta|dato)"
    r"|no (?:puedo|es posible|se puede|he podido) (?:responder|contestar|encontrar|determinar)"
    r"|no (?:lo )?se\b(?=[.,]|$)|desconozco|no tengo (?:informacion|suficiente)"
    r")"
)
"""Said of a question, mostly; of a product too ('the installer could not find a disk')."""
_OF_TEXTS = re.compile(
    rf"\b{_TEXTS}\b[^.!?]{{0,60}}?(?:"
    r"\b(?:do|does|did) not (?:directly |explicitly |actually )?"
    r"(?:answer|contain|mention|provide|include|say|specify|address|state|cover)"
    r"|\bno (?:responden?|contestan?|contienen?|mencionan?|dicen?|indican?|especifican?|incluyen?|proporcionan?"
    r"|tratan?))"
    r"|\b(?:(?:is|are) not (?:provided|included|covered|found)|no se (?:encuentra|incluye|proporciona))\b"
    rf"[^.!?]{{0,40}}? (?:in|by|en|por) (?:[a-z]+ ){{0,3}}?{_TEXTS}\b"
    r"|^(?:it )?(?:do|does|did) not (?:answer|mention|say|specify|address|state)"
    r"|^no (?:responden?|contestan?|mencionan?|dicen?|indican?|especifican?|tratan?)\b"
)
"""Of a product these are answers: 'the warranty does not cover water', 'no incluye el cable'."""


def declines(text: str) -> bool:
    """Whether an answer, or its first sentence without a mark [n], says that the passages do not answer.

    A longer answer that goes on with marked sentences does answer, whatever it says some passages lack.
    """
    stripped = text.strip()
    if not stripped:
        return True
    head = re.split(r"(?<=[.!?])\s+", stripped, maxsplit=1)[0]
    said = fold(head)
    alone = not _MARK.search(head) or _WHOSE.search(said)
    if not (_OF_TEXTS.search(said) or (alone and _WITHOUT.search(said))):
        return False
    return not _MARK.search(stripped[len(head) :])
