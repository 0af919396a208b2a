"""Delete the copies of uploaded files that no document needs any longer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ingest.errors import LibraryError
from ingest.library import Library

UPLOADS = "uploads"
"""The folder of a library that uploaded files are copied into."""


def drop_copies(library: Library, paths: Iterable[str]) -> None:
    """Delete those that lie in the library's own folder of uploads and hold none of its documents; LibraryError.

    A file elsewhere, one that a link points to among them, stays.
    """
    folder = (library.folder / UPLOADS).resolve()
    ours = {real: Path(path) for path in paths if (real := Path(path).resolve()).parent == folder}
    if not ours:
        return
    names = {real.name.casefold() for real in ours}  # some disks take A.pdf and a.pdf for one
    used = {str(Path(row.path).resolve()).casefold() for row in library.documents() if row.file.casefold() in names}
    for real, path in ours.items():
        if str(real).casefold() in used:
            continue
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise LibraryError(
                f"{path}: is no longer in the library, and its copy could not be deleted ({error.strerror}). Delete it "
                "by hand."
            ) from error
