"""The house: a module imports only from its own layer or a lower one, and each package has its room."""

import ast
from collections import Counter
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "netgrad"
LOW = ("errors", "signals", "files", "compiled", "core", "bounds", "analysis", "numerals", "formats")
LAYERS = (*LOW, "tables", "stream", "results", "cluster", "show", "plot", "library", "cli")
# Third-party package -> where it may be imported.
ROOMS = {
    "click": ("cli/",),
    "rich": ("show/", "plot/"),
    "matplotlib": ("plot/figure.py", "plot/picture.py"),
    "yaml": ("formats/yaml.py",),
    "pyarrow": ("stream/parquet.py", "stream/parquet_results.py"),
    "distributed": ("cluster/",),
    "dask": ("cluster/",),
    "fsspec": ("cluster/",),
    "numba": ("compiled/",),
    "llvmlite": ("compiled/",),
    "numpy": tuple(f"{room}/" for room in (*LAYERS[3:-1],)),
}
MODULES = sorted(SRC.rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Absolute names of the modules that `path` imports, wherever in the file."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
    return names


def layer(module: str) -> int:
    return LAYERS.index(module.split(".")[1])


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SRC)))
def test_a_module_imports_from_its_own_layer_or_a_lower_one(path: Path) -> None:
    room = path.relative_to(SRC).with_suffix("").parts[0]
    if room in ("__init__", "__main__"):
        return
    room = "cluster" if room == "dask" else room  # its public name
    if room == "compiled" and imports(path) & {"numba", "netgrad.compiled.loop"}:
        room = "core"  # made into machine code from formulas that are there, never imported
    above = [m for m in imports(path) if m.startswith("netgrad.") and layer(m) > LAYERS.index(room)]
    assert above == []


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SRC)))
def test_a_package_is_imported_in_its_room_only(path: Path) -> None:
    place = path.relative_to(SRC).as_posix()
    for module in imports(path):
        rooms = ROOMS.get(module.split(".")[0])
        assert rooms is None or place.startswith(rooms), f"{place} imports {module}"


def test_a_module_s_name_stands_once() -> None:
    twins = "compiled"  # each is called as what it is the twin of
    names = Counter(path.stem for path in MODULES if path.name != "__init__.py" and path.parent.name != twins)
    assert [name for name, n in names.items() if n > 1] == []


def test_a_thing_is_decided_or_written_in_one_place() -> None:
    texts = {path.relative_to(SRC).as_posix(): path.read_text() for path in MODULES}
    places = {
        "_codec_of(request)": ["cli/points.py"],
        "format_of(request)": ["cli/answering.py", "cli/summary.py"],  # one of them runs
        "json.dumps(value": ["stream/json_lines.py"],
        '_numbered("x"': ["core/network.py"],
        '_numbered("a"': ["core/network.py"],
        'f"x{': [],
        'f"a{': [],
    }
    for what, where in places.items():
        found = [place for place, text in texts.items() if what in text and place != "cli/drawing.py"]
        assert found == where, what


def test_only_cli_main_writes_messages_and_chooses_exit_codes() -> None:
    for path in MODULES:
        names = {n.func.id for n in ast.walk(ast.parse(path.read_text()))
                 if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}  # fmt: skip
        assert not names & {"print", "exit", "quit"}, path
        if path.name != "main.py":
            assert "sys.exit" not in path.read_text(), path
