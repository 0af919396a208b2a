"""Model and library version → whether a saved state can be trusted here: saved by one process, restored by another.

Run once for each way of running a model (`python -m rag.prefixes.proof` is the child); the result is kept beside the
models. A model whose continuation differs after a restore, or that dies of it, has no states kept, and `doctor` says
why.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.console import show
from ingest.errors import ModelError
from rag.llama.engine import BATCH, Context, Sampler, Weights
from rag.llama.gguf import read_gguf
from rag.llama.kv import KVShape
from rag.llama.speed import SAMPLE
from rag.prefixes.key import key_of

FILE = "prefix_proofs.json"
"""In the models' folder."""

PROMPT_TOKENS, CONTINUED = 700, 24
"""More than a batch is prefilled, and so many tokens are compared."""

TIMEOUT = 900.0
"""Seconds a child may take: a 70B model is loaded twice."""

CANNOT_SAVE, CANNOT_RESTORE = 3, 4
_CRASHES = ("SIGSEGV", "SIGABRT", "SIGILL", "SIGBUS")
_WINDOWS_CRASHES = (0xC0000005, 0xC000001D, 0xC0000409)
_VERDICTS = frozenset(
    (CANNOT_SAVE, CANNOT_RESTORE, *(-getattr(signal, name, 0) for name in _CRASHES), *_WINDOWS_CRASHES)
) - {0}
"""Exit codes of a child that say something of the model; any other is an accident, and it is tried again."""

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Run:
    """A model, and how it is run."""

    path: Path
    kv_type: str = "f16"
    flash_attention: bool = False
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether restored states continue as computed ones do. `why` not, else empty.

    Not `settled`: the attempt was stopped or found no room, which says nothing of the model.
    """

    model: str
    ok: bool
    why: str
    seconds: float
    settled: bool = True


@dataclass(frozen=True, slots=True)
class _Step:
    """What a child printed, or `why` it did not; `settled` as in Proof."""

    tokens: list[int]
    why: str = ""
    settled: bool = True


def why_not(shape: KVShape) -> str:
    """Why no state of a model of this shape is kept, "" when that is to be tried.

    llama.cpp restores the cache of sliding layers in another order of cells than it was computed in, and sums in that
    order: with Gemma 3 270M 11 of 50 greedy answers came to differ within 64 tokens (`python -m tests.bench prefix`).
    """
    slides = shape.local and not shape.chunked
    return "its sliding layers go on with other roundings after a restore" if slides else ""


def proved(run: Run, identity: Mapping[str, str], folder: Path) -> Proof:
    """The result kept in `folder`, or that of a run now (two loads of the model, some seconds), kept if settled."""
    key = key_of(identity, ())
    known = proofs(folder).get(key)
    if known is not None and known.settled:
        return known
    proof = _refused(run.path) or prove(run)
    if proof.settled:
        _keep(folder, key, proof)
    return proof


def _refused(path: Path) -> Proof | None:
    """What the shape says, before two loads are spent on a run."""
    try:
        why = why_not(read_gguf(path).kv)
    except ModelError:
        return None  # the run says what is wrong
    return Proof(path.name, False, why, 0.0) if why else None


def proofs(folder: Path) -> dict[str, Proof]:
    """All results that are kept; a damaged file counts as none."""
    try:
        values = json.loads((folder / FILE).read_text(encoding="utf-8"))
        # A failure noted before accidents were told apart may be one: it is tried once more.
        return {key: Proof(**{"settled": value["ok"]} | value) for key, value in values.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def prove(run: Run) -> Proof:
    """Save in one process, restore in another, compare what they go on with."""
    LOG.info("Checking once that saved prompts of %s can be restored.", run.path.name)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tomo-proof-") as folder:
        state = Path(folder) / "state"
        computed = restored = _child("save", run, state)
        if not computed.why:
            restored = _child("restore", run, state)
    why = restored.why
    if not why and computed.tokens != restored.tokens:
        pairs = zip(computed.tokens, restored.tokens, strict=False)
        at = next((i for i, (a, b) in enumerate(pairs) if a != b), 0)
        why = f"the restored state goes on differently from token {at + 1} of {CONTINUED}"
    return Proof(run.path.name, not why, why, round(time.monotonic() - started, 2), restored.settled)


def _child(step: str, run: Run, state: Path) -> _Step:
    command = [sys.executable, "-m", "rag.prefixes.proof", step, str(run.path), str(state), run.kv_type,
               str(int(run.flash_attention)), str(run.threads)]  # fmt: skip
    root = Path(__file__).resolve().parents[2]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return _Step([], f"the attempt to {step} a state took more than {TIMEOUT:.0f} s", False)
    except OSError as error:
        return _Step([], f"no process could be started ({error.strerror})", False)
    if done.returncode:
        settled = done.returncode in _VERDICTS
        return _Step([], f"the attempt to {step} a state ended with code {done.returncode}", settled)
    try:
        tokens = [int(token) for token in done.stdout.split()]
    except ValueError:
        tokens = []
    if not tokens:
        return _Step([], f"the attempt to {step} a state printed something else", False)
    return _Step(tokens)


def _keep(folder: Path, key: str, proof: Proof) -> None:
    path = folder / FILE
    part = path.with_name(f".{FILE}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=5.0):
            known = proofs(folder) | {key: proof}
            values = {key: asdict(one) for key, one in known.items()}
            part.write_text(json.dumps(values, indent=1), encoding="utf-8")
            os.replace(part, path)
    except (OSError, Timeout) as error:
        LOG.warning("%s: the check of saved prompts cannot be noted (%s). It is made again next time.", path, error)
    finally:
        part.unlink(missing_ok=True)


def _main(step: str, model: str, state: str, kv_type: str, flash: str, threads: str) -> None:
    """Print the tokens that follow the sample: after computing and saving it, or after restoring it."""
    info = read_gguf(Path(model))
    weights = Weights(Path(model))
    shape: KVShape = info.kv
    context = Context(weights, PROMPT_TOKENS + BATCH, int(threads), kv_type, flash == "1", shape=shape)
    tokens = (weights.tokens(SAMPLE, special=False) * 20)[: PROMPT_TOKENS + 1]
    prefix, last = tokens[:-1], tokens[-1:]
    if step == "save":
        for start in range(0, len(prefix), BATCH):
            context.extend(prefix[start : start + BATCH], start)
        if not context.save(Path(state), prefix):
            sys.exit(CANNOT_SAVE)
    elif context.load(Path(state)) != prefix:
        sys.exit(CANNOT_RESTORE)
    sampler = Sampler(context, 0.0, 0)
    for at in range(len(prefix), len(prefix) + CONTINUED):
        context.extend(last, at)
        last = [sampler.next()]
        show(str(last[0]))
    sampler.close()
    context.close()
    weights.close()


if __name__ == "__main__":
    _main(*sys.argv[1:])
