"""Tables made to be cut wrongly: quoted line breaks, text that looks like records, faults of every kind."""

import random

SOUND = ("plain", "quoted", "number", "first", "long")
BAD = ("stray", "wide", "missing", "cr", "nul", "bytes")
WORDS = ("a", ",", "\n", "\r\n", " ", "1,2,3\n", "0.1,0.2,x\n", '""', "é", "#c", "\n#", "x1,x2,t\n")


class Tables:
    """Files for a network of two inputs, in columns 1 and 2 of three; the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def files(self) -> list[bytes]:
        """One to three tables with the same columns."""
        draw = self.draw
        kinds = draw.choice([("plain",), ("plain", "quoted"), SOUND, SOUND, ("first",), SOUND + BAD, BAD])
        header, many = draw.random() < 0.7, draw.choice([1, 1, 1, 2, 3])
        return [self._file(kinds, header) for _ in range(many)]

    def _file(self, kinds: tuple[str, ...], header: bool) -> bytes:
        draw = self.draw
        ends = draw.choice([("\n",), ("\r\n",), ("\n", "\r\n")])
        comments, blanks = (draw.random() < 0.3 for _ in range(2))
        lines = [draw.choice(["x1,x2,t", 'x1,x2,"t\nu"'])] if header else []
        for _ in range(draw.choice([1, 3, 20, 60])):
            lines.append(self._record(draw.choice(kinds)))
            if comments and draw.random() < 0.2:
                lines.append(draw.choice(["# it's \"open", "#", '#"""', "# 1,2,3"]))
            if blanks and draw.random() < 0.2:
                lines.append("")
        if draw.random() < 0.05:
            lines.append('1,2,"never closed')
        text = "".join(line + draw.choice(ends) for line in lines)
        if draw.random() < 0.3:
            text = text.rstrip("\r\n")
        return (b"\xef\xbb\xbf" if draw.random() < 0.3 else b"") + text.encode("utf-8", "surrogateescape")

    def _record(self, kind: str) -> str:
        draw, x, y = self.draw, self._number(), self._number()
        if kind == "wide":
            return ",".join([x] * draw.choice([1, 2, 4, 5]))
        missing = ["NA", "nan", "0x1", "", '"no"', '"1\n2"']
        last = {
            "plain": ["t", "", "abc"],
            "stray": ['ab"c', '"a"b', 'a""', '"x" ', 'x"y\rz'],
            "missing": ["t"],
            "nul": ["a\0b", '"a\n\0b', '"a\0'],
            "bytes": ["\udcff\udcfe"],
            "cr": ["z"],
        }.get(kind)
        if last is not None:
            y += "\r" if kind == "cr" else ""
            return ",".join([draw.choice(missing) if kind == "missing" else x, y, draw.choice(last)])
        if kind == "first":
            return ",".join([self._words(20), x, y])
        return ",".join([f'"{x}"' if kind == "number" else x, y, self._words(300 if kind == "long" else 12)])

    def _number(self) -> str:
        return self.draw.choice(["0.1", "1", "-.5", "2e-3", " 0.25 ", "1e300", "0"])

    def _words(self, most: int) -> str:
        return '"' + "".join(self.draw.choice(WORDS) for _ in range(self.draw.randrange(most))) + '"'
