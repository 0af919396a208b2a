"""What was refused stays beside the control that was used: the page may be drawn anew at any moment after it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ingest.errors import TomoError
from rag.page.sanitise import inline
from rag.page.strings import Say

_KEY = "refused"


def attempt(place: str, act: Callable[[], object]) -> bool:
    """Do it; whether it was done. Why not is drawn by `draw_refused` of the same place until the next attempt."""
    forget_refused()
    try:
        act()
    except TomoError as error:
        st.session_state[_KEY] = (place, error)
        return False
    return True


def refuse(place: str, key: str, **values: object) -> None:
    """Say this there, until the next attempt: `key` and `values` are those of `Say`."""
    st.session_state[_KEY] = (place, key, values)


def draw_refused(place: str, say: Say) -> None:
    """Why the last attempt was refused, if it was made here."""
    match st.session_state.get(_KEY):
        case (where, TomoError() as error) if where == place:
            st.error(inline(say.error(error)), icon=":material/error:")
        case (where, str(key), dict(values)) if where == place:
            st.warning(say(key, **values))


def forget_refused() -> None:
    """Another view was opened, or something else is tried."""
    st.session_state[_KEY] = None
