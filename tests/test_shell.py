import pytest
from shell import same

CSV = "x1,a,gap\n0.5,0.7310585786300049,{}\n"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("a 0.7310585786300049", "a 0.7310585786300050"),
        ("a  0.7", "a 0.7000000000000001"),
        (CSV.format("9.246950999382037e-05"), CSV.format("9.246950999393139e-05")),
        ('{"mean": -0.25, "gap": [0.0, 1.1e-16]}', '{"mean": -0.25, "gap": [2.2e-16, 0.0]}'),
    ],
)
def test_last_digits_and_blanks_beside_them_may_differ(found, expected):
    assert same(found, expected)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("a 0.7310585786300049", "a 0.7310585786400050"),
        ("a 1.9287498479639178e-22", "a 1.9287498489639178e-22"),
        ("a 0.73", "a 0.74"),
        ("a 0.0", "a 1.3877787807814457e-17"),
        ("a 1", "a 2"),
        ("a 0.7310585786300049", "b 0.7310585786300049"),
        ("a0.7310585786300049", "a 0.7310585786300049"),
        (CSV.format("9.246950999382037e-05"), CSV.format("9.2469509e-05")),
        (CSV.format("0.0").replace("300049", "400049"), CSV.format("0.0")),
        ("a\nb", "a b"),
    ],
)
def test_all_else_is_a_difference(found, expected):
    assert not same(found, expected)
