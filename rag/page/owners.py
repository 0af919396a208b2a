"""Where the page listens and what the browser holds → whose conversations it shows."""

from __future__ import annotations

import hashlib
import ipaddress


def owner_of(address: str | None, secret: str) -> str:
    """ "" where only this machine can reach the page: all of its tabs and browsers are one person's.

    Elsewhere a name made of a secret that only this browser holds; nobody can tell the secret from it.
    """
    return "" if _is_loopback(address) else hashlib.sha256(f"tomo-owner:{secret}".encode()).hexdigest()[:32]


def _is_loopback(address: str | None) -> bool:
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False
