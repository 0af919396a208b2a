"""Model and how it runs → what a saved state depends on besides its tokens. Pure but for llama.cpp's version."""

from __future__ import annotations

import platform
import sys

from ingest.trial import llama_version
from rag.llama.gguf import GGUFInfo, fingerprint
from rag.llama.kv import BATCH


def identity_of(info: GGUFInfo, window: int, kv_type: str, flash_attention: bool) -> dict[str, str]:
    """By name, so that a person can read in a header what differs.

    The window counts only where it changes what is computed: a longrope model has two sets of frequencies.
    """
    rope = info.rope
    long = ":long" if rope.scaling == "longrope" and window > rope.original else ""
    return {
        "model": fingerprint(info),
        "quantisation": info.quantisation,
        "kv": kv_type,
        "flash_attention": "on" if flash_attention else "off",
        "sliding": "window" if info.kv.local else "none",
        "rope": f"{rope.scaling}:{rope.factor:g}:{rope.original}{long}",
        "lora": "none",
        "batch": str(BATCH),
        "llama_cpp": llama_version(),
        "machine": f"{platform.machine()}-{sys.byteorder}",
    }
