"""Settings → Findings: ingest, search, ask and the page's server with the network refused, and what tried to use it.

Two nets: an audit hook in every Python process sees and refuses what Python code does, and says where it came from; an
empty network namespace (Linux, where the system lets a person make one) takes the network from C code too and counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.checks import Finding
from ingest.settings import ROOT, Settings
from rag.offline.no_network import startup_file
from rag.offline.worker import PROBE

SAMPLES = ROOT / "data" / "samples"
OWN_NETWORK = ("unshare", "-rn")
_SHOWN = 5
_LOOSENED = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE")
"""Left out of the children's environment: without them a library that would ask a hub does so here, and is listed."""
_MANUAL = "# Caldera\n\nEl código de error E04 significa que falta agua. Llene el circuito hasta 1,5 bar.\n"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call that wanted to leave the machine: what, where to, and the nearest line that is not Python's own."""

    call: str
    target: str
    origin: str


def examine_offline(settings: Settings) -> list[Finding]:
    """A finding for each step: bad when it failed, or when anything in it tried to use the network."""
    own = own_network()
    with tempfile.TemporaryDirectory(prefix="tomo-offline-") as name:
        folder, log = Path(name), Path(name) / "attempts.jsonl"
        startup_file(folder, log)
        source = SAMPLES if SAMPLES.is_dir() else _written(folder / "manual.md")
        arguments = [sys.executable, "-m", "rag.offline.worker", str(folder), str(source)]
        command = [*OWN_NETWORK, *arguments, "own"] if own else arguments
        with subprocess.Popen(
            command, cwd=ROOT, env=_environment(settings, folder), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
        ) as worker:
            findings = list(_findings(worker.stdout or (), log))
    if worker.returncode:
        findings.append(Finding("offline", False, 1, f"The run itself ended with code {worker.returncode}."))
    return [*findings, _coverage(own)]


def own_network() -> bool:
    """Whether this system lets a person run a command in an empty network namespace."""
    try:
        return subprocess.run([*OWN_NETWORK, "true"], capture_output=True, check=False, timeout=10).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def attempts(lines: Sequence[str]) -> list[Attempt]:
    """The guard's lines, the same attempt from the same place once."""
    found: dict[Attempt, None] = {}
    for line in lines:
        noted = json.loads(line)
        found[Attempt(noted["call"], noted["target"], _origin(noted["from"]))] = None
    return list(found)


def judge(step: str, error: str, tried: Sequence[Attempt], unrouted: int) -> Finding:
    """What a step came to. The first step, `guard`, has to be refused one connection; the others none."""
    if step == "guard":
        tried = [attempt for attempt in tried if attempt.target != PROBE[0]]
    unseen = unrouted if not tried else 0  # a refused call never reaches the kernel, but one that asks again may
    if error or tried or unseen:
        named = [f"{a.call} to {a.target} from {a.origin}" for a in tried[:_SHOWN]]
        named += [f"{unseen} packets of C code had no route"] if unseen else []
        text = "; ".join([*([f"failed: {error}"] if error else []), *named])
        return Finding(step, False, len(tried) + unseen or 1, text)
    if step == "guard":
        return Finding(step, True, 1, "A trial connection was refused, as it must be.")
    return Finding(step, True, 0, "Nothing tried to use the network.")


def _findings(output: Iterable[bytes], log: Path) -> Iterator[Finding]:
    seen = 0
    for raw in output:
        done = json.loads(raw)
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        yield judge(str(done["step"]), str(done["error"]), attempts(lines[seen:]), int(done["unrouted"]))
        seen = len(lines)


def _coverage(own: bool) -> Finding:
    if own:
        return Finding("coverage", True, 0, "Run in an empty network namespace: C code had no network either.")
    text = "Only Python code was watched: an empty network namespace (`unshare -rn`) is not to be had here."
    return Finding("coverage", True, 0, text)


def _environment(settings: Settings, folder: Path) -> Mapping[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in _LOOSENED}
    before = kept.get("PYTHONPATH", "")
    return kept | {
        "PYTHONPATH": os.pathsep.join(part for part in (str(folder), before) if part),
        "TOMO_MODELS": str(settings.models),
    }


def _written(path: Path) -> Path:
    path.write_text(_MANUAL, encoding="utf-8")
    return path


def _origin(places: Sequence[str]) -> str:
    """The nearest place outside Python's own library."""
    library = str(Path(os.__file__).parent)
    outside = [p for p in places if "site-packages" in p or not p.startswith((library, "<"))]
    return (outside or list(places) or ["?"])[0]
