"""A written answer and what was read → its sentences, each supported, unsupported or no claim. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from ingest.language import detect
from ingest.lexical import fold
from ingest.name_lists import GIVEN
from ingest.sentences import sentences
from ingest.types import Language
from rag.events import Claim
from rag.phrases import say
from rag.showing import same_words
from rag.support_facts import Number, comparable, identifiers, months, names, numbers
from rag.support_limits import FITTED, Limits, Similarity
from rag.support_sentence import Sentence, take_apart
from rag.support_signals import Near, Signals, doubt, reason, signals
from rag.support_words import Clause, clauses, shared, words_of
from rag.types import Passage

_MARK = re.compile(r"\s*\[(\d{1,6})\]")


_GREETING = re.compile(
    r"^(?:yes|no|si|claro|por supuesto|of course|sure|ok|vale|hola|hello|hi|gracias|thanks|thank you|de nada|"
    r"you're welcome|i hope this helps|espero que (?:te |le )?(?:ayude|sirva)|in summary|en resumen|"
    r"here (?:is|are)|a continuacion|let me know|aqui (?:tienes?|esta))\b(?P<rest>.*)$"
)
SHOWN = 60
"""Characters of what has no support that the reason names."""
_SHORT = 3
"""Words after a greeting that make it no more than one."""
CANDIDATES = 8
"""Sentences of the passages, by shared words and facts, whose similarity to a claim is asked for."""
_RANGE = re.compile(r"(\d+) ?(?:to|a|-|–) ?(\d+)")
_TIMES = re.compile(r"twice\b|\w+ (?:times|veces)\b", re.IGNORECASE)
"""How often: the text may give the times themselves."""
SWAPPED = 0.55
"""How much better a number's words have to fit another number's clause than its own."""
HELPS = 0.12
"""The share of a claim's words by which a second sentence has to add to the first to be read with it."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The sentences that come closest to a claim, the share of its words they say, and the best cosine."""

    sources: tuple[Sentence, ...]
    words: float
    similarity: float


class Support:
    """Checks sentences against the passages of one plan."""

    def __init__(self, passages: Sequence[Passage], similar: Similarity, limits: Limits = FITTED) -> None:
        self._passages, self._similar, self._limits = passages, similar, limits
        self._taken_apart: dict[int, list[Sentence]] = {}

    def claims(self, text: str, reader: Language) -> tuple[Claim, ...]:
        """Every sentence of the answer, in order; `why` in the reader's language."""
        written_in = detect(text)
        language = reader if written_in == "und" else written_in
        found: list[Claim] = []
        seen: set[str] = set()
        for start, end in sentences(text):
            written = text[start:end]
            marks = tuple(dict.fromkeys(int(m) for m in _MARK.findall(written)))
            bare = _MARK.sub("", written).strip()
            supported, why = self._judge(bare, marks, language, seen, reader, first=not found)
            seen.add(same_words(bare))
            found.append(Claim(written, start, end, marks, supported, why))
        return tuple(found)

    def _judge(
        self, bare: str, marks: tuple[int, ...], language: Language, seen: set[str], reader: Language, *, first: bool
    ) -> tuple[bool | None, str]:
        if is_no_claim(bare, language):
            return None, ""
        if same_words(bare) in seen:
            return False, say(reader, "claim.repeated")
        if no_such := [m for m in marks if not 1 <= m <= len(self._passages)]:
            return False, say(reader, "claim.mark", what=no_such[0])
        key, what = self.fault(bare, marks, language, first=first)
        return (False, say(reader, key, what=what[:SHOWN])) if key else (True, "")

    def fault(self, bare: str, marks: Sequence[int], language: Language, *, first: bool = True) -> tuple[str, str]:
        """What the passages marked (all, without marks) do not bear out, as a key of `rag.phrases` and a word.

        `first`: whether the sentence begins the answer; a later one may say `too` of what it adds.
        """
        if wrong := self.wrong_fact(bare, marks, language):
            return wrong
        found = self._signals(bare, marks, language, first=first)
        return (reason(found), "") if doubt(found, self._limits.weights) > self._limits.least else ("", "")

    def bearer(self, bare: str, language: Language, *, first: bool = True) -> int | None:
        """The number of the passage that alone bears a sentence out, of several the closest; None when none does."""
        able = [n for n in range(1, len(self._passages) + 1) if not self.fault(bare, [n], language, first=first)[0]]
        claim = take_apart(bare, language)
        fits = {n: self.fit(claim, self._sources([n])) for n in able}
        return max(fits, key=lambda n: fits[n].words + fits[n].similarity, default=None)

    def wrong_fact(self, bare: str, marks: Sequence[int], language: Language) -> tuple[str, str] | None:
        """A number, an identifier, a date or a name that is not what the passages say, as `fault` does."""
        sources, read = self._read(marks)
        whole = "\n".join(f"{p.title}\n{p.section}\n{p.text}" for p in read)
        if strange := _unknown_fact(bare, whole, language):
            return strange
        claim = take_apart(bare, language)
        fit = self.fit(claim, sources)
        if what := _wrong_number(claim, fit, sources, whole):
            return "claim.number", what
        if what := _apart(claim, sources, read) or _other_range(bare, fit) or _elsewhere(bare, fit, sources):
            return "claim.apart", what
        return None

    def weighed(self, claim: Claim, language: Language) -> Signals | None:
        """What a claim is weighed by; none for one that claims nothing or that a wrong fact has settled."""
        bare = _MARK.sub("", claim.text).strip()
        if claim.supported is None or self.wrong_fact(bare, claim.marks, language):
            return None
        return self._signals(bare, claim.marks, language, first=not claim.start)

    def _signals(self, bare: str, marks: Sequence[int], language: Language, *, first: bool) -> Signals:
        sources, read = self._read(marks)
        claim = take_apart(bare, language)
        fit = self.fit(claim, sources)
        cosine = fit.similarity - self._limits.base if self._limits.similar else 0.0
        foreign = any(p.language != language for p in read)
        return signals(claim, Near(fit.sources, tuple(sources), fit.words, cosine, foreign, first))

    def _read(self, marks: Sequence[int]) -> tuple[list[Sentence], list[Passage]]:
        wanted = list(marks) or list(range(1, len(self._passages) + 1))
        return self._sources(wanted), [self._passages[n - 1] for n in wanted]

    def _sources(self, wanted: Sequence[int]) -> list[Sentence]:
        """The sentences of these passages; a summary has hundreds, of which a line names one or two."""
        for n in (n for n in wanted if n not in self._taken_apart):
            p = self._passages[n - 1]
            self._taken_apart[n] = [take_apart(p.text[a:b], p.language, n) for a, b in sentences(p.text)]
        return [source for n in wanted for source in self._taken_apart[n]]

    def closest(self, sentence: str, n: int, language: Language) -> str:
        """The sentence of passage n that says most of this one, verbatim; empty when none says anything of it."""
        bare = _MARK.sub("", sentence).strip()
        fit = self.fit(take_apart(bare, language), self._sources([n]))
        if not fit.sources or (not fit.words and fit.similarity < self._limits.base):
            return ""
        return fit.sources[0].text

    def fit(self, claim: Sentence, sources: Sequence[Sentence]) -> Fit:
        """The one or two sentences that say most of the claim."""
        words = claim.words
        said = [shared(words, s.words) + 0.1 * _numbers_in(claim.numbers, s) for s in sources]
        order = sorted(range(len(sources)), key=lambda i: -said[i])[:CANDIDATES]
        if not order:
            return Fit((), 0.0, 0.0)
        cosines = self._similar([claim.text], [sources[i].text for i in order])[0]
        ranked = sorted(zip(order, map(float, cosines), strict=True), key=lambda pair: -(said[pair[0]] + 5 * pair[1]))
        best, similarity = ranked[0]
        first = sources[best].words
        alone = shared(words, first)
        more = [(shared(words, [*first, *sources[i].words]), i) for i, _ in ranked[1:]]
        both, other = max(more, default=(0.0, -1))
        if both >= alone + HELPS:
            return Fit((sources[best], sources[other]), both, similarity)
        return Fit((sources[best],), alone, similarity)


def is_no_claim(bare: str, language: Language) -> bool:
    """Whether a sentence claims nothing: a question, a heading, a greeting, a lone yes or no."""
    text = bare.strip().lstrip("#*-•> ").strip()
    if re.fullmatch(r"\d{0,2}\W*", text):
        return True
    if text.endswith("?") or text.startswith("¿") or bare.lstrip().startswith("#") or text.rstrip("*").endswith(":"):
        return True
    if greeting := _GREETING.match(fold(text)):
        return len(words_of(clauses(greeting["rest"], language))) < _SHORT and not numbers(text, language)
    return not words_of(clauses(text, language)) and not numbers(text, language) and not identifiers(text)


def _unknown_fact(bare: str, whole: str, language: Language) -> tuple[str, str] | None:
    """An identifier, a month or a name that does not occur."""
    compared = comparable(whole)
    known = set(identifiers(whole))
    for key, written in identifiers(bare).items():
        if key not in known and (len(key) < 2 or not re.search(rf"(?<!\w){re.escape(key)}(?!\w)", fold(whole))):
            if (len(key) >= 4 and key in compared) or _stands_for_a_word(written, whole):
                continue
            return "claim.identifier", written
    if months(bare) - months(whole):
        return "claim.date", ""
    first = re.match(r"\W*(\w+)", bare)
    if first and (said_first := fold(first.group(1))) in GIVEN and said_first not in fold(whole).split():
        return "claim.name", first.group(1)
    held = words_of(clauses(whole, "es")) + words_of(clauses(whole, "en"))
    for name in names(bare):
        said = words_of(clauses(name, language))
        if said and not any(word.same(other) or word.text[:3] == other.text[:3] for word in said for other in held):
            return "claim.name", name
    return None


def _stands_for_a_word(written: str, whole: str) -> bool:
    """Whether capitals are no name but a word that the passages say otherwise: LED for a lamp, SAI for UPS."""
    said = words_of(clauses(written, "es")) if written.isalpha() and len(written) > 1 else []
    held = words_of(clauses(whole, "es")) + words_of(clauses(whole, "en")) if said else []
    return any(key[0] in "~^" and key in other.keys for word in said for key in word.keys for other in held)


def _wrong_number(claim: Sentence, fit: Fit, sources: Sequence[Sentence], whole: str) -> str:
    """The first number that is not what the source says: nowhere, of another unit, or of another thing."""
    everywhere = [*chain.from_iterable(s.numbers for s in sources), *numbers(whole, "es"), *numbers(whole, "en")]
    near = [n for s in fit.sources for n in s.numbers]
    for number in (n for n in claim.numbers if not _TIMES.match(claim.text, n.start)):
        if not any(number.same(other) for other in everywhere):
            return number.text
        if (
            near
            and not any(number.same(other) for other in near)
            and any(number.unit and number.rivals(other) for other in near)
        ):
            return number.text
    return _swapped(claim, fit)


def _swapped(claim: Sentence, fit: Fit) -> str:
    """A number that stands beside other words than in its source, where another of its kind stands beside these."""
    for part in claim.coarse:
        here = [n for n in claim.numbers if part.start <= n.start < part.start + len(part.text)]
        words = [word for word in part.words if not word.is_number]
        if len(here) != 1 or not words or identifiers(claim.text[part.start : part.start + len(part.text)]):
            continue
        counted = [(shared(words, p.words), _counts(p, s)) for s in fit.sources for p in s.coarse if _counts(p, s)]
        mine = [value for value, found in counted if any(here[0].same(n) for n in found)]
        best, others = max(counted, key=lambda pair: pair[0], default=(0.0, []))
        if mine and best - max(mine) >= SWAPPED and any(here[0].rivals(n) for n in others):
            return here[0].text
    return ""


def _apart(claim: Sentence, sources: Sequence[Sentence], read: Sequence[Passage]) -> str:
    """A number that no sentence of the source has together with another one of the same clause."""
    titles = [number for p in read for number in numbers(p.title, p.language)]
    said = [n for n in claim.numbers if not any(n.same(x) for x in titles)]
    for part in claim.coarse:
        here = [n for n in said if part.start <= n.start < part.start + len(part.text)]
        if len(here) > 1 and not any(all(any(n.same(x) for x in s.numbers) for n in here) for s in sources):
            return here[-1].text
    return ""


def _other_range(bare: str, fit: Fit) -> str:
    """A range that is none of those in the sentence that says the rest."""
    told = {m.groups() for m in _RANGE.finditer(fit.sources[0].text)} if fit.sources else set()
    return next((m.group() for m in _RANGE.finditer(bare) if told and m.groups() not in told), "")


def _elsewhere(bare: str, fit: Fit, sources: Sequence[Sentence]) -> str:
    """An identifier that stands in another sentence than the one that says the rest, which has one of its own."""
    said, best = identifiers(bare), fit.sources[:1]
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


def _numbers_in(counts: Sequence[Number], source: Sentence) -> int:
    return sum(any(n.same(other) for other in source.numbers) for n in counts)
