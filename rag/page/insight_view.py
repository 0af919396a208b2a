"""Draw the insight: what is asked, which pages answer it, what the documents lack, and whether the search is good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ingest.errors import TomoError
from ingest.library import Library
from rag.chats.counts import CitedPage
from rag.chats.store import Chats
from rag.gaps import Gap, as_csv
from rag.page.desk import Desk
from rag.page.figures import Figure, picture
from rag.page.insight_evaluation import draw_evaluation
from rag.page.insight_figures import per_day, percent, sureness
from rag.page.overview import SPANS, Overview, Overviews
from rag.page.picture import has_picture, page_picture
from rag.page.refused import telling
from rag.page.sanitise import inline, line, literal
from rag.page.strings import Say
from rag.page.viewer import page_words

_PAGE = 20
"""Gaps shown at first, and how many more at a time."""
_OTHERS = 4


def draw_insight(desk: Desk, chats: Chats, say: Say) -> None:
    """The whole view; TomoError when the conversations or the library cannot be read."""
    st.title(say("insight"), anchor=False)
    st.caption(say("insight_help"))
    period = _period(say)
    today = datetime.fromtimestamp(chats.file.clock()).date()
    seen = _overviews(str(desk.library.folder)).of(chats, period, today)
    if chats.owner:
        st.caption(f":material/person: {say('insight_yours')}")
    gaps = say("insight_gaps") + (f" ({say.number(len(seen.gaps))})" if seen.gaps else "")
    names = {"use": say("insight_use"), "gaps": gaps, "evaluation": say("insight_evaluation")}
    use, lacking, measured = _tabs(names)
    with use:
        _draw_use(seen, desk.library, say)
    with lacking:
        _draw_gaps(seen.gaps, say)
    with measured:
        draw_evaluation(desk, chats, draw_figures, say)


def _tabs(names: Mapping[str, str]) -> Sequence[DeltaGenerator]:
    """A tab for each name, the one that was open still open when the names have changed, with the language or a count.

    Streamlit knows an open tab by its name, so tabs of other names are others; they begin at the one remembered here.
    """
    key = f"insight_tabs-{' '.join(names.values())}"
    if key not in st.session_state:
        st.session_state[key] = names.get(str(st.session_state.get("insight_tab")), names["use"])
    tabs = st.tabs(list(names.values()), key=key, on_change="rerun")
    st.session_state["insight_tab"] = next((one for one, tab in zip(names, tabs, strict=True) if tab.open), "use")
    return tabs


def draw_figures(figures: Sequence[Figure], say: Say) -> None:
    """Figures in two columns, one below the other on a phone."""
    dark = st.context.theme.type == "dark"
    for at in range(0, len(figures), 2):
        pair = figures[at : at + 2]
        for side, figure in zip(st.columns(2), pair, strict=False):
            with side.container(border=True, height="stretch"):
                _draw_figure(figure, dark, say)


def _draw_figure(figure: Figure, dark: bool, say: Say) -> None:
    st.markdown(f"**{inline(figure.title)}**")
    if figure.note:
        st.caption(figure.note)
    st.image(picture(figure.chart, figure.keys, dark), width="stretch", alt=figure.title)
    with st.expander(say("insight_table"), type="compact"):
        table = figure.table
        cells = zip(*table.rows, strict=True) if table.rows else [()] * len(table.head)
        shown = {
            inline(name): [inline(cell) for cell in column] for name, column in zip(table.head, cells, strict=True)
        }
        st.table(shown, hide_index=True, border="horizontal")


@st.cache_resource(show_spinner=False)
def _overviews(library: str) -> Overviews:
    return Overviews()


def _period(say: Say) -> str:
    names = {
        "week": say("insight_period_week"),
        "month": say("insight_period_month"),
        "year": say("insight_period_year"),
        "ever": say("insight_period_ever"),
    }
    chosen = st.segmented_control(
        say("insight_period"), list(SPANS), default="month", format_func=lambda key: names[key], key="insight_period",
        required=True, label_visibility="collapsed",
    )  # fmt: skip
    return str(chosen or "month")


def _draw_use(seen: Overview, library: Library, say: Say) -> None:
    if not seen.total("asked"):
        st.info(say("insight_empty"), icon=":material/insights:")
        return
    _draw_totals(seen, say)
    draw_figures([per_day(seen, say), sureness(seen, say)], say)
    _draw_cited(seen.cited, library, say)


def _draw_totals(seen: Overview, say: Say) -> None:
    asked, good, rated = seen.total("asked"), seen.total("good"), seen.total("good") + seen.total("bad")
    failed_help = say("insight_failed_help", n=say.number(seen.total("interrupted")))
    with st.container(horizontal=True, gap="small"):
        _metric(say("insight_asked"), say.number(asked))
        answered = seen.total("answered")
        _metric(say("insight_answered"), say.number(answered), percent(answered / asked, say))
        refused = seen.total("refused")
        _metric(say("insight_refused"), say.number(refused), percent(refused / asked, say), say("insight_refused_help"))
        failed = seen.total("failed")
        _metric(say("insight_failed"), say.number(failed), percent(failed / asked, say), failed_help)
        of = say("insight_rated_of", good=say.number(good), all=say.number(rated)) if rated else ""
        _metric(say("insight_rated"), percent(good / rated, say) if rated else say("insight_none"), of)


def _metric(name: str, value: str, note: str = "", about: str = "") -> None:
    st.metric(
        name, value, note or None, delta_color="off", delta_arrow="off", border=True, help=about or None,
        height="stretch",
    )  # fmt: skip


def _draw_cited(cited: Sequence[CitedPage], library: Library, say: Say) -> None:
    with st.container(border=True):
        st.markdown(f"**{say('insight_cited')}**")
        if not cited:
            st.caption(say("insight_cited_none"))
            return
        st.caption(say("insight_cited_help"))
        _draw_drawers(cited, library, say)


@st.fragment
@telling
def _draw_drawers(cited: Sequence[CitedPage], library: Library, say: Say) -> None:
    """One line a page, closed; opening one draws that page and nothing else."""
    with st.container(gap="xsmall"):
        for page in cited:
            place = f"{inline(page.document, 60)} · {inline(_place(page, library, say))}"
            label = f"{place} :gray[· {say.count('insight_answers', page.answers)}]"
            drawer = st.expander(label, key=f"cited-{page.document_id}-{page.page}", on_change="rerun")
            if drawer.open:
                with drawer:
                    _draw_page(page, library, say)


def _place(page: CitedPage, library: Library, say: Say) -> str:
    found = library.page(page.document_id, page.page)
    return page_words(found.label if found else "", page.page, say)


def _draw_page(page: CitedPage, library: Library, say: Say) -> None:
    try:
        document, found = library.document(page.document_id), library.page(page.document_id, page.page)
    except TomoError as error:
        st.error(inline(say.error(error)))
        return
    if document is None or found is None:
        st.info(say("insight_page_gone"))
        return
    words = page_words(found.label, page.page, say)
    st.caption(f"{inline(document.file, 120)} · {inline(words)}")
    drawn = None
    if has_picture(document.path):
        drawn = _picture(document.path, Path(document.path).stat().st_mtime_ns, page.page)
    if drawn is None:
        st.markdown(literal(found.text))
    else:
        st.image(drawn, width="stretch", alt=line(say("insight_page_picture", file=document.file, page=words)))


@st.cache_data(max_entries=32, show_spinner=False)
def _picture(path: str, stamp: int, number: int) -> bytes | None:
    drawn = page_picture(path, number, "")
    return drawn.png if drawn is not None else None


def _draw_gaps(found: Sequence[Gap], say: Say) -> None:
    if not found:
        st.info(say("insight_gaps_none"), icon=":material/task_alt:")
        return
    st.caption(say("insight_gaps_help"))
    head = (say("insight_csv_question"), say("insight_csv_times"), say("insight_csv_last"), say("insight_csv_others"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(say("insight_gaps_find"), key="insight_find", icon=":material/search:")
        st.download_button(
            say("insight_csv"), lambda: as_csv(found, head), say("insight_csv_name"), "text/csv",
            icon=":material/download:", on_click="ignore", key="insight_csv",
        )  # fmt: skip
    rows = matching(found, words)
    if not rows:
        st.info(say("insight_gaps_no_match"))
        return
    st.caption(say.count("insight_gaps_count", len(rows)))
    shown = int(st.session_state.get("insight_shown", _PAGE))
    for gap in rows[:shown]:
        with st.container(border=True, gap="xxsmall"):
            _draw_gap(gap, say)
    if len(rows) > shown and st.button(say("insight_gaps_more"), key="insight_more"):
        st.session_state["insight_shown"] = shown + _PAGE
        st.rerun()


def matching(found: Sequence[Gap], words: str) -> list[Gap]:
    """The gaps with a question that has every word, in any case."""
    wanted = words.casefold().split()
    return [
        gap for gap in found if any(all(w in text.casefold() for w in wanted) for text in (gap.question, *gap.others))
    ]


def _draw_gap(gap: Gap, say: Say) -> None:
    st.markdown(f"**{inline(gap.question, 300)}**")
    last = say("insight_last", day=date_words(gap.last))
    times = say.count("insight_times", gap.times)
    st.caption(f"{times} · {last}")
    if gap.others:
        more = f" +{say.number(len(gap.others) - _OTHERS)}" if len(gap.others) > _OTHERS else ""
        st.caption(inline(say("insight_others", questions=" · ".join(gap.others[:_OTHERS]) + more), 500))


def date_words(seconds: float) -> str:
    """The day of a time since 1970, on this machine's calendar, in ISO 8601."""
    return date.fromtimestamp(seconds).isoformat()
