"""Look into a ZIP-based file before anything unpacks it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from ingest.errors import ReadError
from ingest.readers.names import shown
from ingest.readers.options import Options

_KINDS = (
    ("word/", "a Word document (.docx)"),
    ("xl/", "an Excel workbook (.xlsx)"),
    ("ppt/", "a PowerPoint presentation (.pptx)"),
    ("META-INF/container.xml", "an e-book (.epub)"),
    ("content.xml", "an OpenDocument file (.odt, .ods, .odp)"),
)
_BOMB = "It looks like a ZIP bomb: do not open it unless you know where it comes from."


def check(path: Path, must_hold: str, options: Options) -> None:
    """Refuse a ZIP that is damaged, over a limit of `options`, encrypted, or without `must_hold`. Raises ReadError.

    The sizes a ZIP declares may lie, but `zipfile` never unpacks more of a member than it declares.
    """
    name = shown(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise ReadError(
            f"{name}: is damaged ({error}). Open it in the program it was made with and save it again."
        ) from error
    if len(members) > options.members:
        raise ReadError(f"{name}: holds {len(members)} parts, more than {options.members}. {_BOMB}")
    size = sum(member.file_size for member in members)
    if size > options.unpacked_bytes:
        raise ReadError(
            f"{name}: unpacks to {size >> 20} MiB, more than {options.unpacked_bytes >> 20}. "
            "Split it into smaller files."
        )
    if any(_is_bomb(member, options.ratio) for member in members):
        raise ReadError(f"{name}: one of its parts unpacks to over {options.ratio} times its size. {_BOMB}")
    if any(member.flag_bits & 1 for member in members):
        raise ReadError(f"{name}: needs a password. Save a copy without one and ingest that.")
    if not any(member.filename == must_hold for member in members):
        raise ReadError(
            f"{name}: has no {must_hold}; it is {_kind(members)}. Give it its proper ending, or save it again."
        )


def _is_bomb(member: zipfile.ZipInfo, ratio: int) -> bool:
    return member.file_size > 2**20 and member.file_size > ratio * max(member.compress_size, 1)


def _kind(members: list[zipfile.ZipInfo]) -> str:
    for start, kind in _KINDS:
        if any(member.filename.startswith(start) for member in members):
            return kind
    return "some other ZIP archive"
