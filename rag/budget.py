"""Window → room: which tokens are spoken for, and what that leaves. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

SMALL_MODEL = 1_000_000_000
"""Below this many parameters a model is not trusted to write: Tomo quotes."""

# Tokens of documents after which answers get worse. RULER (Hsieh et al., 2024) and NoLiMa (Modarressi et al., 2025)
# place 8B models between 1k and 32k by kind of question and have no figures below: start low.
_EFFECTIVE = ((1_000_000_000, 2_000), (4_000_000_000, 4_000), (16_000_000_000, 8_000))


@dataclass(frozen=True, slots=True)
class Room:
    """Tokens in the window: `fixed` is the prompt without documents and history, `reserve` is for the answer."""

    window: int
    fixed: int
    history: int
    reserve: int

    @property
    def documents(self) -> int:
        """What is left for documents, never negative."""
        return max(0, self.window - self.fixed - self.history - self.reserve)


def reserve_for(window: int, wanted: int) -> int:
    """Tokens kept free for the answer: what is wanted, at most a quarter of the window."""
    return min(wanted, window // 4)


def effective_context(parameters: int, window: int) -> int:
    """Tokens of searched passages that a model of this size makes good use of."""
    for limit, tokens in _EFFECTIVE:
        if parameters < limit:
            return min(tokens, window)
    return min(16_000, window)
