"""Choices whose names are in the reader's language, kept by what they mean.

Streamlit's widgets send back the name that a person sees, not the option. When the language changes, the name of the
one before comes back and is no option any more: it would be taken for the choice itself. So each language has a widget
of its own, and what is chosen stands under one key that is no widget's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypedDict

import streamlit as st

from rag.page.strings import Say


class Kept(TypedDict):
    """What a widget is called with."""

    key: str
    on_change: Callable[[], None]


def kept(key: str, options: Sequence[object], say: Say) -> Kept:
    """`key` and `on_change` of a widget for one of these options; the choice is in the session's state under `key`.

    What stands there and is no option becomes the first of them; `options` are not empty.
    """
    state, own = st.session_state, f"{key}-{say.tongue}"
    if state.get(key) not in options:
        state[key] = options[0]
    state[own] = state[key]

    def take() -> None:
        if state.get(own) in options:
            state[key] = state[own]

    return {"key": own, "on_change": take}
