"""Draw where to look and how to read, beside the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import streamlit as st

from ingest.filters import Filters
from ingest.records import DocumentRow
from rag.chats.types import Choice, Request, Wish
from rag.page.choosing import kept
from rag.page.sanitise import inline, line
from rag.page.strings import Say

Sort = Literal["", "manual", "ticket"]
Status = Literal["", "open", "closed"]
SORTS: tuple[Sort, ...] = ("", "manual", "ticket")
STATUSES: tuple[Status, ...] = ("", "open", "closed")
MODES: tuple[Choice, ...] = ("auto", "document", "sections", "passages", "summary")
STYLES: tuple[Wish, ...] = ("auto", "quote", "write")
SHOWN = 26
"""Characters of a document's title on the button."""
_EMPTY = {"scope": [], "scope_sort": "", "scope_product": "", "scope_version": "", "scope_status": "", "style": "auto",
          "budget": 0}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facets:
    """The products and versions that the documents name, in alphabetical order."""

    products: tuple[str, ...]
    versions: tuple[str, ...]


def facets(documents: Sequence[DocumentRow], product: str = "") -> Facets:
    """What can be chosen; with a product only its versions."""
    of_it = [row.fields for row in documents if not product or row.fields.product == product]
    products = {row.fields.product for row in documents if row.fields.product}
    return Facets(tuple(sorted(products)), tuple(sorted({fields.version for fields in of_it if fields.version})))


def titles_of(filters: Filters, documents: Sequence[str], titles: dict[str, str], say: Say) -> tuple[str, ...]:
    """What a scope is called for people: documents by title, then what narrows it further."""
    named = [titles[key] for key in documents if key in titles]
    sort = [say(f"sort_{filters.kind}")] if filters.kind else []
    status = [say(f"state_{filters.status}")] if filters.status else []
    version = [say("of_version", version=filters.version)] if filters.version else []
    product = [filters.product] if filters.product else []
    return (*named, *sort, *product, *version, *status)


def draw_scope(documents: list[DocumentRow], titles: dict[str, str], say: Say) -> Request:
    """The two pickers in a row; what is set, as a request still without its question."""
    for key, empty in _EMPTY.items():  # what is not drawn at this turn would be forgotten
        st.session_state[key] = st.session_state.get(key, empty)
    st.session_state["scope"] = [key for key in st.session_state["scope"] if key in titles]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="asking"):
        request = _asked(titles, say)
        label = inline(_label(request.titles, say))
        picker = st.button(label, icon=":material/filter_alt:", key="scope_picker", help=say("scope_help"))
        st.selectbox(
            say("how"), MODES, format_func=lambda m: say(f"mode_{m}"), label_visibility="collapsed", width=160,
            **kept("mode", MODES, say),
        )  # fmt: skip
    if picker:  # laid over the page: beside the box there is no room for it, and its lists are sent only when opened
        drawn = st.dialog(say("scope"), icon=":material/filter_alt:", on_dismiss="rerun")(_draw_choices)
        drawn(documents, titles, say)
    return request


def _asked(titles: dict[str, str], say: Say) -> Request:
    state = st.session_state
    chosen = tuple(cast(list[str], state["scope"]))
    filters = Filters(
        kind=state["scope_sort"] or "", product=state["scope_product"] or "", version=state["scope_version"] or "",
        status=state["scope_status"] or "",
    )  # fmt: skip
    mode = cast(Choice, state.get("mode") if state.get("mode") in MODES else "auto")
    names = titles_of(filters, chosen, titles, say)
    return Request("", mode, chosen, names, state["style"] or "auto", int(state["budget"] or 0), filters,
                   tongue=say.tongue)  # fmt: skip


def _label(titles: Sequence[str], say: Say) -> str:
    if not titles:
        return say("scope_all")
    first = line(titles[0], SHOWN)
    return first if len(titles) == 1 else f"{first} +{say.number(len(titles) - 1)}"


def _draw_choices(documents: list[DocumentRow], titles: dict[str, str], say: Say) -> None:
    state = st.session_state
    st.segmented_control(
        say("scope"), SORTS, format_func=lambda s: say(f"sorts_{s or 'all'}"), required=True,
        label_visibility="collapsed", **kept("scope_sort", SORTS, say),
    )  # fmt: skip
    offered = [row.id for row in documents if not state["scope_sort"] or row.kind == state["scope_sort"]]
    offered += [key for key in state["scope"] if key not in offered]
    st.multiselect(
        say("scope_documents"), offered, format_func=lambda key: titles.get(key, key), key="scope",
        placeholder=say("scope_any"),
    )  # fmt: skip
    known = facets(documents, state["scope_product"] or "")
    if known.products:
        _choice("scope_product", say("field_product"), known.products, say("scope_any"), say)
    if known.versions:
        _choice("scope_version", say("field_version"), known.versions, say("scope_any_version"), say)
    if any(row.kind == "ticket" for row in documents):
        st.segmented_control(
            say("field_status"), STATUSES, format_func=lambda s: say(f"states_{s or 'all'}"), required=True,
            **kept("scope_status", STATUSES, say),
        )  # fmt: skip
    with st.expander(say("more"), type="compact"):
        st.radio(
            say("style"), STYLES, format_func=lambda s: say(f"wish_{s}"), horizontal=True, **kept("style", STYLES, say)
        )
        st.number_input(say("budget"), 0, step=500, key="budget", help=say("budget_help"))
    with st.container(horizontal=True):
        if st.button(say("scope_done"), type="primary", key="scope_done"):
            st.rerun()
        st.button(say("scope_clear"), icon=":material/filter_alt_off:", on_click=_clear, key="scope_clear")


def _choice(key: str, label: str, values: tuple[str, ...], every: str, say: Say) -> None:
    offered = ("", *values)
    st.selectbox(label, offered, format_func=lambda v: line(v, 60) if v else every, **kept(key, offered, say))


def _clear() -> None:
    for key, empty in _EMPTY.items():
        st.session_state[key] = empty


def narrow_to(documents: Sequence[str]) -> None:
    """From the next drawing on, these documents are the scope, and no other filter is on."""
    st.session_state["narrowed"] = list(documents)


def take_narrowed() -> None:
    """Before any picker is drawn: what was narrowed meanwhile."""
    if (found := st.session_state.pop("narrowed", None)) is not None:
        for key in (key for key in _EMPTY if key.startswith("scope")):  # how to answer stays as it was
            st.session_state[key] = _EMPTY[key]
        st.session_state["scope"] = found
