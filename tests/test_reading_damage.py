"""Whatever is cut out of a file, put into it or overwritten: it is read, or refused with a reason."""

import io
import json
import zipfile
from functools import cache

import networkx as nx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinnet.errors import InputError
from twinnet.reading import Limits, ReadOptions, read_table, sandbox

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
ODS = f"""<office:document-content {NAMES}><office:body><office:spreadsheet><table:table table:name="net">
<table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="2">
<table:table-cell table:number-rows-spanned="2"><text:p>Bari<text:s text:c="2"/></text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="5"/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""
PIECES = (
    b'"', b"<", b">", b"&", b"\x00", b"\xff", b"9" * 20, b"-1", b"NaN", b"1e999", b"{", b"[", b"]", b",", b"\\", b"\n",
    b"]]>", b"<!DOCTYPE a>", b"XFD1048576", b"_xD800_", b"\\ud800", b"null",
)  # fmt: skip


def packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


@cache
def whole(form: str) -> tuple[bytes, dict[str, bytes]]:
    """Return a good file, and its parts where it is an archive."""
    file = io.BytesIO()
    if form == "csv":
        return 'Name;Country\r\n"Bari; x";IT\r\nKöln;=A(1)\r\n'.encode("cp1252"), {}
    if form == "json":
        return json.dumps([{"name": "Bari", "country": {"value": "IT"}}, {"name": "Ulm", "n": [1.5]}]).encode(), {}
    if form == "geojson":
        point = {"type": "Point", "coordinates": [16.87, 41.12]}
        feature = {"type": "Feature", "properties": {"name": "Bari"}, "geometry": point}
        return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode(), {}
    if form == "graphml":
        graph: nx.Graph[str] = nx.Graph()
        graph.add_node("a", name="Bari", latitude=41.12)
        graph.add_edge("a", "b", since="1985")
        nx.write_graphml(graph, file)
        return file.getvalue(), {}
    if form == "ods":
        parts = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": ODS.encode()}
        return packed(parts), parts
    book = openpyxl.Workbook()
    for cells in (["Name", "Population"], ["Bari", 5], ["Ulm", "=1+1"]):
        book.active.append(cells)
    book.active.merge_cells("A2:A3")
    book.save(file)
    with zipfile.ZipFile(file) as archive:
        return file.getvalue(), {info.filename: archive.read(info) for info in archive.infolist()}


@st.composite
def damaged(draw: st.DrawFn, form: str) -> bytes:
    data, parts = whole(form)
    name = draw(st.sampled_from([None, *(name for name in parts if "theme" not in name)]))
    target = data if name is None else parts[name]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(target)))
        put = draw(st.sampled_from(PIECES) | st.binary(max_size=3))
        target = target[:at] + put + target[at + draw(st.sampled_from((0, 0, 1, 8, 40, len(target)))) :]
    return target if name is None else packed({**parts, name: target})


@pytest.mark.parametrize("form", ["csv", "json", "geojson", "graphml", "xlsx", "ods"])
def test_a_damaged_file_is_read_or_refused(form: str) -> None:
    @settings(max_examples=40, deadline=None, database=None)
    @given(damaged(form))
    def check(data: bytes) -> None:
        try:
            for table in read_table(data, file="any", options=ReadOptions(limits=Limits(rows=5000))):
                json.dumps([row.values for row in table.rows], ensure_ascii=False).encode("utf-8")
        except InputError as fault:
            assert fault.file == "any"  # noqa: PT017 - either outcome is right, and this is what the second promises

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "_command", lambda *_, **__: None)
        check()
