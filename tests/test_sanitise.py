"""Foreign text can be shown and can do nothing else."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.flow import flowing
from rag.page.sanitise import block, file_name, inline, line, literal, plain
from tests.hostile import HIDDEN, HOSTILE

DEAD = {"fence", "text", "code_inline", "softbreak", "hardbreak"}
STRUCTURE = {"paragraph_open", "paragraph_close", "inline", "bullet_list_open", "bullet_list_close", "list_item_open",
             "list_item_close", "strong_open", "strong_close", "table_open", "table_close", "thead_open", "thead_close",
             "tbody_open", "tbody_close", "tr_open", "tr_close", "th_open", "th_close", "td_open",
             "td_close"}  # fmt: skip
# What the page's renderer rewrites in plain words after it has parsed them.
ALIVE = re.compile(r"https?://|www\.|\S@\S|:[\w+-]+:|(?:^|\s)(?:<->|->|<-|--|>=|<=|~=)(?:\s|$)", re.IGNORECASE)
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])

texts = st.text(st.sampled_from("ab 1\n\t*_`#>-+|!()[]{}<>&;:$\\~^=/@.\u202e\u200b\ud800é"), max_size=60)
cells = st.sampled_from(
    ["a", "B", "`", "*", "**x**", "|", "\\", "http://e.x/a|b", "http://e.x", "![a](http://e.x)", "«", "1", "->"]
)
tables = st.lists(st.lists(cells, min_size=2, max_size=3).map(" | ".join), max_size=4).map("\n".join)
hostile = st.lists(st.sampled_from(sorted(HOSTILE.values()))).map("".join)
anything = st.one_of(texts, tables, st.text(max_size=60), hostile)


def tokens(markdown: str) -> list[tuple[str, str]]:
    flat = []
    for token in MARKDOWN.parse(markdown):
        flat.append((token.type, "" if token.children else token.content))
        flat += [(child.type, child.content) for child in token.children or ()]
    return flat


def shown(markdown: str) -> str:
    """What a reader sees, runs of white space as one."""
    parts = [content if kind in ("text", "code_inline") else " " for kind, content in tokens(markdown)
             if kind not in ("strong_open", "strong_close")]  # fmt: skip
    return " ".join("".join(parts).split())


def assert_dead(markdown: str) -> None:
    for kind, content in tokens(markdown):
        assert kind in DEAD | STRUCTURE, (kind, content)
        assert not (kind == "text" and ALIVE.search(content)), content


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_dead_whole_and_at_every_prefix(text: str) -> None:
    for end in range(len(text) + 1):
        assert_dead(block(text[:end]))
        assert_dead(inline(text[:end]))
        assert_dead(literal(text[:end]))


@given(anything)
@example("``` `` ` a ` `` ```http://evil.example/`x`![x](http://evil.example/a.png)")
@example("`x`![x](http://evil.example/a.png)`y`")
def test_any_text_is_dead(text: str) -> None:
    assert_dead(block(text))
    assert_dead(inline(text))
    assert_dead(literal(text))


@given(anything)
@example("x](y)![a](http://evil.example/a.png)")
@example("[foo](http://evil.example)")
@example("http://evil.example/\\]")
def test_any_label_ends_where_the_directive_around_it_does(text: str) -> None:
    """A directive's label knows escapes and nested brackets; of code it knows nothing."""
    for shown_so in (inline(text), literal(text)):
        assert not re.search(r"[\[\]]", re.sub(r"\\[\[\]\\]", "", shown_so))


@given(anything, st.integers(0, 200))
def test_an_answer_cut_anywhere_is_dead(text: str, end: int) -> None:
    assert_dead(block(text[:end]))


@given(anything)
def test_a_label_shows_every_character_of_its_line(text: str) -> None:
    assert shown(inline(text)) == " ".join(line(text).split())


@given(anything)
def test_a_page_shows_every_character_of_its_lines(text: str) -> None:
    assert shown(literal(text)) == " ".join(plain(text).split())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_an_answer_loses_only_the_marks_of_bullets_bold_code_and_tables(text: str) -> None:
    def bare(value: str) -> str:
        return re.sub(r"[\s*`+•‣–|·-]", "", value)

    assert bare(shown(block(text))) == bare(plain(text))


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN.keys())
def test_nothing_hidden_is_left(text: str) -> None:
    clean = plain(text)
    assert clean != text
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") for c in clean if c != "\n")


@given(st.text())
def test_plain_text_is_encodable_and_stays_as_it_is(text: str) -> None:
    clean = plain(text)
    clean.encode("utf-8")
    assert plain(clean) == clean


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        pytest.param("One.\nTwo.\n\nThree.", "One\\.  \nTwo\\.\n\nThree\\.", id="lines-and-paragraphs"),
        pytest.param("Do:\n- a\n* b", "Do\\:\n\n- a  \n- b", id="bullets"),
        pytest.param("press **Save now**", "press **Save now**", id="bold"),
        pytest.param("run `make run`", "run `make run`", id="code"),
        pytest.param("5. Five\n9. Nine", "5\\. Five  \n9\\. Nine", id="numbers-are-not-counted-anew"),
        pytest.param("as said [1].", "as said \\[1\\]\\.", id="marks-of-sources"),
        pytest.param("see http://a.b/c", "see `http://a.b/c`", id="addresses-are-code"),
        pytest.param("«at http://a.b/c» [1]", "«at `http://a.b/c`» \\[1\\]", id="quotation-marks-are-no-address"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_an_answer_keeps_its_shape(text: str, markdown: str) -> None:
    assert block(text) == markdown


LONG = "Los requisitos de memoria son en realidad inferiores a los que da el cuadro. En función"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(f"«{LONG}\nde la arquitectura basta con menos.»", 1, id="a-sentence-across-a-line"),
        pytest.param(f"{LONG}\nde la arquitectura, y por lo que se sabe de los equipos (para\namd64).» [1]", 1,
                     id="three-lines"),
        pytest.param(f"{LONG}.\nde la arquitectura", 2, id="a-sentence-that-ended"),
        pytest.param(f"{LONG}\nDe la arquitectura", 2, id="a-capital"),
        pytest.param("Se hace con el menú de los ajustes\nde red", 2, id="a-short-line"),
        pytest.param(f"{LONG} de la instala-\nción", 2, id="a-hyphen"),
        pytest.param(f"1. {LONG}\nde la arquitectura", 1, id="a-numbered-step"),
        pytest.param(f"# {LONG}\nde la arquitectura", 2, id="a-comment"),
        pytest.param(f"{LONG}\nb) de la arquitectura", 2, id="a-lettered-step"),
        pytest.param(f"{LONG}\tde la arquitectura\nde otra", 2, id="a-row"),
        pytest.param("Con   los   valores   de   la   tabla   y   los   datos\nde otra", 2, id="columns-of-blanks"),
        pytest.param("systemctl restart networking.service ssh.service cron.service\nsystemctl status", 2,
                     id="commands"),
        pytest.param(f"{LONG}\n/etc/fstab", 2, id="a-path"),
        pytest.param(f"{LONG}\n\nde la arquitectura", 3, id="another-paragraph"),
    ],
)  # fmt: skip
def test_a_line_that_a_margin_ended_goes_on_in_an_answer(text: str, lines: int) -> None:
    assert len(block(text).split("\n")) == lines
    assert shown(block(text)) == " ".join(text.replace("\t", " · ").split())


@given(
    st.lists(st.sampled_from([LONG, "de la arquitectura,", "y más", "- uno", "", "Fin."]), max_size=8),
    st.integers(1, 400),
)
def test_lines_on_their_way_are_joined_once_and_for_all(parts: list[str], end: int) -> None:
    text = "\n".join(parts)
    whole, soon = flowing(text), flowing(text[:end])
    seen = soon.rsplit("\n", 1)[0] if text[end - 1 : end] != " " else soon
    assert whole.startswith(seen)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        pytest.param("RAM\tDisco", "RAM · Disco", id="two-cells"),
        pytest.param("Sin\t\t4 GB", "Sin · — · 4 GB", id="an-empty-cell"),
        pytest.param("Sin \t 4 GB", "Sin · 4 GB", id="blanks-around"),
        pytest.param("\tmake", "make", id="an-indent"),
        pytest.param("1.\tPaso", "1\\. Paso", id="after-a-number"),
        pytest.param(
            "«| Código | Qué hacer |\n| --- | :--: |\n| E1 | |\n|E2|Pare|» [1]",
            "| «Código | Qué hacer |\n| --- | --- |\n| E1 | — |\n| E2 | Pare» \\[1\\] |",
            id="bars-beside-a-quote",
        ),
        pytest.param(
            "Vea:\n| Código | Qué hacer |\n|---|---|\n| E1 | Pare |\nFin.",
            "Vea\\:\n\n| Código | Qué hacer |\n| --- | --- |\n| E1 | Pare |\n\nFin\\.",
            id="bars",
        ),
        pytest.param(
            "Code | Part\nE1 | *fan*", "| Code | Part |\n| --- | --- |\n| E1 | \\*fan\\* |", id="bars-between"
        ),
        pytest.param("A\tB\n1\t2\t3", "A · B  \n1 · 2 · 3", id="rows-of-another-length"),
        pytest.param("7\t9\n1\t2", "7 · 9  \n1 · 2", id="no-head"),
        pytest.param(
            "código | qué hacer\nE-11 | Abre\nE-12 | Pare",
            "| código | qué hacer |\n| --- | --- |\n| E\\-11 | Abre |\n| E\\-12 | Pare |",
            id="a-head-in-lower-case",
        ),
        pytest.param(
            "5 | 7\nCode | Part\nE1 | fan",
            "5 \\| 7  \nCode \\| Part  \nE1 \\| fan",
            id="no-row-below-a-row-is-a-head",
        ),
        pytest.param("ls | grep x\nls | grep y", "ls \\| grep x  \nls \\| grep y", id="commands"),
        pytest.param("A\tB\n`x\ty`", "A · B  \n`x · y`", id="code-over-two-cells"),
        pytest.param("| solo |", "\\| solo \\|", id="no-table"),
        pytest.param("•\tPaso", "- Paso", id="after-a-bullet"),
    ],
)
def test_the_cells_of_a_row_are_kept_apart(text: str, markdown: str) -> None:
    assert block(text) == markdown


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        pytest.param("../../etc/passwd", "passwd", id="climbs"),
        pytest.param("C:\\manuals\\a.pdf", "a.pdf", id="windows-path"),
        pytest.param(".bashrc", "bashrc", id="hidden"),
        pytest.param("..", "file", id="parent"),
        pytest.param("", "file", id="empty"),
        pytest.param("-rf.pdf", "-rf.pdf", id="dash"),
        pytest.param("guía ñ.pdf", "guía ñ.pdf", id="spanish"),
        pytest.param("a\u202efdp.exe", "afdp.exe", id="override"),
        pytest.param('a<b>:"|?*.md', "a b.md", id="not-for-windows"),
        pytest.param("a\nb.txt", "a b.txt", id="line-end"),
        pytest.param("a" * 300 + ".pdf", "a" * 116 + ".pdf", id="too-long"),
        pytest.param("ñ" * 100 + ".pdf", "ñ" * 58 + ".pdf", id="too-long-in-bytes"),
        pytest.param("a." + "b" * 300, "a." + "b" * 118, id="an-ending-that-is-none"),
        pytest.param("v2." + "x" * 17, "v2." + "x" * 17, id="a-point-amid-the-name"),
    ],
)
def test_a_file_name_stays_in_its_folder(name: str, safe: str) -> None:
    assert file_name(name) == safe


@given(st.text())
def test_any_file_name_is_one_short_visible_part(name: str) -> None:
    safe = file_name(name)
    assert safe
    assert not set(safe) & set("/\\\0\n")
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 120


def test_a_table_is_drawn_whose_head_is_long() -> None:
    head = [f"What column {n} says of each of the parts in the list" for n in range(1, 6)]
    assert sum(map(len, head)) > 160
    shown = block("\n".join(" | ".join(row) for row in (head, list("abcde"), list("fghij"))))
    assert shown.split("\n")[1:] == [
        "| --- | --- | --- | --- | --- |",
        "| a | b | c | d | e |",
        "| f | g | h | i | j |",
    ]


def test_the_lines_of_a_bullet_are_one_and_a_quote_may_begin_with_one() -> None:
    text = f"«• {LONG}\nde la arquitectura.\n• dos» [1]"
    assert block(text).count("\n") == 1
    assert block(text).startswith("- «Los requisitos")
    assert shown(block(text)) == " ".join(text.replace("• ", "").split())
    loose = block("- uno\nUna línea.\n- dos")
    assert "\n\n" not in loose


def test_a_row_that_begins_with_a_code_is_no_head() -> None:
    rows = "«FR-115 | No session on the other side | Wait ten minutes\nFR-120 | Wrong key | Look it up» [1]"
    assert "---" not in block(rows)
    assert "---" in block(rows.replace("FR-115", "Code"))
