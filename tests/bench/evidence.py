"""A quote and the words that answer → whether it holds them."""

from __future__ import annotations

from rag.cite import folded

ENOUGH_WORDS = 0.7


def holds(quote: str, evidence: str) -> bool:
    """Whether a quote holds the evidence, or at least 7 in 10 of its words."""
    wanted, got = folded(evidence).casefold(), folded(quote).casefold()
    words = set(wanted.split())
    return wanted in got or len(words & set(got.split())) >= ENOUGH_WORDS * len(words)
