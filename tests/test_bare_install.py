"""The commands where nothing is installed but the four packages and what they need themselves."""

import subprocess
import sys

import pytest
import shell
from nets_of_peers import files

pytestmark = pytest.mark.slow  # a process for each

# rich itself imports markdown_it, mdurl and pygments where it shows markdown or source code.
ALLOWED = ("netgrad", "numpy", "click", "yaml", "_yaml", "rich", "markdown_it", "mdurl", "pygments")
BARE = f"""
import sys

class Bare:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        is_here = top in {ALLOWED!r} or top in sys.stdlib_module_names
        return self.finder.find_spec(name, path, target) if is_here else None

sys.meta_path = [Bare(finder) for finder in sys.meta_path if hasattr(finder, "find_spec")]
for name in [name for name in sys.modules if name.partition(".")[0] not in sys.stdlib_module_names]:
    if name != "__main__":
        del sys.modules[name]
sys.argv[0] = "netgrad"
from netgrad.cli.main import main
main()
"""


def bare(*args, stdin=b"", **env):
    command = [sys.executable, "-c", BARE, *args]
    done = subprocess.run(
        command, input=stdin, capture_output=True, cwd=shell.ROOT, env=shell.environment(**env), check=False, timeout=60
    )
    return done.stdout.decode(), done.stderr.decode(), done.returncode


@pytest.mark.parametrize(
    "args",
    [
        ["--help"],
        ["--version"],
        ["grad", "--help"],
        ["grad", "sample_nets/xor.yaml", "--x", "0.1,0.2"],
        ["grad", "sample_nets/xor.yaml", "--x", "0.1,0.2", "--format", "table"],
        ["eval", "sample_nets/breast_cancer.npz", "sample_nets/breast_cancer.csv", "-o", "/dev/null"],
        ["eval", "sample_nets/xor.yaml", "--x", "0,1", "--format", "jsonl"],
        ["info", "sample_nets/breast_cancer.npz"],
        ["info", "sample_nets/xor.yaml", "--json"],
        ["info", "--versions"],
        ["trace", "sample_nets/xor.yaml", "--x", "0.1,0.2"],
        ["plot", "sample_nets/xor.yaml", "--format", "picture"],
        ["completion", "fish"],
    ],
    ids=" ".join,
)
def test_a_command_runs_on_a_bare_install(args):
    out, err, code = bare(*args, FORCE_COLOR="1")
    notes = [line for line in err.splitlines() if " outside the scaling's range, " not in line]
    assert (notes, code) == ([], 0)
    assert out or "/dev/null" in args


def test_the_bare_install_of_these_tests_has_nothing_else():
    script = BARE.partition("sys.argv[0]")[0] + "import pytest"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr.endswith("ModuleNotFoundError: No module named 'pytest'\n")


@pytest.mark.parametrize("name", ["k3_plain.keras", "k2_plain.h5"])
def test_keras_files_name_the_extra_that_is_missing(name):
    path = files("keras") / name
    message = f"{path}: an HDF5 file needs h5py: pip install 'netgrad[keras]'\n"
    assert bare("info", str(path)) == ("", message, 1)


@pytest.mark.parametrize(
    ("more", "what"), [(["--cluster", "tcp://127.0.0.1:1"], "--cluster"), (["s3://bucket/points.csv"], "s3://")]
)
def test_what_is_elsewhere_names_the_extra_that_is_missing(more, what):
    message = f"netgrad: {what} needs the extra cluster: pip install 'netgrad[cluster]'\n"
    assert bare("grad", "sample_nets/xor.yaml", "sample_nets/paper_points.csv", *more) == ("", message, 2)
