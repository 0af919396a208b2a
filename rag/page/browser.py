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
const typed = matchMedia("(hover: hover) and (pointer: fine)");  // elsewhere a keyboard would cover half the page
let taken = "", begun = null;
const begin = () => {
  if (begun?.isConnected && document.activeElement === document.body) begun.focus({ preventScroll: true });
};
export default function ({ data }) {
  // Later too: the button that was pressed for a new conversation goes only then.
  if (data.fresh && box() !== begun && typed.matches) for (const wait of [0, 300, 900]) setTimeout(begin, wait);
  begun = data.fresh ? box() : null;
  box()?.setAttribute("aria-keyshortcuts", "/");
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
# A question that waited is gone to by who saw the end of the answer before it, which is looked at while that is
# written: once it is there, what is drawn below it has pushed the end out of sight. An answer that has ended is drawn
# anew, and while it is not there the page is too short for whoever is far down in it: that place is held open until it
# is back.
_SHOW_JS = """
const HEAD = 76, SLACK = 24, LOOK = 50, LOADING = 10_000, DRAWING = 1500;
const INPUTS = ["wheel", "touchmove", "keydown", "pointerdown"];
const TURNS = ["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown", " "];
const box = () => document.querySelector('[data-testid="stAppScrollToBottomContainer"]');
const foot = () => document.querySelector('[data-testid="stBottom"]');
const rest = (element) => {
  const end = { configurable: true, get() { return this.scrollTop + this.offsetHeight; } };
  if (element && !Object.hasOwn(element, "scrollHeight")) Object.defineProperty(element, "scrollHeight", end);
};
const style = document.createElement("style");
style.textContent = `:root:has([data-testid="stChatInput"]) [data-testid="stMainBlockContainer"] {
  padding-bottom: max(1rem, var(--tomo-room, 0px)); min-height: var(--tomo-held, auto);
  flex-shrink: 0; }`;
document.head.append(style);
const main = () => document.querySelector('[data-testid="stMainBlockContainer"]');
const set = (name, pixels) => document.documentElement.style.setProperty(name, `${pixels}px`);
const keep = (pixels) => set("--tomo-room", pixels);
const question = (turn) => {
  const said = [...document.querySelectorAll('[data-testid="stChatMessage"]')];
  const answered = turn ? document.querySelector(`.st-key-${turn}-actions`) : document.querySelector(".st-key-stop");
  const at = said.indexOf(answered?.closest('[data-testid="stChatMessage"]'));
  return at > 0 ? said[at - 1] : null;
};
let taken = "", asked = "", away = false, touched = 0, last = "", drawn = null, written = null, followed = true;
let where = 0, tall = 0, held = 0;
const release = () => {
  where = held = 0;
  document.documentElement.style.removeProperty("--tomo-held");
};
const hold = () => {
  if (!box() || !main()) return;
  const { scrollTop: top, clientHeight: seen } = box(), long = main().offsetHeight;
  if (top < where && long < tall && top + seen >= long - 1) {
    set("--tomo-held", where + seen);
    box().scrollTop = where;
    held ||= setTimeout(release, DRAWING);
  } else where = top;
  tall = main().offsetHeight;
};
const stand = () => {
  const now = document.querySelector(".st-key-stop")?.closest('[data-testid="stChatMessage"]');
  const at = [...document.querySelectorAll('[data-testid="stChatMessage"]')].indexOf(now);
  if (at < 0 || !box() || (written ??= at) !== at) return;
  followed = now.getBoundingClientRect().bottom - SLACK <= (foot()?.getBoundingClientRect().top ?? innerHeight);
};
const fit = () => {
  hold();
  stand();
  const found = question(last);
  if (!found || !box()) return;
  const long = main().getBoundingClientRect().bottom - parseFloat(getComputedStyle(main()).paddingBottom)
    - found.getBoundingClientRect().top;
  keep(Math.max(0, Math.floor(box().clientHeight - (foot()?.offsetHeight ?? 0) - HEAD - long)));
};
const grown = new ResizeObserver(fit);
const moved = ({ type, key, target }) => {
  if (type === "keydown" && (!TURNS.includes(key) || target.closest("input, textarea"))) return;
  if (type === "pointerdown" && target !== box()) return;  // but on its bar
  touched = Date.now();
};
const scrolled = () => {
  if (Date.now() - touched < 1000) away = true;
  hold();
  stand();
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
    const other = data.place.split(" ")[0] !== taken.split(" ")[0];
    if (other) {
      keep(0);
      release();
    }
    if (data.asked !== asked || other) {
      away = false;
      touched = 0;
    } else if (!data.turn) away = !followed;
    written = null;
    followed = true;
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
      const by = found ? found.getBoundingClientRect().top - HEAD : data.begun ? 0 : -box().scrollTop;
      if (Math.abs(by) > 1) box().scrollTop += by;
      setTimeout(look, LOOK);
    };
    if (!away) look();
  }
  asked = data.asked;
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


def keys(focus: str, fresh: bool) -> None:
    """`/` puts the keyboard into the box, Esc in it stops the answer on its way.

    Every new `focus`, a name of the occasion ("" for none), puts the keyboard into the box too; so does a `fresh`
    conversation, where there are keys to type with and they are nowhere else.
    """
    component = st.components.v2.component("tomo_keys", js=_KEYS_JS)
    component(key="keys", data={"focus": focus, "fresh": fresh}, height="content")


def show_turn(chat: str, asked: int, turns: int, turn: str) -> None:
    """Once each time that a question is asked, its answer ends or the conversation is opened: scroll to the question.

    `asked` counts the questions with those that wait, `turns` those that have ended; `turn` is the key of the last of
    these, "" while another is being answered.
    """
    component = st.components.v2.component("tomo_show", js=_SHOW_JS)
    name = chat if asked else "new"  # whose id is another each time that it is drawn
    data = {
        "place": f"{name} {turns} {bool(turn)}",
        "turn": key_of(turn),
        "asked": f"{name} {asked}",
        "begun": asked > 0,
    }
    component(key="show", data=data, height="content")
