"""What is known of an activation beside its record: there, or refused in one line that names it."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from nets import random_net, random_points
from sigma import COMPONENTWISE, PARAMETERS

from netgrad.analysis import discs, plain
from netgrad.analysis.integrated import integrated_gradients
from netgrad.bounds import sigmas
from netgrad.core import curvatures
from netgrad.core.activations import ACTIVATIONS, activation
from netgrad.errors import UsageError

TABLES = {
    "bounds": SimpleNamespace(look=sigmas.facts_of, names={*sigmas.SIGMAS, *sigmas.VARIED}, missing=set()),
    "discs": SimpleNamespace(look=discs.disc_of, names={*discs.DISCS, *discs.VARIED}, missing={"mish"}),
    "curvatures": SimpleNamespace(
        look=curvatures.curvature_of, names={*curvatures.CURVATURE, *curvatures.VARIED}, missing=set()
    ),
    "plain": SimpleNamespace(look=plain.sigma_of, names={*plain.SIGMA, *plain.VARIED}, missing=set()),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_activation_is_known_or_refused(table):
    assert table.names <= set(ACTIVATIONS)
    for name in [*COMPONENTWISE, *PARAMETERS]:
        if name not in table.missing:
            assert table.look(activation(name)) is not None
            continue
        with pytest.raises(UsageError) as refused:
            table.look(activation(name))
        assert name in str(refused.value)
        assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["relu(6)", "leaky_relu(0.2)", "leaky_relu(3)", "elu(0.5)", "hard_tanh", "hard_swish"])
def test_kinks_and_slopes_are_those_of_the_record(name):
    sigma = activation(name)
    disc = discs.disc_of(sigma)
    assert {*sigma.kinks} <= {*map(float, disc.kinks)}
    z = np.linspace(-9, 9, 2001)
    d = np.empty_like(z)
    sigma.f(z, d)
    assert disc.steepest >= abs(d).max() - 1e-12


def test_the_public_functions_refuse_in_one_line():
    X = random_points(2, 3)
    new = dataclasses.replace(activation("mish"), name="new")
    with pytest.raises(UsageError, match=r"^there are no bounds for new$"):
        sigmas.check_known([activation("softmax"), new])
    with pytest.raises(UsageError, match=r"^integrated gradients are not there for mish: say --method saliency$"):
        integrated_gradients(random_net((3, 4, 1), activation="mish"), X)
