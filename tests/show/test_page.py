"""The page of Algorithm 1: what it holds. That its numbers are right is seen in a browser: tests/torture/page.py."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from nets import random_net, random_points

from netgrad.core.activations import SIGMA
from netgrad.core.network import Network, Scaling
from netgrad.errors import UsageError
from netgrad.show.page import page

X = np.array([0.1, 0.2])


class Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.tags, self.scripts, self.attributes = [], [], {}, []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "input"):
            self.open.append((tag, dict(attrs).get("id")))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if self.open and self.open[-1][0] == "script":
            self.scripts[self.open[-1][1]] = data


def seen(net, x=X, k=0):
    parser = Seen()
    parser.feed(page(net, k, x))
    assert parser.open == []
    return parser


def test_the_page_holds_the_very_weights_and_the_point():
    net = random_net((2, 3, 2), seed=4, scaling=Scaling(X, np.array([0.3, 7.0])), outputs=("A", "B"))
    data = json.loads(seen(net, k=1).scripts["data"])
    assert data["x"] == X.tolist()
    assert (data["k"], data["outputs"], data["inputs"]) == (1, ["A", "B"], ["x1", "x2"])
    assert data["std"] == [0.3, 7.0]
    for layer, found in zip(net.layers, data["layers"], strict=True):
        text = {"activation": layer.activation, "sigma": layer.activation, "parameter": None}
        assert found == {"W": layer.W.tolist(), "b": layer.b.tolist(), **text}
    assert all(low <= x <= high for (low, high), x in zip(data["ranges"], data["x"], strict=True))


def test_the_page_loads_nothing():
    text = page(random_net((2, 3, 1)), 0, X)
    assert "default-src 'none'" in text
    addresses = [a for a in re.findall(r"\w+://[^\"']*", text) if a != "http://www.w3.org/2000/svg"]
    assert addresses == []
    assert not [value for name, value in seen(random_net((2, 3, 1))).attributes if name in ("src", "href")]


@pytest.mark.parametrize("name", ["</script><script>alert(1)</script>", "<!-- <script>", "@DATA@", "\u2028&amp;"])
def test_a_name_cannot_leave_its_place(name):
    parser = seen(Network(random_net((2, 3, 1)).layers, name=name))
    assert json.loads(parser.scripts["data"])["name"] == name
    assert parser.tags.count("script") == 3


@pytest.mark.parametrize("activation", SIGMA)
def test_every_activation_is_in_the_page(activation):
    mathematics = seen(random_net((2, 3, 1))).scripts["mathematics"]
    assert re.search(rf"\n  {activation}: (z|\(z, \w+\)) =>", mathematics) or f"function {activation}(z)" in mathematics


def test_a_page_of_too_many_weights_is_refused():
    with pytest.raises(UsageError, match="up to 200,000"):
        page(random_net((500, 500, 1)), 0, random_points(1, 500)[0])
