"""How well places are named, beside an exact look-up of the folded name (the largest place that bears it).

A place is right if it is the true one, an accepted one, or within 20 km. `auto` is what is taken, `review` what waits
for a person. The labelled data are the shared ones; some of the truth is wrong or has no position, so the figures are
lower bounds.
"""

import csv
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from benchmarks.misspelling import KINDS, misspell
from benchmarks.shared import DATA, has, show
from twinnet import countries
from twinnet.places import DENSE_COUNTRIES, SAME_NAME_WITHIN, Gazetteer, Hit, Place, distance
from twinnet.text import fold

WEAK = ("NO", "SK", "CY", "MD", "HU", "NL", "EE", "GR")
_TOWNS = ("Munic", "City", "Local")
_MISSPELT = 3000
_SOME = 20
"""A country with fewer names is printed together with others."""

Find = Callable[[str, str | None], Hit | None]


class Case(NamedTuple):
    """A name as a list writes it, and where it is (no position: what is expected is ``none`` or ``ambiguous``)."""

    name: str
    country: str | None
    group: str
    expected: str = "place"
    ids: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None

    def has(self, place: Place) -> bool:
        """Whether a place is right."""
        if self.expected != "place":
            return False
        if str(place.geonames_id) in self.ids:
            return True
        if self.latitude is None or self.longitude is None:
            return False
        return distance(place.latitude, place.longitude, self.latitude, self.longitude) <= SAME_NAME_WITHIN


Answer = tuple[Case, Hit | None]


def run() -> None:
    """Print every figure that the data at hand allow."""
    with Gazetteer.open() as gazetteer:
        plain = _plain(gazetteer)
        if has("members/truth.csv"):
            answers = _told("ten member lists (truth.csv)", list(_of_lists()), gazetteer.find, plain)
            _grouped(answers, lambda case: case.group, gazetteer)
            _grouped(answers, _country, gazetteer)
        if has("resolution/cases.csv"):
            answers = _told("hard names (cases.csv)", list(_cases()), gazetteer.find, plain)
            _grouped(answers, lambda case: case.group, gazetteer)
            _grouped(answers, _country, gazetteer)
        if has("twinnings/wikidata_eu.csv"):
            answers = _told("towns of twinnings (Wikidata)", list(_wikidata()), gazetteer.find, plain)
            _grouped(answers, _country, gazetteer)
        if has("twinnings/rgre_germany.csv"):
            _german(gazetteer, plain)
        _misspelt(gazetteer)


def _plain(gazetteer: Gazetteer) -> Find:
    """Return the throw-away baseline: the largest place of the country whose folded name is the same."""

    def find(name: str, country: str | None) -> Hit | None:
        key = fold(name)
        same = [place for place in gazetteer.named(name, country) if fold(place.name) == key]
        return Hit(max(same, key=lambda place: place.population or 0), "exact", 1.0) if same else None

    return find


def _rows(path: str, *, encoding: str = "utf-8", delimiter: str = ",") -> Iterator[dict[str, str]]:
    with (DATA / path).open(encoding=encoding, newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def _number(text: str) -> float | None:
    return float(text) if text else None


def _of_lists() -> Iterator[Case]:
    seen = set()
    for row in _rows("members/truth.csv"):
        key = (row["Full_Name"], row["CountryCode"], row["list"])
        if row["geonameId"] and any(word in row["EntitySimplified"] for word in _TOWNS) and key not in seen:
            seen.add(key)
            position = _number(row["lat_GN"]), _number(row["lng_GN"])
            ids = (row["geonameId"].removesuffix(".0"),)
            yield Case(row["Full_Name"], countries.code(row["CountryCode"]), row["list"], "place", ids, *position)


def _cases() -> Iterator[Case]:
    for row in _rows("resolution/cases.csv"):
        ids = (row["truth_geonames_id"], *row["also_accept_ids"].split(";"))
        position = _number(row["truth_lat"]), _number(row["truth_lon"])
        yield Case(row["raw_name"], countries.code(row["raw_country"]), row["kind"], row["expected"], ids, *position)


def _wikidata() -> Iterator[Case]:
    seen = set()
    for row in _rows("twinnings/wikidata_eu.csv"):
        for end in ("from_", "to_"):
            key = row[end + "name"], row[end + "country"]
            if key not in seen:
                seen.add(key)
                position = float(row[end + "latitude"]), float(row[end + "longitude"])
                yield Case(key[0], countries.code(key[1]), "", "place", (), *position)


def _answers(cases: Iterable[Case], find: Find) -> list[Answer]:
    return [(case, find(case.name, case.country)) for case in cases]


def _told(what: str, cases: list[Case], find: Find, plain: Find) -> list[Answer]:
    """Print the figures of a set of cases, and return the answers."""
    start = time.process_time()
    answers = _answers(cases, find)
    spent = (time.process_time() - start) / len(cases) * 1e3
    beside = _figures(_answers(cases, plain))
    print(f"{what}: {len(cases)} names, {spent:.2f} ms a name")
    for figure, value in _figures(answers).items():
        ratio = f"{value / beside[figure]:.2f} x exact look-up ({beside[figure]:.3f})" if beside[figure] else ""
        show(f"  {figure}", value, "", ratio)
    for expected in ("none", "ambiguous"):
        hits = [hit for case, hit in answers if case.expected == expected]
        if hits:
            taken = sum(hit is not None and hit.band == "auto" for hit in hits)
            print(f"  {expected}: {len(hits)}, taken {taken}, answered {sum(hit is not None for hit in hits)}")
    return answers


def _figures(answers: Iterable[Answer]) -> dict[str, float]:
    towns = [(case, hit) for case, hit in answers if case.expected == "place"]
    auto = [(case, hit) for case, hit in towns if hit is not None and hit.band == "auto"]
    right = sum(hit is not None and case.has(hit.place) for case, hit in towns)
    return {
        "recall of auto and review": right / max(1, len(towns)),
        "precision of auto": sum(case.has(hit.place) for case, hit in auto) / max(1, len(auto)),
        "share auto": len(auto) / max(1, len(towns)),
    }


def _country(case: Case) -> str:
    return case.country or "?"


def _shown(groups: dict[str, list[Answer]]) -> dict[str, list[Answer]]:
    """Return groups by name, those that are small put together unless they are lists or countries known as weak."""
    kept = {key: found for key, found in sorted(groups.items()) if len(found) >= _SOME or len(key) > 2 or key in WEAK}
    rest = [answer for key, found in sorted(groups.items()) if key not in kept for answer in found]
    return {**kept, **({"others": rest} if rest else {})}


def _grouped(answers: Iterable[Answer], group_of: Callable[[Case], str], gazetteer: Gazetteer | None = None) -> None:
    """Print the figures of each group, with why names are missed; countries known as weak are marked with a star."""
    groups: dict[str, list[Answer]] = defaultdict(list)
    for case, hit in answers:
        if case.expected == "place":
            groups[group_of(case)].append((case, hit))
    print(f"  {'':18s}   names  {'  '.join(_figures(()))}")
    for group, found in _shown(groups).items():
        told = "  ".join(f"{value:{len(figure)}.3f}" for figure, value in _figures(found).items())
        causes = Counter(cause for case, hit in found if gazetteer and (cause := _cause(gazetteer, case, hit)))
        why = "; ".join(f"{count} {cause}" for cause, count in sorted(causes.items()))
        print(f"  {group + ' *' * (group in WEAK):18s}{len(found):8d}  {told}  {why}".rstrip(), flush=True)


def _cause(gazetteer: Gazetteer, case: Case, hit: Hit | None) -> str | None:
    """Return why a name was not found, None where it was."""
    if hit is not None and case.has(hit.place):
        return None
    if case.latitude is None or case.longitude is None:
        return "without a true position"
    there = gazetteer.find(case.name, case.country, latitude=case.latitude, longitude=case.longitude)
    if there is None or there.stage == "coordinates":
        return "not in the gazetteer"
    return "another of that name was taken" if hit is not None and hit.band == "auto" else "another was proposed"


def _german(gazetteer: Gazetteer, plain: Find) -> None:
    """Print how many distinct partners of German towns are answered; their true places are not known."""
    rows = _rows("twinnings/rgre_germany.csv", encoding="cp1252", delimiter=";")
    partners = sorted({(row["partnergemeinde"], row["land"]) for row in rows})
    cases = [Case(name, countries.code(land), land) for name, land in partners]
    answers = _answers(cases, gazetteer.find)
    bands = Counter(hit.band if hit else "none" for _, hit in answers)
    answered = (bands["auto"] + bands["review"]) / len(cases)
    known = sum(hit is not None for _, hit in _answers(cases, plain)) / len(cases)
    print(f"partners in the German database: {len(cases)} (among them some 3 % districts, counties and regions)")
    show("  in auto or review", answered, "", f"{answered / known:.2f} x exact look-up ({known:.3f})")
    show("  share auto", bands["auto"] / len(cases), "")
    there: dict[str, list[Answer]] = defaultdict(list)
    for case, hit in answers:
        there[_country(case)].append((case, hit))
    for country, found in _shown(there).items():
        share = sum(hit is not None for _, hit in found) / len(found)
        print(f"  {country + ' *' * (country in WEAK):18s}{len(found):8d}  answered {share:.3f}", flush=True)


def _misspelt(gazetteer: Gazetteer) -> None:
    """Print how many misspellings made by rule still lead where the right spelling leads."""
    from rapidfuzz import fuzz, process

    towns = [place for country in sorted(DENSE_COUNTRIES) for place in gazetteer.towns(country, least=1000)]
    rng = random.Random(1)  # noqa: S311 - the same misspellings each time
    cases: list[Case] = []
    while len(cases) < _MISSPELT:
        town, kind = rng.choice(towns), rng.choice(KINDS)
        # Lists name large towns more often than villages.
        if rng.random() > ((town.population or 0) / 30_000) ** 0.5:
            continue
        wrong = misspell(town.name, kind, rng)
        hit = gazetteer.find(town.name, town.country)
        if wrong and wrong.lower() != town.name.lower() and hit and hit.band == "auto" and hit.place == town:
            ids = (str(town.geonames_id),)
            cases.append(Case(wrong, town.country, kind, "place", ids, town.latitude, town.longitude))
    keys: dict[str, dict[str, Place]] = defaultdict(dict)
    for town in towns:
        keys[town.country].setdefault(fold(town.name), town)

    def nearest(name: str, country: str | None) -> Hit | None:
        found = process.extractOne(fold(name), list(keys[country or ""]), scorer=fuzz.ratio, score_cutoff=80)
        return Hit(keys[country or ""][found[0]], "fuzzy", 1.0) if found else None

    answers = _answers(cases, gazetteer.find)
    ours, theirs = _figures(answers), _figures(_answers(cases, nearest))
    print(f"misspellings made by rule: {len(cases)}")
    recall = "recall of auto and review"
    show(
        f"  {recall}", ours[recall], "", f"{ours[recall] / theirs[recall]:.2f} x nearest of all ({theirs[recall]:.3f})"
    )
    foreign = [(rng.choice(towns).name, rng.choice(towns).country) for _ in range(_MISSPELT)]
    foreign = [(name, country) for name, country in foreign if not gazetteer.named(name, country)]
    guessed = [find(name, country) is not None for find in (gazetteer.find, nearest) for name, country in foreign]
    shares = [sum(part) / len(foreign) for part in (guessed[: len(foreign)], guessed[len(foreign) :])]
    show("  share answered of names that only another country has", shares[0], "", f"nearest of all {shares[1]:.3f}")
    _grouped(answers, lambda case: case.group)
    _grouped(answers, _country)
