"""Prompt prefix ↔ disk: computed states kept across restarts, found again by their token ids, never trusted unread.

A state is used only when its file has the length and the checksum of its header, was computed in the same way (model
file, KV types, flash attention, llama.cpp, …) and its token ids are the prompt's. Everything else is a miss, with the
reason in the log, and the prompt is computed again. Token ids, not text, are what is compared.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from ingest import prefixes
from ingest.prefixes import PrefixHeader
from ingest.space import size as readable
from rag.prefixes.key import Found, Identity, blocks, checksum, key_of, match, supersedes
from rag.prefixes.worth import least_worth
from rag.types import Keep

LEAST_TOKENS = 512
"""Shorter prefixes are computed again: that takes a second or two."""

FREE_SHARE = 0.1
"""The most of the free disk that states take."""

MARGIN_BYTES = 64 << 20
"""Left free by a save."""

RESTORE_RATE = 6e8
"""Bytes a second that a state is checked and loaded at, until one has been."""

LOG = logging.getLogger(__name__)


class PrefixStore:
    """A folder of saved states. Any thread, and any number of processes, may use it at the same time."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        """`limit_bytes`: what the folder may take; a tenth of the free disk when that is less. 0 keeps nothing."""
        self.folder = folder
        self._limit = limit_bytes
        self._index: tuple[int, list[PrefixHeader]] = (-1, [])
        self._lock = threading.Lock()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="tomo-prefix")
        self._pending: set[Future[None]] = set()
        self._rate = RESTORE_RATE

    @property
    def limit(self) -> int:
        """Bytes that states may take now."""
        if not self._limit:
            return 0
        try:
            free = shutil.disk_usage(_existing(self.folder)).free
        except OSError:
            return 0
        return min(self._limit, int(FREE_SHARE * (free + prefixes.used_bytes(self.folder))))

    # -- finding --------------------------------------------------------------------------------------------------

    def headers(self) -> list[PrefixHeader]:
        """What is kept. The folder is read again only when it has changed."""
        try:
            stamp = self.folder.stat().st_mtime_ns
        except OSError:
            return []
        with self._lock:
            if self._index[0] != stamp:
                self._index = (stamp, prefixes.headers(self.folder))
            return self._index[1]

    def best(self, identity: Identity, tokens: Sequence[int]) -> Found | None:
        """The state that saves the most of computing `tokens`; None, with the reason in the log, without any."""
        chain: tuple[str, ...] = ()
        best: Found | None = None
        for header in self.headers():
            if header.identity != identity:
                _log_difference(header, identity)
                continue
            chain = chain or blocks(tokens)
            found = match(header, tokens, chain)
            if found and (best is None or found.usable > best.usable):
                best = found
        return best

    def holds(self, identity: Identity, tokens: Sequence[int]) -> bool:
        """Whether exactly these tokens' state is kept."""
        key = key_of(identity, tokens)
        return any(header.key == key for header in self.headers())

    def known(self, identity: Identity, documents: tuple[str, ...], part: str = "") -> PrefixHeader | None:
        """The state of a prompt that begins with these documents. For plans: its tokens are not compared."""
        wanted = (list(documents), part, True)
        kept = [
            h for h in self.headers() if h.identity == identity and (list(h.documents), h.part, h.complete) == wanted
        ]
        return max(kept, key=lambda header: header.tokens, default=None)

    def restore_seconds(self, size: int) -> float:
        """What checking and loading so many bytes takes, by the last time."""
        return size / self._rate

    # -- using ----------------------------------------------------------------------------------------------------

    def verified(self, header: PrefixHeader) -> Path | None:
        """The state's file, once its length and checksum are the header's; otherwise it is removed, with a log line."""
        path = header.state_file(self.folder)
        try:
            if path.stat().st_size == header.bytes and checksum(path) == header.sha256:
                return path
            why = "it has changed on disk"
        except OSError as error:
            why = error.strerror or str(error)
        self.reject(header, why)
        return None

    def reject(self, header: PrefixHeader, why: str) -> None:
        """Remove a state that cannot be used."""
        LOG.warning("The saved state of %s is not used: %s. It is computed again.", header.what, why)
        prefixes.remove(self.folder, header)
        self._forget_index()

    def restored(self, header: PrefixHeader, seconds: float) -> None:
        """Note that a state has been used, and how long that took."""
        if seconds > 0:
            self._rate = header.bytes / seconds
        self._submit(lambda: self._touch(header))

    def _touch(self, header: PrefixHeader) -> None:
        if header.file(self.folder).exists():
            prefixes.write_header(self.folder, replace(header, used=header.used + 1, last=time.time()))
            self._forget_index()

    # -- saving ---------------------------------------------------------------------------------------------------

    def save(
        self,
        identity: Identity,
        keep: Keep,
        tokens: Sequence[int],
        expected: int,
        write: Callable[[Path], int],
        seconds: float,
        complete: bool = True,
    ) -> bool:
        """Keep the state of `tokens`, which took `seconds` to compute; False, with a log line, when it cannot be kept.

        `write` puts it into a file at once and gives its bytes, about `expected`; checking and renaming it happen in
        the background. Nothing raises: an answer never fails because its prompt could not be kept.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not self._room_for(expected, keep.what):
                return False
            part = prefixes.temporary(self.folder, key_of(identity, tokens))
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            size = write(part)
            if not size or part.stat().st_size != size:
                part.unlink(missing_ok=True)
                LOG.warning("The state of %s could not be saved. Check that the disk is not full.", keep.what)
                return False
        except OSError as error:
            LOG.warning("The state of %s could not be saved (%s). The answer is not affected.", keep.what, error)
            return False
        ids = tuple(tokens)
        self._submit(lambda: self._commit(part, size, identity, keep, ids, seconds, complete))
        return True

    def _commit(
        self, part: Path, size: int, identity: Identity, keep: Keep, tokens: Sequence[int], seconds: float, whole: bool
    ) -> None:
        """Make it durable, then visible; then make room. Shorter states of the same beginning go: this one holds them.

        Documents that were removed meanwhile are noticed by the next `prefixes.sweep`.
        """
        try:
            digest = checksum(part, sync=True)
            key, now = key_of(identity, tokens), time.time()
            header = PrefixHeader(
                key, f"{key[:24]}.{digest[:12]}.state", size, digest, len(tokens), blocks(tokens), dict(keep.documents),
                keep.part, keep.what, dict(identity), round(seconds, 3), whole, now, now,
            )  # fmt: skip
            replaced = [h.state for h in self.headers() if h.key == key and h.state != header.state]
            os.replace(part, header.state_file(self.folder))
            prefixes.write_header(self.folder, header)
        finally:
            part.unlink(missing_ok=True)
        self._forget_index()
        for state in replaced:
            (self.folder / state).unlink(missing_ok=True)
        for other in self.headers():
            if supersedes(header, other, tokens):
                prefixes.remove(self.folder, other)
        self._make_room(header)

    def _room_for(self, size: int, what: str) -> bool:
        limit = self.limit
        if size > limit:
            if limit:
                LOG.info("The state of %s is not kept: it takes %s of %s.", what, readable(size), readable(limit))
            return False
        if shutil.disk_usage(self.folder).free < size + MARGIN_BYTES:
            LOG.warning("The state of %s is not kept: the disk is almost full.", what)
            return False
        return True

    def _make_room(self, newest: PrefixHeader) -> None:
        """Remove what is worth least until the limit holds."""
        kept, limit = self.headers(), self.limit
        for header in least_worth([h for h in kept if h.key != newest.key], sum(h.bytes for h in kept) - limit):
            LOG.info("The saved state of %s made room for another.", header.what)
            prefixes.remove(self.folder, header)
        self._forget_index()

    def _forget_index(self) -> None:
        """The clock of a folder is too coarse to show two changes within milliseconds."""
        with self._lock:
            self._index = (-1, [])

    def _submit(self, work: Callable[[], None]) -> None:
        def run() -> None:
            try:
                work()
            except OSError as error:
                LOG.warning("A saved state could not be kept (%s). Nothing else is affected.", error)

        future = self._writer.submit(run)
        self._pending.add(future)
        future.add_done_callback(self._pending.discard)

    def flush(self) -> None:
        """Wait until what was saved is on disk."""
        for future in list(self._pending):
            future.result()

    def close(self) -> None:
        """Finish what is being saved."""
        self._writer.shutdown(wait=True)


def _log_difference(header: PrefixHeader, identity: Identity) -> None:
    names = sorted({*header.identity, *identity})
    other = [name for name in names if header.identity.get(name) != identity.get(name)]
    LOG.info("The saved state of %s is of another %s.", header.what, ", ".join(other))


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
