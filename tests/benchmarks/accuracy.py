"""Relative error of the gradient against 50 digits, by the scale of the weights.

    PYTHONPATH=tests python tests/benchmarks/accuracy.py

Also of torch and jax, in float64, where they are installed (the extra `bench`). One row for each scale: the
largest error over the networks, in units of 1e-15 (1 + max|z|), and how many gradients came out as exact
zeros though their exact norm is above 1e-290. Networks whose gradient is smaller are left out.
"""

import importlib.util

import numpy as np
import oracle
from nets import random_net, random_points

from netgrad.core.backprop import value_and_grad

SIZES, SCALES, NETWORKS, SMALLEST = (4, 8, 8, 1), (1, 5, 20, 60, 200), 40, 1e-290


def netgrad_gradient(net, x):
    """Algorithm 1."""
    return value_and_grad(net, x[np.newaxis])[1][0]


def torch_gradient(net, x):
    """Reverse mode through torch.sigmoid."""
    import torch

    a = point = torch.tensor(x, requires_grad=True)
    for layer in net.layers:
        a = torch.sigmoid(torch.tensor(layer.W) @ a + torch.tensor(layer.b))
    a[0].backward()
    return point.grad.numpy()


def jax_gradient(net, x):
    """Reverse mode through jax.nn.sigmoid."""
    import jax

    jax.config.update("jax_enable_x64", True)

    def value(a):
        for layer in net.layers:
            a = jax.nn.sigmoid(layer.W @ a + layer.b)
        return a[0]

    return np.asarray(jax.grad(value)(x))


def cases(scale):
    """Networks, points, exact gradients and 1e-15 (1 + max|z|), where the exact gradient is not too small."""
    for seed in range(NETWORKS):
        net, x = random_net(SIZES, scale, seed), random_points(1, SIZES[0], seed)[0]
        exact = oracle.value_and_grad(net, x)[1]
        if max(map(abs, exact)) > SMALLEST:
            zmax = max(abs(z_j) for z, _, _ in oracle.layers(net, x)[1:] for z_j in z)
            yield net, x, exact, 1e-15 * (1 + float(zmax))


def main():
    """One table."""
    gradients = {"netgrad": netgrad_gradient}
    for name, gradient in {"torch": torch_gradient, "jax": jax_gradient}.items():
        if importlib.util.find_spec(name):
            gradients[name] = gradient
    print("scale  networks" + "".join(f"{name:>10} error  zeros" for name in gradients))
    for scale in SCALES:
        tried = list(cases(scale))
        row = f"{scale:5}{len(tried):10}"
        for gradient in gradients.values():
            results = [(gradient(net, x), exact, unit) for net, x, exact, unit in tried]
            worst = max(oracle.relative_error(g, exact) / unit for g, exact, unit in results)
            row += f"{worst:16.2g}{sum(not g.any() for g, *_ in results):7}"
        print(row)


if __name__ == "__main__":
    main()
