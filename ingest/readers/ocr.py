"""A picture → the text in it. The one module that knows rapidocr, whose models lie in its wheel: nothing is fetched."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

import numpy as np
from PIL import Image

from ingest.readers.ocr_words import as_written
from ingest.readers.reading_order import Line, reading_order

_DETECT_SIDE = 1_280  # 0.73 % of characters wrong; with 960 pixels 0.89 %, with 1,600 0.75 % and 1.3 times as slow
_SMALL_SIDE = 800
_SURE, _QUITE_SURE, _VERY_SURE = 0.6, 0.8, 0.97
_WORD = 5
_UPRIGHT = 0.8
"""How sure of a page's lines the model is at least when they are upright (0.96 to 1; 0.53 to 0.65 upside down)."""
_DIFFERENT = 40
_BLANK_SHARE = 0.0001
_Read = tuple[Any, str, float]


def text_of(picture: Image.Image) -> str:
    """`Ocr.read` with the process's own `Ocr`, made at the first picture that is not blank."""
    return "" if is_blank(picture) else _shared().read(picture)


def is_blank(picture: Image.Image) -> bool:
    """Whether nearly all of a picture (8 bits a colour) has one colour."""
    grey = np.asarray(picture.convert("L"), dtype=np.int16)
    return bool(np.mean(np.abs(grey - np.median(grey)) > _DIFFERENT) < _BLANK_SHARE)


@lru_cache(maxsize=1)
def _shared() -> Ocr:
    return Ocr()


class Ocr:
    """Loads 30 MB of models at the first picture; one thread, about 2 seconds a page, 0.6 GB at its peak.

    Reads Spanish and English alike (only "¡" is left out), and Chinese and Japanese.
    """

    def __init__(self) -> None:
        with _no_network():
            import cv2
            from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError
            from rapidocr.main import RapidOCR, RapidOCRError

        cv2.setNumThreads(1)
        self._engine = RapidOCR(params=_parameters())
        self._nothing_there, self._broken = RapidOCRError, (ONNXRuntimeError, cv2.error)
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)

    def read(self, picture: Image.Image) -> str:
        """The text of an opaque picture, be it upright, sideways or upside down, in reading order; "" if there is none.

        Lines end in "\\n", paragraphs in "\\n\\n"; a word broken at a line's end is marked for `hyphens.join_hyphens`.
        Raises MemoryError.
        """
        try:
            lines = self._lines(_pixels(picture))
        except self._broken as error:
            if "bad_alloc" in str(error) or "nsufficient memory" in str(error):
                raise MemoryError from error
            raise
        return as_written(reading_order(lines))

    def _lines(self, pixels: Any) -> list[Line]:
        boxes, strips = self._detected(pixels)
        if _sideways(boxes):
            pixels = np.ascontiguousarray(np.rot90(pixels))
            boxes, strips = self._detected(pixels)
        read = self._recognised(boxes, strips)
        if read and _sureness(read) < _UPRIGHT:
            turned = self._recognised(*self._detected(np.ascontiguousarray(np.rot90(pixels, 2))))
            read = max(read, turned, key=_sureness)
        return [_line(box, text.strip()) for box, text, _ in _trusted(read)]

    def _detected(self, pixels: Any) -> tuple[Any, list[Any]]:
        """The corners of the lines of text, (lines, 4, 2), clockwise from the top left, and their pixels."""
        try:
            strips, found = self._engine.detect_and_crop(pixels, {})
        except self._nothing_there:
            return [], []
        return found.boxes, strips

    def _recognised(self, boxes: Any, strips: list[Any]) -> list[_Read]:
        """Each line's corners, text, and how sure of it the model is, from 0 to 1."""
        if not strips:
            return []
        found = self._engine.recognize_txt(strips)
        return list(zip(boxes, found.txts or (), found.scores or (), strict=True))


@contextmanager
def _no_network() -> Iterator[None]:
    """rapidocr gets an empty `requests`: the real one opens a socket when imported, and could fetch models."""
    real = sys.modules.get("requests")
    sys.modules["requests"] = ModuleType("requests")
    vars(sys.modules["requests"]).update(Response=object, RequestException=OSError)
    try:
        yield
    finally:
        del sys.modules["requests"]
        if real:
            sys.modules["requests"] = real


def _parameters() -> dict[str, Any]:
    """Each model by its path: without one rapidocr compares checksums and, if they differ, downloads."""
    spec = find_spec("rapidocr")
    assert spec
    assert spec.origin
    models = Path(spec.origin).parent / "models"
    return {
        "Global.log_level": "critical",
        "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
        "Det.limit_type": "max",
        "Det.limit_side_len": _DETECT_SIDE,
        "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
        "Rec.rec_batch_num": 1,  # six lines at once are no faster and take another 0.4 GB
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }


def _pixels(picture: Image.Image) -> Any:
    """(height, width, 3) of blue, green, red; small pictures at twice their size, which OCR reads better."""
    if max(picture.size) < _SMALL_SIDE:
        picture = picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.BICUBIC)
    return np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1])


def _sideways(boxes: Any) -> bool:
    """Whether most of the lines run up or down the page."""
    return len(boxes) > 0 and median(bool(np.ptp(box[:, 1]) > 1.5 * np.ptp(box[:, 0])) for box in boxes) > 0.5


def _trusted(read: list[_Read]) -> list[_Read]:
    """The lines to believe in: in a picture without words the model sees letters in shapes, but is not sure of them."""
    sure = [line for line in read if line[2] >= _SURE and line[1].strip()]
    has_words = any(len(text) >= _WORD for _, text, _ in sure)
    return [line for line in sure if has_words or line[2] >= (_QUITE_SURE if len(line[1]) > 1 else _VERY_SURE)]


def _sureness(read: list[_Read]) -> float:
    return sum(len(text) * score for _, text, score in read) / (sum(len(text) for _, text, _ in read) or 1)


def _line(box: Any, text: str) -> Line:
    (left, top), (right, bottom) = box.min(axis=0).tolist(), box.max(axis=0).tolist()
    across, down = (box[1] - box[0]).tolist()
    tall = float(np.hypot(*(box[3] - box[0])))
    return Line(left, top, right, bottom, text, down / across if across > 2 * tall else 0.0, tall)
