"""A written answer and what was read → its sentences, each supported, unsupported or no claim. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.language import detect
from ingest.lexical import fold
from ingest.sentences import sentences
from ingest.types import Language
from rag.cut_short import CutShort
from rag.events import Claim
from rag.phrases import say
from rag.showing import same_words
from rag.support.facts import Number, identifiers, numbers
from rag.support.limits import FITTED, Limits, Similarity
from rag.support.sentence import Sentence, take_apart
from rag.support.signals import Near, Signals, doubt, reason, signals
from rag.support.whole import Whole
from rag.support.words import clauses, shared, words_of
from rag.support.wrong import apart, elsewhere, other_range, unknown_fact, without_cases, wrong_number
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

    def __init__(
        self, passages: Sequence[Passage], similar: Similarity, limits: Limits = FITTED, asked: str = ""
    ) -> None:
        """`asked`: the question; what it names is not made up by an answer that names it too."""
        self._passages, self._similar, self._limits, self._asked = passages, similar, limits, asked
        self._taken_apart: dict[int, list[Sentence]] = {}
        self._wholes: dict[tuple[int, ...], tuple[Whole, Whole]] = {}

    def claims(self, text: str, reader: Language) -> tuple[Claim, ...]:
        """Every sentence of the answer, in order; `why` in the reader's language. One that there was no time to judge
        has no support."""
        written_in = detect(text)
        language = reader if written_in == "und" else written_in
        found: list[Claim] = []
        seen: set[str] = set()
        for start, end in sentences(text):
            written = text[start:end]
            marks = tuple(dict.fromkeys(int(m) for m in _MARK.findall(written)))
            bare = _MARK.sub("", written).strip()
            try:
                supported, why = self._judge(bare, marks, language, seen, reader, first=not found)
            except CutShort:
                supported, why = False, say(reader, "claim.unchecked")
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

    def bearers(self, bare: str, language: Language, *, first: bool = True) -> tuple[int, ...]:
        """The numbers of the one or two passages that come closest to a sentence and bear it out; none if they do not.

        All passages together have to bear it out too: of many, one that looks as if it did is found for any sentence.
        """
        if self.fault(bare, (), language, first=first)[0]:
            return ()
        fit = self.fit(take_apart(bare, language), self._read(())[0])
        closest = tuple(dict.fromkeys(source.passage for source in fit.sources))
        for some in (closest[:1], closest):
            if some and not self.fault(bare, some, language, first=first)[0]:
                return some
        return ()

    def wrong_fact(self, bare: str, marks: Sequence[int], language: Language) -> tuple[str, str] | None:
        """A number, an identifier, a date or a name that is not what the passages say, as `fault` does."""
        sources, read = self._read(marks)
        whole, with_asked = self._whole(marks, read)
        if strange := unknown_fact(bare, with_asked, language):
            return strange
        claim = take_apart(bare, language)
        near = self.fit(claim, sources).sources
        claim = without_cases(claim, near, sources, whole, self._asked)
        if what := wrong_number(claim, near, sources, whole):
            return "claim.number", what
        titles = [number for p in read for number in numbers(p.title, p.language)]
        if what := apart(claim, sources, titles) or other_range(bare, near) or elsewhere(bare, near, sources):
            return "claim.apart", what
        return None

    def _whole(self, marks: Sequence[int], read: Sequence[Passage]) -> tuple[Whole, Whole]:
        """All that the marked passages say, and with the question."""
        if tuple(marks) not in self._wholes:
            text = "\n".join(f"{p.title}\n{p.section}\n{p.text}" for p in read)
            self._wholes[tuple(marks)] = Whole(text), Whole(f"{text}\n{self._asked}")
        return self._wholes[tuple(marks)]

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
        claim, sources = take_apart(bare, language), self._sources([n])
        try:
            fit = self.fit(claim, sources)
        except CutShort:
            best = max(sources, key=lambda source: shared(claim.words, source.words), default=None)
            return best.text if best is not None and shared(claim.words, best.words) else ""
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


def _numbers_in(counts: Sequence[Number], source: Sentence) -> int:
    return sum(any(n.same(other) for other in source.numbers) for n in counts)
