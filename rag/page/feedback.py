"""Draw what a person thinks of an answer: a thumb, what was wrong, a note; each is kept as soon as it is given."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from ingest.errors import LibraryError
from rag.chats.store import Chats
from rag.chats.types import Rating, Reason, Turn
from rag.page.sanitise import inline
from rag.page.strings import Say

REASONS: tuple[Reason, ...] = tuple(reason for reason in get_args(Reason) if reason)
_NOTE = 500


def rating_of(thumb: int | None, reason: Reason | None, note: str) -> Rating | None:
    """The rating; None without a thumb. A good answer has no reason."""
    if thumb is None:
        return None
    return Rating(thumb == 1, "" if thumb == 1 else reason or "", note.strip())


@st.fragment
def draw_rating(turn: Turn, chats: Chats, say: Say, key: str) -> None:
    """The thumbs under one answer; drawing them again does not draw the page again."""
    known: Rating | None = st.session_state.setdefault(f"{key}-rated", turn.rating)
    # Who comes back from another view finds these gone; the turn may not have been read again since.
    first = known or Rating(good=True)
    st.session_state.setdefault(f"{key}-thumb", None if known is None else int(first.good))
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}-rating"):
        thumb = st.feedback("thumbs", key=f"{key}-thumb")
        reason, note = None, ""
        if thumb == 0:
            mine = f"{key}-reason-{say.tongue}"  # what Streamlit sends back is the word of the language
            st.session_state.setdefault(mine, first.reason or None)
            reason = st.pills(
                say("why"), REASONS, format_func=lambda r: say(f"reason_{r}"), key=mine,
                label_visibility="collapsed",
            )  # fmt: skip
        if thumb is not None:
            st.session_state.setdefault(f"{key}-note", first.note)
            note = st.text_input(
                say("note"), key=f"{key}-note", max_chars=_NOTE, placeholder=say("note"), label_visibility="collapsed"
            )
    rating = rating_of(thumb, reason, note)
    if rating != known:
        try:
            chats.rate(turn.id, rating)
            st.session_state[f"{key}-rated"] = rating
        except LibraryError as error:
            st.warning(inline(say.error(error)), icon=":material/warning:")
