"""Draw the documents: search them as one types, look into one, ask about it, remove some."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ingest.records import DocumentRow
from rag.page.choosing import kept
from rag.page.desk import Desk
from rag.page.details import Details, details
from rag.page.refused import attempt, draw_refused, forget_refused, telling
from rag.page.sanitise import inline, line
from rag.page.scope import narrow_to
from rag.page.shelf import PAGE, STATUSES, Found, Shelf, Wanted, languages
from rag.page.strings import Say
from rag.page.units import moment, size

_NAMED = 10
_ALL_CHOSEN = "chosen"
"""Not the id of one document: what is asked is whether to remove all that are ticked."""


@st.fragment
@telling
def draw_shelf(desk: Desk, say: Say) -> None:
    """The search, a page of what it finds, and what is chosen of it."""
    shelf = desk.shelf()
    wanted = _controls(shelf, say)
    found = desk.look(wanted)
    if not found:
        st.info(say("no_match"))
        return
    _draw_count(found, shelf, say)
    at = 1
    pages = -(-len(found) // PAGE)
    top = st.container()
    if pages > 1:
        at = st.pagination(pages, key=f"shelf_page-{wanted}")
    shown = found[(at - 1) * PAGE : at * PAGE]
    with top:
        _draw_chosen(desk, say)
        with st.container(gap="xxsmall"):
            for each in shown:
                _draw_row(desk, each, say)


def _controls(shelf: Shelf, say: Say) -> Wanted:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            say("find"), key="filter", placeholder=say("find_placeholder"), type="search", live=True, max_chars=200,
        )  # fmt: skip
        keys = ("shelf_kind", "shelf_language", "shelf_product", "shelf_status")
        sorts = {"open": say("open"), "closed": say("closed")}
        statuses = [*STATUSES, *(s for s in shelf.statuses if s not in STATUSES)] if shelf.statuses else []
        offered: tuple[Sequence[str], ...] = (shelf.kinds, shelf.languages, shelf.products, statuses)
        narrowed = sum(st.session_state.get(key) in some for key, some in zip(keys, offered, strict=True))
        label = say("filters_on", n=say.number(narrowed)) if narrowed else say("filters")
        with st.popover(label, icon=":material/filter_list:"):
            kind = _pick(say("col_kind"), shelf.kinds, {k: say(f"kind_{k}") for k in shelf.kinds}, keys[0], say)
            language = _pick(
                say("col_language"), shelf.languages, {k: say(f"lang_{k}") for k in shelf.languages}, keys[1], say
            )
            product = _pick(say("field_product"), shelf.products, {}, keys[2], say)
            status = _pick(say("field_status"), statuses, sorts, keys[3], say)
    return Wanted(words or "", kind, language, product, status)


def _pick(label: str, options: Sequence[str], names: dict[str, str], key: str, say: Say) -> str:
    """One of these, or "" for all."""
    offered = ["", *options]
    return st.selectbox(
        label, offered, format_func=lambda k: names.get(k) or line(k, 60) or say("any"), disabled=not options,
        **kept(key, offered, say),
    ) or ""  # fmt: skip


def _draw_count(found: list[Found], shelf: Shelf, say: Say) -> None:
    pages = say.count("pages", sum(each.row.pages for each in found))
    shown = say("shown", shown=say.number(len(found)), all=say.count("documents", len(shelf.rows)))
    st.caption(f"{shown} · {pages}")


def _draw_row(desk: Desk, found: Found, say: Say) -> None:
    row = found.row
    is_open = st.session_state.get("shelf_open") == row.id
    chosen = _chosen()
    about = [say(f"kind_{row.kind}"), languages(row, say), say.count("pages", row.pages)]
    about += [line(part, 40) for part in (row.fields.product, row.fields.status) if part]
    about += [line(row.file, 40)] + ([say("in_text")] if found.in_text else [])
    name = f"**{inline(row.title, 90)}**" if is_open else inline(row.title, 90)
    with st.container(horizontal=True, wrap=False, gap="xxsmall"):
        st.checkbox(
            inline(say("choose", title=row.title), 90), value=row.id in chosen, key=f"pick-{row.id}",
            label_visibility="collapsed", on_change=_choose, args=(row.id,),
        )  # fmt: skip
        with st.container(gap=None, width="stretch"):
            st.button(name, key=f"doc-{row.id}", type="tertiary", wrap=True, on_click=_open, args=(row.id,))
            st.caption(inline(" · ".join(about)))
    if is_open:
        _draw_details(desk, details(desk.library, desk.chats, row), say)


def _draw_details(desk: Desk, found: Details, say: Say) -> None:
    row = found.row
    facts = [
        (say("d_pages"), say.number(row.pages)),
        (say("d_language"), languages(row, say)),
        (say("d_tokens"), say("d_tokens_none") if found.tokens is None else say.number(found.tokens)),
        (say("d_chunks"), say.number(row.chunks)),
        (say("d_sections"), say.number(found.sections)),
        (say("d_answers"), say.number(found.answers)),
        (say("d_ready"), _ready(found, say)),
        (say("d_summary"), say("yes") if found.summary else say("no")),
    ]
    names = ("key", "product", "version", "status", "resolution", "created", "updated", "requester")
    facts += [(say(f"field_{name}"), moment(getattr(row.fields, name))) for name in names if getattr(row.fields, name)]
    with st.container(border=True, key=f"details-{row.id}"):
        with st.container(horizontal=True, gap="medium"):
            for label, value in facts:
                st.markdown(f":gray[{label}]  \n{inline(value, 300)}", width="content")
        st.markdown(f":gray[{say('d_file')}]  \n{inline(row.path, 300)}")
        if found.said:
            st.warning(
                inline(say.error(found.said).removeprefix(f"{line(row.file)}: "), 400), icon=":material/warning:"
            )
        with st.container(horizontal=True):
            if st.button(say("ask_about"), key=f"ask-{row.id}", icon=":material/forum:", type="primary"):
                narrow_to([row.id])
                st.switch_page(st.session_state["pages"]["chat"])
            _ready_button(desk, [row.id], f"warm-{row.id}", say)
            st.button(
                say("remove"), key=f"remove-{row.id}", icon=":material/delete:", on_click=_ask_first, args=(row.id,)
            )
        if st.session_state.get("asked_to_remove") == row.id:
            _confirm(desk, say, [row])


def _ready(found: Details, say: Say) -> str:
    if not found.ready:
        return say("d_ready_no")
    best = max(found.ready, key=lambda header: header.tokens)
    used = say.number(sum(header.used for header in found.ready))
    return say("d_ready_yes", tokens=say.number(best.tokens), size=size(best.bytes, say), used=used)


def _ready_button(desk: Desk, ids: list[str], key: str, say: Say) -> None:
    if desk.settings.prefix_mb and st.button(
        say("make_ready"), key=key, icon=":material/bolt:", help=say("make_ready_help")
    ):
        desk.engine.warm(ids)
        st.toast(say("warm_started"), icon=":material/bolt:")
        st.rerun(scope="app")


def _draw_chosen(desk: Desk, say: Say) -> None:
    """What can be done with the documents that are ticked."""
    rows = [row for row in desk.shelf().rows if row.id in _chosen()]
    if not rows:
        return
    ids = [row.id for row in rows]
    with st.container(border=True, key="chosen"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{say.count('chosen', len(rows))}**", width="content")
            st.button(
                say("remove"), key="remove_chosen", icon=":material/delete:", on_click=_ask_first, args=(_ALL_CHOSEN,)
            )
            _ready_button(desk, ids, "warm_chosen", say)
            st.button(say("choose_none"), key="choose_none", type="tertiary", on_click=_choose_none)
        if st.session_state.get("asked_to_remove") == _ALL_CHOSEN:
            _confirm(desk, say, rows)


def _confirm(desk: Desk, say: Say, rows: list[DocumentRow]) -> None:
    names = [f"- {inline(row.title)}" for row in rows[:_NAMED]]
    names += [f"- … +{say.number(len(rows) - _NAMED)}"] if len(rows) > _NAMED else []
    st.warning("\n".join([f"**{say('remove_title')}**  \n{say('remove_text')}\n", *names]))
    with st.container(horizontal=True):
        sure = st.button(say("remove_yes"), key="remove_yes", type="primary")
        st.button(say("cancel"), key="remove_no", on_click=_ask_first, args=("",))
    if sure:
        _remove(desk, say, [row.id for row in rows])
    draw_refused("remove", say)


def _remove(desk: Desk, say: Say, ids: list[str]) -> None:
    with st.spinner(say("removing")):
        removed = attempt("remove", lambda: desk.remove(ids))
    if not removed:
        return
    st.session_state["asked_to_remove"] = ""
    _chosen().difference_update(ids)
    st.session_state["note"] = say.count("removed", len(ids))
    st.rerun(scope="app")


def _open(document_id: str) -> None:
    """Show its details, or no longer."""
    is_open = st.session_state.get("shelf_open") == document_id
    st.session_state["shelf_open"] = None if is_open else document_id


def _ask_first(what: str) -> None:
    forget_refused()  # why another removal was refused says nothing about this one
    st.session_state["asked_to_remove"] = what


def _chosen() -> set[str]:
    chosen: set[str] = st.session_state.setdefault("shelf_chosen", set())
    return chosen


def _choose(document_id: str) -> None:
    # A browser sends the box once more after its document has been removed, and what it says is forgotten then.
    if st.session_state.get(f"pick-{document_id}"):
        _chosen().add(document_id)
    else:
        _chosen().discard(document_id)


def _choose_none() -> None:
    for document_id in _chosen():
        st.session_state[f"pick-{document_id}"] = False  # taken away only, it would stay ticked in the browser
    st.session_state["shelf_chosen"] = set()
