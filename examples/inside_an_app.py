"""twinnet inside another app: rows from its database in, explained suggestions out; no file is needed.

python examples/inside_an_app.py
"""

import twinnet

# What an app has: rows of its own tables (pandas data frames and networkx graphs are taken the same way).
MEMBERS = [
    {"name": "Mostar", "country": "BA", "themes_offered": ["culture"], "themes_sought": ["youth"]},
    {"name": "Bihać", "country": "BA", "themes_offered": ["environment"], "themes_sought": ["tourism"]},
    {"name": "Graz", "country": "AT", "themes_offered": ["youth", "environment"], "themes_sought": ["culture"]},
    {"name": "Bari", "country": "IT", "themes_offered": ["tourism"], "themes_sought": ["environment"]},
]
LINKS = [
    {"from_name": "Mostar", "from_country": "BA", "to_name": "Bari", "to_country": "IT", "since": 1998},
]


def build() -> twinnet.Network:
    """Build a network from the rows and say what could not be taken."""
    return twinnet.read(MEMBERS, LINKS, network="Our members", on_fault=lambda fault: print(fault.reason))


def partners_of(network: twinnet.Network, name: str) -> list[dict[str, object]]:
    """Give what the app shows: the best partners of an organisation, each with its reasons."""
    rules = twinnet.Rules(whose=(name,), weights={"offer_and_need": 2})
    return [
        {
            "partner": suggestion.candidate.name,
            "country": suggestion.candidate.country,
            "score": suggestion.score,
            "why": {reason.key: f"{reason.points:+} {reason.sentence}" for reason in suggestion.reasons},
            "unknown": suggestion.missing,
        }
        for suggestion in twinnet.suggest(network, top=3, rules=rules)
    ]


def main() -> None:
    """Show Mostar's best partners and write the page for everybody."""
    network = build()
    for partner in partners_of(network, "Mostar"):
        print(f"{partner['partner']} ({partner['country']}), {partner['score']} points: {partner['why']}")
    found = twinnet.suggest(network, top=3)
    twinnet.write(found, "partners.html", network=network, title="Our members")
    print(f"partners.html shows {len(found)} suggestions")


if __name__ == "__main__":
    main()
