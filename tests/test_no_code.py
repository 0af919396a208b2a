"""Data never turns into code: no module of the project calls what could make it so, except for a reason named here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_layers import ROOT, imports, modules

IMPORTS = {
    "pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "yaml", "code", "codeop",
    "pty", "diskcache", "runpy", "imp",
}  # fmt: skip
CALLS = {"eval", "exec", "compile", "__import__", "breakpoint"}
METHODS = {
    "os.system", "os.popen", "os.execv", "os.execve", "os.execvp", "os.execl", "os.spawnv", "os.spawnl", "os.startfile",
    "subprocess.getoutput", "subprocess.getstatusoutput", "yaml.load", "yaml.unsafe_load", "yaml.full_load",
    "torch.load", "torch.jit.load", "torch.hub.load", "pandas.read_pickle", "pd.read_pickle", "joblib.load",
    "pickle.load", "pickle.loads", "marshal.loads", "shelve.open", "importlib.import_module", "import_module",
    "asyncio.create_subprocess_shell", "ctypes.CDLL", "ctypes.cdll.LoadLibrary",
}  # fmt: skip
EXCEPTIONS = {
    ("ingest/readers/__init__.py", "import_module"): "the names are those of the table of formats in the same file",
    (
        "ingest/sandbox_worker.py",
        "import_module",
    ): "the name comes from the parent, out of its code",
    ("rag/llama/engine.py", "ctypes.CDLL"): "the C library of the system, for its strlen",
}
SWITCHES = {"shell": True, "allow_pickle": True, "trust_remote_code": True, "weights_only": False}


def project() -> list[Path]:
    return [ROOT / "app.py", *modules("rag", "ingest")]


def calls(source: str) -> Iterator[tuple[str, ast.Call]]:
    """Each call with its dotted name; names that an import gave another name, by the first."""
    tree = ast.parse(source)
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            known |= {alias.asname: alias.name for alias in node.names if alias.asname}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            head, dot, rest = ast.unparse(node.func).partition(".")
            yield f"{known.get(head, head)}{dot}{rest}", node


def banned(source: str) -> set[str]:
    """What a module calls that could run data."""
    found: set[str] = set()
    for name, call in calls(source):
        if name in CALLS or name in METHODS or name.removeprefix("importlib.") in METHODS:
            found.add(name.removeprefix("importlib."))
        if name.endswith("np.load") or name == "numpy.load":
            found |= {"np.load"} & ({"np.load"} if _switch(call, "allow_pickle") is not False else set())
        found |= {f"{key}={value}" for key, value in SWITCHES.items() if _switch(call, key) not in (None, not value)}
    return found


def _switch(call: ast.Call, name: str) -> object:
    """A keyword's constant; None when it is not given, its source when it is no constant."""
    given = next((word.value for word in call.keywords if word.arg == name), None)
    return given.value if isinstance(given, ast.Constant) else given and ast.unparse(given)


@pytest.mark.parametrize("path", project(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_runs_no_data(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    found = banned(path.read_text(encoding="utf-8"))
    assert {call for call in found if (name, call) not in EXCEPTIONS} == set()
    assert {each.split(".")[0] for each in imports(path)} & IMPORTS == set()


@pytest.mark.parametrize(("name", "call"), EXCEPTIONS, ids=str)
def test_an_exception_is_still_needed(name: str, call: str) -> None:
    assert call in banned((ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "eval(x)", "exec(x)", "compile(x, '', 'exec')", "__import__(x)", "import os\nos.system(x)", "os.popen(x)",
        "from os import system\nsystem(x)", "from os import system as run\nrun(x)",
        "import subprocess as s\ns.getoutput(x)",
        "subprocess.run(x, shell=True)", "subprocess.Popen(x, shell=flag)", "np.load(x, allow_pickle=True)",
        "np.load(x)",
        "import numpy\nnumpy.load(x)", "torch.load(x)", "from torch import load\nload(x)", "yaml.load(x)",
        "from importlib import import_module\nimport_module(x)", "AutoModel.from_pretrained(x, trust_remote_code=True)",
        "load(x, weights_only=False)",
    ],
)  # fmt: skip
def test_what_runs_data_is_seen(source: str) -> None:
    assert banned(source)


@pytest.mark.parametrize(
    "source",
    [
        "re.compile(x)", "subprocess.run(x, shell=False)", "np.load(x, allow_pickle=False)", "json.loads(x)",
        "db.execute(x)", "torch.inference_mode()", "safetensors.torch.load_file(x)",
    ],
)  # fmt: skip
def test_what_runs_none_is_not(source: str) -> None:
    assert banned(source) == set()
