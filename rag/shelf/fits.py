"""The models folder and the memory that is free → each model file, whether it fits here, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest.errors import ModelError
from rag.llama.gguf import SHARD, GGUFInfo, read_gguf
from rag.llama.kv import Footprint, total_bytes
from rag.models import ENCODERS, model_files
from rag.shelf.catalogue import Llama
from rag.shelf.table import CATALOGUE_QUANTISATION, KV_TYPE, fit


@dataclass(frozen=True, slots=True)
class Room:
    """How a model gets on with the memory that is free: at `window` tokens it needs `needed` bytes of `free`.

    `largest` is the longest window that fits, 0 when none does; `free` None where the system does not say.
    """

    window: int
    fits: bool
    largest: int
    needed: int
    free: int | None


@dataclass(frozen=True, slots=True)
class Shelved:
    """A model file; without `info` and `room` it cannot be used, and `why` says why."""

    path: Path
    size: int
    info: GGUFInfo | None = None
    room: Room | None = None
    why: str = ""


def shelved(folder: Path, others: Iterable[Path], wanted: int, free: int | None) -> list[Shelved]:
    """Every chat model under `folder`, and `others`, smallest first, damaged ones last; `wanted`: the window set.

    Files are read again only when they change.
    """
    paths = dict.fromkeys([*(model_files(folder) if folder.is_dir() else ()), *others])
    found = [_shelved(path, wanted, free) for path in paths if _is_first_part(path)]
    kept = [model for model in found if model is not None]
    return sorted(kept, key=lambda model: (model.info is None, model.size, model.path))


def catalogue_room(llama: Llama, wanted: int, free: int | None) -> Room:
    """How a published model would get on here, with Q4_K_M weights."""
    return _room(llama.footprint(CATALOGUE_QUANTISATION), llama.window, wanted, free)


def _is_first_part(path: Path) -> bool:
    shard = SHARD.search(path.name)
    return not shard or int(shard[1]) == 1


def _shelved(path: Path, wanted: int, free: int | None) -> Shelved | None:
    """None for a file that is no chat model, or that is gone."""
    try:
        stat = path.stat()
        info = _read(path, stat.st_size, stat.st_mtime_ns)
    except OSError:
        return None
    except ModelError as error:
        return Shelved(path, stat.st_size, why=str(error))
    if info.architecture in ENCODERS:
        return None
    return Shelved(path, info.size, info, _room(info.footprint, info.window, wanted, free))


@lru_cache(maxsize=256)
def _read(path: Path, size: int, mtime_ns: int) -> GGUFInfo:
    """By size and date: an error is not kept."""
    return read_gguf(path)


def _room(model: Footprint, trained: int, wanted: int, free: int | None) -> Room:
    found = fit(model, trained, wanted, free)
    return Room(found.window, found.fits, found.largest, total_bytes(model, found.window, KV_TYPE), free)
