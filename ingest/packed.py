"""Linear layers in bfloat16 → the same with their weights laid out once as the processor reads them.

PyTorch lays the weights of a layer out anew at each call: for the few rows of a question that takes longer than to
multiply. oneDNN, which does the work either way, also computes the GELU after a layer while the numbers are at hand.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers.activations import GELUActivation


class _Packed(nn.Module):
    """What a linear layer computes, and the GELU after it where `gelu` says so."""

    def __init__(self, layer: nn.Linear, gelu: bool) -> None:
        super().__init__()
        self._weight = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach(), None)
        self._bias = None if layer.bias is None else layer.bias.detach()
        self._after: tuple[str, list[Any], str] = ("gelu", [], "none") if gelu else ("none", [], "")

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = torch.ops.mkldnn._linear_pointwise(rows, self._weight, self._bias, *self._after)
        return found


def pack(model: nn.Module) -> None:
    """Every linear layer in bfloat16 in place; nothing where this build of PyTorch has no oneDNN for it."""
    if not (torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()):  # type: ignore[no-untyped-call]
        return
    for module in list(model.modules()):
        gelu = isinstance(getattr(module, "intermediate_act_fn", None), GELUActivation | nn.GELU)
        for name, layer in list(module.named_children()):
            if type(layer) is nn.Linear and layer.weight.dtype is torch.bfloat16:
                setattr(module, name, _Packed(layer, gelu))
                if gelu:
                    _without_gelu(module)


def _without_gelu(module: Any) -> None:
    module.intermediate_act_fn = nn.Identity()
