"""The page of Algorithm 1 in a headless Chromium: sliders moved, every number compared with netgrad's.

    python tests/torture/page.py [MOVES]

Needs `chromedriver` and `chromium`; exit code 1 where a number differs by more than 1e-12 of the largest beside it.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from nets import random_net, random_points

from netgrad.core.activations import SIGMA
from netgrad.core.network import Scaling
from netgrad.core.tracing import outcome, trace
from netgrad.show.page import page

TOLERANCE = 1e-12
PORT = 9517
MOVE = """
const slider = document.getElementById('x' + arguments[0]);
slider.min = -10; slider.max = 10; slider.value = arguments[1];
slider.dispatchEvent(new Event('input'));
return document.body.dataset.state;
"""


def call(path, body=None, method=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", data, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["value"]


def differences(net, k, state):
    """Of each array that the page shows, the largest difference relative to its largest number."""
    x = np.array(state["x"])
    steps, (value, gradient) = trace(net, x, k), outcome(net, trace(net, x, k), k)
    yield np.abs(value - state["value"]) / max(abs(value), 1e-290)
    yield np.abs(gradient - state["gradient"]).max() / max(np.abs(gradient).max(), 1e-290)
    for ours, theirs in zip(steps, state["steps"], strict=True):
        for name, key in (("z", "z"), ("a", "a"), ("dsigma", "d"), ("delta", "delta")):
            exact = getattr(ours, name)
            size = max(np.abs(exact).max(), 1e-290)
            yield np.abs(exact - theirs[key]).max() / size


def nets():
    scaling = Scaling(np.array([0.5, -1.0, 2.0]), np.array([0.25, 3.0, 0.5]))
    outputs = Scaling(np.array([3.0, -2.0]), np.array([12.0, -0.5]))
    for activation in [*SIGMA, "relu(6)", "leaky_relu(0.2)", "elu(0.3)"]:
        only_last = activation in ("softmax", "exp")  # of exp throughout it would be too large for a number
        last = {"last": activation} if only_last else {}
        inner = "tanh" if only_last else activation
        yield activation, random_net((3, 5, 4, 2), 1, 4, inner, **last)
        yield activation + ", scaled", random_net((3, 4, 2), 2, 5, inner, scaling=scaling, **last)
        yield (
            activation + ", both scaled",
            random_net((3, 4, 2), 1, 6, inner, scaling=scaling, output_scaling=outputs, **last),
        )


def main(moves=20):
    program = shutil.which("chromedriver") or "chromedriver"
    driver = subprocess.Popen([program, f"--port={PORT}"], stdout=subprocess.DEVNULL)
    try:
        time.sleep(2)
        options = {"args": ["--headless", "--no-sandbox", "--disable-gpu"]}
        wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
        session = "/session/" + call("/session", wanted)["sessionId"]
        worst, count = 0.0, 0
        for name, net in nets():
            of_net = 0.0
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "page.html"
                file.write_text(page(net, 1, random_points(1, 3)[0]), encoding="utf-8")
                call(session + "/url", {"url": file.as_uri()})
                for i, x in enumerate(random_points(moves, 1, seed=9)[:, 0]):
                    state = json.loads(call(session + "/execute/sync", {"script": MOVE, "args": [i % 3, float(x)]}))
                    of_net = max(of_net, *differences(net, 1, state))
                    count += 1
            worst = max(worst, of_net)
            print(f"{name:24} {of_net:.2e}")
        call(session, method="DELETE")
    finally:
        driver.terminate()
    print(f"{count} moves of a slider, the largest difference {worst:.2e}")
    return int(worst > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
