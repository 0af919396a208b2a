"""A password asked for twice → a file in the library that only its owner may read."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
from getpass import getpass
from pathlib import Path

from ingest.console import show
from ingest.errors import SettingsError
from ingest.settings import Settings
from rag.access.gate import Secret, make_secret

NAME = "password.json"
_COSTS = tuple(1 << n for n in range(14, 16))
"""What scrypt's cost in a file may be: another number would be no lock, or take all memory."""


def password(arguments: argparse.Namespace, settings: Settings) -> int:
    """`password`: ask for it twice and keep it; `--remove`: the page asks for none any more."""
    path = settings.library / NAME
    if arguments.remove:
        remove_secret(path)
        show("The page asks for no password now, and serves this computer only.")
        return 0
    first = _ask("Password: ")
    secret = make_secret(first, secrets.token_bytes(16))
    if _ask("Again: ") != first:
        raise SettingsError("The two passwords differ. Nothing was changed; run the command again.")
    write_secret(path, secret)
    show(f"Kept in {path}. The page asks for it from now on; who is in has to give it again.")
    return 0


def read_secret(library: Path) -> Secret | None:
    """What is kept of a library's password; None when it has none. SettingsError when the file is damaged."""
    path = library / NAME
    try:
        found = json.loads(path.read_text("utf-8"))
        secret = Secret(bytes.fromhex(found["salt"]), bytes.fromhex(found["scrypt"]), int(found["cost"]))
        if len(secret.salt) < 8 or len(secret.digest) != 32 or secret.cost not in _COSTS:
            raise ValueError("its numbers make no sense")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SettingsError(
            f"{path}: the page's password cannot be read ({error}). Run `python -m rag password` to set it again."
        ) from error
    return secret


def write_secret(path: Path, secret: Secret) -> None:
    """Keep it, readable by its owner only, whole or not at all. SettingsError when the folder cannot be written."""
    text = json.dumps({"salt": secret.salt.hex(), "scrypt": secret.digest.hex(), "cost": secret.cost})
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch.unlink(missing_ok=True)
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except OSError as error:
        raise _refused(path, error) from error


def remove_secret(path: Path) -> None:
    """Remove it, there or not. SettingsError when the folder does not allow it: the password then still holds."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> SettingsError:
    return SettingsError(f"{path}: cannot be written ({error.strerror}). Check the folder's permissions.")


def _ask(prompt: str) -> str:
    """Typed without being shown; a line of stdin where nobody types. SettingsError when nothing is typed at all."""
    try:
        return getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    except EOFError as error:
        raise SettingsError("No password was given. Nothing was changed; run the command again.") from error
