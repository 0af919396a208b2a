"""Question and texts → how well each answers, by a cross-encoder that the user has."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from ingest.errors import ModelError
from ingest.identity import identity
from ingest.tokens import clean, local_folder

BATCH = 16
"""Texts that are read at once, of about the same length: a short one beside a long one costs as much."""

_HEAD = "ForSequenceClassification"


class Reranker(Protocol):
    """Reads the question together with each text. Any thread may call it."""

    @property
    def name(self) -> str:
        """Tells one model from another: a receipt can show it."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One logit a text, in the order given; higher is better, comparable within one call."""


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder: a folder, or a model name in the local cache; never the network.

    Of a question and a text that are together longer than the model's window (512 tokens for most) the longer one's
    end is not read.
    """

    def __init__(self, model: str | Path) -> None:
        """ModelError when it is not there, cannot be loaded, or gives no single score for a text."""
        folder = _folder(str(model))
        _require_head(folder)
        self._model, self._plain = _load(folder)
        self._lock = threading.Lock()
        self.name = f"{Path(str(model).rstrip('/')).name}:{identity(folder)}"
        shape = self._predict("a", ["b"]).shape
        if shape != (1,):
            raise ModelError(
                f"{folder}: gives {shape[-1]} numbers for a text, and a reranker gives one. Set TOMO_RERANKER to a "
                "cross-encoder made for ranking, such as those named ms-marco or reranker."
            )

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """See Reranker."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        found = [0.0] * len(texts)
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            for at, score in zip(some, self._predict(question, [texts[at] for at in some]).tolist(), strict=True):
                found[at] = score
        return found

    def _predict(self, question: str, texts: Sequence[str]) -> Any:
        pairs = [(clean(question), clean(text)) for text in texts]
        with self._lock:
            return self._model.predict(
                pairs, batch_size=len(pairs), activation_fn=self._plain, show_progress_bar=False
            )  # logits, whatever the folder says of an activation


def _folder(model: str) -> Path:
    try:
        return local_folder(model)
    except ModelError as error:
        raise ModelError(
            f"{model}: is neither a folder nor a model in this machine's cache. Set TOMO_RERANKER to a "
            f"sentence-transformers cross-encoder's folder, or leave it empty; or, where there is a network, run "
            f"`hf download {model}` and copy ~/.cache/huggingface to this machine."
        ) from error


def _require_head(folder: Path) -> None:
    """ModelError for any other model, such as an embedder: it would be loaded with a head of random numbers."""
    kinds = [str(name) for name in _facts(folder / "config.json").get("architectures") or []]
    extra = folder / "config_sentence_transformers.json"
    if any(kind.endswith(_HEAD) for kind in kinds):
        return
    if not (extra.is_file() and _facts(extra).get("model_type") == "CrossEncoder"):
        raise ModelError(
            f"{folder}: is no cross-encoder ({', '.join(kinds) or 'unknown architecture'}). Set TOMO_RERANKER to one, "
            "or leave it empty."
        )


def _facts(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{file}: cannot be read ({error}). Copy the model again, or unset TOMO_RERANKER.") from error
    if not isinstance(found, dict):
        raise ModelError(f"{file}: is no description of a model. Copy the model again, or unset TOMO_RERANKER.")
    return found


def _load(folder: Path) -> tuple[Any, Any]:
    """The model, and an activation that leaves logits as they are."""
    # Threads that spin while they wait make the work of others, and their own, up to ten times slower.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    try:
        import torch
        from safetensors import SafetensorError
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging as transformers_logging
    except ImportError as error:
        raise ModelError(f"The reranker needs {error.name}. Run `pip install -r requirements.txt`.") from error
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    try:
        model = CrossEncoder(str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32})
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"{folder}: is no cross-encoder that loads ({reason}). Copy the model again, or unset TOMO_RERANKER."
        ) from error
    return model, torch.nn.Identity()
