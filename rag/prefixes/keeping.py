"""Settings and a model → the store that its computed prompts are kept in, once it has proved that they can be."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from ingest.library import Library
from ingest.prefixes import FOLDER, sweep
from ingest.settings import Settings
from rag.llama.engine import default_threads
from rag.llm import LlamaCpp
from rag.prefix import PrefixStore
from rag.prefixes.proof import Proof, Run, proved

LOG = logging.getLogger(__name__)


class Trust:
    """Whether a model's states can be trusted: asked before the first matters, answered once."""

    def __init__(self, run: Run, llm: LlamaCpp, folder: Path) -> None:
        self._run, self._identity, self._folder = run, llm.identity, folder
        self._proof: Proof | None = None
        self._lock = threading.Lock()

    def __call__(self) -> bool:
        with self._lock:
            if self._proof is None:
                self._proof = proved(self._run, self._identity, self._folder)
                if not self._proof.ok:
                    LOG.warning("Prompts of %s are not kept: %s.", self._run.path.name, self._proof.why)
            return self._proof.ok


def open_prefixes(settings: Settings, llm: LlamaCpp, path: Path, library: Library) -> PrefixStore:
    """The library's store, swept of documents that are gone, for this model to keep its prompts in."""
    store = PrefixStore(settings.library / FOLDER, settings.prefix_mb * 10**6)
    sweep(store.folder, library.text_digest)
    run = Run(path, llm.kv_type, llm.flash_attention, settings.threads or default_threads())
    llm.keep_in(store, Trust(run, llm, settings.models))
    return store
