"""What the page's widgets cannot do, in the browser itself: copy with one click, put the keyboard into the box, and
show an answer from its question on.

The code below is constant. Foreign text reaches it as data only: it is copied or shown as text, never as HTML.
"""

from __future__ import annotations

import streamlit as st

_COPY_HTML = """<button type="button"><svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true"><path
 fill="currentColor" d="M9 18q-.8 0-1.4-.6T7 16V4q0-.8.6-1.4T9 2h9q.8 0 1.4.6T20 4v12q0 .8-.6 1.4T18 18zm0-2h9V4H9zm-4
 6q-.8 0-1.4-.6T3 20V6h2v14h11v2z"/></svg><span aria-live="polite"></span></button>"""
_COPY_CSS = """button { display: inline-flex; align-items: center; gap: 0.5rem; min-height: 2.5rem; padding: 0 0.25rem;
 border: 0; background: none; color: var(--st-text-color); font: 400 0.875rem var(--st-font); cursor: pointer;
 white-space: nowrap; }
button:hover, button:focus-visible { color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); border-radius: 0.4rem; }"""
# Only pages of this machine, or behind TLS, may use the clipboard; elsewhere the old way still works.
_COPY_JS = """
function old(text) {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const words = parentElement.querySelector("span");
  words.textContent = data.label;
  button.title = data.help;
  button.onclick = async () => {
    let done = true;
    try { await navigator.clipboard.writeText(data.text); } catch { done = old(data.text); }
    words.textContent = done ? data.done : data.failed;
    setTimeout(() => { words.textContent = data.label; }, 2000);
  };
}
"""
_KEYS_JS = """
const box = () => document.querySelector('[data-testid="stChatInputTextArea"]');
const typing = (element) => element.closest("input, textarea, select, [contenteditable], [role=dialog]");
let taken = "";
export default function ({ data }) {
  if (data.focus !== taken) {
    taken = data.focus;
    if (taken) setTimeout(() => {
      box().focus();
      box().setSelectionRange(box().value.length, box().value.length);
    }, 80);
  }
  const pressed = (event) => {
    const stop = document.querySelector(".st-key-stop button:not([disabled])");
    if (event.key === "Escape" && stop && event.target === box()) stop.click();
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target) && box()) {
      event.preventDefault();
      box().focus();
    }
  };
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}
"""

# Streamlit springs to the end of a conversation whenever it grows, for seconds and against who scrolls; under a
# long answer that end is its receipt, screens below its words. Its spring is told that the end is wherever one is, and
# the question is gone to instead, until all is drawn or the reader moves; who reads elsewhere since then is left there.
# Below a short answer there is room to spare, or its question could come up only once the answer is there: a jump of
# half a screen at the moment when reading begins. Another view takes the box away: who comes back comes to the end.
_SHOW_JS = """
const HEAD = 76, LOOK = 50, LOADING = 10_000, DRAWING = 1500;
const INPUTS = ["wheel", "touchmove", "keydown", "pointerdown"];
const TURNS = ["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown", " "];
const box = () => document.querySelector('[data-testid="stAppScrollToBottomContainer"]');
const rest = (element) => {
  const end = { configurable: true, get() { return this.scrollTop + this.offsetHeight; } };
  if (element && !Object.hasOwn(element, "scrollHeight")) Object.defineProperty(element, "scrollHeight", end);
};
const style = document.createElement("style");
style.textContent = `:root:has([data-testid="stChatInput"]) [data-testid="stMainBlockContainer"] {
  padding-bottom: max(1rem, var(--tomo-room, 0px)); }`;
document.head.append(style);
const main = () => document.querySelector('[data-testid="stMainBlockContainer"]');
const keep = (pixels) => document.documentElement.style.setProperty("--tomo-room", `${pixels}px`);
const question = (turn) => {
  const said = [...document.querySelectorAll('[data-testid="stChatMessage"]')];
  const answered = turn ? document.querySelector(`.st-key-${turn}-actions`) : document.querySelector(".st-key-stop");
  const at = said.indexOf(answered?.closest('[data-testid="stChatMessage"]'));
  return at > 0 ? said[at - 1] : null;
};
let taken = "", asked = "", away = false, touched = 0, last = "", drawn = null;
const fit = () => {
  const found = question(last);
  if (!found || !box()) return;
  const foot = document.querySelector('[data-testid="stBottom"]')?.offsetHeight ?? 0;
  const long = main().getBoundingClientRect().bottom - parseFloat(getComputedStyle(main()).paddingBottom)
    - found.getBoundingClientRect().top;
  keep(Math.max(0, Math.floor(box().clientHeight - foot - HEAD - long)));
};
const grown = new ResizeObserver(fit);
const moved = ({ type, key, target }) => {
  if (type === "keydown" && (!TURNS.includes(key) || target.closest("input, textarea"))) return;
  if (type === "pointerdown" && target !== box()) return;  // but on its bar
  touched = Date.now();
};
const scrolled = () => {
  if (Date.now() - touched < 1000) away = true;
};
export default function ({ data }) {
  for (const input of INPUTS) document.addEventListener(input, moved, { passive: true });
  box()?.addEventListener("scroll", scrolled);
  rest(box());
  last = data.turn;
  if (drawn !== box()) {
    drawn = box();
    taken = asked = "";
  }
  grown.disconnect();
  if (main()) grown.observe(main());
  if (data.place !== taken && box()) {
    if (data.place.split(" ")[0] !== taken.split(" ")[0]) keep(0);
    if (data.asked !== asked) {
      away = false;
      touched = 0;
    }
    asked = data.asked;
    taken = data.place;
    const began = Date.now();
    let until = began + LOADING, there = false;
    const look = () => {
      if (taken !== data.place || touched > began || Date.now() > until) return;
      const found = question(data.turn);
      if (found && !there) {
        there = true;
        until = Date.now() + DRAWING;
      }
      fit();
      const by = found ? found.getBoundingClientRect().top - HEAD : 0;
      if (Math.abs(by) > 1) box().scrollTop += by;
      setTimeout(look, LOOK);
    };
    if (!away) look();
  }
  return () => {
    for (const input of INPUTS) document.removeEventListener(input, moved);
    box()?.removeEventListener("scroll", scrolled);
  };
}
"""


def key_of(name: str) -> str:
    """A component's key: Streamlit refuses two underscores in a row, which names of older conversations can have."""
    return name.replace("__", "_.")


def copy_button(label: str, done: str, failed: str, text: str, help: str, key: str) -> None:
    """A button that copies the text and says so."""
    component = st.components.v2.component("tomo_copy", html=_COPY_HTML, css=_COPY_CSS, js=_COPY_JS)
    data = {"label": label, "done": done, "failed": failed, "text": text, "help": help}
    component(key=key_of(key), data=data, width="content", height="content")


def keys(focus: str) -> None:
    """`/` puts the keyboard into the box, Esc in it stops the answer on its way.

    Every new `focus`, a name of the occasion ("" for none), puts the keyboard into the box too.
    """
    component = st.components.v2.component("tomo_keys", js=_KEYS_JS)
    component(key="keys", data={"focus": focus}, height="content")


def show_turn(chat: str, asked: int, turns: int, turn: str) -> None:
    """Once each time that a question is asked, its answer ends or the conversation is opened: scroll to the question.

    `asked` counts the questions with those that wait, `turns` those that have ended; `turn` is the key of the last of
    these, "" while another is being answered.
    """
    component = st.components.v2.component("tomo_show", js=_SHOW_JS)
    data = {"place": f"{chat} {turns} {bool(turn)}", "turn": key_of(turn), "asked": f"{chat} {asked}"}
    component(key="show", data=data, height="content")
