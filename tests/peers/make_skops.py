"""scikit-learn models as skops files, and what was in them, for tests/formats/test_formats_skops.py.

pip install scikit-learn==1.9.1 skops==0.16.0 && python tests/peers/make_skops.py /tmp/skops

tests/peers/pack.py packs the folder.
"""

import json
import sys
import warnings
from pathlib import Path

import joblib
import numpy as np
import skops.io
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

warnings.simplefilter("ignore")
OUT = Path(sys.argv[1])
OUT.mkdir(parents=True, exist_ok=True)
RNG = np.random.default_rng(1)
X = RNG.normal(size=(50, 3)) * [1, 5, 0.2] + [0, 3, 1]
Y = X[:, 0] ** 2 + X[:, 1] + 7
SIGMA = {"logistic": "sigmoid"}
EXPECTED = {}


class Table:
    """As much of a data frame as fit looks at."""

    columns = np.array(["mass", "speed", "lift"], object)
    shape = X.shape

    def __array__(self, dtype=None, copy=None):
        return np.asarray(X, dtype)

    def __dataframe__(self):
        raise NotImplementedError

    def __len__(self):
        return len(X)


def mlp(kind=MLPRegressor, **more):
    return kind(
        **(
            {"hidden_layer_sizes": (4,), "activation": "tanh", "max_iter": 40, "random_state": 1, "solver": "sgd"}
            | more
        )
    )


def steps(model):
    name = type(model).__name__
    if name == "Pipeline":
        return [s for _, step in model.steps for s in steps(step)]
    if name == "TransformedTargetRegressor":
        t = model.transformer_
        if isinstance(t, MinMaxScaler):
            undo = [{"sub": t.min_.tolist()}, {"div": t.scale_.tolist()}]
        else:
            undo = [{"mul": t.scale_.tolist()}, {"add": t.mean_.tolist()}]
        return steps(model.regressor_) + undo
    if name == "StandardScaler":
        return [{"sub": model.mean_.tolist()}] * model.with_mean + [
            {"div": np.asarray(model.scale_).tolist()}
        ] * model.with_std
    if name == "RobustScaler":
        return [{"sub": model.center_.tolist()}, {"div": model.scale_.tolist()}]
    if name == "MinMaxScaler":
        return [{"mul": model.scale_.tolist()}, {"add": model.min_.tolist()}]
    if name == "MaxAbsScaler":
        return [{"div": model.scale_.tolist()}]
    names = [model.activation] * (len(model.coefs_) - 1) + [model.out_activation_]
    return [
        {"W": W.T.tolist(), "b": b.tolist(), "activation": SIGMA.get(a, a)}
        for W, b, a in zip(model.coefs_, model.intercepts_, names, strict=True)
    ]


def save(name, model, y, **more):
    model.fit(X, y)
    file = f"{name}.skops"
    skops.io.dump(model, OUT / file)
    EXPECTED[file] = {"layers": steps(model), "x": X[0].tolist(), **more}
    return model


for activation in ("identity", "logistic", "tanh", "relu"):
    save(f"regressor_{activation}", mlp(activation=activation, hidden_layer_sizes=(4, 3)), Y)
save("regressor_two", mlp(), X[:, :2])
save("poisson", mlp(loss="poisson"), np.abs(Y))
save("early", mlp(early_stopping=True), Y)
save("lbfgs", mlp(solver="lbfgs"), Y)
save("adam", mlp(solver="adam", early_stopping=True), Y)
save("binary", mlp(MLPClassifier), Y > 9, outputs=["True"])
save("binary_texts", mlp(MLPClassifier), np.where(Y > 9, "yes", "no"), outputs=["yes"])
save("multi", mlp(MLPClassifier), RNG.integers(0, 3, 50), outputs=["0", "1", "2"])
save("multi_texts", mlp(MLPClassifier), np.array(["a", "b", "c"])[RNG.integers(0, 3, 50)], outputs=["a", "b", "c"])
save("multilabel", mlp(MLPClassifier), RNG.integers(0, 2, (50, 3)))
for scaler in (StandardScaler(), StandardScaler(with_mean=False), StandardScaler(with_std=False), MinMaxScaler(),
               RobustScaler(), MaxAbsScaler()):  # fmt: skip
    more = "".join(key for key in ("with_mean", "with_std") if not getattr(scaler, key, True))
    save(f"pipe_{type(scaler).__name__}{more}", make_pipeline(scaler, mlp()), Y)
save("pipe_two", make_pipeline(StandardScaler(), MinMaxScaler((-1, 1)), mlp()), Y)
save("pipe_inner", make_pipeline(make_pipeline(RobustScaler(), StandardScaler()), mlp()), Y)
save("target", TransformedTargetRegressor(mlp(), transformer=StandardScaler()), Y)
save("target_minmax", TransformedTargetRegressor(make_pipeline(StandardScaler(), mlp()), transformer=MinMaxScaler()), Y)
named = make_pipeline(StandardScaler(), mlp()).fit(X, Y)
named.steps[0][1].feature_names_in_ = Table.columns
skops.io.dump(named, OUT / "named.skops")
EXPECTED["named.skops"] = {"layers": steps(named), "x": X[0].tolist(), "inputs": Table.columns.tolist()}

refused = {
    "clip": make_pipeline(MinMaxScaler(clip=True), mlp()),
    "pca": make_pipeline(PCA(2), mlp()),
    "function": make_pipeline(FunctionTransformer(np.log1p), mlp()),
    "log_target": TransformedTargetRegressor(mlp(), func=np.log, inverse_func=np.exp),
    "search": GridSearchCV(mlp(), {"alpha": [1e-3]}, cv=2),
    "scaler": StandardScaler(),
}
for name, model in refused.items():
    skops.io.dump(model.fit(np.abs(X), np.abs(Y) + 1), OUT / f"refused_{name}.skops")
joblib.dump(mlp().fit(X, Y), OUT / "model.joblib")
joblib.dump(mlp().fit(X, Y), OUT / "packed.joblib", compress=3)
(OUT / "expected.json").write_text(json.dumps(EXPECTED))
