"""What the package shows to others: its names, its paths, what it imports, and that it runs anywhere."""

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import twinnet
from twinnet.models import Source, Statement
from twinnet.stores import open_store

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("twinnet", "tests", "examples", "benchmarks", "scripts")
PROMISED_MODULES = ("graph", "matching", "themes", "cli")
PROMISED_FOLDERS = ("examples", "docs", "tests")
POSIX_ONLY = (
    "fcntl",
    "resource",
    "pwd",
    "grp",
    "termios",
    "tty",
    "pty",
    "syslog",
    "readline",
    "posix",
    "spwd",
    "crypt",
)


def fresh(code: str) -> list[str]:
    """Run the code in a new process outside the checkout and return the list that it prints as its last line."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False, timeout=60, cwd=ROOT.anchor
    )
    assert done.returncode == 0, done.stderr
    names = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(names, list)
    return names


def outsiders(code: str) -> set[str]:
    """Packages that neither belong to Python nor to twinnet and that the code imports in a new process."""
    return set(
        fresh(f"""
import json, sys
before = set(sys.modules)  # what the environment itself loads at the start (coverage, editable installs)
{code}
roots = {{name.partition(".")[0] for name in set(sys.modules) - before}}
started = {{name.partition(".")[0] for name in before}}
print()
print(json.dumps(sorted(roots - started - set(sys.stdlib_module_names) - {{"twinnet"}})))
""")
    )


def python_files() -> list[Path]:
    found = [path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")]
    return sorted(path for path in found if "vendor" not in path.parts)


def tracked_files() -> list[Path]:
    git = shutil.which("git")
    if not git or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    done = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    return [path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file()]


class TestNames:
    def test_at_most_fifteen_and_each_once(self):
        assert 0 < len(twinnet.__all__) <= 15
        assert len(set(twinnet.__all__)) == len(twinnet.__all__)

    def test_each_exported_name_is_there(self):
        for name in twinnet.__all__:
            assert getattr(twinnet, name) is not None, name
        assert set(twinnet.__all__) <= set(dir(twinnet))

    def test_another_name_is_an_attribute_error(self):
        with pytest.raises(AttributeError, match="no_such_name"):
            getattr(twinnet, "no_such_name")  # noqa: B009 - the name is the point


class TestImports:
    def test_the_package_alone_imports_nothing_from_outside(self):
        assert outsiders("import twinnet") == set()

    def test_the_help_imports_click_only(self):
        code = """
import runpy
sys.argv = ["twinnet", "--help"]
try:
    runpy.run_module("twinnet", run_name="__main__", alter_sys=True)
except SystemExit as end:
    assert not end.code, end.code
"""
        assert outsiders(code) <= {"click", "colorama"}

    def test_a_command_that_suggests_imports_what_it_needs_only(self, tmp_path):
        with open_store(tmp_path / "my.twinnet", create=True) as store:
            statements = [
                Statement("a", row, "organisation", f"town-{row}", {"name": f"Town {row}", "country": country})
                for row, country in ((1, "BA"), (2, "IT"))
            ]
            store.replace([Source(name="a", kind="members", file="a.csv")], statements)
        code = f"""
import json, sys
before = set(sys.modules)
from twinnet import cli
sys.argv = ["twinnet", "suggest", {str(tmp_path / "my.twinnet")!r}, "--out", {str(tmp_path / "x.csv")!r}]
try:
    cli.main()
except SystemExit as end:
    assert not end.code, end.code
# A module of which nothing was used yet is of another type.
loaded = [name for name, module in sys.modules.items() if type(module) is type(sys) and name not in before]
print()
print(json.dumps(loaded))
"""
        loaded = fresh(code)
        heavy = ("networkx", "sklearn", "joblib", "rapidfuzz", "pyvis", "neo4j", "xlsxwriter", "chardet")
        slow = ("scipy.spatial", "numpy.f2py", "numpy.testing", "numpy.ma", "importlib.metadata", "email", "logging")
        own = ("resolution", "reading", "places.gazetteer", "places.names", "tagging.learning", "views", "evaluation")
        for name in (*heavy, *slow, *(f"twinnet.{one}" for one in own)):
            assert name not in loaded
        assert "twinnet.matching" in loaded
        assert (tmp_path / "x.csv").read_text(encoding="utf-8").count("\n") == 3

    def test_no_module_needs_posix_when_imported(self):
        # Only twinnet's own imports are refused: the libraries know themselves what the platform has.
        broken = fresh(f"""
import builtins, importlib, json, pkgutil
import twinnet

genuine = builtins.__import__

def guarded(name, globals=None, *rest, **more):
    if name in {POSIX_ONLY!r} and (globals or {{}}).get("__name__", "").partition(".")[0] == "twinnet":
        raise ImportError(name + " is missing on Windows")
    return genuine(name, globals, *rest, **more)

builtins.__import__ = guarded
broken = []
for module in pkgutil.walk_packages(twinnet.__path__, "twinnet.", onerror=broken.append):
    if module.name.endswith(".__main__") or ".vendor" in module.name:
        continue
    try:
        importlib.import_module(module.name)
    except ImportError as fault:
        broken.append(f"{{module.name}}: {{fault}}")
print()
print(json.dumps(broken))
""")
        assert broken == []


class TestPaths:
    @pytest.mark.parametrize("name", PROMISED_MODULES)
    def test_a_promised_module_is_a_file_that_nothing_shadows(self, name: str):
        assert (ROOT / "twinnet" / f"{name}.py").is_file()
        assert not (ROOT / "twinnet" / name).exists()

    @pytest.mark.parametrize("name", PROMISED_FOLDERS)
    def test_a_promised_folder_has_something_in_it(self, name: str):
        assert any((ROOT / name).iterdir())

    def test_the_project_is_described(self):
        assert (ROOT / "pyproject.toml").is_file()


def names_no_encoding(call: ast.Call) -> bool:
    """Whether the call opens a text file and leaves the encoding to the machine it runs on."""
    keywords = {keyword.arg for keyword in call.keywords}
    if None in keywords or "encoding" in keywords:
        return False
    match call.func:
        case ast.Attribute(attr="read_text"):
            return not call.args
        case ast.Attribute(attr="write_text"):
            return len(call.args) < 2
        case ast.Name(id="open") | ast.Attribute(value=ast.Name(id="io"), attr="open"):
            return opens_text(call, position=1)
        case ast.Attribute(value=owner, attr="open") if not is_class(owner):  # Gazetteer.open is no file
            return opens_text(call, position=0)
    return False


def is_class(owner: ast.expr) -> bool:
    name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    return name[:1].isupper() and not name.isupper()  # a name in capitals is a constant, such as a path


def opens_text(call: ast.Call, *, position: int) -> bool:
    """Whether the mode, the argument at this position, is one for text; a file's own method is known by its mode."""
    own_method = position == 0
    mode = next((keyword.value for keyword in call.keywords if keyword.arg == "mode"), None)
    mode = mode or (call.args[position] if len(call.args) > position else None)
    if mode is None:
        return not (own_method and (call.args or call.keywords))
    if isinstance(mode, ast.Constant) and isinstance(mode.value, str):
        return re.fullmatch("[rwaxtU+]+", mode.value) is not None
    return not own_method


class TestEncodings:
    def test_every_text_file_is_opened_with_its_encoding(self):
        nameless = [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for path in python_files()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path)))
            if isinstance(node, ast.Call) and names_no_encoding(node)
        ]
        assert nameless == []

    @pytest.mark.parametrize(
        ("call", "nameless"),
        [
            ("open(p)", True),
            ("open(p, 'w')", True),
            ("open(p, mode)", True),
            ("open(p, mode='rb')", False),
            ("open(p, 'w', encoding='utf-8')", False),
            ("p.open()", True),
            ("p.open('a')", True),
            ("(folder / 'x').open()", True),
            ("p.open(mode='rb')", False),
            ("p.read_text()", True),
            ("p.write_text('x')", True),
            ("p.write_text('x', 'utf-8')", False),
            ("Gazetteer.open()", False),
            ("twinnet.open('my.twinnet')", False),
            ("archive.open(name)", False),
        ],
    )
    def test_the_scan_knows_what_it_looks_for(self, call: str, nameless: bool):
        (statement,) = ast.parse(call).body
        assert isinstance(statement, ast.Expr)
        assert isinstance(statement.value, ast.Call)
        assert names_no_encoding(statement.value) is nameless


# A host of a package registry is the reader's choice; a path of one machine is nobody else's.
REGISTRY = re.compile(r"\b(?:pypi|pythonhosted|npmjs|crates|golang|apache|debian)[.](?:org|io|com)\b")
MACHINE = re.compile(r"(?<![\w.$}/-])/(?:work|root|home/\w+|Users/\w+|opt/wheels)/")


def foreign(path: Path) -> Iterator[str]:
    raw = path.read_bytes()
    if b"\0" in raw:
        return
    for number, line in enumerate(raw.decode("utf-8", "replace").splitlines(), 1):
        for pattern in (REGISTRY, MACHINE):
            if found := pattern.search(line):
                yield f"{path.relative_to(ROOT)}:{number}: {found.group()}"


class TestWords:
    def test_no_file_names_a_registry_or_a_path_of_one_machine(self):
        files = [path for path in tracked_files() if "vendor" not in path.parts]
        assert [fault for path in files for fault in foreign(path)] == []

    def test_the_patterns_find_what_they_look_for(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setitem(globals(), "ROOT", tmp_path)
        page = tmp_path / "page.md"
        page.write_text("see https://" + "py" + "pi.org/x\ncd /" + "root/x\nfine: ../shared/data\n", encoding="utf-8")
        assert [fault.split(":")[1] for fault in foreign(page)] == ["1", "2"]
