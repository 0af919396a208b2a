"""A pass → a cookie of this browser, and its end.

Streamlit sets no cookies, so the page's own code does: it cannot hide the pass from scripts (`HttpOnly`), and none but
the page's own are served. The code below is constant; the pass reaches it as data only.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import streamlit as st

_JS = """
let done = null;
export default function ({ data }) {
  const what = `${data.name}=${data.value}`;
  if (done === what) return;
  done = what;
  const age = data.value ? data.age : 0;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${what}; Max-Age=${age}; Path=/; SameSite=Strict${secure}`;
}
"""


def name_of(library: Path) -> str:
    """The cookie's name: its own for each library, since browsers hold one jar for all ports of a machine."""
    return f"tomo_pass_{hashlib.sha256(str(library).encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"


def shown(library: Path) -> str:
    """The pass that the browser came with; "" for none."""
    return str(st.context.cookies.get(name_of(library), ""))


def keep(library: Path, value: str, seconds: float) -> None:
    """Have the browser keep this pass so long; an empty one makes it forget what it has."""
    component = st.components.v2.component("tomo_pass", js=_JS)
    component(key="pass", data={"name": name_of(library), "value": value, "age": round(seconds)}, height="content")
