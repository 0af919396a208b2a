"""A password → whether it opens the page, and how long to wait before the next try. Pure, standard library only."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.errors import SettingsError

SHORTEST = 10
"""Characters. Whoever reaches the server may try, slowly, for as long as it runs."""
LONGEST = 1024
FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 15.0, 300.0
FORGET = 900.0
"""Seconds after which a failure no longer counts."""
_COST, _BLOCK, _LANES = 1 << 15, 8, 1
_MEMORY = 64 << 20


@dataclass(frozen=True, slots=True)
class Secret:
    """What is kept of a password: scrypt's result over a random salt. It opens nothing by itself."""

    salt: bytes
    digest: bytes
    cost: int = _COST


def make_secret(password: str, salt: bytes) -> Secret:
    """What to keep of a new password; SettingsError when it is too short or too long. 0.1 s on purpose."""
    if not SHORTEST <= len(_normal(password)) <= LONGEST:
        raise SettingsError(
            f"A password has {SHORTEST} to {LONGEST:,} characters. Choose another, a few words for one."
        )
    return Secret(salt, _digest(password, salt, _COST))


def opens(secret: Secret, password: str) -> bool:
    """Whether it is the password, in a time that says nothing about how close it was. 0.1 s on purpose."""
    return len(password) <= LONGEST and hmac.compare_digest(secret.digest, _digest(password, secret.salt, secret.cost))


def recent(failures: Sequence[float], now: float) -> list[float]:
    """The failures (seconds on a clock, in order) that still count at `now`."""
    return [at for at in failures if now - at < FORGET]


def wait(failures: Sequence[float], now: float) -> float:
    """Seconds until the next try: none for the first five, then 15, doubled with each failure, at most 300."""
    counted = recent(failures, now)
    beyond = len(counted) - FREE_TRIES
    if beyond < 0:
        return 0.0
    pause = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(beyond, 10))
    return max(0.0, counted[-1] + pause - now)


def is_loopback(address: str) -> bool:
    """Whether a server at this address can be reached from its own machine only. Empty is every address there is."""
    if address == "localhost" or address.startswith("unix://"):
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def _digest(password: str, salt: bytes, cost: int) -> bytes:
    data = _normal(password).encode("utf-8", "replace")
    return hashlib.scrypt(data, salt=salt, n=cost, r=_BLOCK, p=_LANES, maxmem=_MEMORY, dklen=32)


def _normal(password: str) -> str:
    """Keyboards write ñ in two ways; both are the same password."""
    return unicodedata.normalize("NFKC", password)
