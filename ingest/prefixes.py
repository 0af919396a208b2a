"""Saved prompt states ↔ the folder they lie in: a state and a JSON header each, gone when their document goes.

A header is written last and names its state by content, so a half-written pair is never found.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

FOLDER = "prefix"
"""Where in a library's folder they lie."""

FORMAT = 1
STALE_SECONDS = 600.0
"""After this long a temporary file, or a state without a header, is what a killed process has left."""

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PrefixHeader:
    """What a saved state is of. `documents`: id → digest of the text, `part` of them when not
    whole; `what` is for people.

    `identity` is what the state depends on besides its `tokens` (model, KV types, …); `blocks` are digests of its token
    ids up to every full block and up to the end. `seconds`: what computing it took; `complete`: all that the prompt
    says of these documents, not a part of it. `used` counts restores, `last` is the time of the last (or of saving).
    """

    key: str
    state: str
    bytes: int
    sha256: str
    tokens: int
    blocks: tuple[str, ...]
    documents: dict[str, str]
    part: str
    what: str
    identity: dict[str, str]
    seconds: float
    complete: bool
    created: float
    last: float
    used: int = 0
    format: int = FORMAT

    def file(self, folder: Path) -> Path:
        """Its header's file."""
        return folder / f"{self.key}.json"

    def state_file(self, folder: Path) -> Path:
        """Its state's file."""
        return folder / self.state


def headers(folder: Path) -> list[PrefixHeader]:
    """Every header that can be read, oldest first. A damaged one is removed, with a log line; one that this account
    may not read is another's and stays."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(_header(path))
        except FileNotFoundError:
            continue
        except OSError as error:
            LOG.info("%s: the header of a saved state cannot be read (%s).", path.name, error.strerror)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            LOG.warning("%s: a damaged header of a saved state (%s). It is computed again.", path.name, error)
            _unlink(path)
    return sorted(found, key=lambda header: header.created)


def write_header(folder: Path, header: PrefixHeader) -> None:
    """Whole or not at all; OSError when the disk refuses."""
    text = json.dumps(asdict(header), ensure_ascii=False, indent=1)
    part = temporary(folder, header.key)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, header.file(folder))
    finally:
        part.unlink(missing_ok=True)


def temporary(folder: Path, key: str) -> Path:
    """A name that no other process takes."""
    return folder / f".{key[:16]}.{os.getpid()}.{secrets.token_hex(4)}.part"


def remove(folder: Path, header: PrefixHeader) -> None:
    """The header first: a state without one is never used. Where the folder refuses, a log line says what to do."""
    _unlink(header.file(folder))
    _unlink(header.state_file(folder))


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        LOG.warning("%s: cannot be removed (%s). Check the folder's permissions.", path, error.strerror)


def sweep(folder: Path, digest: Callable[[str], str], now: float | None = None) -> int:
    """Remove the states of documents whose text is gone or has changed, and what killed processes left; how many.

    `digest`: id → digest of the document's text, "" where there is no such document.
    """
    if not folder.is_dir():
        return 0
    kept = headers(folder)
    current: dict[str, str] = {}
    gone = 0
    for header in kept:
        current |= {i: digest(i) for i in header.documents if i not in current}
        if any(current[i] != of for i, of in header.documents.items()):
            remove(folder, header)
            gone += 1
    _tidy(folder, {header.state for header in kept}, time.time() if now is None else now)
    return gone


def used_bytes(folder: Path) -> int:
    """Bytes of all states and headers."""
    return sum(size for path in _files(folder) if (size := _size(path)) >= 0)


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.glob("*") if path.is_file()) if folder.is_dir() else ()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _tidy(folder: Path, states: set[str], now: float) -> None:
    for path in [*folder.glob(".*.part"), *folder.glob("*.state")]:
        try:
            if path.name not in states and now - path.stat().st_mtime > STALE_SECONDS:
                path.unlink()
        except OSError:
            continue


def _header(path: Path) -> PrefixHeader:
    values = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(values, Mapping) or set(values) != {field.name for field in fields(PrefixHeader)}:
        raise ValueError("other fields than a header has")
    header = PrefixHeader(**{**values, "blocks": tuple(values["blocks"])})
    if header.format != FORMAT or header.key != path.stem or Path(header.state).name != header.state:
        raise ValueError("not the header of this state")
    _check_types(header)
    return header


def _check_types(header: PrefixHeader) -> None:
    numbers = (header.bytes, header.tokens, header.seconds, header.created, header.last, header.used)
    texts = (header.key, header.state, header.sha256, header.part, header.what, *header.blocks)
    maps = (*header.documents.items(), *header.identity.items())
    if not all(isinstance(n, int | float) and n >= 0 for n in numbers) or not all(isinstance(t, str) for t in texts):
        raise ValueError("a field of another type")
    if not all(isinstance(part, str) for pair in maps for part in pair) or not isinstance(header.complete, bool):
        raise ValueError("a field of another type")
