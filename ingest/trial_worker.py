"""A model's path → its vocabulary used a little: the child process of `ingest.trial`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from ingest.console import show
from ingest.errors import TomoError
from ingest.gguf_header import read_header
from ingest.vocabulary import Vocabulary, llama

if sys.platform != "win32":
    import resource

TEXT = "Hold the red button. ¿Qué código muestra? <|eot_id|> \0 \U0001f600 E-042"
_PIECES = 2048


def main(path: str, memory_bytes: int) -> None:
    """Load the vocabulary; say what is wrong on stdout, as a JSON object. What crashes has said nothing."""
    confess(lambda: _use(Path(path)), memory_bytes)


def confess(use: Callable[[], None], memory_bytes: int) -> None:
    """Run `use` within `memory_bytes` of address space; a TomoError or a lack of memory ends as a JSON object."""
    limit_memory(memory_bytes)
    try:
        use()
    except TomoError as error:
        show(json.dumps({"error": str(error)}))
    except MemoryError:
        text = f"The model needs more than {memory_bytes / 2**30:.1f} GiB of memory. Use a smaller model file."
        show(json.dumps({"error": text}))


def limit_memory(size: int) -> None:
    """No core files, and at most `size` bytes of address space, except where a GPU's driver reserves more than any."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if sys.platform == "linux" and not llama().llama_supports_gpu_offload():
            resource.setrlimit(resource.RLIMIT_AS, (size, size))


def use_vocabulary(vocabulary: Vocabulary) -> None:
    """Whatever the parent may later ask of a vocabulary."""
    vocabulary.tokens(TEXT, special=False)
    vocabulary.tokens(TEXT, special=True)
    for token in [*range(min(vocabulary.size, _PIECES)), max(0, vocabulary.size - 1)]:
        vocabulary.bytes_of(token)
        vocabulary.steers(token)
    vocabulary.special_text("bos")
    vocabulary.special_text("eos")


def _use(path: Path) -> None:
    read_header(path)
    use_vocabulary(Vocabulary(path))
