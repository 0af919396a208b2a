"""Token ids and what a state depends on → its name, and how much of a prompt a state holds."""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.prefixes import PrefixHeader
from rag.llama.kv import BATCH

Identity = Mapping[str, str]
"""What a state depends on besides its tokens, by name."""


@dataclass(frozen=True, slots=True)
class Found:
    """A state on disk whose first `usable` tokens are the prompt's. `exact`: all of its tokens are."""

    header: PrefixHeader
    usable: int
    exact: bool


def key_of(identity: Identity, tokens: Sequence[int]) -> str:
    """Names a state: 32 hexadecimal digits over everything that it depends on."""
    parts = "\n".join(f"{name}={value}" for name, value in sorted(identity.items()))
    return hashlib.blake2b(parts.encode() + b"\0" + _bytes(tokens), digest_size=16).hexdigest()


def blocks(tokens: Sequence[int]) -> tuple[str, ...]:
    """Digests of the first BATCH tokens, of the first 2·BATCH, …, and of all."""
    digest = hashlib.blake2b(digest_size=8)
    found = []
    for start in range(0, len(tokens), BATCH):
        digest.update(_bytes(tokens[start : start + BATCH]))
        found.append(digest.hexdigest())
    return tuple(found)


def checksum(path: Path, sync: bool = False) -> str:
    """SHA-256 of a file; with `sync` only once it is on the disk."""
    with path.open("rb", buffering=0) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        if sync:
            os.fsync(file.fileno())
    return digest


def _bytes(tokens: Sequence[int]) -> bytes:
    return array("i", tokens).tobytes()


def match(header: PrefixHeader, tokens: Sequence[int], chain: tuple[str, ...]) -> Found | None:
    """How many whole batches the two share; all of a state when the prompt begins with all of it."""
    full = header.tokens // BATCH
    same = 0
    while same < min(full, len(tokens) // BATCH) and header.blocks[same] == chain[same]:
        same += 1
    if same == full and header.tokens <= len(tokens):
        rest = blocks(tokens[: header.tokens])
        if rest[-1:] == header.blocks[-1:]:
            return Found(header, header.tokens, exact=True)
    return Found(header, same * BATCH, exact=False) if same else None


def supersedes(new: PrefixHeader, old: PrefixHeader, tokens: Sequence[int]) -> bool:
    if old.key == new.key or old.complete or old.identity != new.identity or old.tokens >= new.tokens:
        return False
    return blocks(tokens[: old.tokens])[-1:] == old.blocks[-1:]
