"""GGUF bytes → header, every count and offset checked before it is believed.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3, little-endian).
"""

from __future__ import annotations

import hashlib
import mmap
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import prod
from pathlib import Path
from struct import Struct
from typing import TypeVar

from ingest.errors import ModelError
from ingest.ggml import TENSOR_TYPES

MAX_ENTRIES = 1 << 16
MAX_TENSORS = 1 << 17
MAX_NAME = 1 << 16
MAX_STRING = 1 << 23
MAX_NUMBER = 1 << 31
MAX_DEPTH = 4
KEPT_ARRAY = 1 << 12
TOKENIZER = "tokenizer.ggml."

EXPERTS = re.compile(r"_exps\.|\.ffn_(gate|up|down)\.\d+\.")
"""Names of tensors that hold the weights of experts: all of a layer in one, or (older files) one each."""

STRING, ARRAY = 8, 9
SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
SCALAR_STRUCTS = {kind: Struct("<" + code) for kind, code in SCALARS.items()}
U32, U64 = Struct("<I"), Struct("<Q")

Value = int | float | bool | str | tuple[int, ...] | None
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Header:
    """One file's own share: its metadata (long arrays as None), array lengths, and what its tensors hold.

    `expert_parameters` are those of `parameters` that belong to experts a router chooses from. `rope_freqs`: a tensor
    gives each rope frequency its own factor, as Llama 3.1 has it. `places` says from which byte up to which the value
    of each key lies.
    """

    size: int
    values: dict[str, Value]
    lengths: dict[str, int]
    places: dict[str, tuple[int, int]]
    parameters: int = 0
    main_type: str = ""
    data_start: int = 0
    expert_parameters: int = 0
    rope_freqs: bool = False


@dataclass
class _Tally:
    """What has been seen of the tensors so far."""

    ends: list[tuple[str, int]] = field(default_factory=list)
    parameters: int = 0
    expert_parameters: int = 0
    rope_freqs: bool = False
    by_type: dict[str, int] = field(default_factory=dict)


class _Cursor:
    """Reads little-endian values from `data` and refuses to step over its end."""

    def __init__(self, data: mmap.mmap, name: str) -> None:
        self.data, self.name, self.at, self.end = data, name, 0, len(data)

    def error(self, what: str) -> ModelError:
        return ModelError(f"{self.name}: damaged: {what}. Copy or download it again.")

    def skip(self, size: int) -> int:
        start, self.at = self.at, self.at + size
        if self.at > self.end:
            missing = show_bytes(self.at - self.end)
            raise ModelError(
                f"{self.name}: truncated: its header needs {missing} more than the file has. Copy or download it again."
            )
        return start

    def number(self, struct: Struct) -> int:
        return int(struct.unpack_from(self.data, self.skip(struct.size))[0])

    def count(self, limit: int, what: str) -> int:
        found = self.number(U64)
        if found > limit:
            raise self.error(f"it claims {found:,} {what}, at most {limit:,} make sense")
        return found

    def text(self, limit: int = MAX_STRING) -> str:
        size = self.count(limit, "characters in one string")
        start = self.skip(size)
        return self.data[start : start + size].decode("utf-8", "replace")

    def skip_strings(self, count: int) -> None:
        """Step over `count` strings; a vocabulary has hundreds of thousands, hence the bare loop."""
        unpack, data, at, last = U64.unpack_from, self.data, self.at, self.end - 8
        for _ in range(count):
            if at > last:
                break
            at += 8 + unpack(data, at)[0]
        else:
            self.skip(at - self.at)
            return
        self.skip(max(at + 8, self.end + 1) - self.at)

    def array(self, depth: int) -> tuple[int, Value]:
        """Length of an array and, for short ones of integers or truth values, those."""
        kind, count = self.number(U32), self.number(U64)
        if kind in SCALAR_STRUCTS:
            struct = SCALAR_STRUCTS[kind]
            start = self.skip(count * struct.size)
            if count > KEPT_ARRAY or kind in (6, 12):
                return count, None
            return count, tuple(struct.unpack_from(self.data, start + i * struct.size)[0] for i in range(count))
        if kind == STRING:
            self.skip_strings(count)
        elif kind == ARRAY and depth < MAX_DEPTH and count <= KEPT_ARRAY:
            for _ in range(count):
                self.array(depth + 1)
        else:
            raise self.error(f"an array holds values of the unknown type {kind} or is nested too deeply")
        return count, None

    def value(self, kind: int) -> tuple[int, Value]:
        if kind in SCALAR_STRUCTS:
            struct = SCALAR_STRUCTS[kind]
            found: Value = struct.unpack_from(self.data, self.skip(struct.size))[0]
            return 1, found
        if kind == STRING:
            return 1, self.text()
        if kind == ARRAY:
            return self.array(1)
        raise self.error(f"a value of the unknown type {kind} at byte {self.at:,}")


def read_header(path: Path) -> Header:
    """What one file's header says. ModelError when it is missing, no GGUF, cut short or makes no sense."""
    return _with_bytes(path, lambda data: _parse(_Cursor(data, path.name)))


def tokenizer_digest(path: Path) -> str:
    """Twelve hexadecimal digits that change with anything a file says about its tokenizer: tokens, merges, type.

    Files that hold the same model in other precisions share it, and so all that is counted. ModelError as above.
    """

    def digest(data: mmap.mmap) -> str:
        found = hashlib.blake2b(digest_size=6)
        places = _parse(_Cursor(data, path.name)).places
        for key in sorted(key for key in places if key.startswith(TOKENIZER)):
            start, end = places[key]
            found.update(f"{key}\0{end - start}\0".encode("utf-8", "replace"))
            found.update(memoryview(data)[start:end])
        return found.hexdigest()

    return _with_bytes(path, digest)


def _with_bytes(path: Path, use: Callable[[mmap.mmap], T]) -> T:
    """`use` the file's bytes without reading them into memory."""
    if not path.exists():
        raise ModelError(f"{path}: no such model file. Check the path; `python -m rag models` lists what is there.")
    if not path.is_file():
        raise ModelError(f"{path}: not a file. Give the path of a .gguf file.")
    try:
        with path.open("rb") as file:
            if path.stat().st_size < 24:
                raise ModelError(f"{path.name}: truncated: shorter than any GGUF header. Copy or download it again.")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return use(data)
    except OSError as error:
        raise ModelError(f"{path.name}: cannot be read ({error.strerror}). Check its permissions.") from error


def _parse(cursor: _Cursor) -> Header:
    _check_version(cursor)
    tensors = cursor.count(MAX_TENSORS, "tensors")
    entries = cursor.count(MAX_ENTRIES, "metadata entries")
    values: dict[str, Value] = {}
    lengths: dict[str, int] = {}
    places: dict[str, tuple[int, int]] = {}
    for _ in range(entries):
        key, start = cursor.text(MAX_NAME), cursor.at
        lengths[key], values[key] = cursor.value(cursor.number(U32))
        places[key] = start, cursor.at
    alignment = _number(cursor, values, "general.alignment", 32)
    if alignment & (alignment - 1) or alignment > 1 << 20:
        raise cursor.error(f"its alignment of {alignment:,} bytes is no small power of two")
    return _locate_tensors(cursor, tensors, Header(cursor.end, values, lengths, places), alignment)


def _check_version(cursor: _Cursor) -> None:
    magic = cursor.data[cursor.skip(4) : 4]
    if magic != b"GGUF":
        raise ModelError(f"{cursor.name}: not a GGUF file (it begins with {magic!r}). Convert the model to GGUF first.")
    version = cursor.number(U32)
    if version not in (2, 3):
        raise ModelError(
            f"{cursor.name}: GGUF version {version} (big-endian files look like this too), "
            "versions 2 and 3 are supported. Convert the model again."
        )


def _locate_tensors(cursor: _Cursor, count: int, header: Header, alignment: int) -> Header:
    """Check that every tensor lies inside the file. Offsets count from the end of the header, rounded up."""
    tally = _Tally()
    for _ in range(count):
        _tensor(cursor, alignment, tally)
    start = -(-cursor.at // alignment) * alignment
    for name, end in tally.ends:
        if start + end > cursor.end:
            missing = show_bytes(start + end - cursor.end)
            raise ModelError(
                f"{cursor.name}: truncated: tensor {name} needs {missing} more than the file has. "
                "Copy or download it again."
            )
    main_type = max(tally.by_type, key=tally.by_type.__getitem__, default="")
    return replace(
        header,
        parameters=tally.parameters,
        main_type=main_type,
        data_start=start,
        expert_parameters=tally.expert_parameters,
        rope_freqs=tally.rope_freqs,
    )


def _tensor(cursor: _Cursor, alignment: int, tally: _Tally) -> None:
    name = cursor.text(MAX_NAME)
    shape = _shape(cursor, name)
    kind, offset = cursor.number(U32), cursor.number(U64)
    if kind not in TENSOR_TYPES:
        raise cursor.error(f"tensor {name} has the unknown type {kind} (or the file is newer than this version)")
    tensor = TENSOR_TYPES[kind]
    if shape[0] % tensor.block or offset % alignment:
        raise cursor.error(f"tensor {name} is not aligned")
    size = prod(shape) // tensor.block * tensor.bytes
    tally.ends.append((name, offset + size))
    tally.parameters += prod(shape)
    tally.expert_parameters += prod(shape) if EXPERTS.search(name) else 0
    tally.rope_freqs |= name == "rope_freqs.weight"
    tally.by_type[tensor.name] = tally.by_type.get(tensor.name, 0) + size


def _shape(cursor: _Cursor, name: str) -> list[int]:
    dimensions = cursor.number(U32)
    if not 1 <= dimensions <= 4:
        raise cursor.error(f"tensor {name} has {dimensions} dimensions, 1 to 4 make sense")
    shape = [cursor.count(MAX_NUMBER, f"numbers along one side of tensor {name}") for _ in range(dimensions)]
    if not all(shape):
        raise cursor.error(f"tensor {name} is empty")
    return shape


def _number(cursor: _Cursor, values: dict[str, Value], key: str, default: int) -> int:
    value = values.get(key, default)
    if not isinstance(value, int) or not 1 <= value < MAX_NUMBER:
        raise cursor.error(f"{key} makes no sense ({value!r})")
    return value


def show_bytes(size: int) -> str:
    """A number of bytes as people write it."""
    return f"{size:,} bytes" if size < 10_000 else f"{size / 1e6:,.1f} MB"
