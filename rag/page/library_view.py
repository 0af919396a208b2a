"""Draw the library: what is in it, add to it, remove from it."""

from __future__ import annotations

import streamlit as st

from ingest.errors import TomoError
from ingest.records import DocumentRow
from rag.page.desk import SAMPLES, Desk
from rag.page.intake import FileResult, Intake
from rag.page.sanitise import inline, line
from rag.page.strings import Say

_BEAT = 0.5
_MARKS = {"failed": "✗", "skipped": "–"}


def draw_library(desk: Desk, say: Say) -> None:
    """The whole view; TomoError when the library cannot be read."""
    st.title(say("library"), anchor=False)
    if note := st.session_state.pop("note", ""):
        st.success(note, icon=":material/check_circle:")
    documents = desk.documents()
    _draw_add(desk, say, open_at_first=not documents)
    if desk.intake is not None:
        _follow(desk, desk.intake, say)
    if documents:
        _draw_table(documents, say)
        _draw_remove(desk, documents, say)


def draw_first_steps(desk: Desk, say: Say) -> None:
    """What to do with an empty library."""
    st.title(say("first_title"), anchor=False)
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
        _follow(desk, desk.intake, say)


def matching(documents: list[DocumentRow], words: str) -> list[DocumentRow]:
    """The documents whose title, file or ticket number has every word, in any case."""
    wanted = words.casefold().split()
    return [row for row in documents if all(w in f"{row.title} {row.file} {row.fields.key}".casefold() for w in wanted)]


def _samples() -> bool:
    return SAMPLES.is_dir() and any(path.is_file() and path.name[0] != "." for path in SAMPLES.rglob("*"))


def _draw_add(desk: Desk, say: Say, open_at_first: bool) -> None:
    with (
        st.expander(say("add"), expanded=open_at_first, icon=":material/upload_file:"),
        st.form("add", clear_on_submit=True, border=False),
    ):
        uploads = st.file_uploader(say("drop"), accept_multiple_files=True, key="uploads")
        if not st.form_submit_button(say("add_button"), type="primary"):
            return
    if not uploads:
        st.warning(say("nothing_chosen"))
        return
    if desk.intake is not None and not desk.intake.done:
        st.warning(say("busy"))
        return
    desk.add(uploads)
    st.rerun()


@st.fragment(run_every=_BEAT)
def _follow(desk: Desk, intake: Intake, say: Say) -> None:
    """Files as they are read; the page is drawn again at the end, when the library has changed."""
    ended, files = intake.done, list(intake.files)
    with st.container(border=True):
        if not ended:
            _draw_progress(desk, intake, len(files), say)
        else:
            _draw_outcome(desk, intake, files, say)
        for result in [f for f in files if not f.good] + [f for f in files if f.good][-8:][::-1]:
            st.markdown(_result(result, say))
    if ended and st.session_state.get("seen_intake") != id(intake):
        st.session_state["seen_intake"] = id(intake)
        st.rerun(scope="app")


def _draw_progress(desk: Desk, intake: Intake, done: int, say: Say) -> None:
    if done < intake.expected:
        words = say("ingesting", done=say.number(done), all=say.number(intake.expected))
        st.progress(0.5 * done / intake.expected, text=words)
    else:
        totals = desk.library.totals()
        ready = 1 - totals["unindexed"] / max(totals["chunks"], 1)
        st.progress(0.5 + 0.5 * ready, text=say.count("finishing", totals["unindexed"]))
    if st.button(say("stop"), key="stop_intake", icon=":material/stop_circle:"):
        intake.stop()


def _draw_outcome(desk: Desk, intake: Intake, files: list[FileResult], say: Say) -> None:
    good = sum(result.good for result in files)
    counts = {"good": say.count("files", good), "bad": say.number(len(files) - good)}
    if intake.error:
        st.error(inline(say("ingest_failed", reason=intake.error)), icon=":material/error:")
    elif intake.stopped:
        st.info(say("ingest_stopped"), icon=":material/stop_circle:")
    elif good == len(files):
        st.success(say("ingest_done", **counts), icon=":material/check_circle:")
    else:
        st.warning(say("ingest_done", **counts), icon=":material/warning:")
    if st.button(say("close"), key="close_intake"):
        desk.intake = None
        st.rerun(scope="app")


def _result(result: FileResult, say: Say) -> str:
    status = say(f"status_{result.status}")
    pages = f", {say.count('pages', result.pages)}" if result.pages else ""
    why = f"  \n:gray[{inline(result.reason, 400)}]" if result.reason else ""
    return f"{_MARKS.get(result.status, '✓')} **{inline(result.name, 90)}** · {status}{pages}{why}"


def _draw_table(documents: list[DocumentRow], say: Say) -> None:
    words = st.text_input(say("filter"), placeholder=say("filter_placeholder"), key="filter")
    rows = matching(documents, words)
    if not rows:
        st.info(say("no_match"))
        return
    pages = say.count("pages", sum(row.pages for row in rows))
    shown = say("shown", shown=say.number(len(rows)), all=say.count("documents", len(documents)))
    st.caption(f"{shown} · {pages}")
    table = {
        say("col_title"): [line(row.title) for row in rows],
        say("col_kind"): [say(f"kind_{row.kind}") for row in rows],
        say("col_language"): [say(f"lang_{row.language}") for row in rows],
        say("col_pages"): [row.pages for row in rows],
        say("col_chunks"): [row.chunks for row in rows],
        say("col_file"): [line(row.file) for row in rows],
    }
    st.dataframe(table, hide_index=True, width="stretch", height="auto")


def _draw_remove(desk: Desk, documents: list[DocumentRow], say: Say) -> None:
    titles = {row.id: line(row.title, 80) for row in documents}
    st.session_state["removing"] = [key for key in st.session_state.get("removing", []) if key in titles]
    with st.expander(say("remove_which"), icon=":material/delete:"):
        chosen = st.multiselect(
            say("remove_help"), list(titles), format_func=lambda key: titles.get(key, key), key="removing"
        )
        asked = st.session_state.get("asked_to_remove", [])
        if chosen and asked == chosen:
            _confirm(desk, say, [titles[key] for key in chosen], chosen)
        elif st.button(say("remove"), disabled=not chosen):
            st.session_state["asked_to_remove"] = chosen
            st.rerun()


def _confirm(desk: Desk, say: Say, titles: list[str], ids: list[str]) -> None:
    names = [f"- {inline(title)}" for title in titles[:10]]
    names += [f"- … +{say.number(len(titles) - 10)}"] if len(titles) > 10 else []
    st.warning("\n".join([f"**{say('remove_title')}**  \n{say('remove_text')}\n", *names]))
    with st.container(horizontal=True):
        sure = st.button(say("remove_yes"), key="remove_yes", type="primary")
        if st.button(say("cancel"), key="remove_no"):
            st.session_state["asked_to_remove"] = []
            st.rerun()
    if sure:
        _remove(desk, say, ids)


def _remove(desk: Desk, say: Say, ids: list[str]) -> None:
    try:
        with st.spinner(say("removing")):
            desk.remove(ids)
    except TomoError as error:
        st.error(inline(str(error)), icon=":material/error:")
        return
    st.session_state["asked_to_remove"] = []
    st.session_state["note"] = say.count("removed", len(ids))
    st.rerun()
