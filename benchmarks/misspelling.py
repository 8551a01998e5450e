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
    if kind == "plain":
        lost = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
        return misspell(lost, rng.choice(("keyboard", "dropped", "swapped")), rng) if lost != name else None
    if kind == "two":
        once = misspell(name, rng.choice(("keyboard", "dropped", "doubled", "swapped")), rng)
        return misspell(once, rng.choice(("dropped", "swapped", "doubled")), rng) if once and len(name) > 9 else None
    return _once(name, kind, rng.choice(inner), rng)


def _once(name: str, kind: str, at: int, rng: random.Random) -> str | None:
    """Return a name with one thing wrong, at that letter where the kind has a place."""
    beside = _beside(fold(name[at]))
    doubles = [i for i in range(1, len(name)) if name[i] == name[i - 1]]
    wrong = {
        "dropped": name[:at] + name[at + 1 :],
        "doubled": name[: at + 1] + name[at:],
        "keyboard": name[:at] + rng.choice(beside) + name[at + 1 :] if beside else None,
        "swapped": name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :] if at > 1 else None,
        "single": name[: doubles[0]] + name[doubles[0] + 1 :] if doubles else None,
        "spaces": name.replace("-", " ").replace(" ", rng.choice(("", "-")), 1) if {"-", " "} & set(name) else None,
    }
    return wrong[kind]
