"""`python -m tests.killed_save MODEL FOLDER MOMENT`: save a prompt and die at that moment, as `kill -9` does."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from ingest import prefixes
from rag import prefix
from rag.llm import LlamaCpp
from rag.prefix import PrefixStore
from tests.kept_prompts import KEEP, prompt


def die(*_: object, **__: object) -> str:
    """What a power cut does."""
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def main(model: Path, folder: Path, moment: str) -> None:
    """`written`: the state is, nothing else; `checked`: before the header; `prefill`: after a part has been kept."""
    store = PrefixStore(folder, 10**9)
    llm = LlamaCpp(model, window=4096, threads=1)
    llm.keep_in(store)
    generation = llm.stream(prompt("What is red?"), 4, keep=KEEP)
    if moment == "written":
        prefix.checksum = die
    elif moment == "checked":
        prefixes.write_header = die  # type: ignore[assignment]
    for at, _ in enumerate(generation):
        if moment == "prefill" and at == 1:
            die()
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
