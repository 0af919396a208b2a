"""The promises of the structure: imports go one way, and importing loads nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = (
    "torch", "chromadb", "llama_cpp", "streamlit", "sentence_transformers", "transformers", "pypdf", "pypdfium2",
    "langchain_text_splitters", "docx", "selectolax", "rapidocr", "cv2", "PIL",
)  # fmt: skip


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Dotted names a module imports anywhere, late imports counted."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_ingest_imports_nothing_of_rag_or_the_page() -> None:
    wrong = {str(p): [i for i in imports(p) if i.split(".")[0] in ("rag", "app")] for p in modules("ingest")}
    assert not {path: names for path, names in wrong.items() if names}


def test_rag_imports_nothing_of_the_page_outside_it() -> None:
    outside = [p for p in modules("rag") if "page" not in p.relative_to(ROOT / "rag").parts]
    wrong = {str(p): [i for i in imports(p) if i.startswith(("app", "rag.page", "streamlit"))] for p in outside}
    assert not {path: names for path, names in wrong.items() if names}


def test_no_module_is_in_an_import_circle() -> None:
    paths = {dotted(p): p for p in modules("ingest", "rag")}
    graph = {name: {i for i in imports(path) if i in paths and i != name} for name, path in paths.items()}

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        todo = list(graph[start])
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += graph[name]
        return seen

    assert [name for name in graph if name in reach(name)] == []


def test_one_module_knows_llama_cpp() -> None:
    found = [dotted(p) for p in modules("ingest", "rag") if any(i.split(".")[0] == "llama_cpp" for i in imports(p))]
    assert found == ["ingest.vocabulary"]


@pytest.mark.parametrize("package", ["ingest", "rag"])
def test_importing_a_package_loads_nothing_heavy(package: str) -> None:
    # The last two are torch modules: `ingest.transformer` imports them to load a model.
    deferred = {"__main__.py", "encoder.py", "packed.py"}
    names = [dotted(p) for p in modules(package) if "page" not in p.parts and p.name not in deferred]
    lines = [f"import {name}" for name in names if "readers." not in name]
    code = "\n".join([*lines, "import sys", f"print([m for m in {HEAVY!r} if m in sys.modules])"])
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("package", ["ingest", "rag"])
def test_help_answers_at_once(package: str) -> None:
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-m", package, "--help"], cwd=ROOT, capture_output=True, check=False)
        seconds.append(time.perf_counter() - started)
        assert done.returncode == 0
    assert min(seconds) < 0.5
