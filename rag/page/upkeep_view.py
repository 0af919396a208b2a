"""Draw what the library is looked after with: documents read ahead, the index made anew."""

from __future__ import annotations

import streamlit as st

from rag.page.chores import Chore
from rag.page.desk import Desk
from rag.page.engine import WarmUp
from rag.page.refused import attempt, draw_refused
from rag.page.sanitise import inline
from rag.page.strings import Say
from rag.page.units import duration
from rag.prefixes.warm import Warming

_BEAT = 0.5


def draw_work(desk: Desk, say: Say) -> None:
    """What is being done, with its progress."""
    if desk.engine.warm_up is not None:
        _follow_warming(desk, desk.engine.warm_up, say)
    if desk.rebuilding is not None:
        _follow_rebuilding(desk, desk.rebuilding, say)


def draw_upkeep(desk: Desk, say: Say) -> None:
    """What can be started."""
    with st.expander(say("upkeep"), icon=":material/build:", key="upkeep"):
        st.markdown(f"**{say('warm_title')}**")
        st.caption(say("warm_help"))
        _start_warming(desk, say)
        st.markdown(f"**{say('rebuild_title')}**")
        st.caption(say("rebuild_help"))
        going = desk.rebuilding is not None and not desk.rebuilding.done
        pressed = st.button(say("rebuild_button"), key="rebuild", icon=":material/construction:", disabled=going)
        if pressed and attempt("rebuild", desk.rebuild):
            st.rerun()
        draw_refused("rebuild", say)


def _start_warming(desk: Desk, say: Say) -> None:
    if not desk.settings.prefix_mb:
        st.info(say("warm_none"))
        return
    loaded = desk.engine.loaded
    if loaded is not None and loaded.quotes:
        st.caption(f":material/info: {say('warm_quotes')}")
    if desk.settings.warm:
        st.caption(f":material/schedule: {say.count('warm_idle', desk.settings.warm)}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        most = st.number_input(say("warm_most"), 1, 1000, 5, key="warm_most", width=220)
        going = desk.engine.warm_up is not None and not desk.engine.warm_up.done
        if st.button(say("warm_button"), key="warm", icon=":material/bolt:", disabled=going):
            desk.engine.warm((), most=int(most))
            st.toast(say("warm_started"), icon=":material/bolt:")
            st.rerun()


@st.fragment(run_every=_BEAT)
def _follow_warming(desk: Desk, work: WarmUp, say: Say) -> None:
    ended, seen = work.done, dict(work.seen)
    left, done = list(work.left), sum(event.state not in ("working", "cancelled") for event in work.seen.values())
    with st.container(border=True, key="warming"):
        if ended:
            _warming_over(desk, work, say)
        else:
            at = seen.get(left[0]) if left else None
            part = at.done / at.total if at is not None and at.total else 0.0
            whole = max(done + len(left), 1)
            words = say("warm_progress", done=say.number(done), all=say.number(done + len(left)))
            if not seen and not left:
                words = say("warm_choosing")
            elif at is not None and at.state == "cancelled":
                words = say("warm_waiting")
            elif work.unasked:
                words = say("warm_unasked")
            st.progress(min((done + part) / whole, 1.0), text=words)
            if st.button(say("stop"), key="stop_warming", icon=":material/stop_circle:"):
                desk.engine.stop_warming()
        for event in list(seen.values())[::-1][:8]:
            st.markdown(_warmed(desk, event, say))
    if ended and st.session_state.get("seen_warming") != id(work):
        st.session_state["seen_warming"] = id(work)
        st.rerun(scope="app")


def _warming_over(desk: Desk, work: WarmUp, say: Say) -> None:
    if work.error:
        st.error(inline(say.error(work.error)), icon=":material/error:")
    else:
        st.success(say("warm_done"), icon=":material/check_circle:")
    if st.button(say("close"), key="close_warming"):
        desk.engine.warm_up = None
        st.rerun(scope="app")


def _warmed(desk: Desk, event: Warming, say: Say) -> str:
    total, done = say.number(event.total), say.number(min(event.done, event.total))
    words = say(f"ahead_{event.state}", total=total, done=done, seconds=duration(event.seconds, say))
    row = desk.library.document(event.document_id)
    why = f"  \n:gray[{inline(say.error(event.why), 400)}]" if event.why else ""
    return f"**{inline(row.title if row else event.title, 90)}** · {inline(words)}{why}"


@st.fragment(run_every=_BEAT)
def _follow_rebuilding(desk: Desk, chore: Chore, say: Say) -> None:
    ended = chore.done
    with st.container(border=True, key="rebuilding"):
        if not ended:
            totals = desk.library.totals()
            done, whole = totals["chunks"] - totals["unindexed"], max(totals["chunks"], 1)
            words = say("rebuild_working", done=say.number(done), all=say.number(whole))
            st.progress(done / whole, text=words)
        else:
            if chore.error:
                st.error(inline(say.error(chore.error)), icon=":material/error:")
            else:
                st.success(say("rebuild_done"), icon=":material/check_circle:")
            if st.button(say("close"), key="close_rebuilding"):
                desk.rebuilding = None
                st.rerun(scope="app")
    if ended and st.session_state.get("seen_rebuilding") != id(chore):
        st.session_state["seen_rebuilding"] = id(chore)
        st.rerun(scope="app")
