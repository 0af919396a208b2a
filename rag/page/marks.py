"""The marks in an answer → each opens the source of its number, as the chip below the answer does.

The code below is constant, and reads of an answer only where a number stands between brackets. Nothing that the page
has drawn is changed: marks are coloured where they stand, and what is pressed is the chip. Who hears the page has the
chips.
"""

from __future__ import annotations

import streamlit as st

# Quotes may hold numbers in brackets of their own: where something is quoted only what stands behind a quote is a mark,
# or at the end of a line of a list that is in no quote: the ticket that is quoted below it.
_JS = """
const MARK = /[«»]|\\[(\\d{1,3})\\]/g, BEHIND = /» \\[\\d{1,3}\\]/, ROOM = 6;
const style = document.createElement("style");
style.textContent = `::highlight(tomo-mark) { color: #0f6f68; text-decoration: underline; }
[data-dark] ::highlight(tomo-mark) { color: #5cc4b8; }
[data-mark] [data-testid="stChatMessage"] * { cursor: pointer; }`;
document.head.append(style);
let marks = [], waiting = 0;
const chips = (message) => {
  const found = message.querySelectorAll('[class*="-chips"] button strong:first-of-type');
  return new Map([...found].map((number) => [number.textContent, number.closest("button")]));
};
const read = () => {
  marks = [];
  for (const message of document.querySelectorAll('[data-testid="stChatMessage"]')) {
    const of = chips(message), quoted = BEHIND.test(message.textContent);
    if (!of.size) continue;
    const walker = document.createTreeWalker(message, NodeFilter.SHOW_TEXT);
    let within = 0;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.parentElement.closest('button, summary, code, [class*="-receipt"]')) continue;
      for (const { 0: said, 1: number, index } of node.nodeValue.matchAll(MARK)) {
        if (!number) within = Math.max(0, within + (said === "«" ? 1 : -1));
        const ends = /^ *(\\n|$)/.test(node.nodeValue.slice(index + said.length));
        const listed = ends && !within && node.parentElement.closest("li");
        const behind = node.nodeValue.slice(Math.max(0, index - 2), index) === "» ";
        if (!of.has(number) || (quoted && !behind && !listed)) continue;
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + said.length);
        marks.push({ range, message, number });
      }
    }
  }
  globalThis.CSS?.highlights?.set("tomo-mark", new Highlight(...marks.map(({ range }) => range)));
};
const under = ({ clientX: x, clientY: y, target }) => target.closest?.('[data-testid="stMarkdownContainer"]') &&
  marks.find(({ range, message }) => message.contains(target) && [...range.getClientRects()].some((box) =>
    x >= box.left - ROOM && x <= box.right + ROOM && y >= box.top - ROOM && y <= box.bottom + ROOM));
const moved = (event) => document.documentElement.toggleAttribute("data-mark", Boolean(under(event)));
const pressed = (event) => {
  const mark = under(event);
  if (mark && getSelection().isCollapsed && !event.target.closest("button, a")) {
    chips(mark.message).get(mark.number)?.click();
  }
};
export default function () {
  globalThis.tomoMarks?.();
  const observer = new MutationObserver(() => {
    waiting ||= setTimeout(() => { waiting = 0; read(); }, 150);
  });
  observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  document.addEventListener("mousemove", moved);
  document.addEventListener("click", pressed);
  read();
  return globalThis.tomoMarks = () => {
    observer.disconnect();
    document.removeEventListener("mousemove", moved);
    document.removeEventListener("click", pressed);
  };
}
"""


def open_marks() -> None:
    """From now on who presses a mark in an answer sees its source."""
    component = st.components.v2.component("tomo_marks", js=_JS)
    component(key="marks", height="content")
