"""A claim and what was read → the first fact of it that is not what was read says: a number, a code, a name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from ingest.lexical import fold
from ingest.name_lists import GIVEN
from ingest.types import Language
from rag.support.case import is_case
from rag.support.facts import Number, identifiers, months, names, numbers
from rag.support.sentence import Sentence
from rag.support.tables import NEGATORS, NUMBER_WORDS
from rag.support.whole import Whole
from rag.support.words import Clause, clauses, plain, shared, words_of

_RANGE = re.compile(r"(\d+) ?(?:to|a|-|–) ?(\d+)")
_TIMES = re.compile(r"twice\b|\w+ (?:times|veces)\b", re.IGNORECASE)
"""How often: the text may give the times themselves."""
_OFTEN = re.compile(
    r"\b(?:(\w+) (?:times|veces|attempts|intentos)|(twice)|"
    r"(just once|only once|una (?:sola|unica) vez|a la primera|(?:at|on) the first(?: try| attempt)?|"
    r"(?:once|una vez)(?= (?:an?|al|a la|per|por|each|every|cada) )))\b"
)
_PAIR = re.compile(r"\b(?:dobl\w*|double\w*|both|amb[oa]s|pair\w*|pares|parejas?|twin|gemel\w*)\b")
"""Two of a thing."""
SWAPPED = 0.55
"""How much better a number's words have to fit another number's clause than its own."""


def unknown_fact(bare: str, whole: Whole, language: Language) -> tuple[str, str] | None:
    """An identifier, a month or a name that does not occur."""
    for key, written in identifiers(bare).items():
        stands = key in whole.identifiers or (
            len(key) > 1 and re.search(rf"(?<!\w){re.escape(key)}(?!\w)", whole.folded) is not None
        )
        if not stands:
            within = len(key) >= 4 and key in whole.compared
            if within or _is_letter(written, whole.text) or _stands_for_a_word(written, whole):
                continue
            return "claim.identifier", written
    if months(bare) - whole.months:
        return "claim.date", ""
    first = re.match(r"\W*(\w+)", bare)
    if first and (said_first := fold(first.group(1))) in GIVEN and said_first not in whole.said:
        return "claim.name", first.group(1)
    for name in names(bare):
        said = words_of(clauses(name, language))
        held = whole.words if said else ()
        if said and not any(word.same(other) or word.text[:3] == other.text[:3] for word in said for other in held):
            return "claim.name", name
    return None


def _stands_for_a_word(written: str, whole: Whole) -> bool:
    """Whether capitals are no name but a word that the passages say otherwise: LED for a lamp, SAI for UPS."""
    said = words_of(clauses(written, "es")) if written.isalpha() and len(written) > 1 else []
    held = whole.words if said else ()
    return any(key[0] in "~^" and key in other.keys for word in said for key in word.keys for other in held)


def wrong_number(claim: Sentence, closest: Sequence[Sentence], sources: Sequence[Sentence], whole: Whole) -> str:
    """The first number that is not what the source says: nowhere, of another unit, or of another thing."""
    everywhere = [*chain.from_iterable(s.numbers for s in sources), *whole.numbers]
    near = [n for s in closest for n in s.numbers]
    if what := _other_times(claim, closest):
        return what
    for number in (n for n in claim.numbers if not _TIMES.match(claim.text, n.start)):
        if not any(number.same(other) for other in everywhere):
            return number.text
        if (
            near
            and not any(number.same(other) for other in near)
            and any(number.unit and number.rivals(other) for other in near)
        ):
            return number.text
    return _swapped(claim, closest)


def _swapped(claim: Sentence, closest: Sequence[Sentence]) -> str:
    """A number that stands beside other words than in its source, where another of its kind stands beside these.

    Of several in one clause, which stand together in the source, the first.
    """
    for part in claim.coarse:
        here = [n for n in claim.numbers if part.start <= n.start < part.start + len(part.text)]
        words = [word for word in part.words if not word.is_number]
        if not here or not words or identifiers(claim.text[part.start : part.start + len(part.text)]):
            continue
        counted = [(shared(words, p.words), _counts(p, s)) for s in closest for p in s.coarse if _counts(p, s)]
        mine = [value for value, found in counted if all(any(n.same(x) for x in found) for n in here)]
        best, others = max(counted, key=lambda pair: pair[0], default=(0.0, []))
        if mine and best - max(mine) >= SWAPPED and all(any(n.rivals(x) for x in others) for n in here):
            return here[0].text
    return ""


def apart(claim: Sentence, sources: Sequence[Sentence], titles: Sequence[Number]) -> str:
    """A number that no sentence of the source has together with another one of the same clause."""
    said = [n for n in claim.numbers if not any(n.same(x) for x in titles)]
    for part in claim.coarse:
        here = [n for n in said if part.start <= n.start < part.start + len(part.text)]
        if len(here) > 1 and not any(all(any(n.same(x) for x in s.numbers) for n in here) for s in sources):
            return here[-1].text
    return ""


def other_range(bare: str, closest: Sequence[Sentence]) -> str:
    """A range that is none of those in the sentence that says the rest."""
    told = {m.groups() for m in _RANGE.finditer(closest[0].text)} if closest else set()
    return next((m.group() for m in _RANGE.finditer(bare) if told and m.groups() not in told), "")


def elsewhere(bare: str, closest: Sequence[Sentence], sources: Sequence[Sentence]) -> str:
    """An identifier that stands in another sentence than the one that says the rest, which has one of its own."""
    said, best = identifiers(bare), closest[:1]
    for source in best:
        held = identifiers(source.text)
        if not any(_kind(key) == _kind(mine) for mine in said if mine not in held for key in held if key not in said):
            continue
        for key, written in said.items():
            homes = [s for s in sources if key in identifiers(s.text)]
            if key not in held and homes:
                return written
    return ""


def _kind(identifier: str) -> str:
    """Its shape: digits as 9, letters as a, each run once."""
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", identifier)))


def _counts(part: Clause, source: Sentence) -> list[Number]:
    return [n for n in source.numbers if part.start <= n.start < part.start + len(part.text)]


def without_cases(
    claim: Sentence, near: Sequence[Sentence], sources: Sequence[Sentence], whole: Whole, asked: str
) -> Sentence:
    """The claim less the numbers that the asker may have: those asked about, or a case that a bound decides.

    One that was asked about stays where the closest sentence has another of its kind that the claim does not name or
    deny: the answer then takes it for the rule.
    """
    held = [*chain.from_iterable(s.numbers for s in sources), *whole.numbers]
    given = [*numbers(asked, "es"), *numbers(asked, "en")]
    denies = NEGATORS.search(plain(claim.text)) is not None
    kept = []
    for number in claim.numbers:
        strange = not any(number.same(x) for x in held)
        rivals = [x for s in near for x in s.numbers if number.unit and number.rivals(x)]
        compared = denies or not rivals or any(n.same(x) for n in claim.numbers for x in rivals)
        own = compared and any(number.same(x) for x in given)
        pair = number.values == (2.0,) and not number.unit and _PAIR.search(whole.plain)
        if not (strange and (own or pair or is_case(claim, number, sources))):
            kept.append(number)
    return replace(claim, numbers=tuple(kept))


def _other_times(claim: Sentence, closest: Sequence[Sentence]) -> str:
    """How often, where the sentence closest to the claim says another number of times."""
    mine, told = list(_times(claim.text)), [n for s in closest for n, _ in _times(s.text)]
    return next((written for n, written in mine if told and n not in told), "")


def _times(text: str) -> Iterator[tuple[int, str]]:
    words = NUMBER_WORDS["es"] | NUMBER_WORDS["en"]
    for match in _OFTEN.finditer(plain(text)):
        counted = match[1] or ""
        times = 2 if match[2] else 1 if match[3] else int(counted) if counted.isdigit() else words.get(counted, 0)
        if times:
            yield times, match.group()


def _is_letter(written: str, whole: str) -> bool:
    """Whether a lone capital stands so in the text: program B of `(A, B, C)`."""
    return len(written) == 1 and re.search(rf"(?<![\w'’.]){re.escape(written)}(?![\w'’])", whole) is not None
