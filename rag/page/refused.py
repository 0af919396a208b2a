"""What was refused stays beside the control that was used: the page may be drawn anew at any moment after it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from ingest.errors import TomoError
from rag.page.sanitise import inline
from rag.page.strings import Say

P = ParamSpec("P")

_KEY, _TOLD = "refused", "told"


def draw_anew() -> None:
    """The page is drawn from its top: nothing has been told yet."""
    st.session_state[_TOLD] = []


def tell(error: TomoError, say: Say) -> None:
    """Why it cannot be drawn, here, unless the page has said that already."""
    words = say.error(error)
    if words not in (told := st.session_state.setdefault(_TOLD, [])):
        told.append(words)
        st.error(inline(words), icon=":material/error:")


def telling(draw: Callable[P, None]) -> Callable[P, None]:
    """A fragment that says in its place why it cannot be drawn: who drew it hears nothing of its errors."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            draw(*args, **kwargs)
        except TomoError as error:
            say = next(each for each in args if isinstance(each, Say))
            st.error(inline(say.error(error)), icon=":material/error:")

    return drawn


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
