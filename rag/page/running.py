"""Draw the answer on its way and the questions that wait for it."""

from __future__ import annotations

import streamlit as st

from rag.chats.types import Request
from rag.page.answers import Chat
from rag.page.progress import status
from rag.page.sanitise import block, inline, plain
from rag.page.strings import Say

BEAT = 0.4
"""Seconds between two looks at an answer on its way."""
PERSON, TOMO = ":material/person:", ":material/menu_book:"


def draw_question(request: Request, say: Say) -> None:
    """What was asked, and where."""
    with st.chat_message("user", avatar=PERSON):
        st.text(plain(request.question))
        if request.titles:
            st.caption(inline(say("scope_some", titles=", ".join(request.titles)), 300))
        for why in request.unread:
            st.markdown(f":orange[⚠ {inline(say.error(why), 300)}]")  # a caption would be too faint


@st.fragment(run_every=BEAT)
def draw_running(chat: Chat, say: Say) -> None:
    """The answer on its way; when it has ended the whole page draws it as a turn. Esc stops it."""
    running = chat.running
    if running is None or st.session_state.get("drawn") != (chat.id, len(chat.turns)):
        st.rerun(scope="app")
    now = running.progress()
    draw_question(now.request, say)
    with st.chat_message("assistant", avatar=TOMO):
        how = status(now, say)
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            with st.container(key="doing", width="content"):
                st.markdown(f":gray[{inline(how.words)}]", width="content")
            stop = st.button(
                say("stop"), key="stop", icon=":material/stop_circle:", disabled=now.phase == "stopping",
                shortcut="Esc",
            )  # fmt: skip
        if how.share is not None and not now.text:
            st.progress(how.share)
        if now.text:
            with st.container(key="writing"):
                st.markdown(block(now.text))
            st.caption(say("unchecked"))
    if stop:
        running.stop()


def draw_waiting(chat: Chat, say: Say) -> None:
    """The questions that are asked next, and a way to take them back."""
    for waiting in list(chat.waiting):
        with st.chat_message("user", avatar=PERSON):
            st.text(plain(waiting.request.question))
            st.caption(f":material/hourglass_empty: {say('waits')}")
    if chat.waiting and st.button(say("take_back"), key="take_back", icon=":material/close:"):
        chat.take_back()
        st.rerun()
