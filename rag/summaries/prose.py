"""A stretch of a document → whether it can stand alone as a line of a summary: a sentence of real prose."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from ingest.lexical import STOPWORDS, fold, words
from rag.contents import is_contents

SHORTEST, LONGEST = 45, 320
"""Characters of a sentence that says something and can be taken in at a glance."""

_BEGINS = re.compile(r"[«\"“'(¿¡]*[A-ZÁÉÍÓÚÑÜ]")
_ENDS = re.compile(r"[.!?…][)\"”»']*$")
_CODE = re.compile(r"[{}<>=\\|]{1,}.*[{}<>=\\|;]|^\s*[$#>%]|\w\(\)|::|^\s*(?:import|def|from) ", re.MULTILINE)
_NUMBERED = re.compile(r"\s*(?:\d+|[A-Z])(?:\.\d+)+\.?\s+[^\W\d_]")
_LETTERS = re.compile(r"[^\W\d_]")
_LABELS = re.compile(r"(?:\b(?:[A-Z]{1,4}|[A-Za-z]{0,4}\d+[A-Za-z]{0,3})\b[\s,:]+){4}")
"""Signs of a drawing or a table that have run into the text."""
_VAGUE = re.compile(r"\b(?:esto|ello|the latter|the former|them|they|(?:the|la|el) (?:same|misma|mismo))\b")
_FEWEST_WORDS = 8
_LEAST_LETTERS = 0.72
_LEAST_GRAMMAR = 0.22
"""Share of the words that only hold a sentence together: names, menus and code have few."""

# What leans on the sentence before it.
_LEANS = re.compile(
    r"(this|these|those|that|it|its|they|he|she|such|also|however|then|therefore|thus|hence|otherwise|moreover|"
    r"furthermore|likewise|similarly|instead|another|so|but|and|or|now|here|there|again|as a result|in this case|"
    r"in that case|in addition|for example|for instance|of course|next|most of them|note that|even|"
    r"finally|first|secondly|conversely|alternatively|on the other hand|by contrast|in contrast|in turn|consequently|"
    r"nevertheless|nonetheless|por el contrario|alternativamente|por otr[oa] (?:parte|lado)|a su vez|no obstante|"
    r"aun asi|en consecuencia|"
    r"est[aeo]s?|es[aeo]s?|aquell?[oa]s?|ello|el mismo|la misma|lo|tambien|ademas|sin embargo|entonces|por tanto|"
    r"por lo tanto|por eso|por ello|asi|asimismo|luego|pero|y|o|ahora|aqui|alli|otr[oa]s?|en este caso|en ese caso|"
    r"por ejemplo|de lo contrario|en cambio|dich[oa]s?|tal(?:es)?|en este momento|en primer lugar|a continuacion|"
    r"finalmente|por ultimo|incluso|por supuesto|ten(?:ga)? en cuenta|dado que)\b"
)
_ITSELF = re.compile(
    r"(?:this|these|the present|est[ea]|la presente|el presente)\s+(?:(?P<whole>document|manual|guide|book|documento|"
    r"guia|libro)|chapter|section|appendix|program|software|device|equipment|product|capitulo|seccion|apartado|apendice|"
    r"programa|aparato|dispositivo|equipo|producto)\b"
)
_POINTS = re.compile(
    r"\b(?:see|as shown|shown (?:in|above|below)|above|below|following|(?:fig|figure|figura|table|tabla|section|"
    r"seccion)\b\.? ?\d|"
    r"vease|ver (?:la|el|figura|seccion)|siguientes?|anterior(?:es)?|arriba|mas abajo|figura)\b"
)
_LEGAL = re.compile(
    r"\b(?:copyright|copyleft|licen[sc]e[ds]?|licencias?|gpl|gnu general public|warranty|garantias?|redistribut\w+|"
    r"redistribu\w+|trademarks?|marcas? registradas?|free software foundation|all rights reserved|"
    r"derechos reservados|agradec\w+|acknowledg\w+|thank\w*|mailing lists?|listas? de correo)\b"
)
_DEFINES = re.compile(
    r"\b(?:is|are) (?:an?|the|used|designed|intended|meant|required|recommended|needed|possible)\b|"
    r"\b(?:can be used|allows?|enables?|lets you|must|should|need to|needs to|require[sd]?|supports?|provides?|"
    r"consists?|contains?|explains?|describes?|warning|important|never|always)\b|"
    r"\b(?:es|son) (?:una?|el|la|los|las|necesari[oa]|posible|recomendable|obligatori[oa])\b|"
    r"\b(?:permiten?|sirven?|se (?:utiliza|usa|emplea|recomienda|requiere|necesita)n?|debe[nr]?a?|necesitan?|"
    r"requieren?|proporcionan?|ofrecen?|contienen?|describen?|explican?|consta|incluyen?|importante|advertencia|nunca|siempre)\b"
)


def is_prose(text: str) -> bool:
    """Whether it is one whole sentence of running text: no heading, table row, contents line, command or code."""
    flat = " ".join(text.split())
    said = words(flat)
    if not SHORTEST <= len(flat) <= LONGEST or len(said) < _FEWEST_WORDS or text.count("\n") > 6:
        return False
    if not _BEGINS.match(flat) or not _ENDS.search(flat) or _CODE.search(text) or " | " in text or is_contents(text):
        return False
    if _LABELS.search(flat) or flat.count("(") != flat.count(")"):
        return False
    letters = len(_LETTERS.findall(flat)) / max(1, len(flat.replace(" ", "")))
    grammar = sum(word in STOPWORDS["es"] or word in STOPWORDS["en"] for word in said) / len(said)
    return bool(letters >= _LEAST_LETTERS and grammar >= _LEAST_GRAMMAR) and not _is_shouted(text)


def without_heading(text: str, title: str) -> int:
    """How many characters of headings, captions and labels stand before the sentence itself. `title`: its section's."""
    cut = _after_title(text, title)
    lines = text[cut:].splitlines(keepends=True)
    widest = max((len(line) for line in lines), default=0)
    for line, following in pairwise(lines):
        heading = len(line) < 0.7 * widest or _NUMBERED.match(line)
        if not heading or not _BEGINS.match(following.lstrip()) or line.rstrip().endswith((",", ";")):
            break
        cut += len(line)
    rest = text[cut:]
    return cut + len(rest) - len(rest.lstrip())


def _after_title(text: str, title: str) -> int:
    """Where the text goes on after the title of its section, which a number may precede; 0 when it is not there."""
    begins = title.split()[:1]
    if not begins or begins[0] not in text[:60]:
        return 0
    heading = r"\s+".join(re.escape(word) for word in title.split())
    match = re.match(rf"(?:\S+\s+){{0,3}}?{heading}[ :.]*\s+(?=\W*[A-ZÁÉÍÓÚÑÜ])", text)
    return match.end() if match else 0


def worth(text: str, section: str) -> float:
    """What the wording alone says for a sentence as a line of a summary: above 0 for what defines, allows or demands,
    below 0 for what leans on its neighbours, points elsewhere, or is about rights and thanks, as its section may be."""
    plain = fold(" ".join(text.split()))
    score = 0.6 if _DEFINES.search(plain) else 0.0
    if itself := _ITSELF.match(plain):
        score += 2.0 if itself["whole"] else 0.8
    elif _LEANS.match(plain):
        score -= 1.2
    score -= 0.8 if _POINTS.search(plain) else 0.0
    score -= 1.2 if _VAGUE.search(plain) else 0.0
    score -= 2.5 if _LEGAL.search(plain) or _is_legal(section) else 0.0
    return score - (0.8 if plain.endswith("?") else 0.0)


@lru_cache(maxsize=4096)
def _is_legal(section: str) -> bool:
    return bool(_LEGAL.search(fold(section)))


def _is_shouted(text: str) -> bool:
    """A heading or a running header has run into it: a line that ends in capitals, or most words have one."""
    said: list[str] = re.findall(r"[^\W\d_]{2,}", text)
    return sum(word[0].isupper() for word in said) > 0.45 * len(said)
