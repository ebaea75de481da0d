"""Train a network on the breast cancer data of scikit-learn, and write it and the data beside this file.

The inputs are the 30 features of the Breast Cancer Wisconsin (Diagnostic) data set under the names that
scikit-learn gives them; the output is the probability of `benign`, class 1 there. Every fourth row (0004,
0008, ...) is held out: neither the scaling nor the weights see it. From the top of the repository, with
netgrad installed:

    pip install scikit-learn==1.9.1
    python sample_nets/make_breast_cancer.py

writes breast_cancer.csv and breast_cancer.npz in a few seconds. A second run on the same machine gives the
same bytes; another processor or another version of scikit-learn may give other last digits.
"""

import csv
from pathlib import Path

import numpy as np
import sklearn
from sklearn.datasets import load_breast_cancer
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

import netgrad

FOLDER = Path(__file__).parent
HIDDEN = (16, 8)
SEED = 0


def train(X, y):
    """Scaler and classifier of scikit-learn, both fitted to X of shape (m, 30) and y of 0 and 1."""
    scaler = StandardScaler().fit(X)
    # A large penalty keeps the neurons off saturation, where gradients would say little.
    model = MLPClassifier(HIDDEN, activation="logistic", solver="lbfgs", alpha=1.0, max_iter=1000, random_state=SEED)
    return scaler, model.fit(scaler.transform(X), y)


def network(scaler, model, inputs):
    """The same network for netgrad: scikit-learn keeps W transposed, and its scale_ is our std."""
    pairs = [(W.T, b) for W, b in zip(model.coefs_, model.intercepts_, strict=True)]
    scaling = netgrad.Scaling(scaler.mean_, scaler.scale_)
    name = f"breast cancer, scikit-learn {sklearn.__version__}, make_breast_cancer.py"
    return netgrad.Network.of(pairs, inputs=inputs, outputs=("benign",), scaling=scaling, name=name)


def write_rows(path, data):
    """Write id, diagnosis and the features; floats are the shortest that read back the same."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["id", "diagnosis", *data.feature_names])
        for i, (x, y) in enumerate(zip(data.data.tolist(), data.target, strict=True), start=1):
            out.writerow([f"{i:04d}", data.target_names[y], *x])


def main():
    """Write both files and print the accuracy on the rows trained on and on those held out."""
    data = load_breast_cancer()
    held_out = np.arange(1, len(data.target) + 1) % 4 == 0
    scaler, model = train(data.data[~held_out], data.target[~held_out])
    write_rows(FOLDER / "breast_cancer.csv", data)
    net = network(scaler, model, tuple(map(str, data.feature_names)))
    netgrad.save(net, FOLDER / "breast_cancer.npz")
    for what, rows in (("trained on", ~held_out), ("held out", held_out)):
        right = model.predict(scaler.transform(data.data[rows])) == data.target[rows]
        print(f"{what}: {right.sum()} of {right.size} rows right ({right.mean():.1%})")


if __name__ == "__main__":
    main()
