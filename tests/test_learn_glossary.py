"""Words are paired as the texts pair them, whatever stands around them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.bench.learn_glossary import learnt, main
from tests.bench.parallel_texts import pairs

SAID = [
    ("La bandeja azul", "The blue tray"),
    ("Vacíe la bandeja", "Empty the tray"),
    ("La manguera azul", "The blue hose"),
    ("Vacíe la manguera", "Empty the hose"),
    ("Bandejas", "Trays"),
]


def test_words_that_come_and_go_together_stand_for_each_other() -> None:
    found = learnt(SAID * 2)
    assert found["bandeja"][0] == "tray"
    assert found["manguera"][0] == "hose"
    assert found["azul"][0] == "blue"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param([("Hotel azul", "Blue hotel"), ("Hotel", "Hotel")], id="spelt-alike"),
        pytest.param([("Reset", "Reset"), ("Reset", "Restart")], id="left-in-english"),
        pytest.param([("B20", "Brew"), ("B20", "Brew")], id="no-word"),
    ],
)
def test_what_is_no_translation_is_left_out(said: list[tuple[str, str]]) -> None:
    assert not {"hotel", "reset", "b20"} & learnt(said * 3).keys()


def test_what_is_seen_once_is_not_believed() -> None:
    assert learnt([("bandeja", "tray")]) == {}


def test_texts_are_paired_by_their_keys_in_a_wheel(tmp_path: Path) -> None:
    spanish = {"menu": {"open": "Abrir {name}", "same": "OK", "alone": "Solo"}}
    english = {"menu": {"open": "Open {name}", "same": "OK"}}
    catalogue = _catalogue({"": "Content-Type: text/plain; charset=UTF-8\n", "verb\x04Close": "Cerrar"})
    with zipfile.ZipFile(tmp_path / "app-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("app/translations/es.json", json.dumps(spanish))
        wheel.writestr("app/translations/en.json", json.dumps(english))
        wheel.writestr("app/lonely/es.json", json.dumps(spanish))
        wheel.writestr("app/locale/es/LC_MESSAGES/app.mo", catalogue)
    assert pairs(tmp_path) == [("Abrir", "Open"), ("Cerrar", "Close")]


def test_the_file_is_read_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "app-1-py3-none-any.whl", "w") as wheel:
        for language, at in (("es", 0), ("en", 1)):
            texts = {
                str(i): one[at]
                for i, one in enumerate([*SAID, *((f"{a} {n}", f"{b} {n}") for a, b in SAID for n in (1, 2))])
            }
            wheel.writestr(f"app/{language}.json", json.dumps(texts))
    out = tmp_path / "pairs.txt"
    monkeypatch.setattr("sys.argv", ["learn_glossary", str(tmp_path), str(out)])
    main()
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("#")
    assert "bandeja=tray" in lines


def _catalogue(texts: dict[str, str]) -> bytes:
    """A gettext catalogue as `msgfmt` makes it, without its hash table."""
    keys = sorted(texts)
    ids = b"".join(key.encode() + b"\0" for key in keys)
    said = b"".join(texts[key].encode() + b"\0" for key in keys)
    start = 28 + 16 * len(keys)
    head = [0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, start]
    places: list[int] = []
    for base, parts in ((start, keys), (start + len(ids), [texts[key] for key in keys])):
        at = base
        for part in parts:
            places += [len(part.encode()), at]
            at += len(part.encode()) + 1
    return b"".join(number.to_bytes(4, "little") for number in (*head, *places)) + ids + said
