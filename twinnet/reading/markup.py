"""XML as a stream of starts, ends and texts: nothing is kept, nesting is bounded, and no entity is ever declared."""

from __future__ import annotations

from typing import IO

from twinnet.errors import InputError
from twinnet.reading.raw import Limits

_CHUNK = 1 << 16
ENTITIES = "the file declares XML entities or a document type, which no list needs: save it again without"


class Handler:
    """Is told of each element and text of a document; a name is ``namespace}local``, or ``local`` without one."""

    __slots__ = ()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the beginning of an element."""

    def end(self, name: str) -> None:
        """Meet the end of an element."""

    def text(self, text: str) -> None:
        """Meet a piece of text."""


def stream(source: IO[bytes], handler: Handler, *, limits: Limits, file: str, damaged: str) -> None:
    """Read XML and tell ``handler`` of it.

    Parameters
    ----------
    source:
        The document; its encoding is told from its first line.
    handler:
        Who is told. What it raises ends the reading.
    limits, file:
        Bounds, and the file's name for messages.
    damaged:
        What to say of a document that is no XML.

    Raises
    ------
    InputError
        It is damaged, declares a document type or entities, or is nested too deep.
    """
    from xml.parsers.expat import ExpatError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    # The guards are those of defusedxml; its slow tree is left out and its parser's events are taken as they come.
    parser = DefusedXMLParser(target=object(), forbid_dtd=True).parser
    depth, deepest = 0, limits.xml_depth
    begin, finish = handler.start, handler.end

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > deepest:
            limits.check("xml_depth", depth, file=file, what=f"the nesting of elements (over {deepest} deep)")
        begin(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        finish(name)

    parser.ordered_attributes = False
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = handler.text
    fed, longest = 0, 4 * limits.cell_length + _CHUNK
    try:
        while chunk := source.read(_CHUNK):
            parser.Parse(chunk, False)
            # A tag that does not end is read again with every chunk: the time grows with the square of its length.
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > longest:
                limits.check(
                    "cell_length", fed - parser.CurrentByteIndex, file=file, what="a tag or comment of the file"
                )
        parser.Parse(b"", True)
    except DefusedXmlException as error:
        raise InputError(ENTITIES, file=file) from error
    except (ExpatError, LookupError, ValueError) as error:
        raise InputError(damaged, file=file) from error
