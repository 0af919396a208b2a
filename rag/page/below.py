"""The last question is below what is being read → a button above the box that goes there.

The code below is constant; of what the page holds it reads places only, and its one word comes as text.
"""

from __future__ import annotations

import streamlit as st

from rag.page.strings import Say

# It stands before the pickers, where Tab comes to it, and takes no room. Who goes there is moved by nothing else.
_JS = """
const HEAD = 76, SEEN = 48;
const style = document.createElement("style");
style.textContent = `[data-testid="stBottom"] > .tomo-below { position: absolute; bottom: 100%; left: 50%;
  translate: -50%; z-index: 1; min-height: 2.5rem; padding: 0 1rem; margin-bottom: 0.25rem; border-radius: 1.25rem;
  border: 1px solid #0f6f68; background: #fcfbf8; color: #0d1211; font-family: inherit; font-size: 0.875rem;
  cursor: pointer; box-shadow: 0 2px 8px rgb(0 0 0 / 0.15); white-space: nowrap; }
.tomo-below[hidden] { display: none; }
.tomo-below:focus-visible { outline: 3px solid #35a699; }
[data-dark] [data-testid="stBottom"] > .tomo-below { background: #1f2526; color: #e9e6df; border-color: #35a699; }`;
document.head.append(style);
const button = document.createElement("button");
button.type = "button";
button.className = "tomo-below";
button.hidden = true;
const box = () => document.querySelector('[data-testid="stAppScrollToBottomContainer"]');
const foot = () => document.querySelector('[data-testid="stBottom"]');
const last = () => {
  const said = [...document.querySelectorAll('[data-testid="stChatMessage"]')];
  const done = said.findLastIndex((each) => each.querySelector('.st-key-stop, [class*="-actions"]'));
  return said[done - 1];
};
const look = () => {
  const found = last(), below = foot();
  if (below && !button.isConnected) below.prepend(button);
  button.hidden = !found || !below || found.getBoundingClientRect().top < below.getBoundingClientRect().top - SEEN;
};
button.onclick = () => {
  const found = last();
  if (found) box().scrollTop += found.getBoundingClientRect().top - HEAD;
  look();
};
const grown = new ResizeObserver(look);
export default function ({ data }) {
  button.textContent = data.label;
  grown.disconnect();
  const main = document.querySelector('[data-testid="stMainBlockContainer"]');
  if (main) grown.observe(main);
  document.addEventListener("scroll", look, { capture: true, passive: true });
  look();
}
"""


def draw_below(say: Say) -> None:
    """From now on there is a way to the last question where it is out of sight below."""
    component = st.components.v2.component("tomo_below", js=_JS)
    component(key="below", data={"label": f"↓ {say('below')}"}, height="content")
