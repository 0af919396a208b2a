"""Text → the tokens an embedder makes of it, without the embedder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from ingest.errors import ModelError

PIECES = "sentencepiece.spm"
"""A SentencePiece model beside `tokenizer.json`: the same tokens with a fifth of the memory, ten times as fast."""
PAD_TO = 32
"""Tokens: texts are padded to a multiple, so that few different shapes are computed on."""


class Tokens(Protocol):
    """A tokenizer, safe to use from any thread."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without prompt and special tokens."""

    def ids(self, text: str) -> list[int]:
        """Ids of a text, without special tokens."""

    @property
    def frame(self) -> tuple[list[int], list[int]]:
        """Ids of the special tokens before and after a text."""


def open_tokens(model: str | Path) -> Tokens:
    """The tokenizer of a folder, or of the model of that name in the local cache; ModelError when it is not there."""
    folder = local_folder(str(model))
    return SentencePieces(folder / PIECES) if (folder / PIECES).is_file() else FastTokens(folder)


class SentencePieces:
    """A SentencePiece model: loaded in a third of a second, 55 MB for 250,000 pieces."""

    def __init__(self, file: Path) -> None:
        """ModelError when it is damaged."""
        from sentencepiece import SentencePieceProcessor

        try:
            model = file.read_bytes()
            if not model:  # which the library takes for "load nothing yet"
                raise OSError("it is empty")
            self._pieces: Any = SentencePieceProcessor(model_proto=model)
        except (OSError, RuntimeError) as error:
            raise ModelError(
                f"{file}: cannot be read ({error}). Delete the folder if Tomo made it; it is made again."
            ) from error

    def count(self, texts: Sequence[str]) -> list[int]:
        """See Tokens."""
        return [len(self._pieces.encode(clean(text))) for text in texts]

    def ids(self, text: str) -> list[int]:
        """See Tokens."""
        found: list[int] = self._pieces.encode(clean(text))
        return found

    @property
    def frame(self) -> tuple[list[int], list[int]]:
        """See Tokens."""
        return [self._pieces.bos_id()], [self._pieces.eos_id()]


class FastTokens:
    """A `tokenizer.json`, or what transformers makes of a folder without one."""

    def __init__(self, folder: Path) -> None:
        """ModelError when it is damaged."""
        from tokenizers import Tokenizer

        file = folder / "tokenizer.json"
        if file.is_file():
            try:
                self._tokenizer = Tokenizer.from_file(str(file))
            except Exception as error:  # the Rust library raises nothing narrower
                raise ModelError(f"{file}: cannot be read ({error}). Copy the model again.") from error
        else:
            from transformers import AutoTokenizer

            try:
                slow: Any = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
            except (OSError, ValueError) as error:
                raise ModelError(f"{folder}: has no tokenizer that can be loaded. Copy the model again.") from error
            self._tokenizer = Tokenizer.from_str(slow.backend_tokenizer.to_str())
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def count(self, texts: Sequence[str]) -> list[int]:
        """See Tokens."""
        encoded = self._tokenizer.encode_batch_fast([clean(text) for text in texts], add_special_tokens=False)
        return [len(e.ids) for e in encoded]

    def ids(self, text: str) -> list[int]:
        """See Tokens."""
        found: list[int] = self._tokenizer.encode(clean(text), add_special_tokens=False).ids
        return found

    @cached_property
    def frame(self) -> tuple[list[int], list[int]]:
        """See Tokens."""
        encoded = self._tokenizer.encode("a")
        first = encoded.special_tokens_mask.index(0)
        last = len(encoded.ids) - encoded.special_tokens_mask[::-1].index(0)
        return encoded.ids[:first], encoded.ids[last:]


def padded(length: int) -> int:
    """The length a text of so many tokens is padded to."""
    return -(-length // PAD_TO) * PAD_TO


def clean(text: str) -> str:
    """Without what a tokenizer refuses or cuts at: lone surrogates and NUL."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ")


def local_folder(model: str) -> Path:
    """The folder itself, or the snapshot of a model name in the local cache; ModelError when there is neither."""
    if Path(model).is_dir():
        return Path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise ModelError(
            f"{model}: is neither a folder nor a model in this machine's cache. Set TOMO_EMBEDDER to a "
            f"sentence-transformers folder; or, where there is a network, run `hf download {model}` and copy "
            "~/.cache/huggingface to this machine."
        ) from error
