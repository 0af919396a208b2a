"""Saved prompts: found by their tokens, used only when every byte is what was saved, gone with their documents."""

from __future__ import annotations

import json
import logging
import os
import stat
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import prefixes
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.prefixes import PrefixHeader, headers, sweep
from rag.llama.kv import BATCH
from rag.prefix import LEAST_TOKENS, PrefixStore
from rag.prefixes.check import check_prefixes
from rag.prefixes.key import blocks, key_of, match, supersedes
from rag.prefixes.worth import HALF_LIFE, least_worth, worth
from rag.types import Keep
from tests.fakes import make_tools

IDENTITY = {"model": "abc", "kv": "f16"}
KEEP = Keep({"doc": "digest"}, "A manual")
GB = 10**9


def writes(content: bytes) -> Callable[[Path], int]:
    """Stands for llama.cpp: puts the content into the file and says how much it was."""
    return lambda path: path.write_bytes(content)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PrefixStore]:
    made = PrefixStore(tmp_path / "prefix", 10 * GB)
    yield made
    made.close()


def saved(
    store: PrefixStore, tokens: Sequence[int], content: bytes = b"state" * 100, keep: Keep = KEEP,
    seconds: float = 20.0, complete: bool = True,
) -> PrefixHeader:  # fmt: skip
    assert store.save(IDENTITY, keep, tokens, len(content), writes(content), seconds, complete)
    store.flush()
    return next(h for h in store.headers() if h.key == key_of(IDENTITY, tokens))


LONG = list(range(3 * BATCH + 100))


def test_what_was_saved_is_found_by_its_tokens_and_verified(store: PrefixStore) -> None:
    header = saved(store, LONG)
    found = store.best(IDENTITY, [*LONG, 7, 8])
    assert found is not None
    assert (found.usable, found.exact) == (len(LONG), True)
    path = store.verified(found.header)
    assert path is not None
    assert path.read_bytes() == b"state" * 100
    assert header.tokens == len(LONG)


def test_files_are_private_and_the_header_can_be_read_by_a_person(store: PrefixStore) -> None:
    header = saved(store, LONG)
    for path in (header.file(store.folder), header.state_file(store.folder)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    shown = json.loads(header.file(store.folder).read_text(encoding="utf-8"))
    assert (shown["what"], shown["identity"], shown["tokens"]) == ("A manual", IDENTITY, len(LONG))


def test_a_prompt_that_begins_alike_uses_the_batches_that_are_the_same(store: PrefixStore) -> None:
    saved(store, LONG)
    found = store.best(IDENTITY, [*LONG[: 2 * BATCH + 9], *range(9000, 9900)])
    assert found is not None
    assert (found.usable, found.exact) == (2 * BATCH, False)


@pytest.mark.parametrize(
    ("identity", "tokens"),
    [
        pytest.param({**IDENTITY, "model": "other"}, LONG, id="another-model"),
        pytest.param({**IDENTITY, "kv": "q8_0"}, LONG, id="another-kv-type"),
        pytest.param({**IDENTITY, "llama_cpp": "2"}, LONG, id="another-library"),
        pytest.param(IDENTITY, [5, *LONG[1:]], id="another-first-token"),
    ],
)
def test_what_differs_is_a_miss(store: PrefixStore, identity: dict[str, str], tokens: list[int]) -> None:
    saved(store, LONG)
    assert store.best(identity, tokens) is None


def test_a_miss_says_what_differs(store: PrefixStore, caplog: pytest.LogCaptureFixture) -> None:
    saved(store, LONG)
    with caplog.at_level(logging.INFO):
        assert store.best({**IDENTITY, "kv": "q8_0"}, LONG) is None
    assert "another kv" in caplog.text


def test_of_several_states_the_one_that_saves_most_is_used(store: PrefixStore) -> None:
    tokens = [*LONG, *LONG]
    for length in (2 * BATCH, len(LONG), BATCH + 9):
        saved(store, tokens[:length], bytes([length % 251]) * 50)
    found = store.best(IDENTITY, tokens)
    assert found is not None
    assert (found.usable, found.exact) == (len(LONG), True)


def test_a_plan_hears_of_the_longest_state_of_these_documents_in_this_order_and_run_like_this(
    store: PrefixStore,
) -> None:
    both = Keep({"a": "1", "b": "1"}, "A and B")
    long = saved(store, [1, *LONG], keep=both)
    saved(store, [2, *LONG[:-50]], b"shorter", keep=both)
    assert store.known(IDENTITY, ("a", "b")) == long
    assert store.known(IDENTITY, ("b", "a")) is None
    assert store.known({**IDENTITY, "kv": "q8_0"}, ("a", "b")) is None


@given(
    kept=st.lists(st.integers(0, 1), max_size=6), asked=st.lists(st.integers(0, 1), max_size=6), rest=st.integers(1, 9)
)
def test_a_match_is_never_longer_than_what_is_shared(kept: list[int], asked: list[int], rest: int) -> None:
    one = [value for value in kept for _ in range(BATCH // 2)] + [1] * rest
    two = [value for value in asked for _ in range(BATCH // 2)] + [1] * rest
    header = PrefixHeader(
        "k", "s", 1, "x", len(one), blocks(one), {}, "", "w", IDENTITY, 1.0, complete=True, created=1.0, last=1.0
    )
    found = match(header, two, blocks(two))
    shared = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    assert (found.usable if found else 0) <= shared
    assert found is None or not found.exact or found.usable == len(one)
    assert found is not None or shared < BATCH


def _flip(path: Path, n: int) -> None:
    data = bytearray(path.read_bytes())
    data[n * 37 % len(data)] ^= 1 << n % 8
    path.write_bytes(data)


def _cut(path: Path, n: int) -> None:
    path.write_bytes(path.read_bytes()[: -1 - n])


def _grow(path: Path, n: int) -> None:
    path.write_bytes(path.read_bytes() + b"\0" * (n + 1))


def _swap(path: Path, n: int) -> None:
    path.write_bytes(bytes([n % 256]) * path.stat().st_size)


def _vanish(path: Path, n: int) -> None:
    path.unlink()


@pytest.mark.parametrize("harm", [_flip, _cut, _grow, _swap, _vanish], ids=lambda f: f.__name__)
@pytest.mark.parametrize("n", range(5))
def test_a_state_that_changed_is_removed_and_never_given_out(
    store: PrefixStore, harm: Callable[[Path, int], None], n: int
) -> None:
    header = saved(store, LONG)
    harm(header.state_file(store.folder), n)
    assert store.verified(header) is None
    assert store.best(IDENTITY, LONG) is None
    assert list(store.folder.glob("*.state")) == []


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"key": 1}', '"' * 1000, "[" * 100_000],
    ids=["empty", "cut", "list", "null", "fields", "text", "deep"],
)
def test_a_damaged_header_is_removed(store: PrefixStore, text: str) -> None:
    header = saved(store, LONG)
    header.file(store.folder).write_text(text, encoding="utf-8")
    os.utime(store.folder)
    assert store.best(IDENTITY, LONG) is None
    assert not header.file(store.folder).exists()


def test_a_header_that_this_account_may_not_read_stays(store: PrefixStore) -> None:
    path = saved(store, LONG).file(store.folder)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this account may read everything")
    assert headers(store.folder) == []
    assert path.exists()


def test_what_cannot_be_read_nor_removed_stops_nothing(store: PrefixStore, caplog: pytest.LogCaptureFixture) -> None:
    header, other = saved(store, LONG), saved(store, [7, *LONG], b"other")
    (store.folder / "a.json").mkdir()
    header.state_file(store.folder).unlink()
    header.state_file(store.folder).mkdir()
    assert store.verified(header) is None
    assert "cannot be removed" in caplog.text
    assert [h.key for h in headers(store.folder)] == [other.key]


def test_a_header_that_points_outside_is_not_followed(store: PrefixStore, tmp_path: Path) -> None:
    header = saved(store, LONG)
    outside = tmp_path / "outside"
    outside.write_bytes(b"precious")
    values = json.loads(header.file(store.folder).read_text(encoding="utf-8")) | {"state": "../outside"}
    header.file(store.folder).write_text(json.dumps(values), encoding="utf-8")
    os.utime(store.folder)
    assert store.best(IDENTITY, LONG) is None
    assert outside.exists()


def test_headers_that_changed_places_are_not_believed(store: PrefixStore) -> None:
    one, two = saved(store, LONG), saved(store, [9, *LONG], b"other" * 100)
    first, second = one.file(store.folder), two.file(store.folder)
    first.write_text(second.read_text(encoding="utf-8"), encoding="utf-8")
    os.utime(store.folder)
    assert [header.key for header in store.headers()] == [two.key]


# -- saving --------------------------------------------------------------------------------------------------------


def _nothing(path: Path) -> int:
    return 0


def _half(path: Path) -> int:
    path.write_bytes(b"half")
    return 1000


def _full(path: Path) -> int:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("write", [_nothing, _half, _full], ids=["refused", "cut-short", "disk-full"])
def test_a_save_that_fails_leaves_nothing_and_raises_nothing(
    store: PrefixStore, write: Callable[[Path], int], caplog: pytest.LogCaptureFixture
) -> None:
    assert not store.save(IDENTITY, KEEP, LONG, 10, write, 1.0)
    assert "could not be saved" in caplog.text
    assert store.headers() == []
    sweep(store.folder, lambda _: "digest", now=time.time() + 10_000)
    assert list(store.folder.iterdir()) == []


def test_nothing_larger_than_the_limit_is_saved(tmp_path: Path) -> None:
    for limit in (0, 500):
        small = PrefixStore(tmp_path / str(limit), limit)
        assert not small.save(IDENTITY, KEEP, LONG, 501, writes(b"x" * 501), 1.0)
        assert small.headers() == []


def test_the_limit_holds_and_what_is_worth_least_goes(tmp_path: Path) -> None:
    store = PrefixStore(tmp_path / "prefix", 2500)
    quick, slow = [1, *LONG], [2, *LONG]
    saved(store, quick, b"q" * 1000, seconds=1.0)
    saved(store, slow, b"s" * 1000, seconds=500.0)
    saved(store, [3, *LONG], b"n" * 1000, seconds=2.0)
    assert {header.key for header in store.headers()} == {key_of(IDENTITY, t) for t in (slow, [3, *LONG])}
    assert sum(path.stat().st_size for path in store.folder.glob("*.state")) <= 2500
    saved(store, [4, *LONG], b"m" * 1000, seconds=0.1)  # worth least, and what was asked about just now
    assert {header.key for header in store.headers()} == {key_of(IDENTITY, t) for t in (slow, [4, *LONG])}
    store.close()


def test_the_same_prompt_twice_is_kept_once(store: PrefixStore) -> None:
    saved(store, LONG, b"first" * 10)
    header = saved(store, LONG, b"other" * 10)
    assert len(store.headers()) == len(list(store.folder.glob("*.state"))) == 1
    assert store.verified(header) is not None


def test_a_part_goes_when_the_whole_is_saved_and_stays_when_it_is_of_something_else(store: PrefixStore) -> None:
    saved(store, LONG[:BATCH], b"part", complete=False)
    other = saved(store, [7] * BATCH, b"else", complete=False)
    whole = saved(store, LONG)
    assert {header.key for header in store.headers()} == {other.key, whole.key}
    assert store.known(IDENTITY, ("doc",)) is not None
    assert store.known(IDENTITY, ("doc",), "1:0-2:9") is None


WHOLE = PrefixHeader(
    key_of(IDENTITY, LONG), "a.state", 1, "", len(LONG), blocks(LONG), {"doc": "digest"}, "", "A manual", IDENTITY,
    20.0, True, 0.0, 0.0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("tokens", "changes", "goes"),
    [
        pytest.param(LONG[: BATCH + 9], {}, True, id="a-part-of-it"),
        pytest.param(LONG[:BATCH], {"complete": True}, False, id="all-of-a-shorter-prompt"),
        pytest.param(LONG[:BATCH], {"identity": IDENTITY | {"kv": "q8_0"}}, False, id="of-another-way-to-run-it"),
        pytest.param([7] * BATCH, {}, False, id="of-something-else"),
        pytest.param([*LONG[:BATCH], 7], {}, False, id="that-goes-on-differently"),
        pytest.param([*LONG, 7], {}, False, id="longer"),
        pytest.param(LONG, {}, False, id="itself"),
    ],
)
def test_only_a_part_of_the_same_prompt_is_superseded(
    tokens: list[int], changes: dict[str, object], goes: bool
) -> None:
    key = key_of(IDENTITY, tokens)
    part = replace(WHOLE, key=key, tokens=len(tokens), blocks=blocks(tokens), complete=False)
    assert supersedes(WHOLE, replace(part, **changes), LONG) is goes  # type: ignore[arg-type]


def test_many_threads_and_stores_may_save_the_same_at_once(tmp_path: Path) -> None:
    stores = [PrefixStore(tmp_path / "prefix", GB) for _ in range(6)]
    threads = [
        threading.Thread(target=s.save, args=(IDENTITY, KEEP, LONG, 9000, writes(bytes([i]) * 9000), 1.0))
        for i, s in enumerate(stores)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    reader = PrefixStore(tmp_path / "prefix", GB)
    found = reader.best(IDENTITY, LONG)
    assert found is None or (reader.verified(found.header) or Path("/nowhere")).exists()
    assert list((tmp_path / "prefix").glob(".*.part")) == []


def test_a_use_is_noted(store: PrefixStore) -> None:
    header = saved(store, LONG)
    store.restored(header, 0.5)
    store.flush()
    (used,) = store.headers()
    assert (used.used, used.last > header.last) == (1, True)
    assert store.restore_seconds(header.bytes) == pytest.approx(0.5)


def test_a_use_does_not_bring_back_what_was_removed_meanwhile(store: PrefixStore) -> None:
    header = saved(store, LONG)
    prefixes.remove(store.folder, header)
    store.restored(header, 0.5)
    store.flush()
    assert list(store.folder.iterdir()) == []


def test_a_header_that_cannot_be_written_leaves_nothing_behind(store: PrefixStore) -> None:
    header = saved(store, LONG)
    header.file(store.folder).unlink()
    header.file(store.folder).mkdir()
    with pytest.raises((IsADirectoryError, PermissionError)):
        prefixes.write_header(store.folder, header)
    assert list(store.folder.glob(".*.part")) == []


# -- documents -----------------------------------------------------------------------------------------------------


def test_states_go_with_their_documents(store: PrefixStore) -> None:
    saved(store, [1, *LONG], keep=Keep({"a": "1"}, "A"))
    saved(store, [2, *LONG], keep=Keep({"a": "1", "b": "1"}, "A and B"))
    saved(store, [3, *LONG], keep=Keep({"c": "1"}, "C"))
    assert sweep(store.folder, {"a": "1", "c": "1"}.get, now=0) == 1  # type: ignore[arg-type]
    assert sweep(store.folder, lambda i: {"a": "2"}.get(i, "1"), now=0) == 1
    assert [header.what for header in headers(store.folder)] == ["C"]
    assert len(list(store.folder.glob("*.state"))) == 1


def test_what_a_killed_process_left_goes_later_and_what_one_is_writing_stays(store: PrefixStore) -> None:
    header = saved(store, LONG)
    left = [store.folder / ".0123.1.ab.part", store.folder / "orphan.state"]
    for path in left:
        path.write_bytes(b"x")
    sweep(store.folder, lambda _: "digest")
    assert all(path.exists() for path in left)
    sweep(store.folder, lambda _: "digest", now=time.time() + prefixes.STALE_SECONDS + 1)
    assert not any(path.exists() for path in left)
    assert store.verified(header) is not None


@pytest.mark.parametrize("harmed", [False, True], ids=["of-a-document-that-is-gone", "damaged"])
def test_doctor_finds_what_must_not_be_used_and_fix_removes_it(tmp_path: Path, harmed: bool) -> None:
    library = Library(tmp_path)
    store = PrefixStore(tmp_path / prefixes.FOLDER, GB)
    header = saved(store, LONG, keep=Keep({} if harmed else {"gone": "1"}, "A manual"))
    if harmed:
        _flip(header.state_file(store.folder), 1)
    assert [(f.ok, f.count) for f in check_prefixes(library, tmp_path)] == [(False, 1)]
    assert all(finding.ok for finding in check_prefixes(library, tmp_path, fix=True))
    assert headers(store.folder) == []
    assert [(f.ok, f.count) for f in check_prefixes(library, tmp_path)] == [(True, 0)]
    store.close()
    library.close()


def test_no_folder_is_no_error(tmp_path: Path) -> None:
    assert sweep(tmp_path / "none", lambda _: "") == 0
    assert PrefixStore(tmp_path / "none", GB).headers() == []
    assert prefixes.used_bytes(tmp_path / "none") == 0


# -- worth ---------------------------------------------------------------------------------------------------------


def header_of(seconds: float, used: int, size: int, age: float, key: str = "k") -> PrefixHeader:
    return PrefixHeader(
        key, "s", size, "x", 600, (), {}, "", "w", {}, seconds, complete=True, created=0.0, last=-age, used=used
    )


def test_worth_grows_with_seconds_and_use_and_shrinks_with_size_and_age() -> None:
    base = worth(header_of(10, 1, 100, 0), 0)
    assert worth(header_of(20, 1, 100, 0), 0) > base
    assert worth(header_of(10, 2, 100, 0), 0) > base
    assert worth(header_of(10, 1, 200, 0), 0) < base
    assert worth(header_of(10, 1, 100, HALF_LIFE), 0) == pytest.approx(base / 2)
    assert worth(header_of(10, 1, 100, -HALF_LIFE), 0) == base  # saved by a clock that went ahead


@given(sizes=st.lists(st.integers(1, 100), max_size=12), excess=st.integers(-5, 600))
def test_as_little_as_possible_goes_and_enough(sizes: list[int], excess: int) -> None:
    kept = [header_of(1.0 + i, 0, size, 0, str(i)) for i, size in enumerate(sizes)]
    gone = least_worth(kept, excess, 0.0)
    freed = sum(header.bytes for header in gone)
    assert freed >= min(excess, sum(sizes)) or excess <= 0
    assert not gone or freed - gone[-1].bytes < excess
    rest = [header for header in kept if header not in gone]
    assert all(worth(a, 0) <= worth(b, 0) for a in gone for b in rest)


def test_short_prefixes_are_not_worth_a_file() -> None:
    assert LEAST_TOKENS >= BATCH
    assert replace(KEEP, part="1:0-2:0") != KEEP


def test_an_ingest_removes_the_states_of_what_it_changes_and_of_nothing_else(tmp_path: Path) -> None:
    tools, files = make_tools(tmp_path / "library"), tmp_path / "files"
    files.mkdir()
    for name in ("stays", "changes"):
        (files / f"{name}.txt").write_text(f"{name} one", encoding="utf-8")
    list(ingest([files], tools))
    store = PrefixStore(tools.library.folder / prefixes.FOLDER, GB)
    for n, row in enumerate(tools.library.documents()):
        saved(store, [n, *LONG], keep=Keep({row.id: tools.library.text_digest(row.id)}, row.title))
    (files / "changes.txt").write_text("changes two", encoding="utf-8")
    list(ingest([files], tools))
    assert [header.what for header in headers(store.folder)] == ["stays"]
    (files / "stays.txt").unlink()
    list(ingest([files], tools, prune=True))
    assert list(store.folder.iterdir()) == []
    store.close()
