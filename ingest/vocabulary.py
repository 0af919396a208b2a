"""Text → token ids, with nothing but a model file's vocabulary loaded. The only module that imports llama_cpp."""

from __future__ import annotations

import ctypes
import logging
import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from ingest.errors import ModelError
from ingest.gguf_header import tokenizer_digest

LOG = logging.getLogger(__name__)
ERROR_LEVEL = 4
BRACKETED = re.compile(r"<.+>|\[.+\]", re.DOTALL)

aborting = threading.Event()
"""Set while a computation is given up on request: what llama.cpp then logs as an error is none."""

_kept: list[Any] = []
_import_lock = threading.Lock()


def llama() -> ModuleType:
    """The llama_cpp module, imported at the first call, its log going to `logging`. ModelError when it is missing.

    llama.cpp's threads spin while they wait for each other. On a machine with anything else to do that costs most of
    the speed (2 busy cores: 15 → 42 tokens/s once they sleep instead): they sleep unless the environment says else.
    """
    with _import_lock:
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        try:
            import llama_cpp
        except ImportError as error:
            raise ModelError("llama-cpp-python is not installed. Run `pip install -r requirements.txt`.") from error
        if not _kept:
            _kept.append(llama_cpp.llama_log_callback(_log))
            llama_cpp.llama_log_set(_kept[0], ctypes.c_void_p(0))
            llama_cpp.llama_backend_init()
        return llama_cpp


def _log(level: int, text: bytes, _: object) -> None:
    """Errors are errors, except those that an abort, which somebody asked for, leaves behind."""
    grave = level == ERROR_LEVEL and not aborting.is_set()
    LOG.log(logging.ERROR if grave else logging.DEBUG, "%s", text.decode("utf-8", "replace").rstrip())


@contextmanager
def until_done() -> Iterator[threading.Event]:
    """Ctrl-C within is an event, and KeyboardInterrupt at the end.

    Python stops for it at its next line, and while a model loads that is one of `_log`, where llama.cpp loses it.
    """
    stopped = threading.Event()
    signals = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()
    held = [one for one in signals if signal.getsignal(one) is signal.default_int_handler]
    for one in held:
        signal.signal(one, lambda *_: stopped.set())
    try:
        yield stopped
    finally:
        for one in held:
            signal.signal(one, signal.default_int_handler)
    if stopped.is_set():
        raise KeyboardInterrupt


class Vocabulary:
    """A model's vocabulary. Tokenising is thread-safe; the tokens of a text are the whole model's, exactly."""

    def __init__(self, path: Path, whole: bool = False) -> None:
        """Map the file, its tensors only when `whole`. It must have passed `read_gguf`.

        ModelError when llama.cpp does not know the architecture.
        """
        self.api = llama()
        self._path = path
        self._lock = threading.RLock()
        params = self.api.llama_model_default_params()
        params.vocab_only = not whole
        with until_done() as stopped:
            if threading.current_thread() is threading.main_thread():  # others may have to wait for the interpreter
                params.progress_callback = self.api.llama_progress_callback(lambda *_: not stopped.is_set())
            self.pointer = self.api.llama_model_load_from_file(os.fsencode(path), params)
        if not self.pointer:
            raise ModelError(
                f"{path.name}: llama.cpp cannot load it (its log says why). "
                "It may be newer than this llama.cpp; use another model file."
            )
        self.vocab = self.api.llama_model_get_vocab(self.pointer)
        self.size: int = self.api.llama_vocab_n_tokens(self.vocab)
        self.bos: int | None = self._first_token()
        self._steering: dict[int, bool] = {}

    @property
    def identity(self) -> str:
        """Names the tokenizer, as `tokenizer_digest` does: models that differ in their weights only share it."""
        return tokenizer_digest(self._path)

    def count(self, text: str) -> int:
        """Tokens of a text on its own: control tokens spelled in it are text, no BOS."""
        return len(self.tokens(text, special=False))

    def _first_token(self) -> int | None:
        """The token every prompt has to begin with, None when there is no such thing."""
        return self.api.llama_vocab_bos(self.vocab) if self.api.llama_vocab_get_add_bos(self.vocab) else None

    def tokens(self, text: str, special: bool) -> list[int]:
        """Token ids of `text`, no BOS. Only with `special` do control tokens written in it become that.

        ModelError when the model has been closed, which waits until nobody tokenises.
        """
        with self._lock:
            self.check_open()
            ids = self._tokenise(text, special)
            return ids if special else self._as_text(text, ids)

    def check_open(self) -> None:
        """ModelError when the model has been closed: its memory is gone and llama.cpp would not notice."""
        if not self.pointer:
            raise ModelError(f"{self._path.name}: the model has been closed. Open it again.")

    def _tokenise(self, text: str, special: bool) -> list[int]:
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        buffer = (ctypes.c_int32 * room)()
        count = self.api.llama_tokenize(self.vocab, data, len(data), buffer, room, False, special)
        if count < 0:
            raise ModelError("The model's tokenizer refuses this text. Use another model file.")
        return buffer[:count]

    def _as_text(self, text: str, ids: list[int]) -> list[int]:
        """Split the control tokens that some files mark as ordinary words: llama.cpp finds those in any text."""
        found = next((token for token in set(ids) if self.steers(token)), None)
        if found is None:
            return ids
        word = self.text(found)
        parts = text.split(word)
        if len(word) < 2 or len(parts) < 2:
            return [token for token in ids if token != found]
        split = self._tokenise(word[:1], False) + self._tokenise(word[1:], False)
        joined: list[int] = []
        for i, part in enumerate(parts):
            joined += (split if i else []) + self.tokens(part, special=False)
        return joined

    def steers(self, token: int) -> bool:
        """Whether a token steers the model instead of being text: by its kind, or as a "word" in brackets, <|user|>."""
        known = self._steering.get(token)
        if known is None:
            known = self._steering[token] = self._steers(token)
        return known

    def _steers(self, token: int) -> bool:
        if self.api.llama_vocab_is_control(self.vocab, token) or self.ends(token):
            return True
        listed = self.api.llama_vocab_get_attr(self.vocab, token) & self.api.LLAMA_TOKEN_ATTR_USER_DEFINED
        return bool(listed) and BRACKETED.fullmatch(self.text(token)) is not None

    def ends(self, token: int) -> bool:
        """Whether a token ends the model's turn."""
        return bool(self.api.llama_vocab_is_eog(self.vocab, token))

    def text(self, token: int) -> str:
        """A token as the vocabulary spells it; empty for "no such token"."""
        found: bytes | None = self.api.llama_vocab_get_text(self.vocab, token) if token >= 0 else None
        return (found or b"").decode("utf-8", "replace")

    def special_text(self, name: str) -> str:
        """How the vocabulary spells its "bos" or "eos" token."""
        return self.text(getattr(self.api, f"llama_vocab_{name}")(self.vocab))

    def bytes_of(self, token: int) -> bytes:
        """The bytes a token stands for, perhaps part of a character; none for a control token."""
        buffer = ctypes.create_string_buffer(256)
        size = self.api.llama_token_to_piece(self.vocab, token, buffer, len(buffer), 0, False)
        return buffer.raw[:size] if size > 0 else b""

    def close(self) -> None:
        with self._lock:
            self.api.llama_model_free(self.pointer)
            self.pointer = None
