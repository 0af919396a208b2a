"""Models and free memory → what `python -m rag models` says: a table for people, objects for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.llama.calibrate import Measured, Way
from rag.llama.gguf import GGUFInfo
from rag.llama.kv import Footprint, fitting_window, kv_bytes, total_bytes
from rag.llama.speed import MAX_DRIFT
from rag.llama.window import DEFAULT_WINDOW, GIB
from rag.shelf.catalogue import LENGTHS, LLAMAS, Llama

MIB = 1 << 20
FILE_LENGTHS = LENGTHS[:3]
CATALOGUE_QUANTISATION = "Q4_K_M"
KV_TYPE = "f16"


@dataclass(frozen=True, slots=True)
class Fit:
    """How a model gets on with the memory that is free.

    `window` is what Tomo would open, `fits` whether that has room, `largest` the longest that has (0: none), in tokens.
    """

    window: int
    fits: bool
    largest: int
    why: str


def fit(model: Footprint, trained: int, wanted: int, ram_bytes: int | None) -> Fit:
    """`wanted` is the window that is set, 0 for at most 8,192 tokens. `ram_bytes` None: not known, no bound."""
    window = min(trained, wanted or DEFAULT_WINDOW)
    needed = total_bytes(model, window, KV_TYPE)
    if ram_bytes is None:
        return Fit(window, True, trained, f"{lengths(window)} needs {size(needed)}; free memory is not known here")
    largest = fitting_window(model, KV_TYPE, ram_bytes, trained)
    why = f"{lengths(window)} needs {size(needed)} of {size(ram_bytes)} free"
    return Fit(window, needed <= ram_bytes, largest, why)


def file_lines(infos: Sequence[GGUFInfo], wanted: int, ram_bytes: int | None) -> Iterator[str]:
    """The table of model files."""
    columns = [f"KV {lengths(n)}" for n in FILE_LENGTHS]
    rows = [["file", "parameters", "type", "window", *columns, "largest", "fits"]]
    for info in infos:
        found = fit(info.footprint, info.window, wanted, ram_bytes)
        kv = [size(kv_bytes(info.kv, n, KV_TYPE)) if n <= info.window else "–" for n in FILE_LENGTHS]
        count = parameters(info.parameters, info.active_parameters)
        rows.append([info.path.name, count, info.quantisation, lengths(info.window), *kv, *_verdict(found)])
    yield from aligned(rows)
    yield f"KV: {KV_TYPE} cache of that many tokens. Largest: the longest window that fits the memory that is free now."


def catalogue_lines(wanted: int, ram_bytes: int | None) -> Iterator[str]:
    """The table of the Llama models; a length beyond the trained window stands in brackets."""
    columns = [f"KV {lengths(n)}" for n in LENGTHS]
    rows = [
        ["model", "parameters", "layers", "KV heads", "window", CATALOGUE_QUANTISATION, *columns, "largest", "fits"]
    ]
    for llama in LLAMAS:
        layers = f"{llama.layers} ({llama.chunked_layers} in chunks)" if llama.chunked_layers else f"{llama.layers}"
        kv = [size(kv_bytes(llama.kv, n, KV_TYPE)) for n in LENGTHS]
        rows.append([
            llama.name, parameters(llama.parameters, llama.active), layers, f"{llama.kv_heads} × {llama.head_dim}",
            lengths(llama.window), size(llama.weights(CATALOGUE_QUANTISATION)),
            *(text if n <= llama.window else f"[{text}]" for n, text in zip(LENGTHS, kv, strict=True)),
            *_verdict(_catalogue_fit(llama, wanted, ram_bytes)),
        ])  # fmt: skip
    yield from aligned(rows)
    yield (
        f"KV: {KV_TYPE} cache of that many tokens, in brackets beyond what the model was trained for. "
        f"Largest: the longest window that fits the memory that is free now, with {CATALOGUE_QUANTISATION} weights."
    )


def file_json(info: GGUFInfo, wanted: int, ram_bytes: int | None) -> dict[str, object]:
    """One model file as an object; sizes in bytes, lengths in tokens."""
    return {
        "file": info.path.name,
        "name": info.name,
        "architecture": info.architecture,
        "parameters": info.parameters,
        "active_parameters": info.active_parameters,
        "quantisation": info.quantisation,
        "bytes": info.size,
        "trained_window": info.window,
        "rope_scaling": info.rope.scaling,
        "kv_type": KV_TYPE,
        "kv_bytes": {str(n): kv_bytes(info.kv, n, KV_TYPE) for n in FILE_LENGTHS if n <= info.window},
        **_fit_json(fit(info.footprint, info.window, wanted, ram_bytes), ram_bytes),
    }


def catalogue_json(llama: Llama, wanted: int, ram_bytes: int | None) -> dict[str, object]:
    """One Llama as an object; sizes in bytes, lengths in tokens."""
    return {
        "model": llama.name,
        "parameters": llama.parameters,
        "active_parameters": llama.active,
        "layers": llama.layers,
        "kv_heads": llama.kv_heads,
        "head_dim": llama.head_dim,
        "attention": llama.attention,
        "trained_window": llama.window,
        "quantisation": CATALOGUE_QUANTISATION,
        "bytes": llama.weights(CATALOGUE_QUANTISATION),
        "kv_type": KV_TYPE,
        "kv_bytes": {str(n): kv_bytes(llama.kv, n, KV_TYPE) for n in LENGTHS},
        "beyond_training": [n for n in LENGTHS if n > llama.window],
        **_fit_json(_catalogue_fit(llama, wanted, ram_bytes), ram_bytes),
    }


def calibration_lines(info: GGUFInfo, measured: Measured, chosen: Way) -> Iterator[str]:
    """The table of ways to keep a model's KV cache, as they were measured here."""
    rows = [["KV cache", "prefill", "decode", "drift", f"KV {lengths(DEFAULT_WINDOW)}", ""]]
    for way, speed in measured.items():
        verdict = "used" if way == chosen else "judges too differently" if speed.drift > MAX_DRIFT else ""
        kv = size(kv_bytes(info.kv, DEFAULT_WINDOW, way.kv_type))
        rows.append([str(way), _rate(speed.prefill), _rate(speed.decode), f"{speed.drift:.3f}", kv, verdict])
    yield from aligned(rows)
    yield (
        "Prefill and decode: tokens a second; – where they were not measured, because that way had lost already. "
        "Drift: how far ln p of a token moves, in nats."
    )
    yield f"Used from now on: {chosen}."


def calibration_json(measured: Measured, chosen: Way) -> Iterator[dict[str, object]]:
    """One object a way; rates in tokens a second, 0 where not measured; drift in nats."""
    for way, speed in measured.items():
        yield {
            "kv_type": way.kv_type,
            "flash_attention": way.flash_attention,
            "prefill": round(speed.prefill, 1),
            "decode": round(speed.decode, 1),
            "drift": round(speed.drift, 4),
            "used": way == chosen,
        }


def _rate(rate: float) -> str:
    return f"{rate:,.0f}" if rate else "–"


def _catalogue_fit(llama: Llama, wanted: int, ram_bytes: int | None) -> Fit:
    return fit(llama.footprint(CATALOGUE_QUANTISATION), llama.window, wanted, ram_bytes)


def _verdict(found: Fit) -> tuple[str, str]:
    return lengths(found.largest) if found.largest else "none", f"{'yes' if found.fits else 'no'}: {found.why}"


def _fit_json(found: Fit, ram_bytes: int | None) -> dict[str, object]:
    return {
        "window": found.window,
        "largest_window": found.largest,
        "free_bytes": ram_bytes,
        "fits": found.fits,
        "why": found.why,
    }


def parameters(total: int, active: int) -> str:
    """A number of parameters as people say it, with the active ones where they are fewer."""
    return _count(total) if active == total else f"{_count(total)} ({_count(active)} active)"


def _count(number: int) -> str:
    if number < 1_000_000:
        return f"{number:,}"
    return f"{number / 1e9:,.1f} B" if number >= 999_500_000 else f"{number / 1e6:,.0f} M"


def size(number: int) -> str:
    """Bytes in MiB or GiB."""
    if number >= GIB:
        return f"{number / GIB:,.1f} GiB"
    return f"{number / MIB:,.0f} MiB" if number >= 10 * MIB else f"{number / MIB:,.1f} MiB"


def lengths(tokens: int) -> str:
    """Tokens as people say them: 8k is 8,192, 10M is 10,485,760; others in full."""
    for unit, letter in ((1 << 20, "M"), (1 << 10, "k")):
        if tokens and tokens % unit == 0:
            return f"{tokens // unit}{letter}"
    return f"{tokens:,}"


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows of cells as lines with columns: the first and the last left-aligned, the others right-aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *middle, last in rows:
        cells = [text.rjust(width) for text, width in zip(middle, widths[1:-1], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells, last])
