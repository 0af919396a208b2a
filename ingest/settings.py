"""Turn environment and TOML into Settings, once, at the edge."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from ingest.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
_MAY_BE_ZERO = frozenset({"window", "threads", "prefix_mb", "warm"})
_ONE_OF = {
    "kv_type": ("auto", "f16", "q8_0", "q4_0"),
    "flash_attention": ("auto", "on", "off"),
    "unsupported": ("mark", "remove"),
}
_MOST = {"threads": 1024}
"""What a number may be; 10**9 where nothing is said. More is a slip, and the libraries that get it overflow."""
_FILES = frozenset({"embedder", "reranker", "llm", "guard_model", "guard_words", "columns"})
"""What names a file or folder: ~ is the home folder there too, where no shell has put it in."""
_SWITCH = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Each key is also `TOMO_<KEY>` in the environment, which wins over the file."""

    library: Path = ROOT / "data" / "library"
    """The folder that holds the library."""
    models: Path = ROOT / "data" / "models"
    """The folder with GGUF files and the packaged embedder."""
    embedder: str = ""
    """A sentence-transformers folder or model name; empty: the packaged one."""
    reranker: str = ""
    """A cross-encoder's folder or model name, which orders what was found; empty: none."""
    llm: str = ""
    """A GGUF file; empty: the packaged one."""
    guard_model: str = ""
    """A GGUF file of Llama Guard 3, which questions and answers have to pass; empty: none."""
    guard_words: str = ""
    """A file of words and /patterns/, one a line, that no question and no answer may hold; empty: none."""
    window: int = 0
    """Tokens in the model's context, fewer if memory does not allow it; 0: what it was trained for, at most 8,192."""
    kv_type: str = "auto"
    """How the KV cache is kept: f16, q8_0 or q4_0 (less memory, less exact); auto: as measured at the first run."""
    flash_attention: str = "auto"
    """Whether attention is computed in one step: on or off; auto: as measured at the first run."""
    answer_tokens: int = 512
    """Tokens kept free for the answer."""
    patience: int = 60
    """Seconds to the first word that a document may take to be read whole, where Tomo chooses."""
    unsupported: Literal["mark", "remove"] = "mark"
    """What becomes of a written sentence that what was read does not support: a sign after it, or it goes."""
    prefix_mb: int = 10_000
    """Disk that read manuals may take, kept ready for the next question; a tenth of what is free at most; 0: none."""
    warm: int = 0
    """Documents, those asked about most, that the page reads ahead while nobody asks anything; 0: none."""
    threads: int = 0
    """Processor threads; 0: one a core."""
    chunk_tokens: int = 192
    """The most tokens in a chunk, in the embedder's tokens."""
    file_seconds: int = 60
    """The longest one file may take to read."""
    file_memory_mb: int = 1536
    """The most memory one file may take to read."""
    ocr: bool = True
    """Whether the text of pictures is read: scanned PDF pages and image files."""
    ocr_side: int = 3000
    """Pixels of the longest side of a picture whose text is read; larger ones are made smaller."""
    ocr_seconds: int = 60
    """The longest the text of one picture may take to read."""
    columns: str = ""
    """A file that says what the columns of a ticket export hold; empty: they are guessed."""
    mask_pii: bool = False
    """Whether e-mail addresses, phone and card numbers and people's names are replaced in tickets before storing."""
    unpacked_mb: int = 200
    """The most a ZIP-based file (Office, OpenDocument, EPUB) may unpack to."""
    unpack_ratio: int = 200
    """The most times its size that a part of a ZIP-based file may unpack to."""
    zip_members: int = 5000
    """The most parts a ZIP-based file may have."""


def read_settings(environ: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """Defaults, then `tomo.toml` (or the file `TOMO_CONFIG` names), then `TOMO_*`; SettingsError on a key unknown.

    What is set to nothing, as a container does with a variable it does not know, has its default.
    """
    env = {key: value for key, value in (os.environ if environ is None else environ).items() if key.startswith("TOMO_")}
    named = env.pop("TOMO_CONFIG", "")
    path = file or (Path(named) if named else ROOT / "tomo.toml")
    values: dict[str, Any] = {}
    if os.path.exists(path):  # Path.exists raises for a name too long
        values |= _from_toml(path)
    elif named or file:
        raise SettingsError(f"{path}: no such settings file. Check TOMO_CONFIG.")
    values |= {key.removeprefix("TOMO_").lower(): value for key, value in env.items()}
    return _checked(values)


def _from_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}). Check TOMO_CONFIG.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 text. Save it as UTF-8 and try again.") from error
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path}: is not valid TOML ({error}). Correct that line.") from error


def _checked(values: dict[str, Any]) -> Settings:
    types = {field.name: field.type for field in fields(Settings)}
    unknown = sorted(set(values) - set(types))
    if unknown:
        raise SettingsError(f"Unknown setting {', '.join(unknown)}. Known are: {', '.join(sorted(types))}.")
    given = {key: value for key, value in values.items() if value != ""}
    return replace(Settings(), **{key: _convert(key, value, str(types[key])) for key, value in given.items()})


def _convert(key: str, value: object, kind: str) -> Any:
    if kind not in ("bool", "int") and key not in _ONE_OF and not isinstance(value, str):
        raise SettingsError(f"Setting {key} must be a text in quotes, not {value!r}.")
    if kind == "Path":
        return Path(os.path.expanduser(str(value)))
    if kind == "bool":
        if str(value).lower() not in _SWITCH:
            raise SettingsError(f"Setting {key} must be one of {', '.join(_SWITCH)}, not {value!r}.")
        return _SWITCH[str(value).lower()]
    if kind == "int":
        try:
            number = int(str(value))
        except ValueError as error:
            raise SettingsError(f"Setting {key} must be a whole number, not {value!r}.") from error
        least = 0 if key in _MAY_BE_ZERO else 1
        if number < least:
            raise SettingsError(f"Setting {key} must be {least} or more.")
        if number > (most := _MOST.get(key, 10**9)):
            raise SettingsError(f"Setting {key} must be {most} or less.")
        return number
    if key in _ONE_OF and value not in _ONE_OF[key]:
        raise SettingsError(f"Setting {key} must be one of {', '.join(_ONE_OF[key])}, not {value!r}.")
    return os.path.expanduser(str(value)) if key in _FILES else str(value)
