"""Draw the library: what is in it, what comes in, what could not be read, how it is looked after."""

from __future__ import annotations

import streamlit as st

from ingest.lock import being_written
from rag.page.adding_view import draw_add, draw_not_read, draw_pulse, follow, note_drawn
from rag.page.desk import SAMPLES, Desk
from rag.page.refused import attempt, draw_refused
from rag.page.sanitise import inline
from rag.page.shelf_view import draw_shelf
from rag.page.strings import Say
from rag.page.upkeep_view import draw_upkeep, draw_work


def draw_library(desk: Desk, say: Say) -> None:
    """The whole view; TomoError when the library cannot be read."""
    st.title(say("library"), anchor=False)
    if note := st.session_state.pop("note", ""):
        st.success(note, icon=":material/check_circle:")
    note_drawn(desk)
    documents = desk.documents()
    draw_add(desk, say, open_at_first=not documents)
    if desk.intake is not None:
        follow(desk, desk.intake, say)
    _draw_unfinished(desk, say)
    draw_work(desk, say)
    draw_not_read(desk, say)
    if documents:
        draw_shelf(desk, say)
        draw_upkeep(desk, say)
    draw_pulse(desk)  # whoever adds or removes: another window, a watched folder, a command line


def _draw_unfinished(desk: Desk, say: Say) -> None:
    """A way to go on with what was stopped after the files had been read."""
    busy = desk.intake is not None and not desk.intake.done
    if busy or not desk.library.totals()["unindexed"] or being_written(desk.library.folder):
        return
    pressed = st.button(say("finish"), key="finish", icon=":material/play_arrow:")
    if pressed and attempt("finish", desk.finish):
        st.rerun()
    draw_refused("finish", say)


def draw_first_steps(desk: Desk, say: Say) -> None:
    """What to do with an empty library."""
    st.title(say("first_title"), anchor=False)
    st.markdown(say("tagline"))  # on a phone the sidebar, where it stands too, is closed
    for column, number in zip(st.columns(3), (1, 2, 3), strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f":primary[**{number}**]")
            st.markdown(say(f"first_{number}"))
    samples = _samples()
    busy = desk.intake is not None and not desk.intake.done
    with st.container(horizontal=True):
        if samples and st.button(say("load_samples"), type="primary", icon=":material/auto_stories:", disabled=busy):
            desk.add_folder(SAMPLES)
            st.rerun()
        if st.button(say("add_own"), icon=":material/upload_file:", disabled=busy):
            st.switch_page(st.session_state["pages"]["library"])
    if not samples:
        st.caption(inline(say("no_samples", folder=str(SAMPLES))))
    if desk.intake is not None:
        follow(desk, desk.intake, say)
    draw_pulse(desk)


def _samples() -> bool:
    return SAMPLES.is_dir() and any(path.is_file() and path.name[0] != "." for path in SAMPLES.rglob("*"))
