"""Where the page listens and what the browser holds → whose conversations it shows."""

from __future__ import annotations

import hashlib
import ipaddress
from itertools import cycle


def owner_of(address: str | None, secret: str) -> str:
    """ "" where only this machine can reach the page: all of its tabs and browsers are one person's.

    Elsewhere a name made of a secret that only this browser holds; nobody can tell the secret from it.
    """
    return "" if _is_loopback(address) else hashlib.sha256(f"tomo-owner:{secret}".encode()).hexdigest()[:32]


def steady(cookie: str) -> str:
    """What Streamlit's cookie against forged requests says at each loading of the page: `2|mask|masked token|time`.

    The server writes it again under another mask each time it answers. One in no such form is given as it is.
    """
    try:
        version, mask, masked, _ = cookie.strip("\"'").split("|")
        key, token = bytes.fromhex(mask), bytes.fromhex(masked)
    except ValueError:
        return cookie
    return bytes(a ^ b for a, b in zip(token, cycle(key), strict=False)).hex() if version == "2" and key else cookie


def _is_loopback(address: str | None) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False
