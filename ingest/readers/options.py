"""What a person chose → what a reader does: limits and switches that travel with every file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from ingest.readers.columns import ColumnMap


@dataclass(frozen=True, slots=True)
class Options:
    """How files are to be read; the same for all files of a run."""

    ocr: bool = True
    """Whether the text of pictures is read (PDF pages without text, image files)."""
    ocr_side: int = 3_000
    """Pixels of the longest side of a picture that is read."""
    columns: ColumnMap | None = None
    """What the columns of a ticket export hold; None: they are guessed."""
    unpacked_bytes: int = 200 * 2**20
    """Bytes of all parts of a ZIP-based file together, once unpacked."""
    ratio: int = 200
    """Bytes that one packed byte may become, for parts over a megabyte."""
    members: int = 5_000
    """Parts of a ZIP-based file."""

    def to_json(self) -> str:
        """One line that `from_json` understands."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Options:
        """The options that `to_json` was asked of."""
        values = json.loads(text)
        columns = values.pop("columns")
        pairs = ColumnMap(tuple((column, name) for column, name in columns["pairs"])) if columns else None
        return replace(cls(**values), columns=pairs)


DEFAULTS = Options()
