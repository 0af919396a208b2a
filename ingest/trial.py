"""Model file → loaded once by a child process, so that what crashes llama.cpp crashes nothing else.

A header that makes sense (`ingest.gguf_header`) can still describe a model that llama.cpp ends the process over. The
child has limits of memory and time; that a file has passed is kept in the manifest, so that it costs a second once.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ingest.errors import ModelError
from ingest.manifest import Manifest

VOCABULARY_ONLY = "ingest.trial_worker"
_ROOT = Path(__file__).resolve().parent.parent
_START = "import sys; sys.path.insert(0, sys.argv[1]); from {} import main; main(sys.argv[2], int(sys.argv[3]))"
# No backtrace: llama.cpp would start a debugger on itself to print one.
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1", "GGML_NO_BACKTRACE": "1"}
_SECONDS, _BYTES_A_SECOND = 60.0, 20e6
_MEMORY, _COPIES = 3 << 30, 2
"""Address space a child may take beside two copies of the file: llama.cpp maps it, and may lay weights out anew."""


def llama_version() -> str:
    """The llama-cpp-python that is installed; empty when none is."""
    try:
        return version("llama-cpp-python")
    except PackageNotFoundError:
        return ""


def trial(parts: Sequence[Path], module: str = VOCABULARY_ONLY, seconds: float | None = None) -> None:
    """Have a child process use the model whose files are `parts`; ModelError when it does not survive that.

    `module` names the module whose `main(path, memory_bytes)` the child runs. `seconds` is how long it may take; by
    default a minute, and more for a large file.
    """
    path, size = parts[0], sum(part.stat().st_size for part in parts)
    limit = seconds or _SECONDS + size / _BYTES_A_SECOND
    start = [sys.executable, "-c", _START.format(module), str(_ROOT), str(path.absolute()), str(_memory(size))]
    try:
        done = subprocess.run(
            start, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, **_ENVIRONMENT}, timeout=limit, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise ModelError(
            f"{path.name}: a trial load took longer than {limit:.0f} s and was stopped. "
            "Use another model file, or a smaller one."
        ) from error
    if said := _said(done.stdout):
        raise ModelError(said)
    if done.returncode:
        raise ModelError(
            f"{path.name}: crashed llama.cpp in a trial load ({_cause(done.returncode)}). "
            "The file is damaged or harmful: do not use it; copy or download it again from where you trust."
        )


def trial_once(path: Path, manifest: Manifest) -> None:
    """Have a child process load a model's vocabulary, unless the manifest knows that the file is sound."""
    entry = manifest.entry(path)
    if entry is None or entry.tried != llama_version() or manifest.difference(path):
        trial([path])


def _memory(size: int) -> int:
    return _COPIES * size + _MEMORY


def _said(output: bytes) -> str:
    """The error a child has told; empty when it told none."""
    try:
        return str(json.loads(output.decode("utf-8", "replace").strip().rpartition("\n")[2])["error"])
    except (ValueError, KeyError, TypeError):
        return ""


def _cause(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
