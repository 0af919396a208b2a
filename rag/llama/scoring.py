"""Token ids → how likely a continuation is after each of several beginnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.llama.engine import BATCH, Context

SCORE_SEQUENCES = 16
SCORE_WINDOW = 2048


def pack(heads: Sequence[list[int]], tail: int) -> Iterator[list[list[int]]]:
    """Group heads, in order, so that each group and its tails fit one batch; one that is too long stands alone."""
    group: list[list[int]] = []
    room = BATCH
    for head in heads:
        if group and (len(head) + tail > room or len(group) == SCORE_SEQUENCES):
            yield group
            group, room = [], BATCH
        group.append(head)
        room -= len(head) + tail
    if group:
        yield group


def score(context: Context, heads: list[list[int]], tail: list[int]) -> list[float]:
    """Mean ln p of `tail` after each head, all heads in one batch (in several when one is longer than a batch).

    Nothing when it was aborted.
    """
    context.clear()
    rows = []
    targets = []
    for sequence, head in enumerate(heads):
        for position, token in enumerate(head + tail[:-1]):
            wanted = position - len(head) + 1
            rows.append((token, position, sequence, wanted >= 0))
            targets.append((sequence, tail[wanted] if wanted >= 0 else -1))
    sums = [0.0] * len(heads)
    for start in range(0, len(rows), BATCH):
        if not context.decode(rows[start : start + BATCH]):
            return []
        here = [(i, *target) for i, target in enumerate(targets[start : start + BATCH]) if target[1] >= 0]
        found = context.log_probabilities([(i, token) for i, _, token in here])
        for (_, sequence, _), value in zip(here, found, strict=True):
            sums[sequence] += value
    return [total / len(tail) for total in sums]
