"""A network as a C header: arrays of doubles, and one function that computes the outputs of a point."""

import os
import re

import numpy as np

from netgrad.core.network import Array, Network
from netgrad.formats import file
from netgrad.formats.sigma_sources import notation

_HEAD = """/* {title}: {sizes}, written by netgrad.
   {name}(x, a) puts the {n_out} outputs of the point x of {n_in} numbers into a. */
#ifndef {guard}
#define {guard}
#include <math.h>

"""


# Words of C, and functions of <math.h>, which no function of ours can be called.
_RESERVED = frozenset(
    [
        "auto",
        "break",
        "case",
        "char",
        "const",
        "continue",
        "default",
        "do",
        "double",
        "else",
        "enum",
        "extern",
        "float",
        "for",
        "goto",
        "if",
        "inline",
        "int",
        "long",
        "main",
        "register",
        "restrict",
        "return",
        "short",
        "signed",
        "sizeof",
        "static",
        "struct",
        "switch",
        "typedef",
        "union",
        "unsigned",
        "void",
        "volatile",
        "while",
        "acos",
        "acosh",
        "asin",
        "asinh",
        "atan",
        "atan2",
        "atanh",
        "cbrt",
        "ceil",
        "copysign",
        "cos",
        "cosh",
        "erf",
        "erfc",
        "exp",
        "exp2",
        "expm1",
        "fabs",
        "fdim",
        "floor",
        "fma",
        "fmax",
        "fmin",
        "fmod",
        "frexp",
        "gamma",
        "hypot",
        "ilogb",
        "isfinite",
        "isinf",
        "isnan",
        "j0",
        "j1",
        "jn",
        "ldexp",
        "lgamma",
        "llrint",
        "llround",
        "log",
        "log10",
        "log1p",
        "log2",
        "logb",
        "lrint",
        "lround",
        "modf",
        "nan",
        "nearbyint",
        "nextafter",
        "nexttoward",
        "pow",
        "remainder",
        "remquo",
        "rint",
        "round",
        "scalbln",
        "scalbn",
        "signbit",
        "sin",
        "sinh",
        "sqrt",
        "tan",
        "tanh",
        "tgamma",
        "trunc",
        "y0",
        "y1",
        "yn",
    ]
)


def write(net: Network, path: str) -> None:
    """Save a network as a C header, C99 with <math.h>."""
    stem = re.sub(r"\W", "_", os.path.splitext(os.path.basename(path))[0], flags=re.ASCII)
    is_free = re.match("[A-Za-z_]", stem) and stem not in _RESERVED
    name = stem if is_free else f"net_{stem}"
    file.write(path, "".join(_lines(net, name)).encode())


def _lines(net: Network, name: str) -> list[str]:
    sizes, guard = net.sizes, f"NETGRAD_{name.upper()}_H"
    title = re.sub(r"[^ -~]|\*/|/\*", "?", net.name or "A network")
    words = {"title": title, "sizes": "-".join(map(str, sizes)), "name": name, "guard": guard}
    found = [_HEAD.format(n_in=sizes[0], n_out=sizes[-1], **words)]
    output_scaling = net.output_scaling
    for key, scaling in (("", net.scaling), ("output_", output_scaling)):
        if scaling is not None:
            found += [_vector(f"{name}_{key}mean", scaling.mean), _vector(f"{name}_{key}std", scaling.std)]
    for l, layer in enumerate(net.layers, start=2):
        rows = ",\n  ".join(f"{{{_numbers(row)}}}" for row in layer.W)
        shape = f"[{layer.W.shape[0]}][{layer.W.shape[1]}]"
        found.append(f"static const double {name}_W{l}{shape} = {{\n  {rows}}};\n")
        found.append(_vector(f"{name}_b{l}", layer.b))
    found.append(f"\nstatic inline void {name}(const double *x, double *a)\n{{\n")
    found.append(f"  double u[{max(sizes)}], v[{max(sizes)}];\n")
    scaled = f"(x[i] - {name}_mean[i]) / {name}_std[i]" if net.scaling is not None else "x[i]"
    found.append(f"  for (int i = 0; i < {sizes[0]}; i++) u[i] = {scaled};\n")
    for l, layer in enumerate(net.layers, start=2):
        found.append(_layer(name, l, layer.W.shape, layer.activation))
    last = f"{name}_output_mean[i] + {name}_output_std[i] * u[i]" if output_scaling is not None else "u[i]"
    found.append(f"  for (int i = 0; i < {sizes[-1]}; i++) a[i] = {last};\n}}\n#endif\n")
    return found


def _layer(name: str, l: int, shape: tuple[int, ...], activation: str) -> str:
    n_out, n_in = shape
    total = f"double z = {name}_b{l}[i];\n    for (int j = 0; j < {n_in}; j++) z += {name}_W{l}[i][j] * u[j];\n"
    value = "z" if activation == "softmax" else notation(activation).c
    text = f"  for (int i = 0; i < {n_out}; i++) {{\n    {total}    v[i] = {value};\n  }}\n"
    if activation == "softmax":
        text += f"""  {{
    double top = v[0], sum = 0;
    for (int i = 1; i < {n_out}; i++) top = v[i] > top ? v[i] : top;
    for (int i = 0; i < {n_out}; i++) sum += v[i] = exp(v[i] - top);
    for (int i = 0; i < {n_out}; i++) v[i] /= sum;
  }}
"""
    return text + f"  for (int i = 0; i < {n_out}; i++) u[i] = v[i];\n"


def _vector(name: str, values: Array) -> str:
    return f"static const double {name}[{len(values)}] = {{{_numbers(values)}}};\n"


def _numbers(values: Array) -> str:
    return ", ".join(map(repr, np.asarray(values, np.float64).tolist()))
