"""Links from Wikidata: the query that a person runs in a browser, and whose result is read as it is.

Wikidata's public query service (https://query.wikidata.org) answers SPARQL. Twinnings are statements of property P190
("twinned administrative body"); P17 is the country of a place and P297 its ISO code, P625 the coordinates as
``Point(longitude latitude)``, P1082 the population, P1566 the GeoNames id, P580 and P582 the beginning and end of a
statement. The query names its columns as the fields of a list of links, so that the result, downloaded as CSV, TSV or
JSON, needs no mapping. Read as members (``--as members``) it gives the towns of the countries asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from twinnet import countries as _countries
from twinnet.errors import OptionError

_LANGUAGES = "en,mul,de,fr,it,es,pl,ro,hr,bs,sr,sl,mk,sq,bg,el,hu,uk,pt,nl,cs,sk,tr,sv,da,fi,et,lv,lt,no"

_QUERY = """\
# Twinnings of the places of {names}.
# 1. Open https://query.wikidata.org and paste this text.  2. Run it.  3. Download the result as CSV (or JSON).
# 4. twinnet import query.csv --into my.twinnet
# If the service stops after a minute, ask for fewer countries at a time.
SELECT ?from_item ?from_name ?from_country ?from_location ?from_population ?from_geonames_id
       ?to_item ?to_name ?to_country ?to_location ?to_population ?to_geonames_id ?since ?until
WHERE {{
  {{
    SELECT ?from_item ?to_item
           (MIN(?from_code) AS ?from_country) (SAMPLE(?from_point) AS ?from_location)
           (MAX(?from_inhabitants) AS ?from_population) (MIN(?from_geonames) AS ?from_geonames_id)
           (MIN(?to_code) AS ?to_country) (SAMPLE(?to_point) AS ?to_location)
           (MAX(?to_inhabitants) AS ?to_population) (MIN(?to_geonames) AS ?to_geonames_id)
           (MIN(?start) AS ?since) (MAX(?end) AS ?until)
    WHERE {{
      VALUES ?from_code {{ {codes} }}
      ?from_state wdt:P297 ?from_code .
      ?from_item wdt:P17 ?from_state ;
                 p:P190 ?twinning .
      ?twinning ps:P190 ?to_item ;
                wikibase:rank ?rank .
      FILTER(?rank != wikibase:DeprecatedRank)
      OPTIONAL {{ ?twinning pq:P580 ?start . }}
      OPTIONAL {{ ?twinning pq:P582 ?end . }}
      OPTIONAL {{ ?from_item wdt:P625 ?from_point . }}
      OPTIONAL {{ ?from_item wdt:P1082 ?from_inhabitants . }}
      OPTIONAL {{ ?from_item wdt:P1566 ?from_geonames . }}
      OPTIONAL {{ ?to_item wdt:P17/wdt:P297 ?to_code . }}
      OPTIONAL {{ ?to_item wdt:P625 ?to_point . }}
      OPTIONAL {{ ?to_item wdt:P1082 ?to_inhabitants . }}
      OPTIONAL {{ ?to_item wdt:P1566 ?to_geonames . }}
    }}
    GROUP BY ?from_item ?to_item
  }}
  SERVICE wikibase:label {{
    bd:serviceParam wikibase:language "{languages}" .
    ?from_item rdfs:label ?from_name .
    ?to_item rdfs:label ?to_name .
  }}
}}
ORDER BY ?from_country ?from_name ?to_country ?to_name
"""


def query(countries: Sequence[str]) -> str:
    """Return the SPARQL that asks Wikidata for the twinnings of all places of some countries.

    Parameters
    ----------
    countries:
        Codes or names; one at least.

    Raises
    ------
    OptionError
        A country is not known, or none is given.

    >>> print(*query(["Bosnia and Herzegovina", "IT"]).splitlines()[:1])
    # Twinnings of the places of Bosnia and Herzegovina, Italy.
    """
    codes: dict[str, None] = {}
    for country in countries:
        code = _countries.code(country)
        if code is None:
            raise OptionError(f"there is no country {country!r}: write ISO codes such as BA,IT or names")
        codes.setdefault(code)
    if not codes:
        raise OptionError("name a country at least, as in --countries BA,IT")
    return _QUERY.format(
        names=", ".join(map(_countries.name, codes)),
        codes=" ".join(f'"{code}"' for code in codes),
        languages=_LANGUAGES,
    )
