"""scikit-learn through skops against 50 digits, and what is no network."""

import pytest
from nets_of_peers import assert_reads, expected, files

from netgrad.errors import NetworkError
from netgrad.formats import skops

TOLD = expected("skops")


@pytest.mark.parametrize("name", TOLD)
def test_skops_files_have_the_values_and_gradients_of_predict_and_predict_proba(name):
    assert_reads(skops.read(str(files("skops") / name)), TOLD[name])


@pytest.mark.parametrize(
    ("name", "culprit"),
    [
        ("clip", "MinMaxScaler(clip=True)"),
        ("pca", "the step PCA is not read"),
        ("function", "the step FunctionTransformer is not read"),
        ("log_target", "transforms the targets by a function"),
        ("search", "the model is GridSearchCV"),
        ("scaler", "the model is StandardScaler"),
    ],
)
def test_what_is_no_network_is_refused_by_name(name, culprit):
    with pytest.raises(NetworkError) as refusal:
        skops.read(str(files("skops") / f"refused_{name}.skops"))
    assert culprit in refusal.value.message
