"""XML as a tree, without declarations of types and entities, and within limits."""

from dataclasses import dataclass, field
from xml.parsers import expat

from netgrad.errors import NetworkError, excerpt, visible
from netgrad.formats import limits


@dataclass
class Element:
    """An element: its name without the prefix, its attributes, its elements in order, its text."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> list["Element"]:
        """Elements `tag` directly in this one."""
        return [child for child in self.children if child.tag == tag]

    def first(self, *tags: str) -> "Element | None":
        """First element directly in this one that has one of the names."""
        return next((child for child in self.children if child.tag in tags), None)


def parse(data: bytes) -> Element:
    """Root element of an XML document.

    Raises
    ------
    NetworkError
        With the place: no sound XML, declarations, or over a limit.
    """
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _refuse_declarations
    parser.EntityDeclHandler = _refuse_declarations
    parser.buffer_text = True
    builder.parser = parser
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        what = visible(expat.ErrorString(error.code))
        raise NetworkError(f"not XML: {what}", line=error.lineno, column=error.offset + 1) from None
    except (ValueError, LookupError, TypeError) as error:  # an encoding that expat does not know
        raise NetworkError(f"not XML: {visible(str(error))}") from None
    except NetworkError as error:
        error.line = error.line or parser.CurrentLineNumber
        raise
    return builder.root.children[0]


class _Builder:
    parser: expat.XMLParserType

    def __init__(self) -> None:
        self.root = Element("", {}, 0)
        self._open, self._count = [self.root], 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > limits.XML_NESTING or self._count > limits.ELEMENTS:
            raise NetworkError("nested too deep, or too many elements")
        element = Element(name.rpartition(":")[2], attributes, self.parser.CurrentLineNumber)
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, name: str) -> None:
        self._open.pop()

    def text(self, text: str) -> None:
        if not text.isspace():
            element = self._open[-1]
            if len(element.text) + len(text) > limits.XML_TEXT:
                raise NetworkError(f"element {excerpt(element.tag)} has a text of over {limits.XML_TEXT} characters")
            element.text += text


def _refuse_declarations(*declaration: object) -> None:
    raise NetworkError("a document type or entities, which are not read")
