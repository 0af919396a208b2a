"""Whether a question only asks for tickets like one, or whether a thing has happened before: by rule. Pure."""

from __future__ import annotations

import re

from ingest.lexical import fold, words
from rag.follow_ups.stuck import stuck
from rag.tickets.number import mentions

# Written for folded text: no accents, lower case.
_CASES = r"(?:tickets|cas[eo]s|incidencias|incidentes|incidents|solicitudes|peticiones|requests|quejas|complaints)"
_NOUN = re.compile(rf"{_CASES}|ticket|cas[eo]|incidencia|incidente|incident|issues?|bugs?|problem[as]*|errores|errors")
_SEVERAL = re.compile(_CASES)
_ALIKE = re.compile(r"similar\w*|parecid[oa]s?|like|alike|duplica\w*|relacionad[oa]s?|related|resembl\w*|semejantes?")
_OTHERS = re.compile(r"otr[oa]s?|others?|mas|more|same|mism[oa]s?|igual(?:es)?|como")
_REST = re.compile(
    r"this|that|it|these|those|ones?|est[eoa]s?|es[eoa]s?|al?|del?|el|l[oa]s?|una?|the|to|of|is|are|there|hay|"
    r"exist\w*|any|"
    r"algun[oa]?s?|we|i|have|had|got|do|does|ha|han|hemos|tenemos|tienes?|show|list\w*|muestra\w*|ensen\w*|dame|"
    r"find|busca\w*|"
    r"me|us|nos|give|que|which|what|cual(?:es)?|son|please|por|favor|y|and|been|ever|before|antes|ya|already|"
    r"numero|number|"
    r"con|with|can|could|you|pued\w*|podrias?|ver|see|en|in|our|nuestr[oa]s|most|closest|nearest|look|se|"
    r"parecen?|tell|dime|"
    r"about|recibido|received|open|closed|abiert[oa]s|cerrad[oa]s|todos|all|un|unos|unas|some|otra|vez"
)
_IT = r"(?:this|it|that|the same|the same thing|something like (?:this|it|that)|anything like (?:this|it|that))"
_ESTO = r"(?:esto|eso|lo mismo|algo (?:asi|parecido|similar|igual)|este (?:problema|error|fallo|caso))"
_ANTES = (
    r"(?: (?:ya|antes|alguna vez|anteriormente|mas veces|otras veces|"
    r"en otro cliente|a (?:alguien|otros?)(?: mas| cliente\w*)?))*"
)
_BEFORE = r"(?: (?:before|already|ever|previously|to (?:anyone|anybody|others|other (?:customers|users|people))|else))*"
_HAPPENED = re.compile(
    rf"(?:(?:and|but|so|y|pero) )?(?:(?:has|have|had|did) {_IT}{_BEFORE} (?:happened|occurred|come up|happen|"
    rf"been (?:reported|seen)){_BEFORE}"
    rf"|(?:has|have|had|did) (?:we|anyone|anybody|someone|somebody)(?: else)?(?: ever| already)? (?:had|seen|"
    rf"have|see|got|get|reported|report|"
    rf"come across) {_IT}(?: (?:problem|issue|error|one))?{_BEFORE}"
    rf"|is (?:this|it|that) (?:a |an )?(?:known|common|recurring|recurrent) (?:issue|problem|error|bug)|"
    rf"is (?:this|it|that) known"
    rf"|(?:ya )?(?:ha|habia|han|habian) (?:pasado|ocurrido|sucedido)(?: {_ESTO})?{_ANTES}"
    rf"|{_ESTO} (?:ya |nos |le |les )*(?:ha|habia) (?:pasado|ocurrido|sucedido){_ANTES}|{_ESTO} (?:ya |"
    rf"nos )*(?:paso|ocurrio){_ANTES}"
    rf"|(?:ya )?(?:nos|le|les) (?:ha|habia) (?:pasado|ocurrido|sucedido)(?: {_ESTO})?{_ANTES}"
    rf"|(?:alguien|algun cliente|otro cliente)(?: mas)? (?:ha tenido|tuvo|ha visto|tiene|"
    rf"ha reportado) {_ESTO}{_ANTES}"
    rf"|es (?:este |esto )?(?:un )?(?:problema|error|fallo) (?:conocido|habitual|frecuente|recurrente)|"
    rf"es (?:algo )?conocido)"
)  # fmt: skip

_ON_IT = re.compile(
    rf"(?:(?:and|but|y|pero|ok|vale) )?(?:(?:is there|are there|do (?:we|you) have|have we(?: got)?|any|some|an?|show|"
    rf"me|find|hay|habia|tienes|tenemos|existen?|muestra(?:me)?|busca(?:me)?|algun[oa]?s?|un[oa]?|other|otr[oa]s?) )*"
    rf"(?:{_CASES}|ticket|caso|incidencia|incidente|incident)(?: (?:hay|are there|do (?:we|you) have))? "
    rf"(?:about|on|of|for|regarding|related to|sobre|del?|acerca de|con|por|relacionad[oa]s? con) "
    rf"(?:{_IT}|them|these|those|{_ESTO}|ell[oa]s?|"
    rf"(?:this|that|ese|esa|este) (?:error|problema?|issue|topic|tema|fallo))"
)
"""Tickets about the very thing that was talked about."""


def wants_alike(text: str) -> bool:
    """Whether only tickets are asked for that are like one, named by its number or by what was said before."""
    if stuck(text):
        return False
    plain = " ".join(words(fold(text)))
    if _HAPPENED.fullmatch(plain) or _ON_IT.fullmatch(plain):
        return True
    numbers = {part for letters, number in mentions(text) for part in (letters, number, f"{letters}{number}")}
    said = [word for word in plain.split() if word not in numbers and word.lstrip("0") not in numbers]
    if not all(one.fullmatch(word) for word in said for one in [_known(word)]):
        return False
    alike = any(map(_ALIKE.fullmatch, said)) and (numbers or any(map(_NOUN.fullmatch, said)))
    return bool(alike) or (any(map(_OTHERS.fullmatch, said)) and any(map(_SEVERAL.fullmatch, said)))


def _known(word: str) -> re.Pattern[str]:
    return next((one for one in (_NOUN, _ALIKE, _OTHERS) if one.fullmatch(word)), _REST)
