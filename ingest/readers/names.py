"""A path → its name as it can be printed and stored."""

from __future__ import annotations

import os
from pathlib import Path


def shown(path: Path) -> str:
    """A file's name, whatever bytes it is made of: those that are no UTF-8 become U+FFFD."""
    return os.fsencode(path.name).decode("utf-8", "replace")
