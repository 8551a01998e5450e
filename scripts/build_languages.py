"""Build ``twinnet/data/languages.json``: how languages write numbers and count, from CLDR by way of Babel.

python scripts/build_languages.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from babel import Locale

DATA = Path(__file__).resolve().parent.parent / "twinnet" / "data"

# One file serves the three languages of one grammar; CLDR has no name for them together.
CALLED = {"bs": "bosanski / hrvatski / srpski"}


def build() -> dict[str, Any]:
    """Return the whole content of the file: for each language its name, marks of numbers, and rule of the plural.

    ``plural`` has a digit for each number up to 199: the place of its category among ``categories``. Above that a
    number counts as what it leaves when divided by 100, and 100 more. CLDR's forms for millions are left out.
    """
    found = {}
    for code in json.loads((DATA / "countries.json").read_text(encoding="utf-8"))["names"]:
        locale = Locale.parse(code)
        symbols = locale.number_symbols["latn"]
        used = [locale.plural_form(n) for n in range(200)]
        categories = [tag for tag in ("zero", "one", "two", "few", "many", "other") if tag in used]
        found[code] = {
            "name": CALLED.get(code, str(locale.display_name)),
            "numbers": {"decimal": symbols["decimal"], "group": symbols["group"]},
            "categories": categories,
            "plural": "".join(str(categories.index(tag)) for tag in used),
        }
    return found


if __name__ == "__main__":
    text = json.dumps(build(), ensure_ascii=False, indent=1)
    (DATA / "languages.json").write_text(text + "\n", encoding="utf-8", newline="\n")
