"""Nothing leaves the machine, and whatever would is refused and named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.settings import Settings
from rag.offline.check import OWN_NETWORK, Attempt, attempts, examine_offline, judge, own_network
from rag.offline.no_network import foreign, startup_file
from rag.offline.worker import PROBE

TRIES = {
    "urllib": "import urllib.request; urllib.request.urlopen('http://example.invalid/x')",
    "a-name": "import socket; socket.getaddrinfo('example.invalid', 80)",
    "an-old-call": "import socket; socket.gethostbyname('example.invalid')",
    "connect": "import socket; socket.socket().connect(('192.0.2.7', 80))",
    "connect-ex": "import socket; socket.socket().connect_ex(('192.0.2.7', 80))",
    "create-connection": "import socket; socket.create_connection(('192.0.2.7', 80))",
    "datagram": "import socket; socket.socket(2, 2).sendto(b'x', ('192.0.2.7', 53))",
    "sendmsg": "import socket; socket.socket(2, 2).sendmsg([b'x'], [], 0, ('192.0.2.7', 53))",
    "ipv6": "import socket; socket.socket(10).connect(('2001:db8::1', 80))",
    "the-bare-module": "import _socket; _socket.socket().connect(('192.0.2.7', 80))",
    "asyncio": "import asyncio; asyncio.run(asyncio.open_connection('192.0.2.7', 80))",
    "a-grandchild": "import subprocess, sys; "
    "subprocess.run([sys.executable, '-c', 'import socket; socket.getaddrinfo(\"example.invalid\", 1)'])",
}
LOOPBACK = (
    "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); "
    "socket.create_connection(('localhost', s.getsockname()[1])); a, b = socket.socketpair(); a.send(b'x')"
)


def guarded(folder: Path, code: str) -> tuple[subprocess.CompletedProcess[str], list[Attempt]]:
    """Run Python code with the guard; what it printed and what it tried."""
    log = folder / "log"
    startup_file(folder, log)
    environment = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    return done, attempts(log.read_text().splitlines()) if log.exists() else []


@pytest.mark.parametrize("name", TRIES)
def test_whatever_python_tries_is_refused_and_listed(tmp_path: Path, name: str) -> None:
    done, tried = guarded(tmp_path, TRIES[name])
    assert "the network is refused" in done.stderr
    assert tried[0].target in ("example.invalid", "192.0.2.7", "2001:db8::1")


def test_the_machine_itself_may_be_talked_to(tmp_path: Path) -> None:
    done, tried = guarded(tmp_path, LOOPBACK)
    assert (done.returncode, tried) == (0, [])


@pytest.mark.parametrize(
    ("event", "arguments", "target"),
    [
        pytest.param("socket.connect", (None, ("127.8.9.1", 1)), None, id="any-loopback"),
        pytest.param("socket.connect", (None, ("::1", 1, 0, 0)), None, id="loopback-of-ipv6"),
        pytest.param("socket.connect", (None, "/run/some.sock"), None, id="a-file-system-socket"),
        pytest.param("socket.connect", (None, ("127.0.0.1.example", 1)), "127.0.0.1.example", id="a-name-like-it"),
        pytest.param("socket.connect", (None, ("10.0.0.1", 1)), "10.0.0.1", id="the-office"),
        pytest.param("socket.getaddrinfo", (b"example.org", 1, 0, 0, 0), "example.org", id="bytes"),
        pytest.param("socket.getaddrinfo", (None, 1, 0, 0, 0), None, id="where-to-listen"),
        pytest.param("socket.getnameinfo", (("10.0.0.1", 1),), "10.0.0.1", id="a-name-of-an-address"),
        pytest.param("open", ("x", "r", 0), None, id="something-else"),
    ],
)
def test_only_what_leaves_the_machine_counts(event: str, arguments: tuple[object, ...], target: str | None) -> None:
    assert foreign(event, arguments) == target


@pytest.mark.parametrize(
    ("step", "error", "tried", "unrouted", "ok", "text"),
    [
        pytest.param("ask", "", [], 0, True, "Nothing tried", id="quiet"),
        pytest.param("ask", "no model", [], 0, False, "failed: no model", id="failed"),
        pytest.param("ask", "", [Attempt("c", "hub", "x.py:1")], 0, False, "c to hub from x.py:1", id="tried"),
        pytest.param("ask", "", [], 2, False, "2 packets of C code", id="c-code"),
        pytest.param("guard", "", [Attempt("c", PROBE[0], "x")], 0, True, "was refused", id="the-trial-itself"),
        pytest.param("guard", "not refused", [], 1, False, "not refused", id="a-guard-that-does-not-work"),
    ],
)
def test_a_step_is_good_only_when_it_worked_in_silence(
    step: str, error: str, tried: list[Attempt], unrouted: int, ok: bool, text: str
) -> None:
    finding = judge(step, error, tried, unrouted)
    assert finding.ok is ok
    assert text in finding.text


@pytest.mark.skipif(not own_network(), reason="no network namespace to be had")
def test_c_code_is_counted_by_the_kernel() -> None:
    code = (
        "import ctypes, struct, json; from rag.offline.worker import _unrouted, _raise_loopback; _raise_loopback()\n"
        "before = _unrouted(); libc = ctypes.CDLL(None); s = libc.socket(2, 1, 0)\n"
        "libc.connect(s, struct.pack('<H', 2) + struct.pack('>H', 80) + bytes((192, 0, 2, 7)) + bytes(8), 16)\n"
        "print(_unrouted() - before)"
    )
    done = subprocess.run([*OWN_NETWORK, sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) >= 1


@pytest.mark.heavy
def test_the_whole_path_stays_on_this_machine() -> None:
    findings = examine_offline(Settings())
    assert {finding.check for finding in findings} == {"guard", "ingest", "search", "ask", "page", "coverage"}
    assert [finding for finding in findings if not finding.ok] == []


@pytest.mark.heavy
def test_a_step_that_fails_is_named_and_ends_with_code_2(tmp_path: Path) -> None:
    environment = os.environ | {"TOMO_LLM": str(tmp_path / "absent.gguf")}
    command = [sys.executable, "-m", "rag", "doctor", "--offline", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = {row["check"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 2
    assert [name for name, row in found.items() if not row["ok"]] == ["ask"]
    assert "no such model file" in found["ask"]["text"]
