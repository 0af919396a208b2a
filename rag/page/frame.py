"""What the page's widgets say by themselves, in the page's language; and a phone's sidebar out of the way.

Streamlit writes its own words in English only, calls every page English, and leaves a phone's sidebar over what was
opened from it; what its theme cannot say is said here too. The code below is constant: only the table and names of
places reach it, and only as text.
"""

from __future__ import annotations

import streamlit as st

from rag.page.strings import Tongue
from rag.page.widget_strings import LABELS, LOST, TEXTS

_PHONE = 768
"""Pixels up to which the sidebar lies over the page."""
# White on the dark theme's buttons would be too faint, and what is longer than a line would be centred. The box of a
# row is as high as its title, to be hit with a thumb. Beside the thumbs a phone has room for three buttons, and what a
# thumb opens stands on a line of its own. A page that was opened is closed from wherever it was scrolled to: on a phone
# there is no Esc; its title stands 2rem higher than the frame around it, or what was read would be seen above it.
# Nothing that is pressed there is smaller than a thumb, and pictures beside the words take no width. The sign that a
# help opens from is drawn small: around it is pressed too. That files have to be chosen first is said no longer once
# they are: choosing them draws nothing anew.
# Who has closed the word that Tomo is gone still sees it, above a page on which nothing can be pressed.
# Streamlit does not always take the former call back before the next: each ends the one before itself, or two languages
# would overwrite each other for ever.
# Hidden labels keep the backslashes that protect them as Markdown, and an icon reads its own name aloud.
_JS = r"""
const ATTRIBUTES = ["aria-label", "placeholder", "title"];
const LABELLED = ATTRIBUTES.map((name) => `[${name}]`).join();
const SPOKEN = '[data-testid="stFileUploader"], [data-testid="stChatInput"], [data-testid="InputInstructions"], '
  + '[data-testid="stSkipToContent"], '
  + '[role="listbox"] [role="option"]:is(:not([data-key]), [data-key^="__select_"])';
const pattern = (text) => RegExp("^" + text.replace(/[.*+?^$()[\]\\|]/g, "\\$&").replace("{x}", "(.+)") + "$", "s");
const rules = (pairs, lang) => pairs.map(([spanish, english]) =>
  lang === "es" ? [pattern(english), spanish] : [pattern(spanish), english]);
const told = (text, rules) => {
  for (const [from, to] of rules) {
    const found = from.exec(text);
    if (found) return to.replace("{x}", () => found[1]);
  }
  return text;
};
const style = document.createElement("style");
style.textContent = `[data-testid="stBaseButton-tertiary"] p { text-align: start; }
[data-testid="stMarkdownContainer"] table { display: block; max-width: 100%; overflow-x: auto; width: fit-content; }
[data-testid="stMarkdownContainer"] :is(th, td) { overflow-wrap: normal; word-break: normal; min-width: 6em; }
[class*="st-key-pick-"] label { min-height: 2.5rem; min-width: 2rem; align-items: center; }
[data-testid="stChatInputFileUploadButton"] button { position: relative; }
[data-testid="stChatInputFileUploadButton"] button::after { content: ""; position: absolute; inset: -12px; }
[class*="-adding_files"]:has([data-testid="stFileChip"]) [data-testid="stAlert"]:has(
  [data-testid="stAlertContentWarning"]) { display: none; }
.stTooltipIcon button:is([aria-label^="Ayuda"], [aria-label^="Help"]) { position: relative; }
.stTooltipIcon button:is([aria-label^="Ayuda"], [aria-label^="Help"])::after { content: ""; position: absolute;
  inset: -16px -12px -8px; }
[class*="-actions"] > [data-testid="stLayoutWrapper"] { flex-basis: 3.25rem; }
[data-testid="stApp"]:not([data-test-connection-state="CONNECTED"])::after { content: var(--tomo-lost, none);
  position: fixed; z-index: 999990; inset: 0.75rem auto auto 50%; translate: -50%; padding: 0.5rem 1rem;
  border-radius: 0.6rem; background: #5c4300; color: #fff; }
[data-testid="stPaginationEllipsis"] { color: inherit; }
[data-testid="stBottomBlockContainer"] { padding-bottom: 0.75rem; }
[data-testid="stDialog"] > div:has(> [role="dialog"]) { overflow: clip; }
[data-testid="stDialog"] [role="dialog"], [role="dialog"] > h2[slot="title"] { background: inherit; }
[role="dialog"] > h2[slot="title"] { position: sticky; top: -2rem; z-index: 1; }
[role="dialog"] > h2[slot="title"] > span { padding-inline-end: 2.5rem; }
[data-testid="stDialog"] [role="dialog"] > button:first-child { position: sticky; inset: -1.25rem auto auto; z-index: 2;
  align-self: flex-end; flex: none; width: 2.5rem; height: 2.5rem; margin: 0.75rem 0.75rem -3.25rem; display: grid;
  place-items: center; }
[class*="-rating"] [data-testid="stButtonGroup"] > div { flex-wrap: wrap; row-gap: 0.25rem; }
@media (max-width: 768px), (pointer: coarse) {
  [data-testid="stExpandSidebarButton"], [data-testid="stSidebarCollapseButton"] button,
  [data-testid="stFeedback"] button, [data-testid="stChatInputSubmitButton"] { min-width: 2.5rem; min-height: 2.5rem; }
  [data-testid="stFeedback"] button { display: inline-grid; place-items: center; flex: none; }
  [class*="-actions"] > [data-testid="stLayoutWrapper"] { flex-basis: 5.25rem; }
  [data-testid="stSidebarNavLink"], [data-testid="stButtonGroup"] button, [data-testid="stExpander"] summary,
  [role="tab"] { min-width: 2.5rem; min-height: 2.5rem; }
}
[data-testid="stSidebar"] [data-testid="InputInstructions"] { display: none; }
[role="option"] > [data-item-hl] { overflow: hidden; text-overflow: ellipsis; }
@media (forced-colors: active) {
  [data-testid="stDialog"] > div:has(> [role="dialog"]), [data-testid="stSidebar"] { outline: 2px solid CanvasText; }
  [role="radio"][aria-checked="true"], [role="tab"][aria-selected="true"] { forced-color-adjust: none;
    background: Highlight; color: HighlightText; }
  .stMarkdownColoredBackground { forced-color-adjust: none; background: Mark !important; color: MarkText !important; }
}
@media (max-width: 768px) {
  [data-testid="stChatMessage"] > [data-testid^="stChatMessageAvatar"] { display: none; }
  .st-key-asking { flex-wrap: nowrap; }
  .st-key-asking > :first-child, .st-key-asking > :first-child :is(div, span, button) { min-width: 0; max-width: 100%; }
  .st-key-asking > :last-child, .st-key-asking > :last-child > div { min-width: 6rem; flex-shrink: 1; }
  .st-key-asking > :first-child p { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  [role="dialog"] > h2 { font-size: 1.15rem; }
  [role="dialog"] [data-testid="stImageContainer"] { overflow-x: auto; }
  [role="dialog"] [data-testid="stImageContainer"] img { min-width: 36rem; }
  [data-testid] > * kbd { display: none; }
}
[data-testid="stSidebarNavLink"]:focus-visible { outline: 2px solid #23897f; }
[data-testid="stLayoutWrapper"]:has(> * > * > [class*="-rating"] [data-testid="stTextInput"]) { flex-basis: 100%; }
[data-dark] [data-testid^="stBaseButton-primary"]:not([disabled], :hover, :active) { color: #0b1614; }`;
document.head.append(style);
const dark = () => {
  const shown = getComputedStyle(document.querySelector(".stApp")).backgroundColor.match(/\d+/g) ?? [];
  document.documentElement.toggleAttribute("data-dark", Number(shown[1]) < 128);
};
let place = null;
export default function ({ data }) {
  globalThis.tomoFrame?.();
  document.documentElement.lang = data.lang;
  const labels = rules(data.labels, data.lang), texts = rules(data.texts, data.lang);
  const spoken = (part, rules) => {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const was = walker.currentNode.nodeValue, now = told(was, rules);
      if (now !== was) walker.currentNode.nodeValue = now;
    }
  };
  document.documentElement.style.setProperty("--tomo-lost", JSON.stringify(data.lost[0][1]));
  const lost = data.lost.map(([said, better]) => [pattern(said), better]);
  const speak = () => {
    dark();
    for (const element of document.querySelectorAll(LABELLED)) for (const name of ATTRIBUTES) {
      const was = element.getAttribute(name);
      if (!was) continue;
      if (name === "aria-label" && / icon$/.test(was) && element.querySelector("*") === null) {
        element.setAttribute("aria-hidden", "true");
      }
      const said = told(was, labels);
      const now = name === "aria-label" ? said.replace(/\\([!-/:-@[-`{-~])/g, "$1") : said;
      if (now !== was) element.setAttribute(name, now);
    }
    for (const part of document.querySelectorAll(SPOKEN)) spoken(part, texts);
    // A dialog may hold a document's page, whose every word stays: only what begins with this very title is changed.
    for (const title of document.querySelectorAll('[role="dialog"] > h2[slot="title"]')) {
      if (data.lost[0].includes(title.textContent)) spoken(title.parentElement, lost);
    }
  };
  let waiting = 0;
  const soon = () => { waiting ||= setTimeout(() => { waiting = 0; speak(); }, 60); };
  const observer = new MutationObserver(soon);
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ATTRIBUTES });
  speak();
  if (place !== null && place !== data.place && window.innerWidth <= data.phone) {
    document.querySelector('[data-testid="stSidebar"][data-collapsed="false"] [data-testid="stSidebarCollapseButton"]'
      + " button")?.click();
  }
  place = data.place;
  return globalThis.tomoFrame = () => { observer.disconnect(); clearTimeout(waiting); };
}
"""


def frame(tongue: Tongue, place: str) -> None:
    """The page's language in what the widgets say; on a phone a new `place` closes the sidebar."""
    component = st.components.v2.component("tomo_frame", js=_JS)
    lost = [(said, spanish if tongue == "es" else english) for said, spanish, english in LOST]
    data = {"lang": tongue, "place": place, "phone": _PHONE, "labels": list(LABELS), "texts": list(TEXTS), "lost": lost}
    component(key="frame", data=data, height="content")
