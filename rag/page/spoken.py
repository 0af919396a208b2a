"""An answer as it comes → lines that a screen reader says when it has nothing else to say.

The code below is constant; what it hands on are words that the page shows already, as text only.
"""

from __future__ import annotations

import streamlit as st

# What is written is drawn anew twice a second, and once more when it has been checked: told of that, a screen reader
# would begin again and again. Each line is handed on once, when it is whole, and goes when it has been said.
_JS = """
const LOOK = 300, KEPT = 20_000;
const host = document.createElement("div");
host.style.cssText = "position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);";
const log = document.createElement("div");
log.setAttribute("role", "log");
log.setAttribute("aria-live", "polite");
host.attachShadow({ mode: "closed" }).append(log);
document.body.append(host);
const NEVER = 'button, summary, details, [data-testid="stCaptionContainer"], [class*="-chips"], [class*="-actions"]';
const lines = (part) => [...(part?.querySelectorAll('[data-testid="stMarkdownContainer"]') ?? [])]
  .filter((each) => !each.closest(NEVER)).flatMap((each) => each.innerText.split("\\n"))
  .map((line) => line.trim()).filter(Boolean);
let said = new Set(), at = -1, chat = null, waiting = 0;
const tell = (found) => {
  for (const line of found.filter((each) => !said.has(each))) {
    said.add(line);
    const shown = document.createElement("p");
    shown.textContent = line;
    log.append(shown);
    setTimeout(() => shown.remove(), KEPT);
  }
};
const look = () => {
  const all = [...document.querySelectorAll('[data-testid="stChatMessage"]')];
  const now = all.findIndex((each) => each.querySelector(".st-key-stop"));
  if (at >= 0 && now !== at) {
    const ended = all[at]?.querySelector('[class*="-actions"]') ? all[at] : null;
    if (!ended) return;
    tell(lines(ended));
    at = -1;
  }
  if (now < 0) return;
  if (at < 0) said = new Set();
  at = now;
  const status = all[now].querySelector(".st-key-doing")?.innerText.match(/^[^\\d…]+…/);
  tell([...(status ?? []), ...lines(all[now].querySelector(".st-key-writing")).slice(0, -1)]);
};
const observer = new MutationObserver(() => {
  waiting ||= setTimeout(() => { waiting = 0; look(); }, LOOK);
});
export default function ({ data }) {
  if (data.chat !== chat) at = -1;
  chat = data.chat;
  observer.observe(document.body, { childList: true, subtree: true, characterData: true });
}
"""


def speak_answers(chat: str) -> None:
    """From now on what is answered in this conversation is said as it comes; what stands there already is not."""
    component = st.components.v2.component("tomo_spoken", js=_JS)
    component(key="spoken", data={"chat": chat}, height="content")
