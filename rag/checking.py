"""What the model wrote → the text to show, its claims checked and its citations verified."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.embed import Embedder
from ingest.identity import is_packaged
from ingest.types import Language
from rag.attributing import placed
from rag.cite import PageText, cite, invented_marks
from rag.cut_short import until
from rag.events import Citation, Claim
from rag.marks import marks_before_stops
from rag.showing import only_supported, with_signs
from rag.support.limits import FITTED, WORDS_ONLY, cosines_of
from rag.support.verdict import Support
from rag.types import Passage

Unsupported = Literal["mark", "remove"]
"""What becomes of a sentence that the passages do not support: a sign after it, or it goes."""
_ORDER = (True, False, None)
"""Of several sentences that carry a mark, the one that its citation is judged by: borne out, not so, a heading."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer as shown, and what the check has found. `empty`: it claims something, and nothing of it stands."""

    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    invented: tuple[int, ...]
    empty: bool


class Checker:
    """Checks written answers, with the similarity of one embedder."""

    def __init__(self, embedder: Embedder, page_text: PageText, unsupported: Unsupported = "mark") -> None:
        self._embedder, self._page_text = embedder, page_text
        self.removes = unsupported == "remove"

    def check(
        self,
        written: str,
        passages: Sequence[Passage],
        language: Language,
        asked: str = "",
        *,
        place: bool = True,
        cancel: threading.Event | None = None,
    ) -> Checked:
        """`claims` are stretches of what the model wrote, its marks before the full stops.

        `asked`: the question: its numbers and names are not made up by an answer that says them again. With `place` the
        marks are put where a sentence is proved. Soon after `cancel` it ends: what was not judged till then has
        no support.
        """
        text = marks_before_stops(written.strip())
        limits = FITTED if is_packaged(self._embedder.name) else WORDS_ONLY
        support = Support(passages, cosines_of(until(self._embedder.embed_passages, cancel)), limits, asked)
        invented = invented_marks(text, passages)
        if place:
            text = placed(text, support, len(passages), language)
        claims = support.claims(text, language)
        shown = (only_supported if self.removes else with_signs)(text, claims, language)
        kept = [claim for claim in claims if claim.supported or not self.removes]
        citations = self._cited(kept, passages, support, language)
        empty = any(c.supported is False for c in claims) and not any(c.supported for c in claims)
        return Checked(shown, claims, citations, invented, empty)

    def _cited(
        self, claims: Sequence[Claim], passages: Sequence[Passage], support: Support, language: Language
    ) -> tuple[Citation, ...]:
        """A citation for each mark in order of first use, of the first supported sentence that carries it, if any.

        Else of the first that is not; of one that claims nothing (a heading) where no other carries it. Verified only
        if its quote is on the page and that sentence is not one without support.
        """
        carrying: dict[int, Claim] = {}
        for claim in claims:
            for n in claim.marks:
                if 1 <= n <= len(passages) and (
                    n not in carrying or _ORDER.index(claim.supported) < _ORDER.index(carrying[n].supported)
                ):
                    carrying[n] = claim
        found = []
        for n, claim in carrying.items():
            quote = support.closest(claim.text, n, language)
            found.append(cite(n, passages[n - 1], quote, self._page_text, supported=claim.supported is not False))
        return tuple(found)
