"""Draw how documents come in: files, folders, watched folders, how far it is, and what could not be read."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st

from ingest.errors import TomoError
from ingest.records import FileRecord
from rag.access.gate import is_loopback
from rag.page.desk import Desk
from rag.page.intake import FileResult, Intake, Now
from rag.page.refused import attempt, draw_refused, refuse, telling
from rag.page.sanitise import inline, line
from rag.page.strings import Say
from rag.page.units import duration
from rag.page.watching import a_folder

_BEAT = 0.5
_PULSE = 3.0
_LEAST = 1.0
"""Seconds between two times that the page is drawn because the library has changed."""
_MARKS = {"failed": "✗", "skipped": "–"}
_LATEST = 8
_LISTED = 20
_REFUSED = 100
"""Of one run: a folder of pictures by mistake does not fill the page."""


def draw_add(desk: Desk, say: Say, open_at_first: bool) -> None:
    """The ways to add; a refusal is a sentence beside them."""
    watched = len(desk.watcher.folders)
    label = f"{say('add')} · {say.count('watching', watched)}" if watched else say("add")
    with st.expander(label, expanded=open_at_first, icon=":material/upload_file:", key="adding"):
        files, folder, watch = st.tabs([say("tab_files"), say("tab_folder"), say("tab_watch")])
        # By its path only whoever sits at this computer: another visitor would read any folder that Tomo may read.
        here = is_loopback(str(st.get_option("server.address") or ""))
        with files:
            _upload(desk, say, "uploads", say("drop"), say("add_button"), True)
        with folder:
            _upload(desk, say, "folder_uploads", say("drop_folder"), say("add_folder_button"), "directory")
            if here:
                _by_path(desk, say)
        with watch:
            if here:
                _watch(desk, say)
            else:
                st.info(say("only_here"))


def _upload(desk: Desk, say: Say, key: str, label: str, button: str, several: bool | Literal["directory"]) -> None:
    turn = st.session_state.get(f"{key}_turn", 0)
    around = st.container(key=f"{key}-adding_files")
    # Not cleared by the form: who clicks before a file has arrived would have to choose it again.
    with around, st.form(f"add_{key}", clear_on_submit=False, border=False):
        uploads = st.file_uploader(label, accept_multiple_files=several, key=f"{key}-{turn}")
        pressed = st.form_submit_button(button, type="primary")
    sent = uploads if isinstance(uploads, list) else [uploads] if uploads else []

    def add() -> None:
        desk.add(sent)
        st.session_state[f"{key}_turn"] = turn + 1

    if pressed and sent:
        _attempt(key, add)
    elif pressed:
        refuse(key, "nothing_chosen")
    with around:
        draw_refused(key, say)


def _by_path(desk: Desk, say: Say) -> None:
    with st.form("by_path", clear_on_submit=False, border=False):
        typed = st.text_input(
            say("by_path"), key="folder_path", placeholder=say("by_path_placeholder"), help=say("by_path_help")
        )
        if st.form_submit_button(say("by_path_button"), icon=":material/folder_open:"):
            _attempt("by_path", lambda: desk.add_folder(a_folder(typed or "")))
    draw_refused("by_path", say)


def _watch(desk: Desk, say: Say) -> None:
    watcher = desk.watcher
    st.caption(say("watch_help"))
    for number, folder in enumerate(watcher.folders):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/folder_eye: {inline(str(folder))}", width="content")
            if st.button(say("watch_stop"), key=f"unwatch-{number}", type="tertiary"):
                _attempt("watch", lambda folder=folder: watcher.remove(folder))  # type: ignore[misc]
    if watcher.ended:
        st.error(inline(say("watch_ended", reason=say.error(watcher.error))), icon=":material/error:")
        if st.button(say("watch_again"), key="watch_again"):
            _attempt("watch", watcher.restart)
    elif watcher.error:
        st.warning(inline(say.error(watcher.error)), icon=":material/warning:")
    if seen := watcher.seen():
        st.caption(say("watch_seen"))
        for result in seen[:_LATEST]:
            st.markdown(_result(desk, result, say))
    with st.form("watch", clear_on_submit=False, border=False):
        typed = st.text_input(say("watch_path"), key="watch_path", placeholder=say("by_path_placeholder"))
        if st.form_submit_button(say("watch_button"), icon=":material/visibility:"):
            _attempt("watch", lambda: watcher.add(a_folder(typed or "")))
    draw_refused("watch", say)


@st.fragment(run_every=_PULSE)
def draw_pulse(desk: Desk) -> None:
    """Nothing; but what comes into the library is drawn as it comes."""
    try:
        _draw_anew(desk)
    except TomoError:
        st.rerun(scope="app")  # where it is said


def note_drawn(desk: Desk) -> None:
    """This state of the library is being drawn."""
    st.session_state["drawn_library"] = (_state(desk), time.monotonic())


def _state(desk: Desk) -> tuple[int, int]:
    """What changes with each thing that is to be drawn anew."""
    return desk.library.generation, desk.watcher.heard


def _draw_anew(desk: Desk) -> None:
    """Draw the page again when the library has changed, every second at most."""
    drawn, at = st.session_state.get("drawn_library", ((-1, -1), 0.0))
    if drawn != _state(desk) and time.monotonic() - at > _LEAST:
        st.rerun(scope="app")


@st.fragment(run_every=_BEAT)
@telling
def follow(desk: Desk, intake: Intake, say: Say) -> None:
    """Files as they are read; the page is drawn again at the end, when the library has changed."""
    ended, files = intake.done, list(intake.files)
    with st.container(border=True):
        if not ended:
            _draw_progress(desk, intake, len(files), say)
        else:
            _draw_outcome(desk, intake, files, say)
        # What the journal knows is listed below at the end, with a button to try again.
        bad = [f for f in files if not f.good and not (ended and f.path)]
        good = [f for f in files if f.good]
        warned = [f for f in good[:-_LATEST] if f.status in ("added", "updated") and f.reason]
        for result in [*bad[:_REFUSED], *warned[:_REFUSED], *good[-_LATEST:][::-1]]:
            st.markdown(_result(desk, result, say))
        if len(bad) > _REFUSED:
            st.caption(say.count("more_files", len(bad) - _REFUSED))
    if ended and st.session_state.get("seen_intake") is not intake:
        st.session_state["seen_intake"] = intake
        st.rerun(scope="app")
    _draw_anew(desk)


def notes_of(now: Now, waiting: int | None, say: Say) -> list[str]:
    """What stands below the bar; `waiting` pieces are told above it once all files are read, and not a second time in
    numbers that lag behind them."""
    notes = []
    if now.of_pages:
        page, pages = say.number(now.page), say.number(now.of_pages)
        notes.append(say("reading_page", file=now.file, page=page, pages=pages))
    if now.to_embed and waiting is None:
        notes.append(say("embedding", done=say.number(now.embedded), all=say.number(now.to_embed)))
    if now.seconds_left and waiting != 0:
        notes.append(say("left_time", seconds=duration(now.seconds_left, say, rough=True)))
    return notes


def _draw_progress(desk: Desk, intake: Intake, done: int, say: Say) -> None:
    now = intake.now
    waiting: int | None = None
    if done < intake.expected:
        words = say("ingesting", done=say.number(done), all=say.number(intake.expected))
        of_this = max(now.page - 1, 0) / now.of_pages if now.of_pages else 0.0  # a long scan is not a bar that stands
        st.progress(0.5 * min(done + of_this, intake.expected) / intake.expected, text=words)
    else:
        totals = desk.library.totals()
        waiting = totals["unindexed"]
        ready = 1 - waiting / max(totals["chunks"], 1)
        st.progress(0.5 + 0.5 * ready, text=say.count("finishing", waiting))
    notes = notes_of(now, waiting, say)
    if notes:
        st.caption(inline(" · ".join(notes)))
    if st.button(say("stop"), key="stop_intake", icon=":material/stop_circle:"):
        intake.stop()


def _draw_outcome(desk: Desk, intake: Intake, files: list[FileResult], say: Say) -> None:
    good = sum(result.good for result in files)
    counts = {"good": say.count("files", good), "bad": say.number(len(files) - good)}
    if intake.error:
        st.error(inline(say("ingest_failed", reason=say.error(intake.error))), icon=":material/error:")
    elif intake.stopped:
        st.info(say("ingest_stopped"), icon=":material/stop_circle:")
    elif good == len(files):
        st.success(say("ingest_done", **counts), icon=":material/check_circle:")
    else:
        st.warning(say("ingest_done", **counts), icon=":material/warning:")
    with st.container(horizontal=True):
        in_library = st.session_state.get("view") == "library"  # beside the box there is nothing to go to
        if good and in_library and st.button(say("ask_now"), key="ask_now", type="primary", icon=":material/forum:"):
            desk.intake = None
            st.switch_page(st.session_state["pages"]["chat"])
        if st.button(say("close"), key="close_intake"):
            desk.intake = None
            st.rerun(scope="app")


def draw_not_read(desk: Desk, say: Say) -> None:
    """Files that gave nothing, each with its reason and what can be done."""
    found = desk.not_read()
    failed = [record for record in found if record.status == "failed"]
    unused = [record for record in found if record.status != "failed"]
    if failed:
        with st.expander(say.count("not_read", len(failed)), icon=":material/error:", expanded=True, key="not_read"):
            there = [Path(record.path) for record in failed if Path(record.path).exists()]
            if len(there) > 1 and st.button(say("retry_all"), key="retry_all", disabled=_busy(desk)):
                _attempt("not_read", lambda: desk.take_in(there))
            draw_refused("not_read", say)
            _draw_records(desk, failed, say)
    if unused:
        with st.expander(say.count("unused", len(unused)), icon=":material/block:", key="unused"):
            _draw_records(desk, unused, say)


def _draw_records(desk: Desk, records: list[FileRecord], say: Say) -> None:
    for record in records[:_LISTED]:
        path = Path(record.path)
        there = path.exists()
        with st.container(gap="xxsmall"):
            st.markdown(
                f"**{inline(path.name, 90)}**  \n"
                f":gray[{inline(_reason(path.name, record.reason, say) or say('file_gone'), 400)}]"
            )
            with st.container(horizontal=True):
                if not there:
                    st.caption(say("file_gone"))
                elif st.button(
                    say("retry_file"), key=f"retry-{record.path}", icon=":material/refresh:", disabled=_busy(desk)
                ):
                    _attempt(record.path, lambda path=path: desk.take_in([path]))  # type: ignore[misc]
                if st.button(say("dismiss"), key=f"dismiss-{record.path}", type="tertiary"):
                    _attempt(record.path, lambda path=record.path: desk.dismiss(path))  # type: ignore[misc]
            draw_refused(record.path, say)
    if len(records) > _LISTED:
        st.caption(say.count("more_files", len(records) - _LISTED))


def _result(desk: Desk, result: FileResult, say: Say) -> str:
    status = say(f"status_{result.status}")
    parts = len(desk.library.known_parts(result.path)) if result.path and result.pages else 0
    held = say.count("documents", parts) if parts > 1 else say.count("pages", result.pages)
    why = f"  \n:gray[{inline(_reason(result.name, result.reason, say), 400)}]" if result.reason else ""
    name = inline(result.name, 90)
    return f"{_MARKS.get(result.status, '✓')} **{name}** · {status}{f', {held}' if result.pages else ''}{why}"


def _reason(name: str, reason: str, say: Say) -> str:
    """What is said of a file, without its name, which stands above it."""
    return say.error(reason).removeprefix(f"{line(name)}: ")


def _busy(desk: Desk) -> bool:
    return desk.intake is not None and not desk.intake.done


def _attempt(place: str, act: Callable[[], object]) -> None:
    """Do it and draw the page anew."""
    if attempt(place, act):
        st.rerun(scope="app")
