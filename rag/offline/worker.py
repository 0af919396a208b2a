"""A folder → the whole path run in it, step by step, each step's outcome a JSON line: the child of `rag.offline.check`.

Run as `python -m rag.offline.worker FOLDER SOURCE [own]`; `own`: in a network namespace of its own, where whatever is
sent anywhere, by Python or by C, has no route and is counted by the kernel.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "¿Qué significa el código de error E04?"
PROBE = ("192.0.2.1", 80)
"""An address of no machine (RFC 5737): the first step tries it, to see that it is refused."""
STEP_SECONDS = 240
_SIOCSIFFLAGS, _UP_AND_RUNNING = 0x8914, 0x41


def main(folder: Path, source: Path, own: bool) -> None:
    """Run every step even if one before it failed; a line with its name, error ("" if none) and packets not sent."""
    if own:
        _raise_loopback()
    library = str(folder / "library")
    steps: list[tuple[str, Callable[[], str]]] = [
        ("guard", _probe),
        ("ingest", lambda: _command(["-m", "ingest", str(source), "--library", library], good=(0, 2))),
        ("search", lambda: _command(["-m", "rag", "search", QUESTION, "--library", library])),
        ("ask", lambda: _command(["-m", "rag", "ask", QUESTION, "--library", library])),
        ("page", lambda: _page(library)),
    ]
    for name, step in steps:
        before = _unrouted()
        error = step()
        sys.stdout.write(json.dumps({"step": name, "error": error, "unrouted": _unrouted() - before}) + "\n")
        sys.stdout.flush()


def _probe() -> str:
    """Connect to nobody, in a child like those of the other steps: the guard has to refuse it."""
    code = f"import socket; socket.create_connection({PROBE!r}, 2)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return "" if "PermissionError" in done.stderr else "A trial connection was not refused: the guard does not work."


def _command(arguments: Sequence[str], good: Sequence[int] = (0,)) -> str:
    try:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", timeout=STEP_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"took longer than {STEP_SECONDS} s"
    return "" if done.returncode in good else (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]


def _page(library: str) -> str:
    """Start the page's server as `make run` does, ask it for its page, and stop it."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    environment = {**os.environ, "TOMO_LIBRARY": library}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        try:
            return _served(f"http://127.0.0.1:{port}/", server)
        finally:
            server.terminate()


def _served(address: str, server: subprocess.Popen[bytes]) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            with opener.open(address, timeout=5) as answer:
                return "" if b"<html" in answer.read(2000).lower() else "the page's server answers with something else"
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return "the page's server did not answer"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _raise_loopback() -> None:
    """A new namespace has its loopback down, and the page could not be asked for."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", b"lo", _UP_AND_RUNNING)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, request)


def _unrouted() -> int:
    """Packets of this network namespace, IPv4 and IPv6, that had no way to go; 0 where the system does not count."""
    try:
        rows = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Ip:")]
        four = int(rows[1][rows[0].index("OutNoRoutes")])
        six = dict(line.split() for line in Path("/proc/net/snmp6").read_text().splitlines())
        return four + int(six.get("Ip6OutNoRoutes", 0))
    except (OSError, ValueError, IndexError):
        return 0


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), "own" in sys.argv[3:])
