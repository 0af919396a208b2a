"""Network calls of this process → refused, and listed in a file. Standard library only.

It is an audit hook: Python code cannot remove it or go around it. What a C library does by itself it does not see;
`rag.offline.worker` counts that where the system can give it a network of its own.
"""

from __future__ import annotations

import ipaddress
import json
import os
import sys
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[2]
NAMES = frozenset({
    "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo",
})  # fmt: skip
ADDRESSES = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_FRAMES = 6


def install(log: Path) -> None:
    """Refuse every name that is looked up and every address that is not this machine's, from now on.

    Each attempt raises PermissionError and is a JSON line in `log`: the call, where to, and the lines it came from.
    """

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        target = foreign(event, arguments)
        if target is not None:
            _note(log, event, target)
            raise PermissionError(f"{event} {target}: the network is refused (doctor --offline)")

    sys.addaudithook(hook)


def foreign(event: str, arguments: tuple[object, ...]) -> str | None:
    """Where an audited call wants to go, when that is not this machine; None for everything else."""
    if event in NAMES:
        host = arguments[0][0] if isinstance(arguments[0], tuple) and arguments[0] else arguments[0]
        return None if is_local(host) else _shown(host)
    if event in ADDRESSES and len(arguments) > 1:
        address = arguments[1]
        return None if not isinstance(address, tuple) or is_local(address[0]) else _shown(address[0])
    return None


def is_local(host: object) -> bool:
    """Whether a host is this machine, by a loopback address or by the name for it; None and "" are."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    if name in ("", "localhost", "ip6-localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def startup_file(folder: Path, log: Path) -> Path:
    """Write what makes every Python that has `folder` in PYTHONPATH begin with the guard; returns the file."""
    path = folder / "sitecustomize.py"
    lines = (
        "import sys",
        f"sys.path.insert(0, {str(ROOT)!r})",
        "from pathlib import Path",
        "from rag.offline.no_network import install",
        "sys.path.pop(0)",
        f"install(Path({str(log)!r}))",
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _shown(host: object) -> str:
    return host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)


def _note(log: Path, event: str, target: str) -> None:
    frame: FrameType | None = sys._getframe(2)
    places: list[str] = []
    while frame is not None and len(places) < _FRAMES:
        places.append(f"{frame.f_code.co_filename}:{frame.f_lineno}")
        frame = frame.f_back
    line = json.dumps({"call": event, "target": target, "from": places}) + "\n"
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)
