"""Words as a person types them → a condition on conversations."""

from __future__ import annotations

import re
import unicodedata

MOST = 12
"""Words that are looked for."""


def query(words: str) -> tuple[str, tuple[str, ...]]:
    """`AND …` with its values: every word stands somewhere in the conversation, or begins a word there.

    The words need not be in one turn; accents and case do not matter. Nothing to look for gives no condition.
    """
    typed = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", words))[:MOST]
    one = "AND id IN (SELECT t.chat_id FROM words JOIN turns t ON t.id = words.rowid WHERE words MATCH ?)"
    return " ".join([one] * len(typed)), tuple(f'"{word}" *' for word in typed)
