"""A claim and the sentences closest to it → whether it makes sure, general or needed what they say less of. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.support.sentence import Sentence
from rag.support.tables import NEGATORS
from rag.support.words import Clause, Word, plain

_PERHAPS = re.compile(
    r"\b(?:may|might|could|puede[n]?|podria\w*|suele\w*|usually|generally|normally|typically|often|sometimes|perhaps|"
    r"normalmente|generalmente|habitualmente|a menudo|a veces|quiza\w*|tal vez|probabl\w*|posibl\w*|possibl\w*|"
    r"tends? to|tiende\w*|likely|in (?:some|most) cases|en (?:algunos|la mayoria de los) casos)\b"
)
_PART = re.compile(
    r"\b(?:some|certain|most|few|several|part of|algun[oa]s?|ciert[oa]s|poc[oa]s|vari[oa]s|"
    r"la mayoria|parte de)\b"
)
_ADVISED = re.compile(
    r"\b(?:should|recommend\w*|recom[ie]+nd\w*|aconsej\w*|convien\w*|convendria|advis\w*|suggest\w*|sug[ie]+r\w*|"
    r"prefer\w*|ideal\w*|deberia\w*|good idea|buena idea|best (?:to|practice))\b"
)
_NEEDED = re.compile(
    r"\b(?:must|ha(?:ve|s) to|needs? to|debe[n]?|hay que|tiene[n]? que|hara? falta|obligatori\w*|mandatory|required|"
    r"requires?|compulsory|oblig\w*|imprescindible\w*|necessary|necesari[oa]s?|exige\w*|only|solo)\b"
)
_FREE = re.compile(
    r"\b(?:optional\w*|opcional\w*|voluntar\w*|if (?:you|they|he|she|it|one) (?:wish\w*|wants?|prefers?|likes?|"
    r"chooses?)(?: to)?(?=\W*$|[,.;:)])|"
    r"si (?:lo |la |le |se )?(?:dese\w*|prefier\w*|consider\w*|quier\w*|cree\w*)(?=\W*$|[,.;:)])|"
    r"as (?:you|they) (?:like|wish)|"
    r"no (?:es )?(?:hace falta|obligatori\w*|necesari\w*|imprescindible)|not (?:necessary|required|mandatory|needed)|"
    r"need not|not (?:have|need) to|n't (?:have|need) to|at (?:your|their) discretion)\b"
)
_MAY = re.compile(r"\b(?:may|might|can|could|puede[n]?|podria\w*|free to|permit\w*|allow\w*)\b")
_ALWAYS = re.compile(
    r"\b(?:always|siempre(?! que)|every|each(?! other)|(?<!at )all(?! (?:others?|your|el|la|the))|any|"
    r"every ?one|tod[oa]s|tod[oa] (?:el|la)|cualquier\w*|in (?:all|every) cases?|"
    r"en todos los casos|without exception|sin excepcion\w*|"
    r"regardless|whether or not|no matter|independientemente|con independencia|sin importar|\w+ o no|with or without|"
    r"con o sin|whatever|whichever|whenever|anyone|everybody)\b"
)
_NOT_ALL = re.compile(r"\b(?:no|not)\b[^,;:]{0,25}\b(?:all|every\w*|tod[oa]s)\b")
_PER = re.compile(r"\b(?:per|cada uno|por cada)\b")
_SURE = re.compile(
    r"\b(?:siempre que|means that|significa que|necessarily|inevitabl\w*|certainly|seguro que|definitely|"
    r"guarant\w*|garantiz\w*)\b"
)
_SUPPOSED = re.compile(
    r"\b(?:if|si|when|cuando|unless|provided|siempre que|siempre y cuando|as long as|a menos que|only|solo|solamente|"
    r"unicamente|except\w*|salvo|excepto|while|mientras|in case|en caso|where)\b"
)

_STRETCH = re.compile(r"[;.:]\s")


@dataclass(frozen=True, slots=True)
class Surer:
    """How a claim is surer than its sources, each 0 to 1."""

    raised: float
    """What may be, or is advised, is said to be, or to be needed: not by leaving the may out."""
    lowered: float
    """What is needed is left to one's choice."""
    widened: float
    """All or always, where the source says part, perhaps or if: 1."""


def surer(claim: Sentence, near: Sequence[Sentence]) -> Surer:
    """By the clauses that say most of the claim's; what denies on one side only is for others to judge."""
    source = [other for sentence in near for other in sentence.coarse]
    raised = lowered = widened = 0.0
    for part in claim.coarse:
        if not (told := _closest(part, source)):
            continue
        text, said = part.text, " ".join(clause.text for clause in told)
        if _denies(text) != _denies(said) and not _FREE.search(text):
            continue
        raised, lowered = max(raised, _raised(text, said)), max(lowered, _lowered(_of_it(part, told), said))
    whole, first = plain(claim.text), plain(near[0].text) if near else ""
    if _denies(whole) == _denies(first) or _FREE.search(whole):
        raised = 1.0 if _raised(whole, first) == 1.0 else raised
        read = "".join(_of_it(part, near[0].coarse) for part in claim.coarse) if near else whole
        lowered = max(lowered, _lowered(read, first))
    stretches = [one for sentence in near for one in _stretches(sentence)]
    for text, words in _stretches(claim):
        widened = max(widened, _widened(text, _nearest(words, stretches)))
    return Surer(raised, lowered, widened)


def _of_it(part: Clause, told: Sequence[Clause]) -> str:
    """The clause, less the `need not` of something that was not read: what is free there was never needed."""
    free = _FREE.search(part.text)
    after = [word for word in part.words if free and word.at >= part.start + free.end()]
    read = [word for clause in told for word in clause.words]
    if after and sum(any(word.same(x) for x in read) for word in after) < len(after) / 2:
        return _FREE.sub("", part.text)
    return part.text


def _raised(text: str, said: str) -> float:
    weak = _PERHAPS.search(said) or _PART.search(said) or _ADVISED.search(said)
    if not weak or any(way.search(text) for way in (_PERHAPS, _PART, _ADVISED, _MAY, _FREE)):
        return 0.0
    held = [way for way in (_NEEDED, _ALWAYS, _SURE) if way.search(said)]
    if _SUPPOSED.search(said):
        text = text.replace("siempre que", "si")
    if any(way.search(text) for way in (_NEEDED, _ALWAYS, _SURE) if way not in held):
        return 1.0
    return 0.0


def _lowered(text: str, said: str) -> float:
    if any(way.search(said) for way in (_PERHAPS, _ADVISED, _FREE, _MAY)):
        return 0.0
    if _FREE.search(text):
        return 1.0
    return 0.5 if _MAY.search(text) and _NEEDED.search(said) else 0.0


def _widened(text: str, said: str) -> float:
    if not _ALWAYS.search(_NOT_ALL.sub("", text)) or _ALWAYS.search(said) or _PER.search(said):
        return 0.0
    return float(any(way.search(said) for way in (_PERHAPS, _PART, _SUPPOSED)))


def _stretches(sentence: Sentence) -> list[tuple[str, list[Word]]]:
    """What stands between semicolons, folded, and its words."""
    folded = plain(sentence.text)
    cuts = [0, *(m.end() for m in _STRETCH.finditer(folded)), len(folded)]
    return [(folded[a:b], [word for word in sentence.words if a <= word.at < b]) for a, b in pairwise(cuts)]


def _nearest(words: Sequence[Word], told: Sequence[tuple[str, list[Word]]]) -> str:
    """The stretch that says most of these words; empty when none says any."""
    best, most = "", 0
    for text, held in told:
        said = sum(any(word.same(other) for other in held) for word in words)
        best, most = (text, said) if said > most else (best, most)
    return best


def _denies(folded: str) -> bool:
    return NEGATORS.search(folded) is not None


def _closest(part: Clause, source: Sequence[Clause]) -> list[Clause]:
    """The clauses that say most of this one, two of its words at least."""
    said = [sum(any(word.same(x) for x in other.words) for word in part.words) for other in source]
    most = max(said, default=0)
    enough = most > 0 and most >= min(2, len(part.words))
    return [other for other, count in zip(source, said, strict=True) if count == most] if enough else []
