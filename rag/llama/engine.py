"""Tokens → logits: llama.cpp's C API with its quirks inside."""

from __future__ import annotations

import ctypes
import math
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import ModelError
from ingest.ggml import FILE_TYPES, KV_TYPES
from ingest.vocabulary import Vocabulary, aborting, llama, until_done
from rag.llama.gguf import parts
from rag.llama.kv import BATCH as BATCH
from rag.llama.kv import KVShape

ABORTED = 2
TOP_P = 0.95


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


def _stamp(file: int) -> tuple[int, int]:
    found = os.fstat(file)
    return found.st_size, found.st_mtime_ns


class Weights(Vocabulary):
    """A loaded model and its vocabulary. Tokenising is thread-safe; the rest belongs to one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Map the file, as `Vocabulary` does, with its tensors."""
        self._mapped: list[tuple[int, tuple[int, int]]] = []
        try:
            for part in parts(path):
                self._mapped.append((file := os.open(part, os.O_RDONLY), _stamp(file)))
            super().__init__(path, whole=True)
        except OSError as error:
            self._let_go()
            raise ModelError(f"{error.filename}: cannot be read ({error.strerror}). Check its permissions.") from error
        except ModelError:
            self._let_go()
            raise

    def require_unchanged(self) -> None:
        """ModelError when the file was written over or cut in its place since it was opened.

        What is computed from it would be nonsense, and to look beyond its end ends the process without a word. A file
        that another one has taken the place of is still there for whoever has opened it.
        """
        if any(_stamp(file) != before for file, before in self._mapped):
            raise ModelError(
                f"{self._path.name}: was written over while it was in use. Start Tomo again. To replace a model, "
                "remove its file first, or give the new one another name."
            )

    def close(self) -> None:
        super().close()
        self._let_go()

    def _let_go(self) -> None:
        while self._mapped:
            os.close(self._mapped.pop()[0])


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
        self.weights, self.api, self.window = weights, weights.api, window
        self._shape = shape if shape is not None and shape.local else KVShape(full=1)
        sequences = max(sequences, self._shape.sequences)
        params = self.api.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch, params.n_seq_max = window, BATCH, BATCH, sequences
        params.n_threads = params.n_threads_batch = threads
        params.type_k = params.type_v = KV_TYPES[kv_type]
        params.flash_attn_type = int(flash_attention)
        params.kv_unified = True
        params.swa_full = not self._shape.local
        with until_done():
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
                    aborting.set()
                    flag[0] = b"\1"
                    return

        threading.Thread(target=watch, name="cancel", daemon=True).start()
        try:
            yield
        finally:
            done.set()
            aborting.clear()

    def decode(self, rows: Sequence[tuple[int, int, int, bool]]) -> bool:
        """Compute up to BATCH rows of (token, position, sequence, logits wanted). False when it was aborted.

        ModelError when llama.cpp cannot, or the model's file is not what it was.
        """
        batch = self._batch
        batch.n_tokens = len(rows)
        for i, (token, position, sequence, wanted) in enumerate(rows):
            batch.token[i], batch.pos[i], batch.n_seq_id[i] = token, position, 1
            batch.seq_id[i][0], batch.logits[i] = sequence, wanted
        self.weights.require_unchanged()
        status = self.api.llama_decode(self.pointer, batch)
        if status not in (0, ABORTED):
            raise ModelError(f"llama.cpp stopped with error {status}. Try a smaller window; its log says more.")
        return bool(status == 0)

    def extend(self, tokens: Sequence[int], start: int) -> bool:
        """Compute up to BATCH tokens of the chat from position `start` on, with the last one's logits.

        False when it was aborted.
        """
        last = len(tokens) - 1
        return self.decode([(token, start + i, 0, i == last) for i, token in enumerate(tokens)])

    def save(self, path: Path, tokens: Sequence[int]) -> int:
        """Write the chat's state and the tokens it holds into a file; its bytes, 0 when llama.cpp could not."""
        ids = (ctypes.c_int32 * len(tokens))(*tokens)
        return int(self.api.llama_state_seq_save_file(self.pointer, os.fsencode(path), 0, ids, len(tokens)))

    def load(self, path: Path) -> list[int] | None:
        """Read a state into the chat, which must be empty; its tokens, None when it is not for this context.

        The cache is undefined after None. llama.cpp trusts what it reads: the file has to be known by its checksum.
        """
        ids = (ctypes.c_int32 * self.window)()
        count = ctypes.c_size_t(0)
        read = self.api.llama_state_seq_load_file(
            self.pointer, os.fsencode(path), 0, ids, self.window, ctypes.byref(count)
        )
        if not read or not 0 < count.value < self.window or self.length != count.value:
            return None
        return ids[: count.value]

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

    @property
    def length(self) -> int:
        """Positions that the KV cache holds of the chat's sequence, as llama.cpp counts them."""
        return int(self.api.llama_memory_seq_pos_max(self.memory, 0)) + 1

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
