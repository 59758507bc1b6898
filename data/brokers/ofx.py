"""OFX, the exchange format of statements: SGML (1.x, leaves without end tags) and XML (2.x) alike.

Only tags and their texts are read; entities beyond the five of XML, declarations and scripts stay text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from data.brokers.cells import CellError, clean, read_datetime, read_decimal
from data.brokers.limits import XML_DEPTH, XML_ELEMENTS
from data.brokers.source import SourceFile, doctype_error
from domain.errors import ImportFileError
from domain.import_codes import FileCode
from domain.watching import report_places

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9._]{0,40})>(?P<text>[^<]*)")
_TIME = re.compile(
    r"(?P<stamp>\d{8}(?:\d{6})?)(?:\.\d{1,6})?(?:\[(?P<offset>[+-]?\d{1,2}(?:\.\d{1,2})?)(?::[^\]]*)?\])?"
)
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&"))


@dataclass(frozen=True, slots=True)
class Node:
    """An aggregate or a leaf: its tag, where it starts, its text and what is inside."""

    tag: str
    line: int
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """Yield every node below, in document order."""
        for child in self.children:
            yield child
            yield from child.walk()

    def find(self, tag: str) -> Node | None:
        """Return the first node of a tag below this one."""
        return next((node for node in self.walk() if node.tag == tag), None)

    def value(self, tag: str, default: str = "") -> str:
        """Return the text of the first node of a tag below this one."""
        node = self.find(tag)
        return node.text if node and node.text else default

    @property
    def leaves(self) -> list[Node]:
        """The nodes below that hold a text or could, in document order."""
        return [node for node in self.walk() if not node.children]

    def with_leaves(self, tags: Collection[str]) -> Node:
        """Return this node with nothing inside nodes of these tags: an empty leaf took in what comes after it."""
        found: list[Node] = []
        for child in self.children:
            below = child.with_leaves(tags)
            is_leaf = child.tag in tags
            found += [replace(below, children=[]), *below.children] if is_leaf else [below]
        return replace(self, children=found)

    def with_texts(self, texts: Sequence[str]) -> Node:
        """Return this node with other texts in its leaves, as many as `leaves` has."""
        rest = iter(texts)

        def renew(node: Node) -> Node:
            if not node.children:
                return replace(node, text=next(rest))
            return replace(node, children=[renew(child) for child in node.children])

        return renew(self) if self.children else self

    def decimal(self, tag: str, default: Decimal | None = None) -> Decimal:
        """Return the number in a leaf.

        Raises:
            CellError: If it is missing and there is no default, or no number.
        """
        text = self.value(tag)
        if not text:
            if default is not None:
                return default
            raise CellError(tag, "", f"{self.tag} has no {tag}.", "A number is needed here.")
        return read_decimal(text, column=tag)

    def moment(self, tag: str) -> datetime:
        """Return the time in a leaf, aware when it names its offset.

        Raises:
            CellError: If it is missing or no OFX time.
        """
        text = self.value(tag)
        match = _TIME.fullmatch(text)
        if not match:
            raise CellError(tag, text, f"{text[:40]!r} is not a time.", "Expected YYYYMMDDhhmmss[offset:zone].")
        moment = read_datetime(match["stamp"].ljust(14, "0"), ("%Y%m%d%H%M%S",), column=tag)
        if not match["offset"]:
            return moment
        offset = timedelta(hours=float(match["offset"]))
        if abs(offset) > timedelta(hours=14):
            raise CellError(tag, text, "The offset is no time zone.", "Expected -12 to +14 hours.")
        return moment.replace(tzinfo=timezone(offset))


def read_ofx(source: SourceFile) -> Node:
    """Return the root of a document.

    Raises:
        ImportFileError: If it declares a document type, an aggregate is not closed, or a limit is exceeded.
    """
    from data.brokers.isolation import extract  # noqa: PLC0415 - the child imports this module, not what starts it

    if source.has_doctype:
        raise doctype_error(source.name)
    return _plant(extract(source, "ofx"))


def read_tree(payload: bytes, name: str) -> list[Any]:
    """Return what `read_ofx` needs, as JSON values; runs in the child process."""
    return _fell(find_tree(SourceFile(name, payload).text, name=name))


def _fell(node: Node) -> list[Any]:
    return [node.tag, node.line, node.text, [_fell(child) for child in node.children]]


def _plant(found: list[Any]) -> Node:
    tag, line, text, children = found
    return Node(tag, line, text, [_plant(child) for child in children])


def find_tree(text: str, *, name: str) -> Node:
    """Return the root of a text, in this process.

    Raises:
        ImportFileError: As `read_ofx`.
    """
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    root = Node("", 1)
    stack = [root]
    for count, match in enumerate(report_places(_TAG.finditer(text), re.Match.start, total=len(text))):
        line = bisect_right(starts, match.start())
        if count > XML_ELEMENTS or len(stack) > XML_DEPTH:
            message = (
                f"{name}: in line {line} the statement is nested too deeply or holds more than {XML_ELEMENTS:,} tags."
            )
            raise ImportFileError(message, hint="Download a shorter period.", code=FileCode.TOO_DEEP, line=line)
        tag, body = match["name"].upper(), _unescape(match["text"])
        if match["end"]:
            _close(stack, tag)
        elif body:
            stack[-1].children.append(Node(tag, line, body))
        else:
            node = Node(tag, line)
            stack[-1].children.append(node)
            stack.append(node)
    # An empty leaf looks like an aggregate until the end of what holds it closes both.
    if len(stack) > 1:
        line = stack[1].line
        message = f"{name}: <{stack[1].tag}> of line {line} is not closed; the file is cut off."
        raise ImportFileError(message, hint="Download the file again.", code=FileCode.CUT_OFF, line=line)
    return root


def _close(stack: list[Node], tag: str) -> None:
    """Close an aggregate and the empty leaves left open in it; the end tag of a leaf closes nothing."""
    depth = next((place for place in range(len(stack) - 1, 0, -1) if stack[place].tag == tag), 0)
    if depth:
        del stack[depth:]


def _unescape(text: str) -> str:
    plain = clean(text)
    for entity, mark in _ENTITIES:
        plain = plain.replace(entity, mark)
    return plain
