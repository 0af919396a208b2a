"""What was found, and what the conversation has quoted of it → what else there is, and which of that helps.

Who asks for more is shown what stands beside the quotes and what else is about the same, until there is no more. Who
says that they do not help, or asks why, is shown first what tells of causes and of trouble, in the sections of the
quotes and elsewhere, and tickets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from ingest.lexical import fold
from rag.follow_ups.more import ends_in, is_told, unsaid
from rag.planning.sections import Pages, around, path_to
from rag.quotes.best import Favour
from rag.quotes.signals import Quote
from rag.types import Passage, SearchResult, Told

AROUND = 4_000
"""Characters of the section around a quote that are read beside what was found."""

# Written for folded text: no accents, lower case.
_REASON = re.compile(
    r"\b(?:because|due to|caus\w+|reasons?|otherwise|means that|so that|prevents?|to protect|results? (?:in|from)|"
    r"porque|debid[oa]s?|ya que|causas?|motivos?|razon(?:es)?|provoca\w*|se debe|para que|para evitar|evita|"
    r"de lo contrario|significa que|hace que|por eso)\b"
)
_TROUBLE = re.compile(
    r"\b(?:trouble\w*|problems?|fail\w*|faults?|errors?|(?:does|do|did|will|can) ?not "
    r"(?:work|start|boot|turn|respond|connect|print|appear|help)\w*|cannot|still|wrong|broken|damaged|stuck|rescue|recover\w*|repair\w*|replac\w*|"
    r"averias?|problemas?|fall[aoe]\w*|error(?:es)?|"
    r"no (?:funciona|arranca|enciende|responde|conecta|imprime|aparece|va|hay)\w*|"
    r"sigue|siguen|incidencias?|danad\w+|rot[oa]s?|atasc\w+|rescate|recuper\w+|repar\w+|sustitu\w+|solucion\w*|"
    r"servicio tecnico)\b"
)
_ELSE = re.compile(
    r"\b(?:if|otherwise|instead|alternativ\w*|or else|another way|check|make sure|try|unless|"
    r"si|si no|de lo contrario|en su lugar|en vez de|otra (?:forma|manera|opcion)|comprueb\w*|compruebe|asegur\w*|"
    r"revis\w+|prueb\w+|intent\w+|salvo que)\b"
)
_CLOSE = 0.02
"""Cosine by which it may fall short and be worth reading where it only says what to look at."""
_LEAST = 40
"""Characters of a stretch that tell more: a heading alone does not."""
_MEANS = 0.3
"""Cosine to the question, by the sentence encoder, from which a stretch elsewhere is about the same. In eight
conversations what was of use had 0.3 and more but for two, what was not 0.27 and less but for two."""
STRONG, WEAK, HERE = 1.5, 0.5, 0.8
"""What a word of a cause or of trouble speaks for a stretch, one of a condition, and that it stands where the quotes
do: about as much as a third of the question's words (see `rag.quotes.signals.WEIGHTS`)."""
_ABOUT = 0.07
"""Cosine to the question by which a passage may fall short of the best one and be about the same thing."""


def beyond(found: SearchResult, told: Told, library: Pages) -> SearchResult:
    """What was found without what has been quoted, all of it where nothing is left; `told` goes with it."""
    if told.stuck:
        told = replace(told, nearest=max((passage.similarity for passage in found.passages), default=0.0))
        found, told = _with_sections(found, told, library)
    return replace(found, passages=unsaid(found.passages, told) or found.passages, told=told)


def left_of(read: Sequence[Passage], told: Told) -> tuple[Passage, ...]:
    """What has not been quoted of what was read; all of it where nothing is left and more is wanted all the same."""
    left = unsaid(read, told)
    return left if left or told.stuck else tuple(read)


def favour_of(told: Told, read: Sequence[Passage]) -> Favour | None:
    """How much a stretch helps who is stuck; None for any other question."""
    if not told.stuck:
        return None
    if told.stuck == "more":
        return partial(_goes_on, told)
    own = {document_id for document_id, _ in told.places}
    nearest = max((passage.similarity for passage in read), default=0.0)

    def favour(quote: Quote) -> float:
        passage, text = quote.passage, fold(quote.text)
        here = (passage.document_id, passage.section) in told.places
        here = here or (passage.kind == "ticket" and passage.document_id in own)  # all of it is about one thing
        if passage.similarity < nearest - _ABOUT and not here:
            return 0.0
        heading = fold(passage.section.rpartition(" › ")[2])
        strong = _REASON if told.stuck == "why" else _TROUBLE
        says = strong.search(text) is not None or (told.stuck == "fails" and strong.search(heading) is not None)
        says = says or (told.stuck == "fails" and passage.kind == "ticket")
        close = told.stuck == "fails" and passage.similarity >= nearest - _CLOSE
        likely = WEAK * (_ELSE.search(text) is not None)
        return STRONG * says + HERE * here + likely if says or here or close else 0.0

    return favour


def _goes_on(told: Told, quote: Quote) -> float:
    """How much a stretch is more of what was asked: it stands where the quotes do, or is about the same thing.

    What is left once that is used up has some of the question's words and nothing to do with it.
    """
    passage = quote.passage
    if len(quote.text) < _LEAST:
        return 0.0
    if any(passage.document_id == document_id and _beside(passage.section, path) for document_id, path in told.places):
        return HERE
    close = passage.similarity >= told.nearest - _CLOSE
    same = passage.similarity >= told.nearest - _ABOUT and quote.meaning >= _MEANS
    return WEAK if close or same else 0.0


def _beside(section: str, path: str) -> bool:
    """Whether a section is that one, or stands below it."""
    return section == path or section.startswith(f"{path} › ")


def untold(quotes: Sequence[Quote], chosen: Sequence[Quote], told: Told) -> list[Quote]:
    """The quotes, completed, that do not tell again what was quoted; `chosen`, as they were, where none is left and
    something may be told again."""
    if not told.quotes:
        return list(quotes)
    fresh = [one for one in quotes if not is_told(one.text, told)]
    return fresh if fresh or told.stuck == "more" else list(chosen)


def _with_sections(found: SearchResult, told: Told, library: Pages) -> tuple[SearchResult, Told]:
    """With the sections that the best quotes stand in, as far as the search found them again."""
    quoted = {one: ends for one in found.passages if (ends := ends_in(one, told.first))}
    places = {
        (one.document_id, path_to(library.sections(one.document_id), (one.page, end - 1)) or one.section): None
        for one, ends in quoted.items()
        for end in ends
    }
    sections: list[Passage] = []
    for passage in quoted:
        sections += [
            one for one in around(library, passage, AROUND) if not any(_within(one, other) for other in sections)
        ]
    rest = [one for one in found.passages if not any(_within(one, other) for other in sections)]
    passages = sorted([*sections, *rest], key=lambda passage: -passage.score)
    return replace(found, passages=tuple(passages)), replace(told, places=tuple(places))


def _within(one: Passage, other: Passage) -> bool:
    same = (one.document_id, one.page) == (other.document_id, other.page)
    return same and other.start <= one.start and one.end <= other.end
