"""Read the text in a picture file into a Document, by OCR."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, ImageOps, ImageSequence

from ingest.errors import ReadError, Skipped
from ingest.readers import ocr
from ingest.readers.assemble import document
from ingest.readers.hyphens import join_hyphens
from ingest.readers.names import shown
from ingest.readers.options import DEFAULTS, Options
from ingest.readers.running import without_running_lines
from ingest.types import Document, Page, Working

MAX_PIXELS = 140_000_000
"""Of one page: A4 at 1,200 dots an inch."""
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# What Pillow raises on broken files.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError, IndexError, OverflowError, struct.error)
_REDUCED = 1
_NEW_SUBFILE_TYPE = 254


def read(path: Path, options: Options = DEFAULTS) -> Iterator[Document | Working]:
    """One document; each page of a TIFF is a page. Of an animation the first picture is read.

    Raises Skipped for a picture without text, ReadError for a damaged or a giant one.
    """
    name = shown(path)
    if not options.ocr:
        raise Skipped(f"{name}: is a picture, and --no-ocr is on. Ingest it without --no-ocr to have its text read.")
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = True  # as viewers do: what is there is shown
    texts = []
    try:
        with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning), Image.open(path) as file:
            count = getattr(file, "n_frames", 1) if file.format == "TIFF" else 1
            yield Working(0, count)
            for done, picture in enumerate(_pictures(file, count, options.ocr_side), 1):
                texts.append(ocr.text_of(picture))
                yield Working(done, count)
    except _BOMBS as error:
        raise ReadError(
            f"{name}: has more than {MAX_PIXELS // 10**6} million pixels. Save it smaller and ingest that."
        ) from error
    except _BROKEN as error:
        raise ReadError(f"{name}: is damaged ({error}). Open it in a viewer and save it again.") from error
    if not any(map(str.isalnum, "".join(texts))):
        raise Skipped(f"{name}: no text was found in this picture.")
    labels = [str(number) for number in range(1, len(texts) + 1)]
    whole = without_running_lines(join_hyphens(texts), labels)
    yield document(path, "", tuple(Page(n, str(n), text) for n, text in enumerate(whole, 1)))


def _pictures(file: Image.Image, count: int, side: int) -> Iterator[Image.Image]:
    """The first `count` pictures the right way up, none of them longer than `side`; previews are left out."""
    for number, frame in enumerate(ImageSequence.Iterator(file)):
        if number == count:
            return
        if count > 1 and int(getattr(frame, "tag_v2", {}).get(_NEW_SUBFILE_TYPE, 0)) & _REDUCED:
            continue
        frame.draft(None, (side, side))
        picture = ImageOps.exif_transpose(_opaque(frame))
        if max(picture.size) > side:
            picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        yield picture


def _opaque(picture: Image.Image) -> Image.Image:
    """The picture on white paper, 8 bits a colour."""
    if picture.mode.startswith(("I", "F")):
        deep = np.asarray(picture, dtype=np.float32)
        deep = deep - deep.min()
        return Image.fromarray((deep * (255 / max(deep.max(), 1))).astype(np.uint8))
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer)
    return paper
