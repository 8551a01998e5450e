"""Misspellings made by rule: what fingers, phones and old programs do to a name."""

import random
import unicodedata

from twinnet.text import fold

KINDS = ("keyboard", "dropped", "doubled", "swapped", "single", "spaces", "plain", "two")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _beside(letter: str) -> str:
    for row in _ROWS:
        at = row.find(letter)
        if at >= 0:
            return row[max(0, at - 1) : at] + row[at + 1 : at + 2]
    return ""


def misspell(name: str, kind: str, rng: random.Random) -> str | None:
    """Return a name misspelt in that way, None where it cannot be."""
    inner = [i for i in range(1, len(name)) if name[i].isalpha() and name[i - 1].isalpha()]
    if len(name) < 5 or not inner:
        return None
    at = rng.choice(inner)
    if kind == "keyboard":
        beside = _beside(fold(name[at]))
        return name[:at] + rng.choice(beside) + name[at + 1 :] if beside else None
    if kind == "dropped":
        return name[:at] + name[at + 1 :]
    if kind == "doubled":
        return name[: at + 1] + name[at:]
    if kind == "swapped":
        return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :] if at > 1 else None
    if kind == "single":
        doubles = [i for i in inner if name[i] == name[i - 1]]
        return name[: doubles[0]] + name[doubles[0] + 1 :] if doubles else None
    if kind == "spaces":
        return name.replace("-", " ").replace(" ", rng.choice(("", "-")), 1) if "-" in name or " " in name else None
    if kind == "plain":
        lost = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
        return misspell(lost, rng.choice(("keyboard", "dropped", "swapped")), rng) if lost != name else None
    once = misspell(name, rng.choice(("keyboard", "dropped", "doubled", "swapped")), rng)
    return misspell(once, rng.choice(("dropped", "swapped", "doubled")), rng) if once and len(name) > 9 else None
