"""Make the reference pages from the program, and the outputs shown in the documentation from runs.

usage: python scripts/build_reference.py

Writes docs/reference/commands.md (from the commands), reasons.md (from the list of reasons and the points table),
fields.md (from the fields of lists), themes.md (from the taxonomy), and graph.md with docs/images/graph-model.svg (from
what the Neo4j store writes). Then every page is run from top to bottom in an
empty folder, and what its commands print is put in the place of what stands there. In a page a comment before a block
says what to do with it:

<!-- file: NAME -->   the block is written to a file of that name
<!-- run -->          the block is run: twinnet commands (sh) or Python
<!-- output -->       the block is what the last run printed
"""

import contextlib
import inspect
import io
import os
import re
import shlex
import tempfile
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click
from click.testing import CliRunner, Result

from twinnet import cli, scoring
from twinnet.evidence import Feature
from twinnet.reading.fields import FIELDS
from twinnet.reading.values import vocabulary
from twinnet.reasons import REASONS, WAKING, WIDENING
from twinnet.stores.neo4j import content, tables
from twinnet.stores.neo4j.tables import Kind
from twinnet.taxonomy import Taxonomy

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"

_BLOCK = re.compile(
    r"^<!-- (?P<what>run|output|file: (?P<file>[\w.-]+)) -->\n```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_MADE = "<!-- Made by scripts/build_reference.py: change the program, not this page. -->\n\n"


def main() -> None:
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")
    for path in [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]:
        text = path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            made = run(text, Path(folder))
        if made != text:
            path.write_text(made, encoding="utf-8", newline="\n")
            print(f"{path.relative_to(ROOT)}: outputs renewed")


def pages() -> dict[Path, str]:
    """Return the text of each reference page that is made from the program."""
    return {
        REFERENCE / "commands.md": _commands(),
        REFERENCE / "reasons.md": _reasons(),
        REFERENCE / "fields.md": _fields(),
        REFERENCE / "themes.md": _themes(),
        REFERENCE / "graph.md": _graph(),
        DOCS / "images" / "graph-model.svg": _picture(),
    }


def run(text: str, folder: Path) -> str:
    """Run the marked blocks of a page in a folder and return the page with what they print."""
    printed = ""
    parts, at = [], 0
    names: dict[str, object] = {}
    before = Path.cwd()
    try:
        os.chdir(folder)
        for block in _BLOCK.finditer(text):
            if block["what"] == "run":
                printed = _python(block["text"], names) if block["language"] == "python" else _shell(block["text"])
            elif block["what"] == "output":
                parts += [text[at : block.start("text")], printed]
                at = block.end("text")
            else:
                Path(block["file"]).write_text(block["text"], encoding="utf-8", newline="\n")
    finally:
        os.chdir(before)
    return "".join([*parts, text[at:]])


def _python(code: str, names: dict[str, object]) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "documentation", "exec"), names)  # noqa: S102 - the project's own documentation
    return _even(said.getvalue())


def _shell(commands: str) -> str:
    """Run lines of twinnet commands (a backslash joins lines, ``> FILE`` writes to one) and return what they say."""
    said = ""
    for line in commands.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        if words[0] != "twinnet":
            raise ValueError(f"only twinnet is run in the documentation, not {words[0]!r}")
        target = words.index(">") if ">" in words else len(words)
        if words[1] == "demo":
            said += _demo(tuple(words[1:]))
            continue
        done = _called(words[1:target])
        if target < len(words):
            Path(words[target + 1]).write_text(done.stdout, encoding="utf-8", newline="\n")
            said += done.stderr
        else:
            said += done.stdout + done.stderr
    return _even(said)


def _called(words: Sequence[str]) -> Result:
    done = CliRunner(env={"COLUMNS": "100"}).invoke(cli.twinnet, list(words), prog_name="twinnet")
    if done.exit_code:
        raise RuntimeError(f"twinnet {' '.join(words)} failed: {done.output or done.exception}")
    return done


def _demo(words: tuple[str, ...]) -> str:
    """Make the demo here; it takes seconds, so what it made is kept for the next page."""
    if words not in _demos:
        done = _called(words)
        said = done.stdout + done.stderr
        _demos[words] = said, {path.name: path.read_bytes() for path in Path().glob("demo.*")}
    said, files = _demos[words]
    for name, data in files.items():
        Path(name).write_bytes(data)
    return said


_demos: dict[tuple[str, ...], tuple[str, dict[str, bytes]]] = {}


def _even(text: str) -> str:
    """Return printed text without spaces at the ends of lines."""
    return "".join(f"{line.rstrip()}\n" for line in text.strip("\n").splitlines())


# Commands


def _commands() -> str:
    lines = [
        "# Commands",
        "",
        "`twinnet COMMAND --help` says the same on a terminal. `twinnet --version` prints the version.",
        "",
        "| command | what it does |",
        "|---|---|",
        *(f"| [`{name}`](#{anchor(name)}) | {about} |" for name, about in commands()),
        "",
        textwrap.dedent(
            """\
            ## What holds for all

            - `NETWORK` is the path of a network file such as `my.twinnet`, or the address of a
              [Neo4j database](../how-to/share-a-network-with-a-team.md#the-address), whose password stands in the
              variable `NEO4J_PASSWORD` or is asked for on a terminal. `sqlite:///PATH` names a file, too.
            - An organisation is named by its id (`town-3194828`), its name (`Mostar`) or its name and country
              (`"Mostar, BA"`). A name that fits several ends with exit code 2 and lists them.
            - Days are written `2026-05-31`. Commands take the machine's date for today; `--today` gives another.
            - Progress is shown on a terminal and not in a pipe. What a command found goes to standard output, what it
              says to the person goes to standard error.
            - Nothing uses the internet, unless you give the address of a server there.

            | exit code | meaning |
            |---|---|
            | 0 | done |
            | 1 | failed: a file, a row under `--strict`, or a network cannot be taken; nothing was written |
            | 2 | put wrongly: an option, a name, a rule; the message says how |
            | 130 | stopped by the person (Ctrl-C) |

            `TWINNET_DEBUG=1` in the environment shows the traceback of a fault instead of a message.
            """
        ),
    ]
    for name, command in _tree():
        context = click.Context(command, info_name=f"twinnet {name}")
        usage = " ".join(command.collect_usage_pieces(context))
        lines += [f"## {name}", "", f"`twinnet {name} {usage}`", "", _about(command), ""]
        rows = [row for parameter in command.params if (row := _option(parameter, context))]
        if rows:
            lines += ["| option | meaning |", "|---|---|", *rows, ""]
    return _MADE + "\n".join(lines).rstrip() + "\n"


def commands() -> Iterator[tuple[str, str]]:
    """Give the name of each command that can be called and what it does in a line."""
    for name, command in _tree():
        yield name, command.get_short_help_str(200)


def _tree() -> Iterator[tuple[str, click.Command]]:
    root = cli.twinnet
    context = click.Context(root)
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        if isinstance(command, click.Group):
            for inner in sorted(command.commands):
                yield f"{name} {inner}", command.commands[inner]
        elif command is not None:
            yield name, command


def _about(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "")


def _option(parameter: click.Parameter, context: click.Context) -> str | None:
    record = parameter.get_help_record(context)
    if record is None or not isinstance(parameter, click.Option):
        return None
    names, about = record[0].replace("INTEGER RANGE", "N"), record[1]
    return f"| `{names.replace('|', chr(92) + '|')}` | {about.replace('  [', ' [').replace('|', chr(92) + '|')} |"


def anchor(title: str) -> str:
    """Return the name by which a heading is linked to."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


# Reasons

_REASONS_HEAD = """\
Every reason that can stand in a suggestion. Points are thousandths of natural log-odds: 693 double the odds, 1,000 make
them 2.7 times as large. The score is the sum of the shown reasons' points.

The key is what `--weight` and `weights` name, and what stands in JSON. Weights multiply the points: 0 leaves a reason
out, 2 doubles it. [How a suggestion is made](../explanation/how-a-suggestion-is-made.md) explains the words.
"""

_POINTS_HEAD = """\
Learned from {learned_from} ({date}); {links} of the links join two countries. Of the pairs of organisations of two
countries there, one in {one_in} is linked. A score of {chance} is as likely as a chance pair. The same table is
`twinnet/data/points.csv`, its card `points.json`.

What scores mean was read from partners that were not learned from: how many times as likely as a chance pair a score
is, on straight lines of log-odds between these (score, times): {calibration}.

A line is a feature: a number per pair. `x: p` means that from x on (until the next x) a pair gets p points; `below` is
what stands under the first x. A pair for which a feature has nothing to go on gets none. A learned feature with the
points `none` added nothing that another does not say already.
"""


def _reasons() -> str:
    table = scoring.shipped()
    card = table.card
    lines = [
        "# Reasons",
        "",
        _REASONS_HEAD,
        "## To start a partnership",
        "",
        "| key | reason | what it looks at |",
        "|---|---|---|",
        *(f"| `{r.key}` | {r.label} | {r.about} |" for r in REASONS),
        "",
        "These reasons also make the fit of a link in `revive`, as if the link were not recorded.",
        "",
        "## To revitalise a link",
        "",
        "Set by rule, added to the fit.",
        "",
        "| key | reason | what it looks at |",
        "|---|---|---|",
        *(f"| `{r.key}` | {r.label} | {r.about} |" for r in WAKING),
        "",
        "## To develop a link",
        "",
        "Set by rule; the fit is not counted.",
        "",
        "| key | reason | what it looks at |",
        "|---|---|---|",
        *(f"| `{r.key}` | {r.label} | {r.about} |" for r in WIDENING),
        "",
        "## The points",
        "",
        _POINTS_HEAD.format(
            learned_from=card["learned_from"],
            date=card["date"],
            links=f"{card['links']:,}",
            one_in=f"{1 / card['base_rate']:,.0f}",
            chance=f"{table.chance:,.0f}",
            calibration="; ".join(f"{knot:,} {table.times(knot):,.3g}" for knot, _ in table.calibration),
        ),
    ]
    for reason in REASONS:
        lines += [f"### {reason.label} (`{reason.key}`)", "", f"{_sentence(reason)}", ""]
        lines += ["| feature | measured in | set by | points |", "|---|---|---|---|"]
        for feature in reason.features:
            how = "rule" if feature.prior else "learned"
            lines.append(f"| {feature.name} | {feature.unit} | {how} | {_steps(table, reason, feature)} |")
        lines.append("")
    return _MADE + "\n".join(lines).rstrip() + "\n"


def _sentence(reason: object) -> str:
    return (type(reason).__doc__ or "").strip().splitlines()[0]


def _steps(table: scoring.PointsTable, reason: object, feature: Feature) -> str:
    row = table.of(reason, feature)  # type: ignore[arg-type]  # any reason of the list
    shown = [f"below: {row[0]:,}"] if row[0] else []
    for at, edge in enumerate(feature.edges, start=1):
        if row[at] != row[at - 1]:
            shown.append(f"{edge:.4g}: {row[at]:,}")
    return ", ".join(shown) or "none"


# Fields

_MEANINGS: Mapping[str, str] = {
    "name": "the organisation's name; a town's name finds its place",
    "locality": "the town where an organisation sits; tried before the name to find the place",
    "country": "the country, as a code or a name in any of 60 languages",
    "region": "a region or district; settles which of several places of one name is meant",
    "postcode": "the postal code; a hint for finding the place, not stored",
    "kind": "the kind of organisation: town, region, association, NGO, LDA, foundation, school ...",
    "latitude": "degrees north, decimal or in minutes",
    "longitude": "degrees east, decimal or in minutes",
    "location": "both coordinates in one cell: `43.34, 17.81` or `Point(17.81 43.34)` (longitude first)",
    "population": "inhabitants",
    "themes_offered": "themes the organisation offers (plain `themes` are read as offered)",
    "themes_sought": "themes it seeks",
    "languages": "working languages, names or codes",
    "geonames_id": "the GeoNames number or address of the place; then no name need be guessed",
    "since": "the beginning: a year, month or day",
    "until": "the end, when there is one",
    "former": "a note that says that a member has left",
    "status": "the status of a membership; `former` and its like mark a member who has left",
    "website": "the organisation's web address",
    "list_date": "the list's own date, where a column says it",
    "last_activity": "the last sign of life of the link",
    "themes": "what it is about",
    "programme": "the funding programme; with the acronym it joins projects and partners",
    "acronym": "the project's short name",
    "title": "the project's full name",
    "measure": "the programme's measure or call",
    "start": "the project's beginning",
    "end": "the project's end",
    "description": "what the project says of itself",
    "role": 'lead, partner or associated; a bare yes or no answers "lead partner?"',
    "contact_person": "a person; this and the other contacts are read only with `--keep-contacts`, and kept apart",
    "contact_position": "what the person is there",
    "contact_email": "an e-mail address",
    "contact_phone": "a telephone number",
    "contact_address": "a postal address",
}
_LINK_KIND = "partnership, friendship, contact or project; partnership where nothing is said"
_NEEDS = {
    "members": "A list of members needs a name in each row. Its members belong to a network, by default the file's or "
    "sheet's name.",
    "links": "A list of links needs the names of both ends. Each field of an end exists twice, as `from_` and `to_`.",
    "projects": "A list of projects needs an acronym or a title.",
    "partners": "A list of partners needs a name and the acronym of the project. The row makes the project known where "
    "no list of projects does.",
}
_SHOWN = 7

_FIELDS_HEAD = """\
What is read from each kind of list. Columns stand in any order and have headers in any language of Europe; a header
proposes and the cells below it decide. A column that means none of these fields is not imported and is named in the
report. Columns of persons and contacts (email, telephone, contact person ...) are left out unless you keep contacts.

Where a header is not recognised, say it: `--column name=Organizacija`. Where the kind of list is not, say it:
`--as members`. The headers below are some of those known; case, accents and script do not count.
"""

_FIELDS_TAIL = """\
## Values

- A date is a year, a month or a day: `1985`, `10/1985`, `27.10.1985`, `1985-10-27`. Where both orders are possible
  the day stands before the month.
- A population is a whole number; `15.505`, `15 505` and `15,505` are the same.
- Themes are divided by `;`, `|`, new lines, `,` or `/`. A word of the [taxonomy](themes.md) becomes its
  key; other words are kept as the list's own.
- `n/a`, `–`, `unknown` and their like are empty cells.
- A value that is none (latitude 95, a date in the future, a formula without its value) is held back and reported; the
  rest of its row is taken.

## Files

CSV and TSV in any usual encoding, divided by `,`, `;`, tab or `|`; XLSX, each sheet a list; JSON (an array of objects,
or the result of a query to Wikidata). Limits: 50 MB a file, 200,000 rows and 1,000 columns a table.
"""


def _fields() -> str:
    lines = [
        "# Columns",
        "",
        _FIELDS_HEAD,
    ]
    words = {**vocabulary()["fields"], **{f"contact_{part}": said for part, said in vocabulary()["private"].items()}}
    for kind, fields in FIELDS.items():
        lines += [
            f"## {kind.capitalize()}",
            "",
            _NEEDS[kind],
            "",
            "| field | meaning | some headers |",
            "|---|---|---|",
        ]
        for field in fields:
            if field.startswith("to_"):
                continue
            base = field.removeprefix("from_")
            meaning = _LINK_KIND if kind == "links" and base == "kind" else _MEANINGS[base]
            shown = ", ".join(f"`{word}`" for word in _some(words.get(base, ())))
            name = f"`from_{base}`, `to_{base}`" if field.startswith("from_") else f"`{field}`"
            lines.append(f"| {name} | {meaning} | {shown or '–'} |")
        lines.append("")
    return _MADE + "\n".join([*lines, _FIELDS_TAIL]).rstrip() + "\n"


def _some(words: list[str] | tuple[()]) -> list[str]:
    """Return a few words of a long list, spread over it so that several languages are met."""
    step = max(len(words) / _SHOWN, 1)
    return [words[int(k * step)] for k in range(min(_SHOWN, len(words)))]


# Themes

_THEMES_HEAD = """\
What a partnership can be about: {themes} themes below {areas} areas, with labels and keywords in {languages} languages,
Serbian in both scripts. A list, a rule or a table names a theme by its key. `twinnet themes` lists them too.

A EuroVoc id is that of the concept whose meaning is the theme's; where none is known the cell is empty.

No native speaker has read the words of a language in *italics*{unread}. Corrections are welcome: the words stand in
`twinnet/data/themes.csv`, whose column `native` says whether one has.
"""


def _themes() -> str:
    taxonomy = Taxonomy.builtin()
    languages = taxonomy.languages()
    unread = [language for language in languages if any(language in theme.unread for theme in taxonomy.themes())]
    said = " (at present all)" if len(unread) == len(languages) else ""
    head = _THEMES_HEAD.format(
        themes=len(taxonomy.keys()),
        areas=len(taxonomy.areas()),
        languages=len({language.partition("-")[0] for language in languages}),
        unread=said,
    )
    lines = ["# Themes", "", head]
    for area in taxonomy.areas():
        below = [theme for theme in taxonomy.themes() if theme.area == area]
        lines += [f"## {_capital(taxonomy.label(area))} (`{area}`)", "", "| key | label | EuroVoc |", "|---|---|---|"]
        lines += [f"| `{theme.key}` | {taxonomy.label(theme.key)} | {theme.eurovoc or ''} |" for theme in below]
        lines.append("")
    lines += ["## Labels by language", "", "| key | labels |", "|---|---|"]
    for key in (*taxonomy.areas(), *taxonomy.keys()):
        theme = taxonomy.theme(key)
        marked = unread if theme is None else theme.unread
        words = [
            f"{f'*{language}*' if language in marked else language} {taxonomy.label(key, language)}"
            for language in languages
        ]
        lines.append(f"| `{key}` | {'; '.join(words)} |")
    return _MADE + "\n".join(lines).rstrip() + "\n"


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


# The graph

_LABELS: Mapping[str, str] = {
    "TwinnetOrganisation": "a town, region, association, NGO ... that can have partners",
    "TwinnetProject": "a partnership of several organisations in a programme",
    "TwinnetNetwork": "a network that has members",
    "TWINNET_MEMBER": "belongs, or belonged, to",
    "TWINNET_LINK": "is twinned with; it goes both ways, so ask for it without a direction",
    "TWINNET_PARTNER": "took part in",
    "TwinnetSource": "a list that was taken in",
    "TwinnetJudgement": "what a person said of a name or of two organisations",
    "TwinnetDecision": "a row of what a person decided of a suggestion, corrected, or took back; never changed",
    "TwinnetChange": "a list, an answer, the taxonomy or the points were put there, changed or taken away",
    "TwinnetStore": "one node, the head: which blocks hold what is said, and whether the facts follow",
    "TwinnetRows": "a block of what the rows of one list say, packed: the source of truth",
    "TwinnetGone": "was an organisation, project or network, or bore such a label; stays for what others hang on it",
}
_PROPERTIES: Mapping[str, str] = {
    "id": "tells it apart",
    "name": "the name",
    "kind": "the kind of it",
    "country": "ISO 3166-1 alpha-2; `XK` is Kosovo",
    "place": "the name of the place in the gazetteer",
    "geonames_id": "the GeoNames number of the place",
    "latitude": "degrees north",
    "longitude": "degrees east",
    "listed_latitude": "where a list puts it, if that was not trusted: degrees north",
    "listed_longitude": "the same: degrees east",
    "population": "inhabitants",
    "capital": "the place is a capital",
    "district": "the place is a part of a larger city",
    "themes_offered": "keys of [themes](themes.md) that it offers, or a list's own words",
    "themes_sought": "the same for what it seeks",
    "themes": "keys of [themes](themes.md) that it is about, or a list's own words",
    "tags": "words that themes were read from, each with its theme",
    "languages": "working languages, ISO 639",
    "other_names": "names that other rows give it",
    "aliases": "ids that it has, or had, beside this one",
    "website": "web address",
    "description": "what a list says of it",
    "place_state": "`confirmed` (in the gazetteer), `own` (by its coordinates alone) or `unconfirmed`",
    "title": "the full name",
    "programme": "the funding programme",
    "measure": "the programme's measure or call",
    "start": "the beginning: a year, month or day",
    "end": "the end",
    "since": "the beginning: a year, month or day",
    "until": "the end, when there is one",
    "former": "it has left",
    "status": "what the list says of the membership",
    "last_activity": "the last sign of life that a list records: a year, month or day",
    "told_state": "what a person said of its state",
    "told_on": "when the person said it",
    "role": "`lead`, `partner` or `associated`",
    "origins": "which rows speak of it: list, row, and the fields that come from there, and so on",
    "sources": "the names of the lists that speak of it",
    "TwinnetOrganisation.kind": "`town`, `region`, `association`, `ngo`, `lda`, `school` ...",
    "TwinnetProject.name": "the acronym, else the title",
    "TWINNET_LINK.kind": "`partnership`, `friendship`, `contact` or `project`",
    "TwinnetSource.name": "the network and the kind of list, or what the user said",
    "TwinnetSource.kind": "`members`, `links`, `projects` or `partners`",
    "file": "the file's name",
    "network": "the network that it is a list of",
    "date": "the list's own date",
    "sha256": "check sum of the file",
    "rows": "so many rows",
    "verdict": "what was decided",
    "TwinnetJudgement.verdict": "`place`, `refused`, `same` or `different`",
    "organisation": "id of the organisation it is about",
    "TwinnetJudgement.name": "the name, as lists write it",
    "other": "id of the other organisation",
    "TwinnetJudgement.geonames_id": "the place that was chosen",
    "who": "who said it",
    "when": "when it was said",
    "why": "the reason",
    "candidate": "id of the other organisation",
    "TwinnetDecision.kind": "of the suggestion: `start`, `revitalise` or `develop`",
    "because": "the reason, which may be told to others",
    "note": "a note for oneself",
    "day": "when it happened; of `later`, from when on to suggest it again",
    "about": "id of the side that is misplaced",
    "field": "what was corrected",
    "value": "what it is corrected to",
    "withdraws": "id of the row that this one takes back",
    "after": "id of the row about the same matter that the person had seen last",
    "TwinnetChange.when": "the moment, in UTC",
    "verb": "`imported`, `judged`, `withdrawn`, `learned`, `dropped`, `forgotten` or `synced`",
    "item": "`list NAME`, `answer ID`, `taxonomy` or `points`",
    "was": "check sum of its content before; empty where it was not there",
    "became": "check sum of its content since; empty where it is gone",
    "TwinnetStore.id": "always `store`",
    "format": "version of this model",
    "version": "grows with every change",
    "facts": "grows with every change that facts follow from",
    "born": "made at random with the node, which tells it from one that was there before",
    "behind": "facts do not follow yet from all that is said and decided",
    "writing": "facts are being written, and are not whole",
    "TwinnetStore.since": "when that write began",
    "tokens": "names of the last changes: who lost the answer to a change looks here whether it came about",
    "taxonomy": "the network's own taxonomy, as TOML",
    "points": "the points that it has learned, as CSV",
    "card": "what is known of them, as JSON",
    "blocks": "ids of the `TwinnetRows` that hold what is said now, in order",
    "sums": "check sums of the sources, answers, decisions and changes that belong to this head",
    "seal": "check sum of the head itself",
    "locked": "who writes puts this here first, which makes others wait; it says nothing afterwards",
    "bringer": "who is bringing the facts",
    "beat": "that one's last sign of life, in milliseconds",
    "brought": "who brought the facts last",
    "TwinnetRows.id": "check sum of what it holds",
    "source": "the list's name",
    "said": "what up to 1,000 rows say, or places of the gazetteer: JSON, compressed by zlib",
}
"""What properties mean; one of a certain label or type goes before the one that all have."""
_TYPES: Mapping[str, str] = {
    "text": "text",
    "integer": "whole number",
    "real": "number",
    "flag": "yes or no",
    "list": "list of texts",
    "pairs": "text: JSON",
    "origins": "text: JSON",
}
_HEAD_TYPES: Mapping[type, str] = {str: "text", int: "whole number", bool: "yes or no", tuple: "list of texts"}
_HEAD = {"seal": "text", "locked": "yes or no", "bringer": "text", "beat": "whole number", "brought": "text"}
_ROWS = {"id": "text", "source": "text", "said": "bytes"}

_GRAPH_HEAD = """\
What `twinnet sync my.twinnet neo4j://HOST` makes of a network, and what [queries](../how-to/ask-in-cypher.md) can ask.
A property that is not known is absent, and so is an empty list. Nothing here bears another's label: whatever else is in
the database stays as it is.

![The graph's model: organisations with links among them, their memberships of networks and their parts in \
projects; beside them, without relationships, what is said and decided](../images/graph-model.svg)

Ask as you like; write with twinnet only. A fact that was changed otherwise is told by
[`twinnet doctor`](../how-to/check-a-network.md) and put right with the next change of a list; a node that bears one of
these labels and is no fact loses the label then. Nodes and relationships of your own may hang on these.
"""
_SAID_HEAD = """\
These have no relationships. The property `sources` of a fact holds names of `TwinnetSource`. Answers and decisions name
organisations by their ids at that time, which may be among the `aliases` since.
"""
_STORE_HEAD = """\
[One network, two homes](../explanation/one-network-two-homes.md) says how these work together.
"""


def _graph() -> str:
    lines = ["# The graph in Neo4j", "", _GRAPH_HEAD, "## Facts", ""]
    for kind in tables.FACTS:
        lines += _kind(kind)
    lines += ["## What was said and decided", "", _SAID_HEAD]
    for kind in tables.SAID:
        lines += _kind(kind)
    lines += ["## The store itself", "", _STORE_HEAD]
    for name, properties in _STORE.items():
        lines += _described(name, "", properties)
    lines += ["## Constraints and indexes", "", "```cypher", *(f"{line};" for line in tables.SCHEMA), "```"]
    return _MADE + "\n".join(lines).rstrip() + "\n"


def _kind(kind: Kind) -> list[str]:
    route = "" if kind.ends is None else f"`(:{kind.ends[0][1].name})-[:{kind.name}]->(:{kind.ends[1][1].name})`: "
    return _described(kind.name, route, _properties(kind))


def _properties(kind: Kind) -> dict[str, str]:
    """Return the properties that a kind of nodes or relationships has, each with its type."""
    ends = [column for column, _ in kind.ends or ()]
    properties = {} if kind.ends is None else {"id": "text"}
    properties |= {name: _TYPES[type_] for name, type_ in kind.table.columns.items() if name not in ends}
    return properties | ({"sources": "list of texts"} if "origins" in properties else {})


_STORE: Mapping[str, Mapping[str, str]] = {
    "TwinnetStore": {
        "id": "text",
        **{name: _HEAD_TYPES[type(value)] for name, value in content.Head()._asdict().items()},
        **_HEAD,
        "sums": "list of whole numbers",
    },
    "TwinnetRows": _ROWS,
    "TwinnetGone": {},
}


def _described(name: str, route: str, properties: Mapping[str, str]) -> list[str]:
    about = f"{route}{_LABELS[name]}" if route else _capital(_LABELS[name])
    lines = [f"### {name}", "", f"{about}.", ""]
    if properties:
        lines += ["| property | type | meaning |", "|---|---|---|"]
        lines += [
            f"| `{key}` | {kind} | {_PROPERTIES.get(f'{name}.{key}') or _PROPERTIES[key]} |"
            for key, kind in properties.items()
        ]
        lines.append("")
    return lines


_WIDE, _MARGIN, _LINE = 940, 20, 16
_LETTER = 6.65
"""How wide a letter of the picture's small type is."""
_STYLE = """\
  text { font: 11px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #333c4a }
  .name { font-size: 13px; font-weight: bold; fill: #12305e }
  .type { font-size: 13px; font-weight: bold; fill: #8a3b12 }
  .head { font: bold 13px system-ui, sans-serif; fill: #333c4a }
  .paper { fill: #ffffff; stroke: #d4d9e2 }
  .fact { fill: #eaf1fc; stroke: #3f6fb5 }
  .said { fill: #f4f5f7; stroke: #8c95a4 }
  .line { fill: none; stroke: #b3541e; stroke-width: 1.6 }
  .tip { fill: #b3541e }
  @media (prefers-color-scheme: dark) {
    text, .head { fill: #d5dae3 }
    .name { fill: #a9c8ff }
    .type { fill: #f2a97f }
    .paper { fill: #14181f; stroke: #343b47 }
    .fact { fill: #1b2a42; stroke: #6d98d8 }
    .said { fill: #20252e; stroke: #717b8b }
    .line { stroke: #e08a56 }
    .tip { fill: #e08a56 }
  }"""


def _picture() -> str:
    """Draw the graph's model: each label a box and each type an arrow, with all properties."""
    middle, top = (330, 300), 112
    sides = {"TwinnetProject": (_MARGIN, 170), "TwinnetOrganisation": middle, "TwinnetNetwork": (770, 150)}
    by_name = {kind.name: kind for kind in (*tables.FACTS, *tables.SAID)}
    height = max(_tall(_properties(by_name[name]), wide) for name, (_, wide) in sides.items())
    drawn = []
    for name, (x, wide) in sides.items():
        drawn += _box(name, _properties(by_name[name]), (x, top), (wide, height), "fact")
    for name in ("TWINNET_PARTNER", "TWINNET_MEMBER"):
        kind = by_name[name]
        at = [sides[end.name] for _, end in kind.ends or ()]
        left, right = sorted(at)
        ends = (left[0] + left[1], right[0])
        drawn += _arrow(*(ends if at[0] == left else reversed(ends)), top + 70)
        drawn += _label(name, _properties(kind), (sum(ends) // 2, top + 52), 130, below=40)
    drawn += _loop(by_name["TWINNET_LINK"], middle, top)
    y = top + height + 44
    drawn.append(f'<text class="head" x="{_MARGIN}" y="{y}">Beside the facts, without relationships</text>')
    y += 14
    others = {kind.name: _properties(kind) for kind in tables.SAID} | {name: dict(of) for name, of in _STORE.items()}
    narrow, gap = 213, 16
    wides = dict.fromkeys(others, narrow) | {"TwinnetStore": 2 * narrow + gap}
    for row in (list(others)[:4], list(others)[4:]):
        x, height = _MARGIN, max(_tall(others[name], wides[name]) for name in row)
        for name in row:
            drawn += _box(name, others[name], (x, y), (wides[name], height), "said")
            x += wides[name] + gap
        y += height + gap
    about = "The model of the graph: " + ", ".join((*by_name, *_STORE))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {y + 4}" role="img" aria-label="{about}">',
            f"<style>\n{_STYLE}\n</style>",
            f'<rect class="paper" x="0.5" y="0.5" width="{_WIDE - 1}" height="{y + 3}" rx="8"/>',
            *drawn,
            "</svg>\n",
        ]
    )


def _wrapped(properties: Iterable[str], wide: int) -> list[str]:
    return textwrap.wrap(", ".join(properties), int((wide - 20) / _LETTER), break_long_words=False)


def _tall(properties: Iterable[str], wide: int) -> int:
    return 34 + _LINE * len(_wrapped(properties, wide))


def _box(name: str, properties: Iterable[str], at: tuple[int, int], size: tuple[int, int], look: str) -> Iterator[str]:
    (x, y), (wide, tall) = at, size
    yield f'<rect class="{look}" x="{x}" y="{y}" width="{wide}" height="{tall}" rx="8"/>'
    yield f'<text class="name" x="{x + 10}" y="{y + 21}">{name}</text>'
    for line, words in enumerate(_wrapped(properties, wide), start=1):
        yield f'<text x="{x + 10}" y="{y + 22 + _LINE * line}">{words}</text>'


def _label(name: str, properties: Iterable[str], at: tuple[int, int], wide: int, *, below: int) -> Iterator[str]:
    x, y = at
    yield f'<text class="type" x="{x}" y="{y}" text-anchor="middle">{name}</text>'
    for line, words in enumerate(_wrapped(properties, wide)):
        yield f'<text x="{x}" y="{y + below + _LINE * line}" text-anchor="middle">{words}</text>'


def _arrow(start: int, end: int, y: int) -> Iterator[str]:
    back = 9 if end > start else -9
    yield f'<path class="line" d="M{start} {y}H{end - back}"/>'
    yield f'<path class="tip" d="M{end} {y}l{-back} -5v10z"/>'


def _loop(kind: Kind, box: tuple[int, int], top: int) -> Iterator[str]:
    left, right = box[0] + 60, box[0] + box[1] - 60
    yield f'<path class="line" d="M{left} {top}V{top - 14}Q{left} {top - 24} {left + 10} {top - 24}H{right - 10}'
    yield f'Q{right} {top - 24} {right} {top - 14}V{top - 9}"/>'
    yield f'<path class="tip" d="M{right} {top}l-5 -9h10z"/>'
    yield from _label(kind.name, _properties(kind), (box[0] + box[1] // 2, top - 82), 360, below=18)


if __name__ == "__main__":
    main()
