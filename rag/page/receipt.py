"""Draw a receipt: what was read, why, and what it cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import streamlit as st

from rag.page.sanitise import inline
from rag.page.sanitise import line as one_line
from rag.page.strings import Say
from rag.types import LeftOut, Receipt, Tokens

# The names are the page's own Markdown colours, so that the legend and the bar agree in the light and the dark theme.
_PARTS = (
    ("system", "violet", "#8b6fc6"),
    ("document", "green", "#2f9e74"),
    ("history", "blue", "#4a8fd0"),
    ("question", "orange", "#d98a2b"),
    ("reserve", "gray", "#9aa0a6"),
)
_WIDTH, _HEIGHT = 720, 12
SHOWN = 5
"""Warnings that are listed."""


def draw_receipt(
    receipt: Receipt, say: Say, own: Say, key: str, addable: Sequence[int], include: Callable[[int], None]
) -> None:
    """One line, so that the answer outweighs it; open, it is all of it: why, the bar of tokens, the seconds, and what
    was left out, with a button beside what is `addable`. What warns a reader stands outside.

    `own` speaks the answer's language, which its reasons are written in.
    """
    _warnings(receipt, say)
    if receipt.searched:  # an answer to another question than was meant: seen at once
        st.caption(say("searched", question=inline(receipt.searched, 600)))
    tokens = receipt.tokens
    used, window = say.number(tokens.used), say.number(tokens.window)
    head = say("receipt", mode=say(f"read_{receipt.mode}"), used=used, window=window)
    with st.expander(one_glance(receipt, say), type="compact", key=f"{key}-receipt"):
        st.markdown(f"**{head}**  \n{inline(receipt.reason)}{_steps(receipt, own)}")
        st.image(bar(tokens), width="stretch", alt=_parts(tokens, say))
        details = "  \n".join(map(inline, _details(receipt, say)))
        st.markdown(f":small[{_legend(tokens, say)}]  \n:small[:gray[{details}]]")
        if receipt.left_out:
            _draw_left_out(receipt, say, key, addable, include)


def one_glance(receipt: Receipt, say: Say) -> str:
    """How it was read, how sure that is, and how long it took: no longer than a phone is wide."""
    mode, actual = say(f"read_{receipt.mode}"), say.number(receipt.seconds.total, 1)
    if receipt.mode == "summary":  # nothing hangs on the search then
        return say("glance_summary", mode=mode, actual=actual)
    return say("glance", mode=mode, percent=say.number(100 * receipt.confidence), actual=actual)


def prefix_words(receipt: Receipt, say: Say) -> str:
    """Where the reading came from; restored from disk, in how many seconds instead of how many."""
    came = receipt.restored
    if came is None or receipt.prefix != "restored":
        return say(f"prefix_{receipt.prefix}")
    digits = 2 if came.seconds < 1 else 1
    seconds, instead = say.number(came.seconds, digits), say.number(came.instead, 0 if came.instead >= 10 else 1)
    return say("restored", seconds=seconds, instead=instead, tokens=say.number(came.tokens))


@st.fragment
def _draw_left_out(
    receipt: Receipt, say: Say, key: str, addable: Sequence[int], include: Callable[[int], None]
) -> None:
    """Closed at first, and drawn only when open: there may be dozens."""
    drawer = st.expander(
        say.count("left_out", len(receipt.left_out)), type="compact", key=f"{key}-left", on_change="rerun"
    )
    if not drawer.open:
        return
    with drawer:
        for at, item in enumerate(receipt.left_out):
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(_left_out(item, say), width="stretch")
                what = inline(item.what, 160)
                if at in addable and st.button(
                    say("include"), key=f"{key}-add{at}", icon=":material/add:", help=say("include_help", what=what)
                ):
                    include(at)


def _warnings(receipt: Receipt, say: Say) -> None:
    """Pages that tried to instruct the assistant, and what a guard stopped."""
    if receipt.blocked:
        st.warning(inline(say("blocked", why=receipt.blocked)), icon=":material/block:")
    if receipt.warnings:
        lines = [
            say("attempt", title=one_line(told.title, 90), page=told.page, what=say(f"attempt_{told.what}"))
            for told in receipt.warnings[:SHOWN]
        ]
        more = [say("attempts_more", n=len(receipt.warnings) - SHOWN)] if len(receipt.warnings) > SHOWN else []
        text = "  \n".join(map(inline, [say("attempts"), *lines, *more]))
        st.warning(text, icon=":material/gpp_maybe:")


def _steps(receipt: Receipt, say: Say) -> str:
    """What was tried before, a line each, in the language of its reasons."""
    lines = [say("tried", mode=say(f"mode_{step.mode}"), why=step.why) for step in receipt.steps]
    return "".join(f"  \n:gray[{inline(line)}]" for line in lines)


def bar(tokens: Tokens) -> str:
    """An SVG of the window, a segment a part, as wide as its tokens; what is free stays pale. Numbers only."""
    at, segments = 0.0, []
    for name, _, colour in _PARTS:
        width = _WIDTH * getattr(tokens, name) / max(tokens.window, 1)
        segments.append(f'<rect x="{at:.2f}" y="0" width="{width:.2f}" height="{_HEIGHT}" fill="{colour}"/>')
        at += width
    clip = f'<clipPath id="round"><rect width="{_WIDTH}" height="{_HEIGHT}" rx="6"/></clipPath>'
    free = f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#9aa0a6" fill-opacity="0.22"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}">'
    return f'{head}{clip}<g clip-path="url(#round)">{free}{"".join(segments)}</g></svg>'


def _parts(tokens: Tokens, say: Say) -> str:
    """The bar in words."""
    return ", ".join(say(f"part_{name}", n=say.number(getattr(tokens, name))) for name, _, _ in _PARTS)


def _legend(tokens: Tokens, say: Say) -> str:
    parts = [
        _unbroken(f":{colour}[■] " + say(f"part_{name}", n=say.number(getattr(tokens, name))))
        for name, colour, _ in _PARTS
        if getattr(tokens, name)
    ]
    free = max(0, tokens.window - tokens.used - tokens.reserve)
    return " · ".join([*parts, _unbroken("□ " + say("part_free", n=say.number(free)))])


def _unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0")


def _details(receipt: Receipt, say: Say) -> Iterator[str]:
    s = receipt.seconds
    retrieve, prefill, first, total = (say.number(x, 1) for x in (s.retrieve, s.prefill, s.first_token, s.total))
    if receipt.mode != "summary":
        yield say("confidence", percent=say.number(100 * receipt.confidence))
    yield say("times", retrieve=retrieve, prefill=prefill, first=first, total=total)
    if s.waited >= 1:
        yield say("waited", seconds=say.number(s.waited))
    expected = receipt.estimate
    if expected.total:
        yield say("expected", first=say.number(expected.first_token, 1), total=say.number(expected.total, 1))
    if receipt.style == "write":
        yield prefix_words(receipt, say)
    if expected.kv_bytes:
        yield say("kv", mb=say.number(expected.kv_bytes / 1e6))
    yield say(f"window_{receipt.window_limit}", window=say.number(receipt.tokens.window))
    yield say(f"style_{receipt.style}")
    yield say("model", name=one_line(receipt.model))


def _left_out(item: LeftOut, say: Say) -> str:
    size = f" · {say('tokens', n=say.number(item.tokens))}" if item.tokens else ""
    return f"{inline(item.what, 160)}{size}  \n:gray[{inline(item.why)}]"
