"""Names as questions write them, found as manuals write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.search.spellings import pattern, spellings


@pytest.mark.parametrize(
    ("name", "text", "held"),
    [
        pytest.param("BR-77", "code BR77 means", True, id="the-manual-leaves-the-hyphen-out"),
        pytest.param("BR77", "code BR-77 means", True, id="the-question-leaves-the-hyphen-out"),
        pytest.param("BR 77", "code BR\u201177.", True, id="a-hyphen-that-does-not-break"),
        pytest.param("BR77", "code BR-778", False, id="another-code"),
        pytest.param("Ctrl+R", "press Ctrl + R", True, id="keys-set-wide"),
        pytest.param("Ctrl+R", "press Ctrl+Shift+R", False, id="other-keys"),
        pytest.param("E-26", "code E026", True, id="filled-up-with-zeros"),
        pytest.param("E026", "code E26", True, id="the-question-fills-up"),
        pytest.param("26", "E-026: too hot", True, id="the-number-of-a-code"),
        pytest.param("26", "see err.26", True, id="the-number-after-a-short-word"),
        pytest.param("26", "26 | fan", True, id="the-number-alone"),
        pytest.param("26", "126, 26.5, 261 and 26 kg", False, id="other-numbers-and-a-measure"),
        pytest.param("E-4", "E-47 and E 47", False, id="the-beginning-of-another"),
        pytest.param("A1", "SA1", False, id="the-end-of-another"),
        pytest.param("2-3", "23", False, id="digits-stay-apart"),
        pytest.param("--force", "use \u2013force", True, id="two-hyphens-set-as-a-dash"),
        pytest.param("--force", "may force it", False, id="an-option-is-no-word"),
        pytest.param("/etc/apt/sources.list", "edit /etc/apt/\nsources.list now", True, id="over-a-line-end"),
        pytest.param("snake_case", "the snake-case key", True, id="another-sign-between"),
        pytest.param("Ctrl+R", "press ctrl-r", True, id="keys-together"),
        pytest.param("2>&1", "cmd 2>&1 | less", True, id="signs"),
        pytest.param("%v", "writes %v and %p", True, id="a-code-with-a-sign"),
        pytest.param("3.3", "gives 3,3V", True, id="a-measure-with-its-unit-and-a-comma"),
        pytest.param("2.7", "version v2.7 or later", True, id="a-version"),
        pytest.param("2.7", "version 12.7, 2.71 and 2.7.1", False, id="other-versions"),
        pytest.param("10.0.2.15", "10.0.2.150", False, id="another-address"),
    ],
)
def test_a_name_is_found_as_it_may_be_printed(name: str, text: str, held: bool) -> None:
    assert (pattern(name).search(text.casefold()) is not None) is held


@given(st.text(min_size=1, max_size=40))
def test_any_name_makes_a_pattern_that_finds_it_alone(name: str) -> None:
    assert pattern(name).search(name.casefold())


@given(st.text(alphabet="aB7-_ +./x9", min_size=1, max_size=20))
def test_the_first_spelling_is_the_name_itself(name: str) -> None:
    found = spellings(name)
    assert found[0] == name
    assert len(set(found)) == len(found) <= 60


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("BR-777A", {"BR 777 A", "BR777A"}),
        ("BR777A", {"BR 777 A"}),
        ("BR-77", {f"br{gap}{n}" for gap in ("", " ") for n in ("77", "077", "0077")}),
        ("--force", set()),
        ("snake_case", set()),
        ("10.0.2.15", set()),
    ],
)
def test_where_letters_meet_digits_a_name_is_looked_up_apart_and_joined(name: str, others: set[str]) -> None:
    assert set(spellings(name)[1:]) == others
