"""A written answer → whether the model says in it that it cannot answer."""

from __future__ import annotations

import re

from ingest.lexical import fold

_MARK = re.compile(r"\[\d+\]")

# Written on folded text: no accents, lower case.
_DECLINES = re.compile(
    r"\b(?:"
    r"(?:do|does|did) not (?:directly |explicitly |actually )?"
    r"(?:answer|contain|mention|provide|include|say|specify|address|state|cover)"
    r"|(?:no|not enough|insufficient) (?:information|mention|details?) (?:about|on|of|regarding|in|to|is|are)"
    r"|(?:cannot|can't|could not|unable to) (?:answer|find|determine|be (?:answered|determined|found))"
    r"|(?:is|are) not (?:mentioned|specified|provided|included|stated|covered|answered|addressed)"
    r"|(?:i )?(?:do not|don't) (?:know|have (?:enough|any|the) information)"
    r"|no (?:responden?|contestan?|contienen?|mencionan?|dicen?|indican?|especifican?|incluyen?|proporcionan?|tratan?)"
    r"|no se (?:menciona|indica|especifica|dice|encuentra|explica|incluye|proporciona|responde|trata)"
    r"|no (?:hay|existe|aparece|consta) (?:ninguna |suficiente )?(?:informacion|mencion|respuesta|dato)"
    r"|no (?:puedo|es posible|se puede|he podido) (?:responder|contestar|encontrar|determinar)"
    r"|no (?:lo )?se\b(?=[.,]|$)|desconozco|no tengo (?:informacion|suficiente)"
    r")"
)


def declines(text: str) -> bool:
    """Whether an answer, or its first sentence without a mark [n], says that the passages do not answer.

    A longer answer that goes on with marked sentences does answer, whatever it says some passages lack.
    """
    stripped = text.strip()
    if not stripped:
        return True
    head = re.split(r"(?<=[.!?])\s+", stripped, maxsplit=1)[0]
    if not _DECLINES.search(fold(head)):
        return False
    return not _MARK.search(stripped[len(head) :])
