"""The Llama models, as published: what they are made of, and the memory that follows from it.

Sizes: each model's config.json. Parameters are those of the text model, as the sum of the shapes of its tensors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.llama.attention import CHUNK
from rag.llama.kv import Footprint, KVShape

Attention = Literal["all heads", "grouped", "grouped, 3 of 4 layers in chunks"]
LENGTHS = (8_192, 32_768, 131_072, 1_048_576, 10_485_760)
BITS_PER_WEIGHT = {
    "Q2_K": 3.1593,
    "Q3_K_L": 4.2979,
    "Q4_K_S": 4.6672,
    "Q4_K_M": 4.8944,
    "Q5_K_M": 5.7036,
    "Q6_K": 6.5633,
    "Q8_0": 8.5008,
    "F16": 16.0005,
}
"""Of a whole file, Llama 3.1 8B (llama.cpp, tools/quantize/README.md); larger models take up to 2 % less."""


@dataclass(frozen=True, slots=True)
class Llama:
    """One model. `window` is what it was trained for, in tokens; `active` the parameters that a token meets."""

    name: str
    parameters: int
    active: int
    layers: int
    embedding: int
    heads: int
    kv_heads: int
    head_dim: int
    vocabulary: int
    window: int
    chunked_layers: int = 0

    @property
    def attention(self) -> Attention:
        """How its layers look back."""
        if self.chunked_layers:
            return "grouped, 3 of 4 layers in chunks"
        return "grouped" if self.kv_heads < self.heads else "all heads"

    @property
    def kv(self) -> KVShape:
        """What its layers keep of a token."""
        layer = 2 * self.kv_heads * self.head_dim
        if not self.chunked_layers:
            return KVShape(self.layers * layer)
        whole = self.layers - self.chunked_layers
        return KVShape(whole * layer, self.chunked_layers * layer, CHUNK, chunked=True)

    def weights(self, quantisation: str) -> int:
        """Bytes of its file, to about 2 %."""
        return round(self.parameters * BITS_PER_WEIGHT[quantisation] / 8)

    def footprint(self, quantisation: str) -> Footprint:
        """What its memory follows from."""
        return Footprint(self.weights(quantisation), self.kv, self.heads, self.embedding, self.vocabulary)


LLAMAS = (
    Llama("Llama 2 7B", 6_738_415_616, 6_738_415_616, 32, 4096, 32, 32, 128, 32_000, 4096),
    Llama("Llama 2 13B", 13_015_864_320, 13_015_864_320, 40, 5120, 40, 40, 128, 32_000, 4096),
    Llama("Llama 2 70B", 68_976_648_192, 68_976_648_192, 80, 8192, 64, 8, 128, 32_000, 4096),
    Llama("Llama 3 8B", 8_030_261_248, 8_030_261_248, 32, 4096, 32, 8, 128, 128_256, 8192),
    Llama("Llama 3 70B", 70_553_706_496, 70_553_706_496, 80, 8192, 64, 8, 128, 128_256, 8192),
    Llama("Llama 3.1 8B", 8_030_261_248, 8_030_261_248, 32, 4096, 32, 8, 128, 128_256, 131_072),
    Llama("Llama 3.1 70B", 70_553_706_496, 70_553_706_496, 80, 8192, 64, 8, 128, 128_256, 131_072),
    Llama("Llama 3.1 405B", 405_853_388_800, 405_853_388_800, 126, 16_384, 128, 8, 128, 128_256, 131_072),
    Llama("Llama 3.2 1B", 1_235_814_400, 1_235_814_400, 16, 2048, 32, 8, 64, 128_256, 131_072),
    Llama("Llama 3.2 3B", 3_212_749_824, 3_212_749_824, 28, 3072, 24, 8, 128, 128_256, 131_072),
    Llama("Llama 3.3 70B", 70_553_706_496, 70_553_706_496, 80, 8192, 64, 8, 128, 128_256, 131_072),
    Llama("Llama 4 Scout", 107_769_861_120, 17_172_894_720, 48, 5120, 40, 8, 128, 202_048, 10_485_760, 36),
    Llama("Llama 4 Maverick", 400_711_848_960, 17_184_691_200, 48, 5120, 40, 8, 128, 202_048, 1_048_576, 36),
)
