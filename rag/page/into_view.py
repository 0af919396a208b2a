"""A place on what is shown → the browser scrolls there: the quote, when a source is opened or turned back to.

The code below is constant; only numbers and the names of pages reach it, and only to be compared.
"""

from __future__ import annotations

import streamlit as st

# Every box that scrolls around the quote is moved, the innermost first, and none where the quote is in sight already. A
# box may be below the window still: it is moved within its own edges, and then the one around it moves it into sight.
# The picture may still be on its way, and the page before it in its place: only the one that is meant counts.
_JS = """
const MARKED = '[role="dialog"] .stMarkdownColoredBackground';
const EDGE = 24, LOOK = 50, PATIENCE = 200;
const shown = (data) => {
  if (data.share === null) {
    const mark = document.querySelector(MARKED);
    return mark && mark.offsetParent && { element: mark, from: 0, to: 1 };
  }
  for (const image of document.querySelectorAll('[role="dialog"] img')) {
    if (image.alt !== data.alt || !image.complete || !image.naturalWidth) continue;
    return { element: image, from: data.share, to: data.share };
  }
  return null;
};
const scroll = ({ element, from, to }) => {
  const at = (share) => {
    const box = element.getBoundingClientRect();
    return box.top + share * box.height;
  };
  for (let outer = element.parentElement; outer; outer = outer.parentElement) {
    const style = getComputedStyle(outer);
    if (outer.scrollHeight <= outer.clientHeight + 1 || !/auto|scroll/.test(style.overflowY)) continue;
    const box = outer.getBoundingClientRect();
    const whole = box.height <= window.innerHeight;
    const low = whole ? box.top : Math.max(0, box.top);
    const high = whole ? box.bottom : Math.min(window.innerHeight, box.bottom);
    if (at(from) < low + EDGE || at(to) > high - EDGE) outer.scrollTop += at(from) - low - (high - low) / 3;
  }
};
let taken = "", waiting = 0;
export default function ({ data }) {
  if (data.place === taken) return;
  taken = data.place;
  clearTimeout(waiting);
  let looks = 0;
  const look = () => {
    const found = shown(data);
    if (found) scroll(found);
    else if (looks++ < PATIENCE) waiting = setTimeout(look, LOOK);
  };
  look();
}
"""


def into_view(place: str, share: float | None = None, alt: str = "") -> None:
    """Once for each new `place`, a name of the occasion: down to `share` (0 to 1) of the height of the picture that is
    described as `alt`; without one to the first marked words of the dialog."""
    component = st.components.v2.component("tomo_view", js=_JS)
    component(key="into-view", data={"place": place, "share": share, "alt": alt}, height="content")
