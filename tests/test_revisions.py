"""Old revisions of a manual are known by their names; volumes, models and languages are never taken for them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.records import DocumentRow
from ingest.types import Fields, Kind, Language
from rag.question import understand
from rag.retrieve import names
from rag.search.revisions import superseded


def manual(
    file: str,
    title: str = "",
    *,
    id: str = "",
    language: Language = "es",
    kind: Kind = "manual",
    version: str = "",
    folder: str = "/docs",
) -> DocumentRow:
    """A manual as listed; without a title it has its file's name, as readers give it."""
    name = title or file.rpartition(".")[0]
    path = f"{folder}/{file}"
    return DocumentRow(id or path, kind, name, language, file, path, 1, 1, 1, Fields(version=version))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("manual-1.0.pdf", "manual-2.0.pdf", id="dotted"),
        pytest.param("manual-2.9.pdf", "manual-2.10.pdf", id="numbers-not-letters"),
        pytest.param("manual-1.2.3.pdf", "manual-1.3.pdf", id="lengths-differ"),
        pytest.param("manual-1.2.pdf", "manual-1.2b.pdf", id="a-letter-more"),
        pytest.param("manual_1_0.pdf", "manual_1_1.pdf", id="underscores"),
        pytest.param("guia faro v1.pdf", "guia faro v2.pdf", id="v"),
        pytest.param("GuiaFaroV1.pdf", "GuiaFaroV2.pdf", id="camel-case"),
        pytest.param("Guía Faro ver. 3.pdf", "Guia Faro, ver 4.pdf", id="ver-and-accents"),
        pytest.param("Guía de la caldera versión 3.pdf", "Guía de la caldera version 4.pdf", id="version"),
        pytest.param("Boiler guide rev A.pdf", "Boiler guide rev B.pdf", id="rev-letter"),
        pytest.param("Boiler guide rev. 2.pdf", "Boiler guide rev. 10.pdf", id="rev-number"),
        pytest.param("Caldera, revisión B.pdf", "Caldera, revisión C.pdf", id="revision"),
        pytest.param("manual_r3.pdf", "manual_r4.pdf", id="r"),
        pytest.param("Manual de la caldera edición 3.pdf", "Manual de la caldera edición 4.pdf", id="edicion"),
        pytest.param("Manual de la caldera 1.ª edición.pdf", "Manual de la caldera 2.ª edición.pdf", id="ordinal-es"),
        pytest.param("Boiler handbook 2nd edition.pdf", "Boiler handbook 3rd edition.pdf", id="ordinal-en"),
        pytest.param("Boiler handbook, first edition.pdf", "Boiler handbook, second edition.pdf", id="ordinal-word"),
        pytest.param("manual-2023-05-01.pdf", "manual-2024-01-31.pdf", id="iso-dates"),
        pytest.param("manual-20230501.pdf", "manual-20240131.pdf", id="dates-without-hyphens"),
        pytest.param("manual-2023-05.pdf", "manual-2023-11.pdf", id="months"),
        pytest.param("Guía del terminal 2023.pdf", "Guía del terminal 2024.pdf", id="years"),
        pytest.param("Guía del terminal (borrador).pdf", "Guía del terminal - final.pdf", id="draft-final"),
        pytest.param("guide_old.pdf", "guide.pdf", id="old"),
        pytest.param("guide.pdf", "guide-new.pdf", id="new"),
        pytest.param("DRAFT guide v1.pdf", "guide v1.pdf", id="a-draft-of-the-same-version"),
        pytest.param("manual-1.0 (1).pdf", "manual-2.0.pdf", id="a-copy"),
        pytest.param("manual 1.0 2023.pdf", "manual 2.0 2022.pdf", id="versions-before-dates"),
        pytest.param("manual v1.2 rev 1.pdf", "manual v1.2 rev 2.pdf", id="then-revisions"),
        pytest.param("manual 1.0 2023.pdf", "manual 1.0 2024.pdf", id="then-dates"),
        pytest.param("Windows 10 guide v1.pdf", "Windows 10 guide v2.pdf", id="of-one-product"),
        pytest.param("Caldera C24 rev A.pdf", "Caldera C24 rev B.pdf", id="of-one-model"),
        pytest.param("Faro Vol 1 v1.0.pdf", "Faro Vol 1 v2.0.pdf", id="of-one-volume"),
    ],
)
def test_names_that_differ_in_marks_are_revisions(old: str, new: str) -> None:
    rows = [manual(old, id="o"), manual(new, id="n")]
    assert superseded(rows) == {"o": "n"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Faro Vol 1.pdf", "Faro Vol 2.pdf", id="volumes"),
        pytest.param("Faro vol. 1.1.pdf", "Faro vol. 1.2.pdf", id="dotted-volumes"),
        pytest.param("Guide Part 2.pdf", "Guide Part 3.pdf", id="parts"),
        pytest.param("Manual Tomo I.pdf", "Manual Tomo II.pdf", id="tomos"),
        pytest.param("Capítulo 1.2.pdf", "Capítulo 1.3.pdf", id="chapters"),
        pytest.param("Caldera Norte C24.pdf", "Caldera Norte C28.pdf", id="models"),
        pytest.param("Router Faro R2 manual.pdf", "Router Faro R3 manual.pdf", id="models-with-r"),
        pytest.param("manual-router-faro-r2.pdf", "manual-router-faro-r3.pdf", id="models-with-r-at-the-end"),
        pytest.param("Windows 10.pdf", "Windows 11.pdf", id="a-bare-number"),
        pytest.param("Windows Server 2019.pdf", "Windows Server 2022.pdf", id="a-product-with-a-year"),
        pytest.param("RFC 2045.pdf", "RFC 2046.pdf", id="a-number-like-a-year"),
        pytest.param("USB 2.0.pdf", "USB 3.0.pdf", id="a-standard"),
        pytest.param("Bomba 1.5 kW.pdf", "Bomba 2.5 kW.pdf", id="units"),
        pytest.param("manual.pdf", "manual (1).pdf", id="copies"),
        pytest.param("manual-1.0.pdf", "manual-1.0 (1).pdf", id="copies-of-a-version"),
        pytest.param("manual-1.0.pdf", "manual-v1.pdf", id="one-version-written-twice"),
        pytest.param("manual-v2.pdf", "manual-2024.pdf", id="marks-that-do-not-compare"),
        pytest.param("manual rev 2.pdf", "manual rev B.pdf", id="a-number-and-a-letter"),
        pytest.param("manual v2.pdf", "manual v2 2024.pdf", id="a-date-that-one-lacks"),
        pytest.param("caldera-1.0.pdf", "router-2.0.pdf", id="other-manuals"),
        pytest.param("manual-1.0.pdf", "manual.pdf", id="no-marks"),
        pytest.param("New user guide faro.pdf", "User guide faro.pdf", id="new-in-front"),
        pytest.param("Revisión y ajuste.pdf", "Revisión a fondo.pdf", id="revision-as-a-word"),
        pytest.param("Release notes 2.1.pdf", "Release notes 2.2.pdf", id="release-notes"),
        pytest.param("Acta 2023.pdf", "Acta 2024.pdf", id="minutes"),
        pytest.param("1.0.pdf", "2.0.pdf", id="nothing-but-a-mark"),
        pytest.param("Manual parte 1 v1.pdf", "Manual parte 2 v2.pdf", id="parts-with-versions"),
    ],
)
def test_other_names_are_not(one: str, other: str) -> None:
    assert superseded([manual(one), manual(other)]) == {}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param(
            [manual("a.pdf", "Guía del Faro 1.0", id="a"), manual("b.pdf", "Guía del Faro 2.0", id="b")],
            {"a": "b"},
            id="marks-in-titles",
        ),
        pytest.param(
            [manual("faro-1.0.pdf", "Guía del Faro", id="a"), manual("faro-2.0.pdf", "Guía del Faro", id="b")],
            {"a": "b"},
            id="one-title-and-marks-in-file-names",
        ),
        pytest.param(
            [manual("faro-1.0.pdf", "Manual de usuario", id="a"), manual("brisa-2.0.pdf", "Manual de usuario", id="b")],
            {},
            id="a-title-that-says-nothing",
        ),
        pytest.param(
            [manual("g-1.0.pdf", "Faro", id="a", folder="/x"), manual("g-2.0.pdf", "Brisa", id="b", folder="/y")],
            {},
            id="one-file-name-in-two-folders",
        ),
        pytest.param(
            [manual("g-1.1.html", "Instalar impresoras", id="a"), manual("g-1.2.html", "Averías del cable", id="b")],
            {},
            id="chapters-with-titles-of-their-own",
        ),
        pytest.param(
            [manual("g-1.0.pdf", "Faro C24", id="a"), manual("g-2.0.pdf", "Faro C28", id="b")],
            {},
            id="models-in-titles",
        ),
        pytest.param(
            [manual("x.pdf", "Faro 9.0", version="1.0", id="a"), manual("y.pdf", "Faro 2.0", version="3", id="b")],
            {"a": "b"},
            id="the-field-goes-before-the-title",
        ),
        pytest.param(
            [manual("faro-9.pdf", "Faro v1", id="a"), manual("faro-1.0.pdf", "Faro v2", id="b")],
            {"a": "b"},
            id="the-title-goes-before-the-file-name",
        ),
        pytest.param(
            [
                manual("Faro guide 1.0.pdf", id="a", folder="/archive"),
                manual("Faro guide 2.0.pdf", id="b", folder="/now"),
            ],
            {"a": "b"},
            id="folders-differ-and-the-title-says-what",
        ),
        pytest.param(
            [manual("manual.pdf", id="a", folder="/faro/1.0"), manual("manual.pdf", id="b", folder="/faro/2.0")],
            {"a": "b"},
            id="versions-are-folders",
        ),
        pytest.param(
            [manual("manual.pdf", id="a", folder="/faro/1.0"), manual("manual.pdf", id="b", folder="/brisa/2.0")],
            {},
            id="versions-are-folders-of-two-products",
        ),
        pytest.param(
            [manual("m-1.0.pdf", "Faro", id="a", language="es"), manual("m-2.0.pdf", "Faro", id="b", language="en")],
            {},
            id="languages",
        ),
        pytest.param(
            [manual("m-1.0.pdf", id="a", kind="ticket"), manual("m-2.0.pdf", id="b", kind="ticket")], {}, id="tickets"
        ),
        pytest.param(
            [manual(f"m-{n}.0.pdf", id=f"{n}") for n in (2, 3, 1)], {"1": "3", "2": "3"}, id="all-point-to-the-newest"
        ),
        pytest.param(
            [manual("m-1.0.pdf", id="a"), manual("m-2.0.pdf", id="c"), manual("m-v2.pdf", id="b")],
            {"a": "b"},
            id="of-equals-the-smallest-id",
        ),
        pytest.param([], {}, id="nothing"),
    ],
)
def test_titles_fields_and_folders_decide(rows: list[DocumentRow], found: dict[str, str]) -> None:
    assert superseded(rows) == found


NAMES = st.builds(
    lambda base, marks, sign: sign.join([base, *marks]),
    st.sampled_from(["manual", "guía faro", "faro", "Faro vol 1", "Faro vol 2", ""]),
    st.lists(
        st.sampled_from(
            "1.0 v1 v2 2.0.1 1.2b rev-A rev-B rev.2 r3 2023 2024-05 2024-05-01 draft final old new (1) 10".split()
        ),
        max_size=3,
    ),
    st.sampled_from(" -_"),
)
ROWS = st.lists(
    st.builds(
        lambda file, title, language, folder: (f"{file}.pdf", title, language, folder),
        NAMES,
        st.one_of(st.just(""), NAMES),
        st.sampled_from(["es", "en"]),
        st.sampled_from(["/docs", "/docs/v1", "/docs/v2", "/other"]),
    ),
    max_size=12,
).map(lambda rows: [manual(f, t, id=f"{i}", language=lang, folder=d) for i, (f, t, lang, d) in enumerate(rows)])


@given(ROWS, st.randoms())
def test_the_newest_is_never_old_and_order_does_not_matter(rows: list[DocumentRow], rng: random.Random) -> None:
    found = superseded(rows)
    assert not found.keys() & set(found.values())
    languages = {row.id: row.language for row in rows}
    assert all(languages[old] == languages[new] for old, new in found.items())
    shuffled = list(rows)
    rng.shuffle(shuffled)
    assert superseded(shuffled) == found


@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_name_can_be_read(names: list[str]) -> None:
    rows = [manual(f"{name}.pdf", name, id=f"{at}") for at, name in enumerate(names)]
    assert superseded(rows).keys() <= {row.id for row in rows}


@given(st.permutations(["1.0", "1.1", "1.1.1", "1.1b", "1.2", "1.10", "2", "10.0"]))
def test_the_highest_version_is_the_newest(versions: list[str]) -> None:
    found = superseded([manual(f"manual-v{version}.pdf", id=version) for version in versions])
    assert found == dict.fromkeys(set(versions) - {"10.0"}, "10.0")


@pytest.mark.parametrize(
    ("text", "asked_for"),
    [
        pytest.param("How do I reset it in v1.0?", True, id="its-version"),
        pytest.param("How do I reset the pump P7?", False, id="the-product-that-both-are-about"),
        pytest.param("How do I reset it in v2.0?", False, id="the-newest-version"),
        pytest.param("How do I reset it?", False, id="no-name"),
    ],
)
def test_a_question_names_an_old_revision_by_what_the_newest_is_not_called(text: str, asked_for: bool) -> None:
    old, newest = (
        DocumentRow(v, "manual", f"Pump P7 manual v{v}", "en", f"pump-v{v}.md", f"/pump-v{v}.md", 1, 1, 1, Fields())
        for v in ("1.0", "2.0")
    )
    assert names(understand(text), old, newest) is asked_for


@pytest.mark.parametrize(
    ("asked", "old", "newest", "asked_for"),
    [
        pytest.param("2.1", ("pump_v2.1.md", "2.1"), ("pump_v2.10.md", "2.10"), True, id="2.1-is-not-2.10"),
        pytest.param("2.1", ("pump-v2.1.md", "2.1"), ("pump-v2.1.3.md", "2.1.3"), True, id="2.1-is-not-2.1.3"),
        pytest.param("2.1", ("pumpv12.1.md", "v12.1"), ("pumpv13.md", "v13"), False, id="12.1-is-not-2.1"),
        pytest.param("v2.1", ("pump version 2.1.md", "2.1"), ("pump version 3.md", "3"), True, id="v2.1-is-2.1"),
        pytest.param("2.1", ("pumpv2.1.md", ""), ("pumpv3.md", ""), True, id="glued-to-a-name"),
        pytest.param("v2", ("pump_v2.md", ""), ("pump_v20.md", ""), True, id="v2-is-not-v20"),
        pytest.param("v2", ("pump.md", "2"), ("pump.md", "3"), True, id="only-the-field-says-so"),
        pytest.param("v2.10", ("pump-2.1.md", "2.1"), ("pump-2.10.md", "2.10"), False, id="the-newest"),
    ],
)
def test_versions_are_compared_whole(
    asked: str, old: tuple[str, str], newest: tuple[str, str], asked_for: bool
) -> None:
    rows = [
        DocumentRow(file, "manual", "Pump P7 manual", "en", file, f"/{file}", 1, 1, 1, Fields(version=version))
        for file, version in (old, newest)
    ]
    assert names(understand(f"How do I reset the pump in {asked}?"), *rows) is asked_for
