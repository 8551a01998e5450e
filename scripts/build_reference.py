"""Make the reference pages from the program, and the outputs shown in the documentation from runs.

usage: python scripts/build_reference.py

Writes docs/reference/commands.md (from the commands), reasons.md (from the list of reasons and the points table),
fields.md (from the fields of lists) and themes.md (from the taxonomy). Then every page is run from top to bottom in an
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
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
from click.testing import CliRunner, Result

from twinnet import cli, scoring
from twinnet.evidence import Feature
from twinnet.reading.fields import FIELDS
from twinnet.reading.values import vocabulary
from twinnet.reasons import REASONS, WAKING, WIDENING
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

            - `NETWORK` is the path of a network file such as `my.twinnet`. `sqlite:///PATH` names the same file.
            - An organisation is named by its id (`town-3194828`), its name (`Mostar`) or its name and country
              (`"Mostar, BA"`). A name that fits several ends with exit code 2 and lists them.
            - Days are written `2026-05-31`. Commands take the machine's date for today; `--today` gives another.
            - Progress is shown on a terminal and not in a pipe. What a command found goes to standard output, what it
              says to the person goes to standard error.
            - Nothing uses the internet.

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


if __name__ == "__main__":
    main()
