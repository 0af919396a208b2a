"""Whatever Tomo says of a file or an error is said in Spanish too, and nothing of it is lost on the way."""

from __future__ import annotations

import ast
import html
import importlib
import itertools
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from ingest.errors import SettingsError
from ingest.readers import FORMATS, _a, _advice
from ingest.readers.sniff import Content
from ingest.readers.zipguard import _KINDS
from ingest.settings import Settings
from ingest.spanish import Spanish, Template
from rag.chats.types import Request
from rag.evaluation.questions_file import items_in
from rag.page.desk import Desk
from rag.page.strings import Say
from rag.telling import INNER, SENTENCES, told
from tests.fakes_assistant import Opener
from tests.make_files import archive, pdf
from tests.test_layers import ROOT, dotted, modules
from tests.test_views import until

ERRORS = {
    "TomoError", "ReadError", "Skipped", "LibraryError", "LibraryBusy", "IndexDamaged", "IndexUnwritable", "ModelError",
    "SettingsError", "WindowError",
}  # fmt: skip
SAID = Spanish(SENTENCES, INNER)
TABLES = [*SENTENCES, *INNER]
AWKWARD = [
    "Guía {1} {name} 100 % «ñandú».pdf",
    "a\nb\\{}.csv",
    "%s %(x)d {0!r}",
    "C:\\año\\¿qué?",
    "12,345.5",
    "",
    "é" * 300,
]

# What makes its sentence elsewhere: a phrase of rag.phrases, which is in both languages already, or …
ELSEWHERE = {
    "database_message(path, error)", "schema.database_message(self.path, error)",
    "schema.database_message(library.path, error)", "message(path, error)",
    "chats_schema.message(self.path, error)", "narrowed.nothing_matches(self._db, filters)",  # … of MAKERS
    "message.body.decode('utf-8', 'replace')", "_said(done.stdout)", "said",  # … of a child that raised it
    "'\\n'.join(reasons)", "intake.error",  # … of files that were not read
    "last_words(done.stderr.decode('utf-8', 'replace').splitlines())",  # … of a command
    "type(error)(str(error).replace(part.name, name))",
}  # fmt: skip
MAKERS = {
    "ingest.schema.database_message", "rag.chats.schema.message", "ingest.narrowed.nothing_matches",
    "ingest.narrowed._known", "ingest.narrowed._listed", "ingest.lock._named", "ingest.scan._link", "ingest.scan._walk",
    "ingest.pipeline._kept", "ingest.thin.warning", "rag.llama.window._needs", "ingest.manifest.difference",
    "rag.evaluation.askable._unasked", "rag.evaluation.askable.warnings",
}  # fmt: skip
"""Functions that return, yield or gather sentences for people, or parts of them."""


class Texts:
    """The texts that an expression can be, a mark like ⟦3⟧ in the place of each value; what is no text is named."""

    def __init__(self, module: ModuleType, function: ast.AST) -> None:
        self._module, self._function = module, function
        self._marks: dict[str, int] = {}
        self.foreign: list[str] = []

    def of(self, node: ast.expr, deep: int = 3) -> list[str]:
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.JoinedStr(values=values):
                parts = [[v.value] if isinstance(v, ast.Constant) else self._value(v, deep) for v in values]
                return ["".join(map(str, some)) for some in itertools.product(*parts)]
            case ast.IfExp(body=body, orelse=orelse):
                return self.of(body, deep) + self.of(orelse, deep)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return [
                    "".join(both) for both in itertools.product(self._or_mark(left, deep), self._or_mark(right, deep))
                ]
            case ast.BoolOp(op=ast.Or(), values=values):
                return [text for value in values for text in self.of(value, deep)]
            case ast.Name(id=name) if isinstance(text := getattr(self._module, name, None), str):
                return [text]
            case ast.Name(id=name) if deep and (found := self._assigned(name)):
                return [text for value in found for text in self.of(value, deep - 1)]
        self.foreign.append(ast.unparse(node))
        return []

    def _value(self, node: ast.expr, deep: int) -> list[str]:
        assert isinstance(node, ast.FormattedValue)
        if node.format_spec or node.conversion == ord("r"):
            return [self._mark(node.value)]
        return self._or_mark(node.value, deep)

    def _or_mark(self, node: ast.expr, deep: int) -> list[str]:
        before, self.foreign = self.foreign, []
        found, foreign = self.of(node, deep), self.foreign
        self.foreign = before
        return found + ([self._mark(node)] if foreign or not found else [])

    def _mark(self, node: ast.expr) -> str:
        return f"⟦{self._marks.setdefault(ast.unparse(node), len(self._marks))}⟧"

    def _assigned(self, name: str) -> list[ast.expr]:
        """What a local name is set to."""
        found = []
        for node in ast.walk(self._function):
            match node:
                case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                    found.append(value)
                case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                    found += [v for t, v in zip(targets, values, strict=True) if ast.unparse(t) == name]
        return found


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Every function with its name, those within others too, then the module itself; inner ones first."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    yield from ((node.name, node) for node in reversed(found))
    yield "", tree


def refused(function: str, node: ast.AST) -> ast.expr | None:
    """The expression of the sentence, if this node says one to a person."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[said, *_]) if name in ERRORS:
            return said
        case ast.Call(func=ast.Attribute(attr="error", value=ast.Name(id="self" | "cursor")), args=[said]):
            return said
        case ast.Call(func=ast.Attribute(attr="count", value=ast.Name(id="cursor" | "self")), args=[_, said]):
            return said
        case ast.Call(func=ast.Name(id="_refused"), args=[_, _, _, said]):
            return said
        case ast.Call(func=ast.Name(id="FileDone"), args=[_, _, said, *_]):
            return said
        case ast.Call(func=ast.Name(id="Unasked"), args=[_, said, *_]):
            return said
        case ast.Assign(targets=[ast.Attribute(attr="error" | "unsaved")], value=said):
            return said
        case ast.keyword(arg="reason" | "why", value=said):
            return said
        case ast.Return(value=ast.expr() as said) if function in MAKERS:
            return said
        case ast.Yield(value=ast.Tuple(elts=[_, said])) if function in MAKERS:
            return said
        case ast.List(elts=[said]) | ast.ListComp(elt=said) if function in MAKERS:
            return said
        case ast.Call(func=ast.Attribute(attr="append"), args=[said]) if function in MAKERS:
            return said
    return None


@cache
def sites() -> tuple[tuple[str, str], ...]:
    """Where a sentence is made (module and line), and the sentence: of every module."""
    found: dict[tuple[str, str], None] = {}
    foreign = set()
    for path in modules("ingest", "rag"):
        seen: set[ast.AST] = set()
        for name, function in functions(ast.parse(path.read_text(encoding="utf-8"))):
            for node in ast.walk(function):
                said = None if node in seen else refused(f"{dotted(path)}.{name}", node)
                if said is None:
                    continue
                seen.add(node)
                texts = Texts(importlib.import_module(dotted(path)), function)
                found |= {(f"{dotted(path)}:{said.lineno}", text): None for text in texts.of(said)}
                if isinstance(node, ast.Call) and ast.unparse(node.func) in ERRORS:
                    foreign |= {(str(path.relative_to(ROOT)), text) for text in texts.foreign}
    unknown = [(p, text) for p, text in foreign if text not in ELSEWHERE and not text.startswith("say(")]
    assert unknown == []
    return tuple(found)


def is_said_in_spanish(text: str) -> bool:
    """A part of a sentence may stand after a file's name or after what became of it."""
    return any(SAID.knows(said) for said in (text, f"x.pdf: {text}", f"x.pdf: is empty.{text}"))


def test_every_sentence_that_is_raised_or_stored_has_its_spanish() -> None:
    with_words = [(at, text) for at, text in sites() if re.search(r"[a-z]{2}", text)]
    assert [(at, text) for at, text in with_words if not is_said_in_spanish(text)] == []
    assert len(with_words) > 250


def test_what_stands_within_a_sentence_has_its_spanish() -> None:
    words = [content.value for content in Content] + [kind for _, kind in _KINDS] + [_a(each) for each in FORMATS]
    assert [text for text in words + [_advice(content) for content in Content] if not SAID.knows(text)] == []


@pytest.mark.parametrize("table", range(len(TABLES)))
def test_both_languages_have_the_same_fields_and_a_sentence_ends(table: int) -> None:
    for english, spanish in TABLES[table].items():
        one, other = Template.parse(english), Template.parse(spanish)
        assert set(one.fields) == set(other.fields), english
        assert all(one.pieces[1:-1]), f"{english}: nothing parts two fields"
        assert english != spanish or english == "PostScript" or "Errno" in english
        assert english.endswith(".") == spanish.endswith("."), english


def test_no_template_stands_in_two_tables() -> None:
    every = [english for table in TABLES for english in table]
    assert len(every) == len(set(every))


def filled(template: Template, start: int) -> tuple[str, dict[str, str]]:
    fields = list(dict.fromkeys(template.fields))
    values = {field: AWKWARD[(start + at) % len(AWKWARD)] for at, field in enumerate(fields)}
    return template.filled(values), values


@pytest.mark.parametrize("start", range(len(AWKWARD)))
def test_awkward_values_are_in_the_spanish_sentence_as_they_were(start: int) -> None:
    for table in SENTENCES:
        for english, spanish in table.items():
            text, values = filled(Template.parse(english), start)
            kept = {
                f: v.replace("12,345.5", "12\u202f345,5") if f[0:2] in ("n", "n_") else v for f, v in values.items()
            }
            assert told(text, "es") == Template.parse(spanish).filled(kept)
            assert told(text, "en") == text


@given(st.text(max_size=60), st.integers(0, 10**6))
def test_no_text_is_too_strange_and_what_is_in_no_table_stays(text: str, pick: int) -> None:
    told(text, "es")
    templates = [english for table in SENTENCES for english in table]
    template = Template.parse(templates[pick % len(templates)])
    made = template.filled(dict.fromkeys(template.fields, text))
    values = template.values(made)
    assert values is not None
    assert template.filled(values) == made


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("Something broke in a way no table knows.", id="an unknown sentence"),
        pytest.param("x.pdf: has no text in it at all, said an earlier version.", id="a reason of another version"),
        pytest.param("x: y: z " * 500, id="long"),
        pytest.param("x.pdf: is damaged (" * 300, id="many beginnings and no end"),
        pytest.param("a file", id="a part of a sentence alone"),
    ],
)
def test_what_no_template_makes_stays_as_it_is(text: str) -> None:
    assert told(text, "es") == text


def test_reasons_of_several_files_are_each_put_into_spanish() -> None:
    text = "a.pdf: is empty.\nb.xyz went wrong.\nc.pdf: has no text."
    assert told(text, "es") == "a.pdf: está vacío.\nb.xyz went wrong.\nc.pdf: no tiene texto."


def test_a_reason_within_a_reason_is_put_into_spanish_too() -> None:
    text = "a.jsonl: holds no ticket (line 3: x.jsonl: ticket 3 is nested too deeply to be read. Export it as CSV.). "
    assert told(f"{text}Export it again. What was read of it before is kept.", "es") == (
        "a.jsonl: no contiene ningún ticket (línea 3: x.jsonl: el ticket 3 tiene demasiados niveles para leerlo. "
        "Expórtalo como CSV.). Expórtalo otra vez. Se conserva lo que se leyó antes."
    )


def test_a_bad_line_of_a_question_file_is_told_in_spanish_to_its_last_word() -> None:
    with pytest.raises(SettingsError) as refused:
        items_in(b"{}\n", "mías.jsonl")
    assert told(refused.value, "es") == (
        "mías.jsonl, línea 1: no es una pregunta en JSON con question, doc, pages: [3, 4] (y, si se conocen, "
        "id, lang, doc_lang, type, answerable: true/false). Corrígela."
    )


def test_the_page_shows_no_error_that_has_not_gone_through_its_voice() -> None:
    """In rag/page an error's own text and a stored reason only reach Markdown through `say.error`."""
    found = []
    for path in modules("rag/page"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        caught = {f"str({node.name})" for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("inline", "block", "literal") and node.args:
                shown = ast.unparse(node.args[0])
                stored = shown.rpartition(".")[2] in ("error", "unsaved", "reason", "warning")
                if shown in caught or (stored and shown != "receipt.reason"):
                    found.append((path.name, shown))
    assert found == []


REASONS = {
    "dañado.pdf": "dañado.pdf: está dañado y ya no es un PDF. Consigue otra copia.",
    "cifrado.pdf": "cifrado.pdf: pide contraseña. Guarda una copia sin contraseña y añade esa.",
    "vacío.txt": "vacío.txt: está vacío.",
    "programa.exe": "programa.exe: Tomo no lee este tipo de archivo. Lee .pdf",
    "carta.doc": "carta.doc: está en un formato que Tomo no lee. Guárdalo como .docx o .pdf y añade esa copia.",
    "bomba.docx": (
        "bomba.docx: una de sus partes ocupa más de 200 veces su tamaño al descomprimirse. Parece una bomba ZIP: no lo "
        "abras si no sabes de dónde viene."
    ),
    "web.pdf": "web.pdf: no es un archivo PDF (es texto sin formato). Cambia su extensión por .txt, o por .html",
    "tickets.json": "tickets.json: no es JSON válido (falta ':': línea 1, columna 26 (carácter 25)).",
    "{llaves} 100 %.docx": "{llaves} 100 %.docx: no tiene word/document.xml; es un libro de Excel (.xlsx). Ponle",
}


def failing_files(folder: Path) -> None:
    """Files that cannot be read, each for another reason, under the names of REASONS."""
    folder.mkdir()
    (folder / "dañado.pdf").write_bytes(b"%PDF-1.4 broken")
    pdf(folder / "cifrado.pdf", ["Hello"], password="secret")
    for name, data in {
        "vacío.txt": b"", "programa.exe": b"MZ", "carta.doc": b"letter", "web.pdf": b"<p>a page</p>",
        "tickets.json": b'[{"key": "A-1", "subject"',
    }.items():  # fmt: skip
        (folder / name).write_bytes(data)
    archive(folder / "bomba.docx", {"word/document.xml": b"0" * 40_000_000})
    archive(folder / "{llaves} 100 %.docx", {"xl/workbook.xml": b"<x/>"})


def library_view(desk: Desk, tongue: str) -> AppTest:
    def script(tongue: str) -> None:
        import streamlit as st

        from rag.page.library_view import draw_library
        from rag.page.strings import Say

        draw_library(st.session_state["desk"], Say(tongue))

    test = AppTest.from_function(script, default_timeout=20, kwargs={"tongue": tongue})
    test.session_state["desk"] = desk
    return test.run()


def plain(markdown: str) -> str:
    """What a person sees of it: no backslashes before signs, no entities."""
    return re.sub(r"\\(\W)", r"\1", html.unescape(markdown))


def test_the_spanish_library_says_in_spanish_why_real_files_were_not_read(tmp_path: Path) -> None:
    failing_files(tmp_path / "files")
    desk = Desk(Settings(library=tmp_path / "library"), Opener())
    desk.take_in([tmp_path / "files"])
    until(lambda: desk.intake is not None and desk.intake.done, 60)
    assert len(desk.not_read()) == len(REASONS)
    assert all(not record.reason.startswith(REASONS[Path(record.path).name]) for record in desk.not_read())
    in_spanish = {name: reason.removeprefix(f"{name}: ") for name, reason in REASONS.items()}
    names = {name: (Path(name).name, reason) for name, reason in in_spanish.items()}
    shown = [plain(element.value) for element in library_view(desk, "es").markdown]
    assert [named for named in names.values() if not any(all(each in text for each in named) for text in shown)] == []
    assert not any(text.count(name) > 1 for text in shown for name in ("vacío.txt", "dañado.pdf"))
    shown = [plain(element.value) for element in library_view(desk, "en").markdown]
    reasons = [record.reason.removeprefix(f"{Path(record.path).name}: ") for record in desk.not_read()]
    assert [reason for reason in reasons if not any(reason in text for text in shown)] == []


def test_a_question_about_dropped_files_that_cannot_be_read_says_why_in_spanish(tmp_path: Path) -> None:
    desk, sent = Desk(Settings(library=tmp_path), Opener()), []
    for name, data in {"vacío.txt": b"", "dañado.pdf": b"%PDF-1.4 broken"}.items():
        sent.append(BytesIO(data))
        sent[-1].name = name  # as the browser's uploads have it
    chat = desk.chat(None)
    desk.ask_about(chat, Request("¿Qué dicen?"), sent)
    until(lambda: bool(chat.turns), 60)
    assert Say("es").error(chat.turns[-1].error) == f"{REASONS['vacío.txt']}\n{REASONS['dañado.pdf']}"
