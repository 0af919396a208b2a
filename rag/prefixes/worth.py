"""Saved states → those worth least, when room has to be made. Pure."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from ingest.prefixes import PrefixHeader

HALF_LIFE = 14 * 86_400.0
"""Seconds after which a use counts half: a manual that was asked about last month is likely not to be today."""

_NEVER_USED = 0.5
"""Uses that a state counts which was saved and not restored yet."""


def worth(header: PrefixHeader, now: float) -> float:
    """Seconds that keeping it is likely to save, a byte: seconds saved × likely reuse ÷ bytes."""
    reuse = (header.used + _NEVER_USED) * math.exp2(-max(0.0, now - header.last) / HALF_LIFE)
    return header.seconds * reuse / max(1, header.bytes)


def least_worth(headers: Sequence[PrefixHeader], excess: int, now: float | None = None) -> list[PrefixHeader]:
    """The states to remove so that `excess` bytes come free, the one worth least first."""
    at = time.time() if now is None else now
    chosen: list[PrefixHeader] = []
    for header in sorted(headers, key=lambda h: (worth(h, at), h.key)):
        if excess <= 0:
            break
        chosen.append(header)
        excess -= header.bytes
    return chosen
