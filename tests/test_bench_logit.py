"""The fit that ranking and quotes are weighed by finds what it was made from."""

import numpy as np

from tests.bench.logit import conditional_logit

TRUE = np.array([2.0, -1.0, 0.0])


def made(cases: int, seed: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Cases of ten rows, the right one of each drawn by TRUE weights."""
    dice = np.random.default_rng(seed)
    rows = [dice.normal(size=(10, 3)) * (1.0, 3.0, 0.2) for _ in range(cases)]
    right = []
    for table in rows:
        odds = np.exp(table @ TRUE)
        right.append(np.arange(10) == dice.choice(10, p=odds / odds.sum()))
    return rows, right


def test_weights_are_found_in_the_rows_own_units() -> None:
    rows, right = made(1500, seed=1)
    found = conditional_logit(rows, right, [1.0] * len(rows), ridge=1e-4)
    assert np.allclose(found, TRUE, atol=(0.2, 0.1, 0.6))


def test_a_case_that_counts_nothing_changes_nothing() -> None:
    rows, right = made(200, seed=2)
    others, wrong = made(200, seed=3)
    alone = conditional_logit(rows, right, [1.0] * 200, ridge=0.01)
    wrong = [np.roll(flags, 1) for flags in wrong]
    # The spread that columns are standardised by is of all rows: nearly, not exactly, the same.
    beside = conditional_logit([*rows, *others], [*right, *wrong], [1.0] * 200 + [0.0] * 200, ridge=0.01)
    assert np.allclose(alone, beside, atol=0.05)


def test_several_right_rows_share_the_credit() -> None:
    rows = [np.array([[1.0], [1.0], [0.0]])] * 20
    right = [np.array([True, True, False])] * 20
    assert conditional_logit(rows, right, [1.0] * 20, ridge=0.01)[0] > 1
