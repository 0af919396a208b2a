"""Draw the conversation: ask, watch the answer come, stop it, and check where it comes from."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from ingest.records import DocumentRow
from rag.chats.types import Request, Turn, waits_for_files
from rag.page.adding_view import follow, note_drawn
from rag.page.answers import Chat
from rag.page.below import draw_below
from rag.page.browser import keys as focus_box
from rag.page.browser import show_turn
from rag.page.chat_list import draw_chats, open_chat
from rag.page.desk import Desk
from rag.page.library_view import draw_first_steps
from rag.page.marks import open_marks
from rag.page.refused import attempt, draw_refused, refuse
from rag.page.running import draw_running, draw_waiting
from rag.page.sanitise import inline
from rag.page.scope import draw_scope, narrow_to, take_narrowed
from rag.page.spoken import speak_answers
from rag.page.strings import Say
from rag.page.turn import BOX, draw_suggestions, draw_turn
from rag.standing import standing

LONGEST = 4000
"""Characters of a question. The box takes more, to say so: what is pasted into a full one vanishes without a word."""


def draw_chat(desk: Desk, chat: Chat, say: Say) -> None:
    """The whole page; TomoError when the library cannot be read."""
    note_drawn(desk)
    documents = desk.documents()
    if not documents and not chat.turns and chat.running is None:
        draw_first_steps(desk, say)
        return
    desk.prepare()
    _follow_files(chat)
    with st.sidebar:
        begun = chat.turns or chat.running is not None  # nobody has to wait for a long answer to ask something else
        if begun and st.button(say("new_chat"), icon=":material/add:", width="stretch"):
            _widen()
            open_chat(None)
    request = _draw_asking(desk, chat, documents, say)
    if not chat.turns and chat.running is None:
        _greet(documents, say)
        if desk.intake is not None:  # otherwise nobody sees how the samples come in
            follow(desk, desk.intake, say)
    _draw_turns(desk, chat, request, say)
    if chat.unsaved:
        st.warning(say("unsaved", why=inline(say.error(chat.unsaved))), icon=":material/warning:")
    if chat.chats is not None:
        draw_chats(desk, chat, chat.chats, say)


def _draw_turns(desk: Desk, chat: Chat, request: Request, say: Say) -> None:
    """What stands of the conversation; a turn that is being asked again is followed in its own place."""
    turns, running, state = list(chat.turns), chat.running, st.session_state
    state["drawn"] = (chat.id, len(turns))
    keys = {id(turn): f"{chat.id}-{turn.id or f'new{number}'}" for number, turn in enumerate(turns)}
    shown = standing(turns)
    if running is not None:
        shown = standing([*turns, Turn(running.progress().request)])[:-1]
    for each in shown:
        draw_turn(each, desk, chat, say, keys[id(each.turn)])
    with st.bottom, st.container(gap=None):  # what is drawn there takes no room
        wanted = f"edit {state['editing']}" if "editing" in state else state.get("about", "")
        focus_box(wanted, fresh=not turns and running is None)
        open_marks()
        speak_answers(chat.id)
        draw_below(say)
        asked = len(turns) + len(chat.waiting) + (running is not None)
        show_turn(chat.id, asked, len(turns), keys[id(turns[-1])] if turns and running is None else "")
    if running is not None:
        draw_running(chat, say)
        draw_waiting(chat, say)
    elif shown:
        draw_suggestions(shown[-1].turn, desk, chat, request, say, keys[id(shown[-1].turn)])


def _draw_asking(desk: Desk, chat: Chat, documents: list[DocumentRow], say: Say) -> Request:
    """The pickers and the box, always in sight below; gives what is set, and asks what was sent."""
    with st.bottom:
        _draw_no_model(desk, chat, say)
        request = draw_scope(documents, desk.titles(), say)
        if "editing" in st.session_state:
            _draw_editing(chat, say)
        draw_refused(BOX, say)
    if unsent := st.session_state.pop("unsent", ""):
        st.session_state[BOX] = unsent
    # Outside that block: the page follows the end of the conversation only for a box of its own. Never disabled: it
    # would lose the keyboard; what is sent meanwhile waits for its turn.
    sent = st.chat_input(say("ask_placeholder"), key=BOX, accept_file="multiple")
    if sent is None:
        return request
    question, files = sent.text.strip(), sent.files
    if not question and not files:
        return request
    if len(question) > LONGEST:
        refuse(BOX, "too_long", n=say.number(len(question)), most=say.number(LONGEST))
        st.session_state["unsent"] = question
        st.rerun()
    replaces = st.session_state.pop("editing", 0.0)
    asked = replace(request, question=question or say("about_files"), replaces=replaces)
    for turn in chat.turns:  # an edited question keeps the files that it came with
        if turn.asked == replaces and waits_for_files(turn.request) and not asked.titles:
            asked = replace(asked, titles=turn.request.titles)

    def ask() -> None:
        if files:
            desk.ask_about(chat, asked, files)
            st.session_state["brought"] = chat.id
        else:
            desk.ask(chat, asked)

    if not attempt(BOX, ask):
        st.session_state["unsent"] = question
        if replaces:
            st.session_state["editing"] = replaces
        st.rerun()
    open_chat(chat.id)
    return request


def _draw_no_model(desk: Desk, chat: Chat, say: Say) -> None:
    """Before anybody waits for an answer; below one that failed for it, it has been said."""
    why = desk.engine.no_model
    if why and chat.running is None and not (chat.turns and chat.turns[-1].error == why):
        st.error(inline(say.error(why)), icon=":material/error:")


def _draw_editing(chat: Chat, say: Say) -> None:
    shown = standing(chat.turns)
    last = not shown or shown[-1].turn.asked == st.session_state["editing"]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(f":material/edit: {say('editing' if last else 'editing_earlier')}")
        if st.button(say("cancel"), key="edit_no", type="tertiary", icon=":material/close:"):
            del st.session_state["editing"]
            st.session_state[BOX] = ""
            st.rerun()


def _follow_files(chat: Chat) -> None:
    """Once files that came with a question are in the library they are the scope of what is asked next."""
    if st.session_state.get("brought") == chat.id and chat.running is None:
        del st.session_state["brought"]
        if chat.turns and chat.turns[-1].request.documents:
            narrow_to(chat.turns[-1].request.documents)
            st.session_state["came_with"] = list(chat.turns[-1].request.documents)
    take_narrowed()


def _widen() -> None:
    """A new conversation is not about files that came with a question of another; what a person chose stays."""
    if (came := st.session_state.pop("came_with", None)) and came == st.session_state.get("scope"):
        narrow_to(())


def _greet(documents: list[DocumentRow], say: Say) -> None:
    st.title(say("greeting"), anchor=False)
    st.markdown(say("greeting_help"))
    st.caption(say("try_these"))
    manuals = sorted((row for row in documents if row.kind == "manual"), key=lambda row: -row.pages)
    for row in manuals[:4] or documents[:4]:
        label = f"{inline(row.title, 90)} :gray[· {say.count('pages', row.pages)}]"
        st.button(label, key=f"about-{row.id}", icon=":material/description:", type="tertiary", help=say("about_help"),
                  on_click=_about, args=(row.id,))  # fmt: skip


def _about(document: str) -> None:
    """What is asked next is about this document, and the keyboard goes into the box."""
    narrow_to((document,))
    st.session_state["about"] = document
