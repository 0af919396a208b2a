"""Tokens → logits: llama.cpp's C API with its quirks inside. The only module that imports llama_cpp."""

from __future__ import annotations

import ctypes
import logging
import math
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from ingest.errors import ModelError
from rag.ggml import FILE_TYPES, KV_TYPES
from rag.kv import BATCH as BATCH
from rag.kv import KVShape

LOG = logging.getLogger(__name__)
ERROR_LEVEL = 4
ABORTED = 2
TOP_P = 0.95
BRACKETED = re.compile(r"<.+>|\[.+\]", re.DOTALL)

_kept: list[Any] = []
_aborting = threading.Event()
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
    grave = level == ERROR_LEVEL and not _aborting.is_set()
    LOG.log(logging.ERROR if grave else logging.DEBUG, "%s", text.decode("utf-8", "replace").rstrip())


def default_threads() -> int:
    """Threads that help: every core of a small machine, half of a larger one, whose second half shares those cores."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    return cores if cores <= 4 else cores // 2


def requantise(source: Path, target: Path, kind: str, threads: int | None = None) -> None:
    """Write `source` again as `kind`, one of `FILE_TYPES`' names. ModelError when llama.cpp cannot."""
    api = llama()
    params = api.llama_model_quantize_default_params()
    params.ftype = next(number for number, name in FILE_TYPES.items() if name == kind)
    params.allow_requantize = True
    params.nthread = threads or default_threads()
    if api.llama_model_quantize(os.fsencode(source), os.fsencode(target), ctypes.byref(params)) != 0:
        raise ModelError(f"{source.name}: could not be written as {kind}. Check that the disk is not full.")


class Weights:
    """A loaded model and its vocabulary. Tokenising is thread-safe; the rest belongs to one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Map the file. It must have passed `read_gguf`. ModelError when llama.cpp does not know the architecture."""
        self.api = llama()
        self._name = path.name
        self._lock = threading.RLock()
        self.pointer = self.api.llama_model_load_from_file(os.fsencode(path), self.api.llama_model_default_params())
        if not self.pointer:
            raise ModelError(
                f"{path.name}: llama.cpp cannot load it (its log says why). "
                "It may be newer than this llama.cpp; use another model file."
            )
        self.vocab = self.api.llama_model_get_vocab(self.pointer)
        self.size: int = self.api.llama_vocab_n_tokens(self.vocab)
        self.bos: int | None = self._first_token()

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
            raise ModelError(f"{self._name}: the model has been closed. Open it again.")

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


class Context:
    """A KV cache over some weights, for one thread at a time."""

    def __init__(
        self,
        weights: Weights,
        window: int,
        threads: int,
        kv_type: str = "f16",
        flash_attention: bool = False,
        sequences: int = 1,
        shape: KVShape | None = None,
    ) -> None:
        """Reserve room for `window` tokens, shared by `sequences`; ModelError when memory does not suffice.

        With `shape`, layers keep no more than they look back to.
        """
        self.weights, self.api = weights, weights.api
        self._shape = shape if shape is not None and shape.local else KVShape(full=1)
        sequences = max(sequences, self._shape.sequences)
        params = self.api.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch, params.n_seq_max = window, BATCH, BATCH, sequences
        params.n_threads = params.n_threads_batch = threads
        params.type_k = params.type_v = KV_TYPES[kv_type]
        params.flash_attn_type = int(flash_attention)
        params.kv_unified = True
        params.swa_full = not self._shape.local
        self.pointer = self.api.llama_init_from_model(weights.pointer, params)
        if not self.pointer:
            raise ModelError(
                f"No room for a window of {window:,} tokens with a {kv_type} KV cache. "
                "Choose a smaller window (a quantised KV cache also needs flash attention)."
            )
        self.memory = self.api.llama_get_memory(self.pointer)
        self._batch = self.api.llama_batch_init(BATCH, 0, 1)
        strlen = ctypes.CDLL("msvcrt" if os.name == "nt" else None).strlen
        self._asks = ctypes.cast(strlen, self.api.ggml_abort_callback)
        self._flag = ctypes.create_string_buffer(2)

    @contextmanager
    def abort_on(self, cancel: threading.Event) -> Iterator[None]:
        """Within, `decode` gives up at most 0.05 s (and one step of llama.cpp) after `cancel` is set.

        llama.cpp asks between any two of its ~1,000 steps a batch whether to stop. What answers is C's strlen(flag): 0
        (go on) for an empty string, 1 once its first byte is set. A Python function would have to wait for the
        interpreter each time: a prefill then takes minutes while another thread computes.
        """
        flag = self._flag = ctypes.create_string_buffer(2)
        self.api.llama_set_abort_callback(self.pointer, self._asks, ctypes.cast(flag, ctypes.c_void_p))
        done = threading.Event()

        def watch() -> None:
            while not done.is_set():
                if cancel.wait(0.05):
                    _aborting.set()
                    flag[0] = b"\1"
                    return

        threading.Thread(target=watch, name="cancel", daemon=True).start()
        try:
            yield
        finally:
            done.set()
            _aborting.clear()

    def decode(self, rows: Sequence[tuple[int, int, int, bool]]) -> bool:
        """Compute up to BATCH rows of (token, position, sequence, logits wanted). False when it was aborted."""
        batch = self._batch
        batch.n_tokens = len(rows)
        for i, (token, position, sequence, wanted) in enumerate(rows):
            batch.token[i], batch.pos[i], batch.n_seq_id[i] = token, position, 1
            batch.seq_id[i][0], batch.logits[i] = sequence, wanted
        status = self.api.llama_decode(self.pointer, batch)
        if status not in (0, ABORTED):
            raise ModelError(f"llama.cpp stopped with error {status}. Try a smaller window; its log says more.")
        return bool(status == 0)

    def forget(self, start: int) -> int:
        """Drop positions from `start` on; the number that stays (0 where the model cannot drop a part).

        Layers that slide may have overwritten what `start` looks back to; llama.cpp would go on with a hole.
        """
        if self.api.llama_memory_seq_rm(self.memory, 0, start, -1):
            first = self.api.llama_memory_seq_pos_min(self.memory, 0)
            if not self._shape.local or 0 <= first <= self._shape.first_needed(start):
                return start
        self.clear()
        return 0

    def clear(self) -> None:
        """Drop everything."""
        self.api.llama_memory_clear(self.memory, False)

    def log_probabilities(self, wanted: Sequence[tuple[int, int]]) -> list[float]:
        """ln p of each (row of the last batch, token), natural logarithm."""
        import numpy as np

        found = []
        for row, token in wanted:
            logits = np.ctypeslib.as_array(self.api.llama_get_logits_ith(self.pointer, row), (self.weights.size,))
            top = float(logits.max())
            found.append(float(logits[token]) - top - math.log(float(np.exp(logits - top).sum())))
        return found

    def close(self) -> None:
        self.api.llama_batch_free(self._batch)
        self.api.llama_free(self.pointer)


class Sampler:
    """Chooses the next token after the last decoded row: the likeliest at temperature 0, else by top-p."""

    def __init__(self, context: Context, temperature: float, seed: int) -> None:
        api = self._api = context.api
        self._context = context
        self._chain = api.llama_sampler_chain_init(api.llama_sampler_chain_default_params())
        steps = (
            [api.llama_sampler_init_greedy()]
            if temperature <= 0
            else [
                api.llama_sampler_init_top_p(TOP_P, 1),
                api.llama_sampler_init_temp(temperature),
                api.llama_sampler_init_dist(seed),
            ]
        )
        for step in steps:
            api.llama_sampler_chain_add(self._chain, step)

    def next(self) -> int:
        return int(self._api.llama_sampler_sample(self._chain, self._context.pointer, -1))

    def close(self) -> None:
        self._api.llama_sampler_free(self._chain)
