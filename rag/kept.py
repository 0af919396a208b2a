"""What was learned or made → a file that is whole, or as it was before."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path


def write_json(path: Path, value: object) -> None:
    """As `write_whole`, in JSON."""
    write_whole(path, json.dumps(value).encode())


def write_whole(path: Path, content: bytes) -> None:
    """Replace the file at once: another process reads the old or the new one, never half. OSError as the disk says."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with scratch.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
