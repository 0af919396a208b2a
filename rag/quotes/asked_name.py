"""A question → whether it asks what a name is or does, and nothing else of it. By rule."""

from __future__ import annotations

import re

from ingest.lexical import fold
from rag.types import Question

_ASKS = (
    r"(?:what(?: is|'?s| are| does| do| would)|que (?:es|son|hacen?|haria|significan?|indican?|quiere decir)|"
    r"(?:para|de) que (?:es|son|vale|sirven?|se usan?|se utilizan?)|(?:what(?: is|'s) )?(?:the )?meaning of|"
    r"(?:cual es )?(?:el )?significado de|(?:can you |please )?explain|explica(?:me)?|define)"
)
_ARTICLE = r"(?:the|an?|el|la|los|las|un|una|lo de|eso de|this|that|est[ea])"
_SORT = (
    r"(?:options?|keys?|shortcuts?|buttons?|parameters?|settings?|variables?|commands?|flags?|switch(?:es)?|files?|"
    r"fields?|values?|codes?|ports?|packages?|modules?|functions?|terms?|lights?|lamps?|leds?|"
    r"opcion(?:es)?|teclas?|atajos?|boton(?:es)?|parametros?|ajustes?|variables?|comandos?|orden(?:es)?|archivos?|"
    r"ficheros?|campos?|valor(?:es)?|codigos?|puertos?|paquetes?|modulos?|funcion(?:es)?|terminos?|luz|luces|pilotos?)"
)
_DOES = r"(?:do|does|mean|stand|for|stand for|used for|good for|do for|used|exactly)"
_WHERE = r"(?:(?:in|on|of|for|with|en|de|del|con|para)\b[\w .-]{1,40})"
_POLITE = r"(?:(?:hola|hello|hi|hey|oye|please|por favor|y|and|ok|so|entonces)[ ,¿]+)*"


def asks_what_it_is(question: Question) -> bool:
    """Whether it asks what its first name is for or means: "what does F4 do in Calc?", not "what does F4 cost?"."""
    if not question.identifiers:
        return False
    text = " ".join(fold(question.text).split()).strip(" ¿?!.¡\"'«»")
    name = re.escape(" ".join(fold(question.identifiers[0]).split()))
    quoted = rf"[\"'`«“]?{name}[\"'`»”]?"
    asked = rf"{_POLITE}{_ASKS}(?: {_ARTICLE})?(?: {_SORT})?(?: de)? {quoted}(?: {_SORT})?(?: {_DOES})*(?: {_WHERE})?"
    return re.fullmatch(asked, text) is not None
