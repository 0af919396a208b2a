"""What speaks for a chunk is measured alike whatever its place, and says what its name says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.types import Language
from rag.search.centre import Centre
from rag.search.overlap import WINDOW, is_foreign
from rag.search.probes import probe
from rag.search.signals import NAMES, RELATIVE, SECOND_LOOK, measure, relative, shortlist
from tests.searching import EMBEDDER, asked, evidence, saying, something

CENTRE = Centre(probe(EMBEDDER))
WORDS = (
    "the printer shows error E-47 when tray 2 is empty. Open it -x . ; Abra la bandeja y pulse «Reset» 10 s 3.".split()
)
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join)
CHUNKS = st.lists(st.tuples(TEXTS, st.sampled_from(["es", "en", "und"]), st.booleans()), min_size=1, max_size=8)
QUESTIONS = st.tuples(TEXTS.map("printer {}".format), st.sampled_from(["es", "en", "und"]))
SHARES = (
    "coverage", "nearness", "heading", "identifiers", "word_rank", "digits", "contents"
)  # fmt: skip


def columns(rows: np.ndarray) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    return {name: rows[:, at] for at, name in enumerate(NAMES)}


def one(question: str, text: str, language: str = "en", **facts: object) -> dict[str, float]:
    """The signals of a single chunk."""
    rows = measure(asked(question, language), [evidence(1, text, **facts)], {}, CENTRE)  # type: ignore[arg-type]
    return {name: float(values[0]) for name, values in columns(rows).items()}


@settings(deadline=None)
@given(QUESTIONS, CHUNKS)
def test_shares_are_shares_and_cosines_are_cosines(
    question: tuple[str, str], chunks: list[tuple[str, str, bool]]
) -> None:
    found = [
        evidence(i, text, language=language, embedded=embedded)  # type: ignore[arg-type]
        for i, (text, language, embedded) in enumerate(chunks)
    ]
    asking = asked(question[0], question[1])  # type: ignore[arg-type]
    rows = measure(asking, found, {0: 1}, CENTRE)
    column = columns(rows)
    assert rows.shape == (len(found), len(NAMES))
    assert np.isfinite(rows).all()
    for name in SHARES:
        assert (column[name] >= 0).all(), name
        assert (column[name] <= 1 + 1e-9).all(), name
    for name in (*RELATIVE, "translation"):
        assert (np.abs(column[name]) <= 1 + 1e-3 + 0.02).all(), name
    assert (column["two_nearest"] <= column["similarity"] + 1e-6).all()
    assert (column["nearness"] <= column["coverage"] + 1e-9).all()
    assert (column["heading"] <= column["coverage"] + 1e-9).all()
    foreign = np.array([is_foreign(asking.question, each) for each in found])
    assert (column["translation"][~foreign] == 0).all()
    assert not foreign.any() or question[1] != "und"


@settings(deadline=None)
@given(QUESTIONS, CHUNKS, st.randoms(use_true_random=False))
def test_the_order_in_which_chunks_were_found_changes_no_signal(question, chunks, random) -> None:  # type: ignore[no-untyped-def]
    found = [evidence(i, text, language=la, embedded=has) for i, (text, la, has) in enumerate(chunks)]
    mixed = random.sample(range(len(found)), len(found))
    asking = asked(*question)
    rows = measure(asking, found, {0: 1, 2: 2}, CENTRE)
    assert measure(asking, [found[i] for i in mixed], {0: 1, 2: 2}, CENTRE) == pytest.approx(rows[mixed], abs=1e-5)


def test_nothing_found_is_no_row() -> None:
    assert measure(asked("printer"), [], {}, CENTRE).shape == (0, len(NAMES))
    assert shortlist(asked("printer"), [], {}, CENTRE) == []
    assert relative(np.zeros((0, len(NAMES)))).shape == (0, len(NAMES))


@pytest.mark.parametrize(
    ("text", "language", "written", "fullness"),
    [
        pytest.param("the modem panel", "en", 1, 1, id="as-asked"),
        pytest.param("modems have a panel", "en", 0.5, 1, id="another-form-is-not-as-written"),
        pytest.param("a panel", "en", 0.5, 0.25, id="half-the-words-are-a-quarter-full"),
        pytest.param("panel del modem", "es", 0, 1, id="not-in-another-language"),
    ],
)
def test_words_as_written_count_in_their_own_language(
    text: str, language: Language, written: float, fullness: float
) -> None:
    rows = measure(asked("modem panel"), [evidence(1, text, language=language)], {}, CENTRE)
    found = {name: float(values[0]) for name, values in columns(rows).items()}
    assert (found["written"], found["fullness"]) == pytest.approx((written, fullness))


def test_only_foreign_chunks_fall_short_by_meaning_twice() -> None:
    found = [evidence(1, "the printer is on"), evidence(2, "x y z"), evidence(3, "nada de eso", language="es")]
    column = columns(measure(asked("the printer is on"), found, {}, CENTRE))
    assert (column["foreign_meaning"][:2] == 0).all()
    assert column["foreign_meaning"][2] < 0


@pytest.mark.parametrize("embedded", [[False, False], [True, False], [False, True]])
def test_a_chunk_that_is_not_embedded_yet_counts_as_far_as_the_farthest(embedded: list[bool]) -> None:
    found = [evidence(i, "the printer is on", embedded=has) for i, has in enumerate(embedded)]
    column = columns(measure(asked("printer"), found, {}, CENTRE))
    for name in ("similarity", "two_nearest", "token_match", "meaning"):
        assert len(set(column[name])) == 1, name
        assert bool(column[name][0]) is any(embedded), name
    assert (column["coverage"] == 1).all()


@pytest.mark.parametrize(
    ("question", "text", "breadcrumb", "coverage", "heading"),
    [
        pytest.param("printer tray", "open the tray", "Manual", 0.25, 0, id="the-common-one"),
        pytest.param("printer tray", "switch the printer on", "Manual", 0.75, 0, id="the-rare-one"),
        pytest.param("printer tray", "printers have trays", "Manual", 1, 0, id="other-forms-of-the-words"),
        pytest.param("printer tray", "open it", "Manual › Tray", 0.25, 0.25, id="in-the-heading"),
        pytest.param("printer tray", "open it", "Printer › Paper › Trays", 1, 0.25, id="in-a-heading-above-too"),
        pytest.param("printer tray", "nothing", "Manual", 0, 0, id="none"),
        pytest.param("printer printers tray", "the printer", "Manual", 6 / 7, 0, id="two-forms-of-one-word"),
    ],
)
def test_rare_words_of_the_question_weigh_more(
    question: str, text: str, breadcrumb: str, coverage: float, heading: float
) -> None:
    asking = asked(question, "en", {"printer": 3.0, "printers": 3.0})
    (row,) = measure(asking, [evidence(1, text, breadcrumb=breadcrumb)], {}, CENTRE)
    found = dict(zip(NAMES, row, strict=True))
    assert (found["coverage"], found["heading"]) == pytest.approx((coverage, heading))


@pytest.mark.parametrize(
    ("between", "nearness"),
    [(0, 1.0), (WINDOW - 1, 1.0), (WINDOW, 0.5), (10 * WINDOW, 0.5)],
    ids=["beside", "just-within", "just-beyond", "far"],
)
def test_words_are_near_within_the_window(between: int, nearness: float) -> None:
    found = one("printer tray", f"printer {'filler ' * between} tray")
    assert (found["coverage"], found["nearness"]) == (1.0, nearness)


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        pytest.param("what is E-47?", "error E-47 means paper", 1, id="held"),
        pytest.param("what is e-47?", "error E-47 means paper", 1, id="without-case"),
        pytest.param("what is E-47?", "error E-48 means paper", 0, id="another"),
        pytest.param("what is E-4?", "error E-47 means paper", 0, id="the-beginning-of-another"),
        pytest.param("what is E47?", "error E-47 means paper", 1, id="written-otherwise"),
        pytest.param("what is 7-E?", "error 47-E means paper", 0, id="the-end-of-another"),
        pytest.param("E-47 or E-48?", "error E-47 means paper", 0.5, id="one-of-two"),
        pytest.param("use --force", "(--force)", 1, id="an-option"),
        pytest.param("what says «Save all.»", "press Save all. Then", 1, id="quoted-with-its-full-stop"),
        pytest.param("edit /etc/fstab", "in /etc/fstab, add", 1, id="a-path"),
        pytest.param("which tray", "tray", 0, id="no-identifier-asked-for"),
    ],
)
def test_identifiers_are_held_to_the_letter(question: str, text: str, share: float) -> None:
    assert one(question, text)["identifiers"] == share


@pytest.mark.parametrize(
    ("question", "signal", "holding", "without"),
    [
        pytest.param("Which option restarts it?", "name_sentence", "restart with --now", "restart it now", id="name"),
        pytest.param("How many trays has it?", "number_sentence", "it has 3 trays", "it has trays", id="number"),
    ],
)
def test_a_question_for_a_name_or_number_is_nearer_to_sentences_that_hold_one(
    question: str, signal: str, holding: str, without: str
) -> None:
    far = "Paper comes in blue."
    held, bare = one(question, f"{far} {holding.capitalize()}."), one(question, f"{far} {without.capitalize()}.")
    assert held[signal] == pytest.approx(held["similarity"])
    assert bare[signal] < min(bare["similarity"], held[signal])
    unasked = one("restart it", f"{far} {without.capitalize()}.")
    assert unasked[signal] == pytest.approx(unasked["similarity"])


def test_a_sentence_among_others_is_as_near_as_alone() -> None:
    sentence = "Hold the green button for ten seconds."
    many = "Paper is white. " * 5 + sentence + " Ink is black." * 5
    question = "hold the green button"
    assert one(question, many)["similarity"] == pytest.approx(one(question, sentence)["similarity"], abs=0.01)
    assert one(question, many)["meaning"] < one(question, sentence)["meaning"]


def test_ranks_by_words_fall_from_one() -> None:
    found = [evidence(i, f"text {i}") for i in range(4)]
    ranks = columns(measure(asked("printer"), found, {3: 1, 1: 2, 0: 60}, CENTRE))["word_rank"]
    assert ranks[3] == 1
    assert 1 > ranks[1] > ranks[0] > ranks[2] == 0


def test_a_text_is_near_its_translation_among_the_best_of_the_question_s_language() -> None:
    found = [
        evidence(1, "printer tray", vector=saying(something(1), "en", CENTRE)),
        evidence(2, "la bandeja", language="es", vector=saying(something(1), "es", CENTRE)),
        evidence(3, "la tinta", language="es", vector=saying(something(2), "es", CENTRE)),
    ]
    translation = columns(measure(asked("printer tray"), found, {}, CENTRE))["translation"]
    assert translation[0] == 0
    assert translation[1] > 0.8 > translation[2] + 0.3


def test_cosines_are_told_as_falls_from_the_best() -> None:
    rows = np.random.default_rng(0).uniform(0, 1, (50, len(NAMES)))
    found = columns(relative(rows))
    for name, values in columns(rows).items():
        if name in RELATIVE:
            assert found[name].max() == 0
            assert (np.argsort(found[name]) == np.argsort(values)).all()
        else:
            assert (found[name] == values).all()


def test_equal_cosines_are_no_reason_to_prefer_any() -> None:
    assert (relative(np.full((5, len(NAMES)), 0.8))[:, 0] == 0).all()


def test_the_shortlist_holds_a_name_to_the_letter_among_many_that_hold_its_parts() -> None:
    filler = [evidence(i, f"E then 4 then {i}", embedded=False) for i in range(3 * SECOND_LOOK)]
    filler[90] = evidence(90, "E-4 is shown", embedded=False)
    assert 90 in [each.id for each in shortlist(asked("what is E-4?"), filler, {}, CENTRE)]


def test_the_shortlist_holds_what_has_the_words_or_the_meaning_in_the_order_found() -> None:
    filler = [evidence(i, f"nothing of that kind {i}") for i in range(3 * SECOND_LOOK)]
    filler[100] = evidence(100, "the tray of the printer", embedded=False)
    filler[7] = evidence(7, "zzz", vector=EMBEDDER.embed_questions(["printer tray"])[0])
    filler[60] = evidence(60, "nothing like it either", embedded=False)
    kept = shortlist(asked("printer tray"), filler, {60: 1}, CENTRE)
    numbers = [each.id for each in kept]
    assert len(kept) == SECOND_LOOK
    assert numbers == sorted(numbers)
    assert {7, 60, 100} <= set(numbers)
    assert shortlist(asked("printer"), filler[:SECOND_LOOK], {}, CENTRE) == filler[:SECOND_LOOK]


@pytest.mark.parametrize(
    ("question", "text", "codes", "capitals"),
    [
        pytest.param("how much RAM?", "RAM: 4 GB", 0, 1, id="capitals-alone"),
        pytest.param("RAM of the E-47?", "the E-47 has little", 1, 0, id="each-apart"),
        pytest.param("RAM or ROM?", "the ROM", 0, 0.5, id="one-of-two"),
        pytest.param("IMAP on E-47 and --now", "--now with imap", 0.5, 1, id="shares-of-their-own"),
    ],
)
def test_names_in_capitals_alone_are_told_from_codes(question: str, text: str, codes: float, capitals: float) -> None:
    seen = one(question, text)
    assert (seen["identifiers"], seen["acronyms"]) == (codes, capitals)


def vicinity(*places: tuple[str, int]) -> list[float]:
    """Of chunks of one text on these pages of these documents."""
    chunks = [evidence(i, "the green lamp", document=document, page=page) for i, (document, page) in enumerate(places)]
    rows = measure(asked("green lamp", "en"), chunks, {}, CENTRE)
    return [float(value) for value in columns(rows)["vicinity"]]


def test_what_stands_beside_others_that_seem_to_answer_has_vicinity() -> None:
    assert vicinity(("a", 4)) == [0]
    assert vicinity(("a", 4), ("a", 4)) == pytest.approx([1 / 2] * 2, abs=1e-4)
    assert vicinity(("a", 4), ("a", 5), ("a", 7)) == pytest.approx([1 / 3, 1 / 3, 0], abs=1e-4)
    assert vicinity(("a", 4), ("b", 4)) == pytest.approx([0, 0]), "another document"
