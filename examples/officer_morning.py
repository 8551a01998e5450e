"""An officer's morning: three lists become one page of explained suggestions.

    python examples/officer_morning.py                                  # with small lists of its own
    python examples/officer_morning.py members.csv twinnings.csv ...    # with yours

It writes ``morning.twinnet`` and ``morning.html`` into the current folder; open the page in a browser.
"""

import sys
import tempfile
from pathlib import Path

import twinnet
from twinnet.workspace import import_lists, suggestions

LISTS = {
    "Balkan Network.csv": """Municipality;Country;Themes;Joined
Mostar;BiH;youth, culture;1999
Bihać;BiH;environment;2004
Novi Sad;Srbija;culture, tourism;2001
Ohrid;North Macedonia;tourism, heritage;2008
""",
    "Western Towns.csv": """name,country,themes
Bari,Italy,"culture, tourism"
Graz,Austria,"youth, environment"
Lyon,France,"youth, culture"
Ghent,Belgium,"heritage, environment"
""",
    "twinnings.csv": """from_name,from_country,to_name,to_country,since,last_activity
Mostar,BA,Bari,IT,1998,2001
Novi Sad,RS,Graz,AT,2003,2025
Bihać,BA,Lyon,FR,2010,
""",
}


def main(files: list[Path]) -> None:
    """Import the lists, suggest, look at the best, and write the page."""
    done = import_lists(files, "morning.twinnet")
    network = done.network
    print(f"{network}; {len(done.faults)} remarks in {done.report}")
    rules = twinnet.Rules(corridor="old-europe:south-east-europe", cap=3)
    found = suggestions(network, top=3, rules=rules)
    for one in [suggestion for suggestion in found if suggestion.kind == "start"][:5]:
        print(f"{one.organisation.name} and {one.candidate.name}: {one.reasons[0].sentence}")
    twinnet.write(found, "morning.html", network=network, rules=rules)
    print("morning.html is ready")


if __name__ == "__main__":
    given = [Path(name) for name in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in LISTS.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        main(given or [Path(folder) / name for name in LISTS])
