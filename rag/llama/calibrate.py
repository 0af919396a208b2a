"""A model on this machine → how its KV cache is kept: measured at the first run, then read from a file."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter

from filelock import FileLock, Timeout

from ingest.errors import ModelError, SettingsError
from ingest.ggml import KV_TYPES, TENSOR_TYPES
from ingest.settings import Settings
from rag.kept import write_json
from rag.llama.engine import Context, Weights, default_threads
from rag.llama.gguf import GGUFInfo, fingerprint, read_gguf
from rag.llama.kv import LEAST_WINDOW, fitting_window, total_bytes
from rag.llama.memory import free_memory
from rag.llama.speed import FULL, MAX_DRIFT, Effort, Speed, drift, opinions, probe, quickest, rates
from rag.llama.window import DEFAULT_WINDOW

SECONDS_A_WAY = 5.0
"""Of an otherwise idle machine."""
SECONDS = 40.0
"""No further way is begun after this: the way of a model that is so slow is chosen from what was measured."""
_LOG = logging.getLogger(__name__)

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Way:
    """How the KV cache is kept, as in `ingest.ggml.KV_TYPES`, and whether attention goes over it in one step."""

    kv_type: str
    flash_attention: bool

    def __str__(self) -> str:
        return f"{self.kv_type} flash" if self.flash_attention else self.kv_type


PLAIN = Way("f16", False)
WAYS = (PLAIN, Way("f16", True), Way("q8_0", True), Way("q4_0", True))
"""The most exact first: the truth that the others are held against. A quantised V cannot be had without flash."""

Measured = Mapping[Way, Speed]
"""What each way that a model allows came to; in the order of WAYS."""


def open_way(settings: Settings, path: Path, report: Report = lambda line: None) -> Way:
    """The way that is set, or the best for this model and machine: measured at the first run (20 s), kept beside the
    models.

    SettingsError when what is set cannot be had together or with this model; ModelError for a damaged file.
    """
    info = read_gguf(path)
    ways = _possible(settings, info)
    if len(ways) == 1:
        return ways[0]
    key = calibration_key(info, settings.threads or default_threads())
    measured = read_calibrations(calibrations(settings)).get(key) or _kept(settings, info, report)
    return _choose(settings, info, measured)


def thriftiest(settings: Settings, info: GGUFInfo) -> Way:
    """Of the ways that are set, the one that needs least memory for the least window; SettingsError as `open_way`."""
    ways = _possible(settings, info)
    return min(ways, key=lambda way: total_bytes(info.footprint, LEAST_WINDOW, way.kv_type, way.flash_attention))


def measure_anew(settings: Settings, path: Path, report: Report) -> tuple[dict[Way, Speed], Way]:
    """What each way comes to now, kept in place of what was known, and the one that is used from now on.

    Errors as `open_way`.
    """
    info = read_gguf(path)
    _possible(settings, info)
    measured = _kept(settings, info, report)
    return measured, _choose(settings, info, measured)


def _possible(settings: Settings, info: GGUFInfo) -> tuple[Way, ...]:
    """What is set, as far as the model allows it."""
    ways = tuple(way for way in ways_set(settings.kv_type, settings.flash_attention) if divides(info, way))
    if not ways:
        raise SettingsError(
            f"{info.path.name}: cannot keep its KV cache as {settings.kv_type}, its heads are {info.head_dim_k} "
            "numbers wide. Set kv_type to f16 or auto."
        )
    return ways


def _kept(settings: Settings, info: GGUFInfo, report: Report) -> dict[Way, Speed]:
    threads = settings.threads or default_threads()
    measured = calibrate(info, threads, report)
    keep_calibration(calibrations(settings), calibration_key(info, threads), measured)
    return measured


def _choose(settings: Settings, info: GGUFInfo, measured: Measured) -> Way:
    ways = _possible(settings, info)
    if len(ways) == 1:
        return ways[0]
    known = {way: speed for way, speed in measured.items() if way in ways}
    return choose_way(known, info, settings.window) if known else ways[0]


def calibrations(settings: Settings) -> Path:
    """The file that measurements of all models are kept in."""
    return settings.models / "calibration.json"


def ways_set(kv_type: str, flash_attention: str) -> tuple[Way, ...]:
    """What two settings leave to choose from; SettingsError when that is nothing."""
    wanted = {"on": (True,), "off": (False,)}.get(flash_attention, (False, True))
    ways = tuple(way for way in WAYS if way.flash_attention in wanted and kv_type in ("auto", way.kv_type))
    if not ways:
        raise SettingsError(
            f"A {kv_type} KV cache needs flash attention. Set flash_attention to auto or on, or kv_type to f16."
        )
    return ways


def choose_way(measured: Measured, info: GGUFInfo, wanted: int = 0, ram_bytes: int | None = None) -> Way:
    """The quickest whose opinions hardly drift, of those that leave room for the window (tokens; 0: the default one).

    When none has room for all of it, of those that have most; when all drift, the one that drifts least. `ram_bytes`:
    by default the memory that is free now.
    """
    near = {way: speed for way, speed in measured.items() if speed.drift <= MAX_DRIFT}
    if not near:
        return min(measured, key=lambda way: measured[way].drift)
    free = free_memory() if ram_bytes is None else ram_bytes
    if free is None:
        return quickest(near)
    tokens = wanted or min(info.window, DEFAULT_WINDOW)
    rooms = {
        way: fitting_window(info.footprint, way.kv_type, free, tokens, way.flash_attention)
        for way in near
    }  # fmt: skip
    most = max(rooms.values())
    return quickest({way: speed for way, speed in near.items() if rooms[way] == most})


def divides(info: GGUFInfo, way: Way) -> bool:
    """Whether a head's numbers are a whole number of the cache's blocks: llama.cpp opens no other."""
    block = TENSOR_TYPES[KV_TYPES[way.kv_type]].block
    return info.head_dim_k % block == 0 and info.head_dim_v % block == 0


def calibrate(info: GGUFInfo, threads: int, report: Report) -> dict[Way, Speed]:
    """Every way that the model allows, measured: about 15 s, and for a large model with fewer tokens.

    `report` gets a line for each. Nothing is measured where memory does not suffice. ModelError for a file that
    llama.cpp cannot load.
    """
    free = free_memory()
    if free is not None and total_bytes(info.footprint, FULL.room, PLAIN.kv_type) > free:
        report(f"{info.path.name}: memory is too short to measure how it runs best. Its KV cache is kept as {PLAIN}.")
        return {}
    report(f"Measuring how {info.path.name} runs best on this machine, once. tokens/s: prefill, decode")
    weights = Weights(info.path)
    try:
        return _measured(info, weights, threads, report)
    finally:
        weights.close()


def _measured(info: GGUFInfo, weights: Weights, threads: int, report: Report) -> dict[Way, Speed]:
    measured: dict[Way, Speed] = {}
    truth: list[float] = []
    effort: Effort | None = None
    started = perf_counter()
    for way in WAYS:
        if perf_counter() - started > SECONDS:
            report(f"{way!s:>10}  not measured: the model is too slow here to try every way")
        elif not divides(info, way):
            report(f"{way!s:>10}  not possible: its heads are {info.head_dim_k} numbers wide")
        else:
            with _opened(info, weights, threads, way) as context:
                if context is None:
                    report(f"{way!s:>10}  not possible with this model")
                    continue
                effort = effort or probe(weights, context, threads, SECONDS_A_WAY)
                found = opinions(weights, context, effort)
                truth = truth or found
                best = min((speed.seconds for speed in measured.values()), default=math.inf)
                measured[way] = _speed(weights, context, threads, effort, drift(found, truth), best)
                report(f"{way!s:>10}  {described(measured[way])}")
    return measured


def _speed(
    weights: Weights, context: Context, threads: int, effort: Effort, moved: float, best: float
) -> Speed:  # fmt: skip
    """Not timed where the opinions have gone too far: it would not be chosen."""
    return Speed(*(rates(weights, context, threads, effort, best) if moved <= MAX_DRIFT else (0.0, 0.0)), moved)


def described(speed: Speed) -> str:
    """A line of a table: the drift and the rates, as far as they were measured."""
    text = f"drift {speed.drift:.3f} nats"
    if not speed.prefill:
        return f"{text}: judges too differently"
    return f"{text}  prefill {speed.prefill:6,.0f}  " + (f"decode {speed.decode:5,.1f}" if speed.decode else "slower")


@contextmanager
def _opened(info: GGUFInfo, weights: Weights, threads: int, way: Way) -> Iterator[Context | None]:
    """A context as a chat has it; None where llama.cpp does not allow it."""
    try:
        context = Context(weights, FULL.room, threads, way.kv_type, way.flash_attention, shape=info.kv)
    except ModelError:
        yield None
        return
    try:
        yield context
    finally:
        context.close()


def calibration_key(info: GGUFInfo, threads: int) -> str:
    """What a measurement is kept under: another model, number of threads or llama.cpp is measured anew."""
    try:
        library = version("llama-cpp-python")
    except PackageNotFoundError:
        library = "unknown"
    return f"{fingerprint(info)} threads={threads} llama-cpp-python={library}"


def read_calibrations(path: Path) -> dict[str, dict[Way, Speed]]:
    """Every measurement by key; none, with a log line, where the file is not as Tomo writes it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(key): _checked(ways) for key, ways in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        _LOG.warning("%s: is damaged (%s). Models are measured again.", path, error)
        return {}


def keep_calibration(path: Path, key: str, measured: Measured) -> None:
    """Add a measurement, if there is one, to the file; a disk that refuses is a log line and no error."""
    if not measured:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=1.0):
            known = read_calibrations(path) | {key: dict(measured)}
            write_json(path, {key: _json(ways) for key, ways in known.items()})
    except (OSError, Timeout) as error:
        _LOG.warning("%s: what was measured cannot be kept (%s). It is measured again next time.", path, error)


def _json(measured: Measured) -> dict[str, dict[str, float]]:
    return {str(w): {"prefill": s.prefill, "decode": s.decode, "drift": s.drift} for w, s in measured.items()}


def _checked(ways: dict[str, dict[str, float]]) -> dict[Way, Speed]:
    checked = {way: Speed(*(_number(ways[str(way)][name]) for name in ("prefill", "decode", "drift")))
               for way in WAYS if str(way) in ways}  # fmt: skip
    if not checked or len(checked) != len(ways):
        raise ValueError("a way that there is not")
    return checked


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise ValueError(f"{value!r} is no rate")
    return float(value)
