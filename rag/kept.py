"""What was learned → a JSON file that is whole or not there at all."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path


def write_json(path: Path, value: object) -> None:
    """Replace the file at once: another process reads the old or the new one, never half. OSError as the disk says."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        with scratch.open("w", encoding="utf-8") as file:
            json.dump(value, file)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
