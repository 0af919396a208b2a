"""A line in which nobody is passed over, forgotten or served twice."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.events import Queued
from rag.turns import TOLD_EVERY, Turn, Turns, queued


def started(work: Callable[[], object]) -> Future[None]:
    """Done in a thread of its own; `result` raises what went wrong there."""
    future: Future[None] = Future()

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised by `result`
            future.set_exception(error)
        else:
            future.set_result(None)

    threading.Thread(target=run, daemon=True).start()
    return future


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.002)


def line_of(turns: Turns, work: Callable[[int, Turn], object], count: int) -> list[Future[None]]:
    """So many threads, each of which took its place after the one before."""
    threads = []
    for n in range(count):
        before = turns.length

        def join(n: int = n) -> None:
            with turns.turn() as mine:
                work(n, mine)

        threads.append(started(join))
        until(lambda before=before: turns.length > before)
    return threads


def test_who_comes_first_is_served_first() -> None:
    turns, served = Turns(), list[int]()

    def work(n: int, mine: Turn) -> None:
        if mine.come():
            time.sleep(0.001)
            served.append(n)

    with turns.turn():
        threads = line_of(turns, work, 30)
    for thread in threads:
        thread.result(10)
    assert served == list(range(30))
    assert turns.length == 0


def test_the_place_only_falls_and_ends_at_the_front() -> None:
    turns, seen = Turns(), [list[Queued]() for _ in range(8)]

    def work(n: int, mine: Turn) -> None:
        seen[n] += queued(mine, None)
        time.sleep(0.03)

    with turns.turn():
        threads = line_of(turns, work, 8)
        until(lambda: all(seen))
    for thread in threads:
        thread.result(10)
    for n, events in enumerate(seen):
        places = [event.place for event in events]
        assert places == list(range(n + 1, -1, -1))


def test_nobody_waits_where_nobody_stands() -> None:
    turns = Turns()
    with turns.turn() as mine:
        assert list(queued(mine, None)) == []
        assert mine.come()
        assert mine.waited == 0


def test_who_is_almost_there_may_be_told_so_and_wait_on() -> None:
    turns, events = Turns(), list[Queued]()

    def work(_: int, mine: Turn) -> None:
        events.extend(queued(mine, None, until=1))
        assert mine.place == 1
        events.extend(queued(mine, None))

    with turns.turn() as first:
        with turns.turn():
            (thread,) = line_of(turns, work, 1)
            until(lambda: events == [Queued(2)])
        assert first.wanted
        until(lambda: events == [Queued(2), Queued(1)])
        assert not thread.done()
    thread.result(10)
    assert events == [Queued(2), Queued(1), Queued(0)]


def test_a_cancelled_one_leaves_at_once_and_those_behind_move_up() -> None:
    turns, cancel, left = Turns(), threading.Event(), list[float]()
    behind: list[Turn] = []

    def work(n: int, mine: Turn) -> None:
        if n == 0:
            assert not mine.come(cancel)
            left.append(time.monotonic())
        else:
            behind.append(mine)
            mine.come()

    with turns.turn():
        threads = line_of(turns, work, 2)
        until(lambda: bool(behind) and behind[0].place == 2)
        at = time.monotonic()
        cancel.set()
        threads[0].result(10)
        assert left[0] - at < 0.5
        assert behind[0].place == 1
        assert not threads[1].done()
    threads[1].result(10)


def test_one_who_was_cancelled_before_still_gets_a_free_model() -> None:
    cancel = threading.Event()
    cancel.set()
    with Turns().turn() as mine:
        assert mine.come(cancel)


def test_an_error_frees_the_turn() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    with turns.turn() as mine:
        assert mine.place == 0


def test_one_who_stops_listening_frees_the_turn() -> None:
    turns = Turns()

    def events() -> object:
        with turns.turn() as mine:
            yield from queued(mine, None)
            yield "mine"

    with turns.turn():
        waiting = iter(events())  # type: ignore[call-overload]
        assert next(waiting) == Queued(1)
        waiting.close()
        assert turns.length == 1
    held = iter(events())  # type: ignore[call-overload]
    assert next(held) == "mine"
    del held
    assert turns.length == 0


def test_one_who_waits_is_told_every_second() -> None:
    turns, times = Turns(), list[float]()
    with turns.turn(), turns.turn() as mine:
        for place in mine.places():
            assert place == 1
            times.append(time.monotonic())
            if len(times) == 3:
                break
    assert all(TOLD_EVERY <= b - a < TOLD_EVERY + 0.5 for a, b in pairwise(times))


@given(st.lists(st.integers(0, 9), max_size=60))
def test_a_place_is_how_many_stand_before_it(steps: list[int]) -> None:
    """0 to 5: somebody joins; more: the one at that place, or the last, leaves."""
    turns = Turns()
    line: list[tuple[Turn, ExitStack]] = []
    for step in steps:
        if step <= 5 or not line:
            stack = ExitStack()
            line.append((stack.enter_context(turns.turn()), stack))
        else:
            line.pop(min(step - 6, len(line) - 1))[1].close()
        assert [turn.place for turn, _ in line] == list(range(len(line)))
        assert turns.length == len(line)
        assert [turn.wanted for turn, _ in line] == [turn is not line[-1][0] for turn, _ in line]


@pytest.mark.parametrize("seed", range(3))
def test_many_who_come_give_up_and_fail_are_served_one_at_a_time(seed: int) -> None:
    turns, chance = Turns(), random.Random(seed)
    inside, served = [0], list[int]()

    def work(n: int, patience: float, fails: bool) -> None:
        cancel = threading.Event()
        threading.Timer(patience, cancel.set).start()
        for _ in range(5):
            try:
                with turns.turn() as mine:
                    if not mine.come(cancel):
                        continue
                    inside[0] += 1
                    assert inside[0] == 1
                    time.sleep(0.001)
                    inside[0] -= 1
                    served.append(n)
                    if fails:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass

    plan = [(n, chance.choice([0.01, 0.1, 60]), chance.random() < 0.3) for n in range(40)]
    for thread in [started(partial(work, *row)) for row in plan]:
        thread.result(30)
    assert turns.length == 0
    patient = [n for n, patience, _ in plan if patience == 60]
    assert all(served.count(n) == 5 for n in patient)
