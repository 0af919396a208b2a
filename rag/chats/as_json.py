"""Frozen nouns ↔ JSON values, by their type hints alone: nothing that is read can become anything else.

Reading is strict about types and lenient about age: a field that the text does not have takes its default, one that
the noun does not have is passed over. A float that JSON has no number for is written as "nan", "inf" or "-inf".
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from ingest.errors import TomoError

T = TypeVar("T")


class Unreadable(ValueError):
    """The text is not that noun; the message says where."""


def dump(noun: object) -> str:
    """The noun as JSON in ASCII, so that any text survives; TypeError for a type that a noun should not hold."""
    return json.dumps(to_json(noun), allow_nan=False, separators=(",", ":"))


def load(cls: type[T], text: str) -> T:
    """The noun of that class; Unreadable."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"is not JSON ({error})") from error
    return from_json(cls, value)


def to_json(value: object) -> Any:
    """The value as what JSON has: a noun becomes an object, a tuple a list; TypeError for anything else."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [to_json(each) for each in value]
    if isinstance(value, Mapping):
        return {_text(key): to_json(each) for key, each in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if value is None or type(value) in (str, int, float, bool):
        return value
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def from_json(cls: type[T], value: Any) -> T:
    """The noun that a JSON value holds; Unreadable when its type is another."""
    made: T = _read(cls, value, cls.__name__)
    return made


def _read(hint: Any, value: Any, where: str) -> Any:
    """`value` as the type that `hint` names."""
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any or hint is object:
        raise TypeError(f"{where}: its type says nothing")
    if is_dataclass(hint) and isinstance(hint, type):
        return _noun(hint, value, where)
    if origin is Literal:
        return _one_of(inner, value, where)
    if origin in (Union, types.UnionType):
        return _union(inner, value, where)
    if origin is tuple:
        return _tuple(inner, value, where)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            raise Unreadable(f"{where}: is no object")
        return {key: _read(inner[1], each, f"{where}.{key}") for key, each in value.items()}
    return _plain(hint, value, where)


def _noun(cls: type, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise Unreadable(f"{where}: is no object")
    hints = _hints(cls)
    given = {}
    for each in fields(cls):
        if each.name in value:
            given[each.name] = _read(hints[each.name], value[each.name], f"{where}.{each.name}")
        elif each.default is MISSING and each.default_factory is MISSING:
            raise Unreadable(f"{where}.{each.name}: is missing")
    try:
        return cls(**given)
    except TomoError as error:
        raise Unreadable(f"{where}: {error}") from error


def _one_of(choices: tuple[Any, ...], value: Any, where: str) -> Any:
    for choice in choices:
        if type(choice) is type(value) and choice == value:
            return choice
    raise Unreadable(f"{where}: is none of {', '.join(map(str, choices))}")


def _union(members: tuple[Any, ...], value: Any, where: str) -> Any:
    """None or one other type; of plain types several."""
    if value is None and type(None) in members:
        return None
    others = [member for member in members if member is not type(None)]
    if len(others) > 1 and not all(member in (str, int, float, bool) for member in others):
        raise TypeError(f"{where}: JSON does not say which of several types it is")
    for member in others[:-1]:
        if type(value) is member:
            return value
    return _read(others[-1], value, where)


def _tuple(inner: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise Unreadable(f"{where}: is no list")
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_read(inner[0], each, f"{where}[{at}]") for at, each in enumerate(value))
    if len(inner) != len(value):
        raise Unreadable(f"{where}: has {len(value)} of {len(inner)} values")
    return tuple(_read(hint, each, f"{where}[{at}]") for at, (hint, each) in enumerate(zip(inner, value, strict=True)))


def _plain(hint: Any, value: Any, where: str) -> Any:
    if hint not in (str, int, float, bool):
        raise TypeError(f"{where}: {hint} has no place in JSON")
    if hint is float:
        if type(value) in (int, float) or value in ("nan", "inf", "-inf"):
            with suppress(OverflowError):
                return float(value)
    elif type(value) is hint:
        return value
    raise Unreadable(f"{where}: is no {hint.__name__}")


def _text(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"{type(key).__name__} is no key in JSON")
    return key


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)
