"""Use of a model on this machine → predicted seconds, better with every answer, and kept on disk."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from rag.fitting import Guess, Terms, Timed, fit, seconds_of
from rag.kept import write_json

KEPT = 64
"""Observations of a kind that are kept; the machine may have changed since the older ones."""
QUOTING_CAP = 6_000
"""Characters after which quoting takes no longer: the number of sentences that are looked at is bounded."""

_MEASURED = 3
_SAVE_SECONDS = 5.0
_CALL_SECONDS = 0.02
_MOST = 1e9
_QUOTING = (0.1, 0.5 / QUOTING_CAP)
_LOG = logging.getLogger(__name__)

Work = tuple[float, ...]
"""What was done and the seconds it took: (new, past, s), (tokens, past, s), (characters, s)."""
_LENGTHS = {"prefill": 3, "decode": 3, "quoting": 2}
_Seen = dict[str, list[Work]]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a model's speed depends on. `model_bytes`: all weights; `kv_bytes`: of KV cache, a token."""

    parameters: int
    layers: int
    heads: int
    head_dim: int
    model_bytes: int
    kv_bytes: int = 0


def rates_key(model: str, threads: int, kv_type: str) -> str:
    """What rates are kept under: another number of threads is another machine."""
    return f"{model} threads={threads} kv={kv_type}"


class Rates:
    """Seconds that work with one model takes on this machine. Any thread may call; predictions take microseconds.

    Before anything was observed they follow from the model's shape and a nominal machine: prefill FLOPs =
    2·P·T + 2·layers·heads·head_dim·T², decode = (model bytes + KV bytes) ÷ bandwidth. No prediction is negative, and
    none shrinks when there is more to do.
    """

    def __init__(self, path: Path, key: str, shape: Shape, flops: float = 1e11, bandwidth: float = 1.5e10) -> None:
        """`path`: the file that rates of all models are kept in, made when absent; `flops` and `bandwidth` a second.

        A damaged file counts as absent, with a log line.
        """
        self._path, self._key = path, key
        self._guesses = _guesses(shape, flops, bandwidth)
        self._lock = threading.Lock()
        self._seen = _read(path).get(key, _nothing())
        self._unsaved = _nothing()
        self._saved = time.monotonic()
        self._refused = False
        self._costs = {kind: self._fitted(kind) for kind in _LENGTHS}

    @property
    def measured(self) -> bool:
        """Whether predictions of prefill rest on use (three observations), not on the model's size."""
        return len(self._seen["prefill"]) >= _MEASURED

    def prefill(self, new: int, past: int = 0) -> float:
        """Seconds to compute `new` tokens of a prompt after `past` that are in the KV cache; 0 for none."""
        return seconds_of(self._costs["prefill"], _prefill(new, past)) if new > 0 else 0.0

    def decode(self, tokens: int, past: int) -> float:
        """Seconds to write `tokens` one by one after a prompt of `past`; 0 for none."""
        return seconds_of(self._costs["decode"], _decode(tokens, past)) if tokens > 0 else 0.0

    def quoting(self, characters: int) -> float:
        """Seconds to choose quotes out of passages of so many characters in all; 0 for none."""
        return seconds_of(self._costs["quoting"], _quoting(characters)) if characters > 0 else 0.0

    def observe_prefill(self, new: int, past: int, seconds: float) -> None:
        """A prefill took so long. What makes no sense (nothing done, no time) is passed over, here and below."""
        self._observe("prefill", (new, past, seconds))

    def observe_decode(self, tokens: int, past: int, seconds: float) -> None:
        """`tokens` were written in so long, the prefill not counted."""
        self._observe("decode", (tokens, past, seconds))

    def observe_quoting(self, characters: int, seconds: float) -> None:
        """Choosing quotes out of so many characters took so long."""
        self._observe("quoting", (characters, seconds))

    def close(self) -> None:
        """Write what has not been written. It can go on being used."""
        with self._lock:
            self._save()

    def _observe(self, kind: str, work: Work) -> None:
        if not _makes_sense(kind, work):
            return
        with self._lock:
            self._seen[kind] = [*self._seen[kind], work][-KEPT:]
            self._unsaved[kind].append(work)
            self._costs[kind] = self._fitted(kind)
            if time.monotonic() - self._saved > _SAVE_SECONDS:
                self._save()

    def _fitted(self, kind: str) -> Terms:
        return fit(self._guesses[kind], [Timed(_terms(kind, work), work[-1]) for work in self._seen[kind]])

    def _save(self) -> None:
        """Add what is new to the file, where another process may have added too; a disk that refuses is no error."""
        self._saved = time.monotonic()
        if not any(self._unsaved.values()):
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self._path}.lock", timeout=1.0):
                models = _read(self._path)
                known = models.get(self._key, _nothing())
                models[self._key] = {kind: [*known[kind], *self._unsaved[kind]][-KEPT:] for kind in _LENGTHS}
                write_json(self._path, models)
        except (OSError, Timeout) as error:
            if not self._refused:
                _LOG.warning(
                    "%s: measured speeds cannot be kept (%s). They are learned again next time.", self._path, error
                )
            self._refused = True
            return
        self._seen, self._unsaved = models[self._key], _nothing()
        self._costs = {kind: self._fitted(kind) for kind in _LENGTHS}


def _nothing() -> _Seen:
    return {kind: [] for kind in _LENGTHS}


def _prefill(new: float, past: float) -> Terms:
    """A call, each token through the weights, and each token's look at those before it."""
    return (1.0, new, new * (past + new / 2))


def _decode(tokens: float, past: float) -> Terms:
    return (tokens, tokens * (past + tokens / 2))


def _quoting(characters: float) -> Terms:
    return (1.0, min(characters, QUOTING_CAP))


def _terms(kind: str, work: Work) -> Terms:
    if kind == "quoting":
        return _quoting(work[0])
    return _prefill(work[0], work[1]) if kind == "prefill" else _decode(work[0], work[1])


def _guesses(shape: Shape, flops: float, bandwidth: float) -> dict[str, Guess]:
    """What the shape says; the typical pieces of work are those of a chat with short and long prompts."""
    attention = 4 * shape.layers * shape.heads * shape.head_dim / flops
    prefill = (_CALL_SECONDS, 2 * shape.parameters / flops, attention)
    decode = (shape.model_bytes / bandwidth, shape.kv_bytes / bandwidth)
    lengths = ((100, 0), (500, 0), (500, 2000), (2000, 0), (6000, 0))
    return {
        "prefill": Guess(prefill, tuple(_prefill(new, past) for new, past in lengths)),
        "decode": Guess(decode, tuple(_decode(60, past) for past in (100, 2000, 6000))),
        "quoting": Guess(_QUOTING, tuple(_quoting(characters) for characters in (500, 2000, 6000))),
    }


def _makes_sense(kind: str, work: Sequence[object]) -> bool:
    if len(work) != _LENGTHS[kind]:
        return False
    numbers = [n for n in work if isinstance(n, int | float) and not isinstance(n, bool) and 0 <= n <= _MOST]
    return len(numbers) == len(work) and numbers[0] > 0 and numbers[-1] > 1e-6


def _read(path: Path) -> dict[str, _Seen]:
    """Every model's observations; none, with a log line, where the file is not as Tomo writes it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(key): _checked(kinds) for key, kinds in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        _LOG.warning("%s: is damaged (%s). Speeds are learned again.", path, error)
        return {}


def _checked(kinds: dict[str, list[list[float]]]) -> _Seen:
    checked = {kind: [tuple(work) for work in kinds[kind]][-KEPT:] for kind in _LENGTHS}
    if not all(_makes_sense(kind, work) for kind, works in checked.items() for work in works):
        raise ValueError("a time that no work takes")
    return checked
