"""The model chosen on the page ↔ a file in the library's folder; a setting wins over it."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

from ingest.counting import STEM
from ingest.errors import LibraryError
from ingest.settings import Settings
from rag.kept import write_json

LOG = logging.getLogger(__name__)
FILE = "model.json"


def with_chosen(settings: Settings) -> Settings:
    """The settings with the model that was chosen; as they are where one is set, or none chosen, or it is gone."""
    if settings.llm:
        return settings
    path = _read(settings.library / FILE)
    if path and not Path(path).is_file():
        LOG.warning("%s: the chosen model is not there any more. The packaged one answers.", path)
        return settings
    return replace(settings, llm=path)


def chosen(settings: Settings, path: Path) -> Settings:
    """The settings with this model; `settings` are those without a choice."""
    return replace(settings, llm="" if is_packaged(settings, path) else str(path))


def keep_choice(settings: Settings) -> None:
    """The model of these settings is chosen from now on, after a restart too; LibraryError when the disk refuses.

    Only where no setting names a model: who has set one has chosen for good.
    """
    try:
        settings.library.mkdir(parents=True, exist_ok=True)
        write_json(settings.library / FILE, {"llm": settings.llm})
    except OSError as error:
        raise LibraryError(
            f"{settings.library / FILE}: the choice cannot be kept ({error.strerror}). Free some space, or check the "
            "folder's permissions."
        ) from error


def is_packaged(settings: Settings, path: Path) -> bool:
    """Whether this file is the packaged model, made ready for this machine."""
    return path.parent == settings.models and path.name.startswith(f"{STEM}-")


def _read(file: Path) -> str:
    try:
        return str(json.loads(file.read_text(encoding="utf-8"))["llm"])
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        LOG.warning("%s: is damaged (%s). The packaged model answers.", file, error)
        return ""
