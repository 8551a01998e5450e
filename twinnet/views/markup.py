"""HTML that is made of values: what is no markup is escaped, whatever it says.

>>> print(element("p", "Łódź & <b>", element("b", "1"), lang="pl"))
<p lang="pl">Łódź &amp; &lt;b&gt;<b>1</b></p>
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import TypeAlias

_SLOT = re.compile(r"\{\{([\w.-]+)\}\}")
_EMPTY = frozenset({"br", "hr", "rect", "line", "circle"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Part: TypeAlias = "str | Iterable[Part] | None"
"""What stands in an element: text, markup, several of them, or nothing."""


def element(name: str, /, *parts: Part, **attributes: str | None) -> Markup:
    """Make an element; an attribute that is None is left out, and ``class_`` is ``class``."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _EMPTY:
        return Markup(f"<{name}{said}/>")
    return Markup(f"<{name}{said}>{joined(*parts)}</{name}>")


def joined(*parts: Part) -> Markup:
    """Put parts one after the other."""
    return Markup("".join(_written(parts)))


def between(mark: Part, parts: Iterable[Part]) -> list[Part]:
    """Put a mark between parts, those that are nothing left out.

    >>> joined(between(" · ", ["a", None, "<"]))
    'a · &lt;'
    """
    found: list[Part] = []
    for part in parts:
        if part:
            found += [mark, part] if found else [part]
    return found


def escaped(text: str) -> str:
    """Return text for an element or a quoted attribute; what UTF-8 cannot hold is replaced."""
    return html.escape(text.encode("utf-8", "replace").decode("utf-8"), quote=True)


def filled(template: str, values: Mapping[str, Part]) -> str:
    """Fill the slots of a template in one pass, so that what is filled in is never read again."""
    return _SLOT.sub(lambda slot: joined(values[slot[1]]), template)


def policy(style: str) -> str:
    """Return the Content-Security-Policy of a page that has this style, no script, and asks for nothing."""
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


@lru_cache(maxsize=8)
def package_text(name: str) -> str:
    """Return the text of a file of the package."""
    return files("twinnet").joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _written(parts: Iterable[Part]) -> Iterable[str]:
    for part in parts:
        if isinstance(part, Markup):
            yield part
        elif isinstance(part, str):
            yield escaped(part)
        elif part is not None:
            yield from _written(part)
