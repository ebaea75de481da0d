"""What a shell completes from the files on the command line, asked as the completion script asks."""

import shlex

import pytest
import shell

SOFTMAX, POINTS = "sample_nets/paper_2_2_3_2.yaml", "sample_nets/paper_points.csv"


def completed(line: str, **env: str) -> list[str]:
    words = shlex.split(line) + ([""] if line.endswith(" ") else [])
    ran = shell.run(
        "netgrad",
        _NETGRAD_COMPLETE="bash_complete",
        COMP_WORDS=shlex.join(words),
        COMP_CWORD=str(len(words) - 1),
        **env,
    )
    assert (ran.err, ran.code) == ("", 0)
    return [line.partition(",")[2] for line in ran.out.splitlines() if line]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (f"netgrad grad {SOFTMAX} --output ", ["A", "B", "all"]),
        (f"netgrad grad {SOFTMAX} {POINTS} -c ", ["x1", "x2", "class", "y"]),
        (f"netgrad grad {SOFTMAX} {POINTS} -c x2,c", ["x2,class"]),
        (f"netgrad grad {SOFTMAX} {POINTS} --keep x", ["x1", "x2"]),
        (f"netgrad loss {SOFTMAX} {POINTS} --target c", ["class"]),
        (f"netgrad grad {SOFTMAX} --x x", ["x1=", "x2="]),
        (f"netgrad plot {SOFTMAX} --over x1,", ["x1,x1", "x1,x2"]),
        ("netgrad grad sample_nets/xor.yaml --output ", ["a", "all"]),
        ("netgrad grad no_such_net --output ", []),
        (f"netgrad grad {SOFTMAX} /no/such.csv -c ", []),
        (f"netgrad grad {SOFTMAX} /dev/zero -c ", []),
        (f"netgrad grad {SOFTMAX} -c ", []),
        (f"netgrad grad {SOFTMAX} sample_nets/breast_cancer.npz -c K", []),
        ("netgrad hel", ["help"]),
    ],
)
def test_names_are_completed_from_the_files_on_the_command_line(line, expected):
    assert completed(line) == expected
