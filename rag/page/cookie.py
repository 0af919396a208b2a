"""A secret of this browser's → a cookie, and its end.

Streamlit sets no cookies for others, so the page's own code does: it cannot hide them from scripts (`HttpOnly`), and
none but the page's own are served. The code below is constant; a secret reaches it as data only.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

import streamlit as st

Kind = Literal["pass", "owner"]
_JS = """
const done = {};
export default function ({ data }) {
  const what = `${data.name}=${data.value}`;
  if (done[data.name] === what) return;
  done[data.name] = what;
  const age = data.value ? data.age : 0;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${what}; Max-Age=${age}; Path=/; SameSite=Strict${secure}`;
}
"""


def name_of(library: Path, kind: Kind = "pass") -> str:
    """The cookie's name: its own for each library, since browsers hold one jar for all ports of a machine."""
    return f"tomo_{kind}_{hashlib.sha256(str(library).encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"


def shown(library: Path, kind: Kind = "pass") -> str:
    """What the browser came with; "" for none."""
    return str(st.context.cookies.get(name_of(library, kind), ""))


def keep(library: Path, value: str, seconds: float, kind: Kind = "pass") -> None:
    """Have the browser keep this so long; an empty one makes it forget what it has."""
    component = st.components.v2.component("tomo_cookie", js=_JS)
    data = {"name": name_of(library, kind), "value": value, "age": round(seconds)}
    component(key=f"keep-{kind}", data=data, height="content")
