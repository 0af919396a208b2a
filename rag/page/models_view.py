"""Draw the models: which one answers and how fast, which ones there are, what fits this machine, what is kept."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ingest.errors import ModelError
from rag.llama.gguf import read_gguf
from rag.llama.memory import free_memory
from rag.loaded import Loaded
from rag.page.chores import Chore
from rag.page.desk import Desk
from rag.page.refused import attempt, draw_refused
from rag.page.sanitise import inline
from rag.page.strings import Say
from rag.page.units import size
from rag.shelf.catalogue import LLAMAS
from rag.shelf.choice import is_packaged
from rag.shelf.fits import Room, Shelved, catalogue_room
from rag.shelf.table import CATALOGUE_QUANTISATION, parameters

_BEAT = 0.5


def draw_models(desk: Desk, say: Say) -> None:
    """The whole view; TomoError when the library cannot be read."""
    st.title(say("models"), anchor=False)
    if note := st.session_state.pop("note", ""):
        st.success(note, icon=":material/check_circle:")
    _draw_exchange(desk, say)
    _draw_loaded(desk, say)
    if desk.calibration is not None:
        _follow_calibration(desk, desk.calibration, say)
    _draw_files(desk, say)
    _draw_catalogue(desk, say)
    _draw_kept(desk, say)


@st.fragment(run_every=_BEAT)
def _draw_exchange(desk: Desk, say: Say) -> None:
    """Where the change of the model stands; the page is drawn again when that has changed."""
    exchange = desk.engine.exchange
    if exchange.stage == "failed":
        why = say.error(exchange.why) if exchange.why else say("lost")
        st.error(inline(say("exchange_failed", why=why)), icon=":material/error:")
    elif exchange.stage:
        st.info(say(f"exchange_{exchange.stage}"), icon=":material/hourglass_top:")
    shown = (exchange, desk.engine.loaded is not None)
    if st.session_state.get("seen_exchange", shown) != shown:
        st.session_state["seen_exchange"] = shown
        st.rerun(scope="app")
    st.session_state["seen_exchange"] = shown


def _draw_loaded(desk: Desk, say: Say) -> None:
    loaded = desk.engine.loaded
    if loaded is None and desk.engine.exchange.stage in ("waiting", "opening"):
        return  # that is said already
    st.subheader(say("loaded"), anchor=False)
    if loaded is None:
        st.info(say("not_loaded"))
        if st.button(say("load"), key="load", icon=":material/play_arrow:", disabled=bool(desk.engine.exchange.stage)):
            desk.engine.switch(desk.engine.settings)
            st.rerun()
        return
    with st.container(border=True, key="loaded"):
        st.markdown(f"**{inline(loaded.name.rpartition('@')[0] or loaded.name)}**")
        _draw_facts(loaded, say)
        limit = say(f"window_{loaded.limit}", window=say.number(loaded.window))
        st.caption(f"{limit} {say('m_measured') if loaded.measured else say('m_guessed')}")


def _draw_facts(loaded: Loaded, say: Say) -> None:
    flash = say("m_flash") if loaded.flash_attention else say("m_no_flash")
    facts = [
        (say("m_window"), say("m_tokens", n=say.number(loaded.window)), ""),
        (say("m_kv"), f"{loaded.kv_type} · {size(loaded.kv_bytes, say)}", flash),
        (say("m_prefill"), say("m_rate", n=say.number(loaded.prefill)) if loaded.prefill else "–", ""),
        (say("m_decode"), say("m_rate", n=say.number(loaded.decode)) if loaded.decode else "–", ""),
        (say("m_restore"), say("m_bytes", size=size(loaded.restore, say)) if loaded.restore else "–", ""),
    ]
    with st.container(horizontal=True, gap="medium"):
        for label, value, note in facts:
            under = f"  \n:gray[{note}]" if note else ""
            st.markdown(f":gray[{label}]  \n**{inline(value)}**{under}", width="content",
                        help=say("m_kv_help") if note else None)  # fmt: skip


def _draw_files(desk: Desk, say: Say) -> None:
    st.subheader(say("files_found"), anchor=False)
    found = desk.models()
    folder = str(desk.settings.models)
    st.caption(inline(say("put_here", folder=folder)))
    if not found:
        st.info(inline(say("no_files", folder=folder)))
    if desk.settings.llm:
        st.info(say("set_elsewhere"), icon=":material/lock:")
        _draw_missing(Path(desk.settings.llm), say)
    for model in found:
        _draw_file(desk, model, say)


def _draw_missing(path: Path, say: Say) -> None:
    """Why the model that is set cannot answer, where its file is not there: it is none of the files below."""
    if not path.exists():
        try:
            read_gguf(path)
        except ModelError as error:
            st.error(inline(say.error(error)), icon=":material/error:")


def _draw_file(desk: Desk, model: Shelved, say: Say) -> None:
    in_use = _in_use(desk, model.path)
    with st.container(border=True, key=f"model-{model.path.name}"):
        marks = [say("in_use")] if in_use else []
        marks += [say("packaged")] if is_packaged(desk.settings, model.path) else []
        badges = "".join(f" :green-badge[{mark}]" for mark in marks)
        st.markdown(f"**{inline(model.path.name, 90)}**{badges}")
        if model.info is None or model.room is None:
            st.error(inline(say.error(model.why), 400), icon=":material/error:")
            return
        info = model.info
        count = parameters(info.parameters, info.active_parameters)
        window = say("m_tokens", n=say.number(info.window))
        st.caption(inline(" · ".join([info.name, count, info.quantisation, size(model.size, say), window])))
        icon = ":material/check:" if model.room.fits else ":material/close:"
        st.markdown(f"{icon} {inline(_room(model.room, say))}")
        _draw_actions(desk, model, in_use, say)


def _draw_actions(desk: Desk, model: Shelved, in_use: bool, say: Say) -> None:
    changing = desk.engine.exchange.stage in ("waiting", "opening")
    measuring = desk.calibration is not None and not desk.calibration.done
    with st.container(horizontal=True):
        blocked = bool(desk.settings.llm) or changing
        use = not in_use and st.button(say("use"), key=f"use-{model.path}", type="primary", disabled=blocked)
        if use and attempt(str(model.path), lambda: desk.switch(model.path)):
            st.rerun()
        if st.button(
            say("measure"), key=f"measure-{model.path}", icon=":material/speed:", help=say("measure_help"),
            disabled=measuring,
        ):  # fmt: skip
            desk.calibrate(model.path)
            st.rerun()
    draw_refused(str(model.path), say)


def _in_use(desk: Desk, path: Path) -> bool:
    chosen = desk.engine.settings.llm
    if chosen:
        return Path(chosen) == path
    loaded = desk.engine.loaded
    return is_packaged(desk.settings, path) and (loaded is None or loaded.name.startswith(f"{path.name}@"))


def _room(room: Room, say: Say) -> str:
    window, needed = say.number(room.window), size(room.needed, say)
    if room.free is None:
        return say("room_unknown", window=window, needed=needed)
    free, largest = size(room.free, say), say.number(room.largest)
    if not room.largest:
        return say("room_none", window=window, needed=needed, free=free)
    key = "yes" if room.fits else "no"
    return say(f"room_{key}", window=window, needed=needed, free=free, largest=largest)


@st.fragment(run_every=_BEAT)
def _follow_calibration(desk: Desk, chore: Chore, say: Say) -> None:
    ended, name = chore.done, Path(chore.subject).name
    with st.container(border=True, key="calibration"):
        if not ended:
            st.info(inline(say("measuring", model=name)), icon=":material/speed:")
            if st.button(say("stop"), key="stop_calibration", icon=":material/stop_circle:"):
                chore.stop()
        elif chore.error:
            st.error(inline(say.error(chore.error)), icon=":material/error:")
        elif chore.rows:
            _draw_measured(desk, chore, name, say)
        for said in chore.lines[-6:] if not ended else []:
            st.text(say.error(said))
        if ended and st.button(say("close"), key="close_calibration"):
            desk.calibration = None
            st.rerun(scope="app")
    if ended and st.session_state.get("seen_calibration") != id(chore):
        st.session_state["seen_calibration"] = id(chore)
        st.rerun(scope="app")


def _draw_measured(desk: Desk, chore: Chore, name: str, say: Say) -> None:
    st.markdown(f"**{inline(say('measured', model=name))}**")
    columns = [say("c_way"), say("c_prefill"), say("c_decode"), say("c_drift"), say("c_used")]
    rows = [
        [
            f"{row['kv_type']} {say('m_flash') if row['flash_attention'] else ''}",
            say.number(row["prefill"]) if row["prefill"] else "–",
            say.number(row["decode"], 1) if row["decode"] else "–",
            say.number(row["drift"], 3),
            "✓" if row["used"] else "",
        ]
        for row in chore.rows
    ]
    st.table({column: [row[number] for row in rows] for number, column in enumerate(columns)})
    if _in_use(desk, Path(chore.subject)) and st.button(say("measure_reopen"), key="measure_reopen"):
        desk.engine.switch(desk.engine.settings)
        st.rerun(scope="app")


def _draw_catalogue(desk: Desk, say: Say) -> None:
    with st.expander(say("catalogue"), icon=":material/memory:", key="catalogue"):
        free = free_memory()
        known = say("free_unknown") if free is None else size(free, say)
        st.caption(say("catalogue_help", free=known))
        rooms = [catalogue_room(llama, desk.settings.window, free) for llama in LLAMAS]
        st.table({
            say("c_model"): [llama.name for llama in LLAMAS],
            say("c_weights"): [size(llama.weights(CATALOGUE_QUANTISATION), say) for llama in LLAMAS],
            say("c_needs"): [size(room.needed, say) for room in rooms],
            say("c_fits"): ["✓" if room.fits else "✗" for room in rooms],
            say("c_largest"): [say.number(room.largest) if room.largest else "–" for room in rooms],
        })  # fmt: skip


def _draw_kept(desk: Desk, say: Say) -> None:
    st.subheader(say("kept_title"), anchor=False)
    kept = desk.kept()
    room = say("kept_size", size=size(kept.bytes, say), limit=size(kept.limit, say))
    st.markdown(f"**{say.count('kept', kept.count)}** · {inline(room)}")
    st.caption(say("kept_help"))
    if st.session_state.get("asked_to_drop"):
        with st.container(horizontal=True):
            sure = st.button(say("kept_drop_yes"), key="kept_drop_yes", type="primary")
            no = st.button(say("cancel"), key="kept_drop_no")
        if sure:
            st.session_state["note"] = say.count("kept_dropped", desk.drop_kept())
        if sure or no:
            st.session_state["asked_to_drop"] = False
            st.rerun()
    elif st.button(say("kept_drop"), key="kept_drop", icon=":material/delete:", disabled=not kept.count):
        st.session_state["asked_to_drop"] = True
        st.rerun()
