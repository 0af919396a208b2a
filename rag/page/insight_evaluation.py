"""Draw the evaluations: make one from a question file or from rated answers, and compare it with earlier ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import streamlit as st

from rag.chats.counts import rated
from rag.chats.store import Chats
from rag.evaluation.from_feedback import questions
from rag.evaluation.log import Run, comparable
from rag.evaluation.questions_file import Item, items_in
from rag.evaluation.scores import Interval, Score
from rag.page.choosing import kept
from rag.page.desk import Desk
from rag.page.figures import Figure
from rag.page.insight_figures import apart, group_words, in_time, percent, rates
from rag.page.measuring_run import Bench, Measuring
from rag.page.refused import attempt, draw_refused, refuse
from rag.page.sanitise import file_name, inline, line
from rag.page.strings import Say

Drawer = Callable[[Sequence[Figure], Say], None]
MOST_BYTES = 20 << 20
"""Of a question file: some hundred thousand questions, hours of searching."""
_BEAT = 0.5
_START = "insight_start"


def draw_evaluation(desk: Desk, chats: Chats, draw: Drawer, say: Say) -> None:
    """The whole part; LibraryError when the evaluations cannot be read. `draw` draws figures.

    Figures are everybody's. What tells of the questions of one on its way is shown to who asked for it only.
    """
    bench = _bench(str(desk.library.folder))
    runs = bench.runs(desk.library.folder)
    measuring = bench.measuring
    if chats.owner:
        st.caption(f":material/groups: {say('insight_everyones')}")
    own = measuring is not None and measuring.owner == chats.owner
    if measuring is not None and not measuring.ended:
        _follow(measuring, own, say)
    elif measuring is not None and own:
        _draw_outcome(bench, measuring, say)
    if not runs:
        st.info(say("insight_none_yet"), icon=":material/insights:")
    _draw_start(desk, chats, bench, say, open_at_first=not runs)
    if runs:
        _draw_runs(runs, draw, say)


@st.cache_resource(show_spinner=False)
def _bench(library: str) -> Bench:
    return Bench()


def _draw_start(desk: Desk, chats: Chats, bench: Bench, say: Say, open_at_first: bool) -> None:
    busy = bench.measuring is not None and not bench.measuring.ended
    with st.expander(say("insight_make"), expanded=open_at_first, icon=":material/speed:"):
        st.markdown(f":small[{say('insight_format')}]")
        upload = st.file_uploader(
            say("insight_file"), type=["jsonl"], key="insight_file", max_upload_size=MOST_BYTES >> 20
        )
        with st.container(horizontal=True):
            by_file = st.button(say("insight_start"), type="primary", disabled=busy, key="insight_start")
            by_rated = st.button(say("insight_start_rated"), disabled=busy, key="insight_start_rated")
        if by_file and upload is None:
            refuse(_START, "insight_no_file")
        elif by_file and upload is not None and upload.size > MOST_BYTES:
            refuse(_START, "insight_too_large", mb=say.number(MOST_BYTES >> 20))
        elif by_file and upload is not None:
            name = file_name(upload.name)
            _start(desk, bench, lambda: items_in(upload.getvalue(), name), name, chats.owner, "file")
        elif by_rated:
            _start(desk, bench, lambda: rated_items(chats), say("insight_rated_name"), chats.owner, "ratings")
        draw_refused(_START, say)


def rated_items(chats: Chats) -> list[Item]:
    """The questions whose answers this owner has rated good; LibraryError."""
    made = questions(rated(chats))
    lines = "\n".join(json.dumps(row) for row in made.questions)
    return items_in(lines.encode(), "feedback")


def _start(
    desk: Desk,
    bench: Bench,
    read: Callable[[], list[Item]],
    name: str,
    owner: str,
    read_from: Literal["file", "ratings"],
) -> None:
    items: list[Item] = []
    if not attempt(_START, lambda: items.extend(read())):
        return
    if not items and read_from == "ratings":
        refuse(_START, "insight_no_rated")
        return
    # The page's own assistant: its models are open already, and a second pair would not fit a laptop's memory.
    if attempt(_START, lambda: bench.start(Measuring(items, name, desk.library, desk.assistant, owner))):
        st.rerun()


@st.fragment(run_every=_BEAT)
def _follow(measuring: Measuring, own: bool, say: Say) -> None:
    """How far it is; the page is drawn again at its end."""
    if measuring.ended:
        st.rerun(scope="app")
    with st.container(border=True):
        st.markdown(f"**{inline(measuring.file, 90) if own else say('insight_others_run')}**")
        done = measuring.done
        words = say("insight_progress", done=say.number(done), all=say.number(measuring.total))
        st.progress(min(1.0, done / max(1, measuring.total)), text=words if done else say("insight_opening"))
        if st.button(say("insight_stop"), key="insight_stop", icon=":material/stop_circle:"):
            measuring.stop()


def _draw_outcome(bench: Bench, measuring: Measuring, say: Say) -> None:
    with st.container(border=True):
        if measuring.error:
            st.error(inline(say.error(measuring.error)), icon=":material/error:")
        elif measuring.made is not None:
            st.success(say("insight_done", name=inline(measuring.file, 90)), icon=":material/check_circle:")
        elif measuring.stopped:
            st.info(say("insight_stopped"), icon=":material/stop_circle:")
        else:
            st.error(say("insight_lost"), icon=":material/error:")
        for warning in measuring.warnings:
            st.warning(inline(say.error(warning)), icon=":material/warning:")
        with st.container(horizontal=True):
            if measuring.html:
                st.download_button(
                    say("insight_report"), measuring.html.encode("utf-8", "replace"),
                    file_name(f"{measuring.file.removesuffix('.jsonl')}.html"), "text/html",
                    icon=":material/download:", on_click="ignore", key="insight_report",
                )  # fmt: skip
            if st.button(say("insight_close"), key="insight_close"):
                bench.clear()
                st.rerun()


def _draw_runs(runs: Sequence[Run], draw: Drawer, say: Say) -> None:
    run = _chosen(runs, say)
    same = comparable(runs, run)
    counts = {"answerable": say.number(run.answerable), "unanswerable": say.number(run.unanswerable)}
    documents = say.count("documents", run.documents)
    told = say("insight_measured", day=date.fromtimestamp(run.at).isoformat(), documents=documents, **counts)
    st.caption(told)
    if run.left_out:
        st.caption(f":orange[{say('insight_left_out', n=say.number(run.left_out))}]")
    before = same[-2].whole if len(same) > 1 else None
    _draw_scores(run, before, say)
    figures = [rates(run, "languages", say), rates(run, "type", say)]
    if of := _group(run, say):
        figures.insert(1, in_time(same, of, say))
    if sum(run.right) and sum(run.wrong):
        figures.append(apart(run, say))
    draw([figure for figure in figures if figure.table.rows], say)


def _group(run: Run, say: Say) -> Score | None:
    """The group of questions that is shown over time: all, until a person chooses another."""
    named = {f"{score.by} {score.group}": score for score in run.scores}
    if not named:
        return None
    key = st.selectbox(
        say("insight_group"), list(named), format_func=lambda key: group_words(named[key], say, 40), width=320,
        **kept("insight_group", list(named), say),
    )  # fmt: skip
    return named[key]


def _chosen(runs: Sequence[Run], say: Say) -> Run:
    """The newest run of the chosen questions: those evaluated last, until a person chooses others."""
    newest = list({run.questions: run for run in runs}.values())[::-1]
    newest.sort(key=lambda run: -run.at)
    if len(newest) == 1:
        return newest[0]
    labels = {run.questions: _label(run, say) for run in newest}
    offered = list(labels)  # the newest first
    key = st.selectbox(
        say("insight_set"), offered, format_func=lambda key: labels[key], **kept("insight_set", offered, say)
    )
    return next(run for run in newest if run.questions == key)


def _label(run: Run, say: Say) -> str:
    asked = say.count("insight_questions", run.answerable + run.unanswerable)
    return say("insight_set_one", name=line(run.file, 60), questions=asked, day=date.fromtimestamp(run.at).isoformat())


def _draw_scores(run: Run, before: Score | None, say: Say) -> None:
    whole = run.whole
    if whole is None:
        return
    with st.container(horizontal=True, gap="small"):
        for name, now, ends, was in (
            (say("insight_first"), whole.recall_1, whole.recall_1_interval, before and _first(before)),
            (say("insight_fifth"), whole.recall_5, whole.recall_5_interval, before and _fifth(before)),
        ):
            change = _points(now - was.rate, say) if was else ""
            # Only a change that is more than chance is called good or bad.
            told = bool(was and change and not was.ends[0] <= now <= was.ends[1])
            st.metric(
                name, percent(now, say), change or None, help=_ends(ends, say), border=True, height="stretch",
                delta_color="normal" if told else "off",
            )  # fmt: skip
        auc = say("insight_none") if run.auc is None else say.number(run.auc, 2)
        st.metric(say("insight_auc"), auc, help=say("insight_auc_help"), border=True, height="stretch")
        median = say("insight_ms", n=say.number(run.p50 * 1000))
        st.metric(say("insight_median"), median, border=True, height="stretch")


@dataclass(frozen=True, slots=True)
class _Was:
    """A rate of the evaluation before, and its interval."""

    rate: float
    ends: Interval


def _first(score: Score) -> _Was:
    return _Was(score.recall_1, score.recall_1_interval)


def _fifth(score: Score) -> _Was:
    return _Was(score.recall_5, score.recall_5_interval)


def _points(change: float, say: Say) -> str:
    """A change in percentage points; "" for none."""
    shown = f"{'+' if change > 0 else ''}{say.number(change * 100, 1)}"
    return say("insight_points", n=shown) if abs(change) >= 0.0005 else ""


def _ends(ends: Interval, say: Say) -> str:
    return say("insight_ends", low=percent(ends[0], say), high=percent(ends[1], say))
