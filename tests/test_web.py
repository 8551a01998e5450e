"""The server of the review: who is answered, what is stored, and that nothing is lost."""

import datetime as dt
import http.client
import itertools
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import zlib
from base64 import b64decode
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from twinnet import workspace
from twinnet.decisions import Decision
from twinnet.errors import RulesError, StoreError
from twinnet.models import Rules
from twinnet.reading import ReadOptions
from twinnet.stores import open_store
from twinnet.web import LARGEST, MOST_ROWS, PORTS, Review
from twinnet.workspace import sitting as sittings
from twinnet.workspace.sitting import Book, Sitting

TODAY = dt.date(2026, 5, 9)
HOSTILE = "</script><script>alert(1)</script>\u2028<img src=x onerror=alert(1)>"
MEMBERS = """name,country,themes
Mostar,BA,youth; culture
Bihać,BA,youth
Bari,IT,culture; tourism
Graz,AT,environment; youth
Celje,SI,tourism; culture
"""
LINKS = """from_name,from_country,to_name,to_country,since,last_activity
Mostar,BA,Bari,IT,1998,2025
Graz,AT,Bihać,BA,1972,2015
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small stored network, made once."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "alda.csv").write_text(MEMBERS, encoding="utf-8")
    (folder / "links.csv").write_text(LINKS, encoding="utf-8")
    options = ReadOptions(today=TODAY)
    workspace.import_lists([folder / "alda.csv", folder / "links.csv"], folder / "my.twinnet", options=options)
    return folder / "my.twinnet"


@pytest.fixture
def stored(made, tmp_path):
    """A copy of the small network."""
    return Path(shutil.copy(made, tmp_path / "my.twinnet"))


OPENED = []
"""The connections of all windows, to be closed at the end of a test."""


class Client:
    """A browser's window: it keeps its connection, and knows the server's address."""

    def __init__(self, address):
        self.url = urlsplit(address)
        self.base = self.url.path
        self.connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=30)
        OPENED.append(self.connection)

    def ask(self, method, path, body=None, headers=None):
        """Send a request; return its status, its headers and its body."""
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def get(self, path=""):
        status, headers, body = self.ask("GET", self.base + path)
        return status, json.loads(body) if "json" in headers["Content-Type"] else body.decode("utf-8")

    def post(self, values, **headers):
        """Send values as the page does; headers change what it says of itself, None leaves one out."""
        said = {"Origin": f"http://{self.url.netloc}", "Content-Type": "application/json"}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        body = values if isinstance(values, bytes) else json.dumps(values).encode("utf-8")
        given = {name: value for name, value in said.items() if value is not None}
        status, _, answer = self.ask("POST", f"{self.base}decide", body, given)
        return status, json.loads(answer)

    def decide(self, *rows):
        status, answer = self.post({"rows": list(rows)})
        assert status == 200, answer
        return answer["outcomes"]

    def page(self, path=""):
        """Return the data of the page."""
        status, text = self.get(path)
        assert status == 200, text
        packed = json.loads(text.split('<script type="application/json" id="data">')[1].split("</script>")[0])
        return json.loads(zlib.decompress(b64decode(packed["zlib"])))


@contextmanager
def reviewing(stored, **given):
    """Serve a review until the end."""
    review = Review(Sitting(stored, today=TODAY, **given))
    thread = threading.Thread(target=review.run, daemon=True)
    thread.start()
    try:
        yield review
    finally:
        review.shutdown()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def review(stored):
    with reviewing(stored, who="Ana") as served:
        yield served


@pytest.fixture
def window(review):
    return Client(review.address)


@pytest.fixture
def ids(stored):
    """The ids of the towns, by their names."""
    network = workspace.open(stored)
    return dict(zip(network.organisations.column("name"), network.organisations.column("id"), strict=True))


def row(ids, one="Mostar", other="Graz", **given):
    values = {"kind": "start", "verdict": "accepted", "when": "2026-05-09T10:00:00.000Z", "after": None}
    return {"organisation": ids[one], "candidate": ids[other], **values, **given}


def rows_in(stored):
    with open_store(stored) as store:
        return store.decisions()


@pytest.fixture(autouse=True)
def parted():
    """Close every window at the end."""
    yield
    while OPENED:
        OPENED.pop().close()


class TestPage:
    def test_it_is_the_page_of_a_review_with_its_secret_address_and_who_decides(self, review, window):
        desk = window.page()["desk"]
        assert (desk["review"], desk["base"], desk["who"]) == (True, review.base, "Ana")
        assert [(scope["selector"], scope["n"]) for scope in desk["scopes"]][:1] == [("country:BA", 2)]

    def test_it_says_that_nobody_may_keep_frame_or_tell_it(self, window):
        _, headers, _ = window.ask("GET", window.base)
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert headers["Server"] == "twinnet"

    def test_a_scope_shows_the_suggestions_of_one_country_or_one_town(self, window, ids):
        data = window.page("?for=country:BA")
        names = [one["id"] for one in data["organisations"]]
        assert {names[at] for at in data["suggestions"]["a"]} == {ids["Mostar"], ids["Bihać"]}
        assert data["desk"]["scope"] == {"selector": "country:BA", "country": "BA", "n": 2}
        data = window.page(f"?for={ids['Celje']}")
        assert {names[at] for at in data["suggestions"]["a"]} == {ids["Celje"]}
        assert data["desk"]["scope"]["label"] == "Celje"
        assert data["title"] == "Celje"

    def test_a_scope_that_names_nothing_is_told_and_the_review_goes_on(self, window):
        status, answer = window.get("?for=country:Atlantis")
        assert status == 404
        assert "names no network" in answer["error"]
        assert window.get()[0] == 200

    def test_it_tells_what_was_decided_before(self, window, ids):
        window.decide(row(ids, note="only for me"))
        desk = window.page()["desk"]
        assert [matter["rows"][0]["note"] for matter in desk["matters"]] == ["only for me"]
        assert desk["now"] == 1

    def test_the_rules_whose_suggestions_are_asked_for_are_the_first_scope(self, stored, ids):
        with reviewing(stored, rules=Rules(whose=("country:SI",))) as review:
            data = Client(review.address).page()
        assert {data["organisations"][at]["id"] for at in data["suggestions"]["a"]} == {ids["Celje"]}
        assert data["desk"]["scope"] == {"selector": "", "label": "SI", "n": 1}

    def test_of_a_large_network_a_country_comes_first_and_its_largest_towns(self, stored, ids, monkeypatch):
        monkeypatch.setattr(sittings, "EVERYBODY", 2)
        monkeypatch.setattr(sittings, "TOGETHER", 1)
        with reviewing(stored) as review:
            data = Client(review.address).page()
        assert data["desk"]["scope"]["selector"] == "country:BA"
        assert {data["organisations"][at]["id"] for at in data["suggestions"]["a"]} == {ids["Mostar"]}

    def test_of_few_members_among_many_towns_all_are_judged(self, tmp_path, monkeypatch):
        (tmp_path / "alda.csv").write_text("".join(MEMBERS.splitlines(keepends=True)[:4]), encoding="utf-8")
        (tmp_path / "links.csv").write_text(f"{LINKS}Celje,SI,Graz,AT,2001,2020\n", encoding="utf-8")
        options = ReadOptions(today=TODAY)
        workspace.import_lists(
            [tmp_path / "alda.csv", tmp_path / "links.csv"], tmp_path / "few.twinnet", options=options
        )
        monkeypatch.setattr(sittings, "EVERYBODY", 3)
        monkeypatch.setattr(sittings, "TOGETHER", 1)
        with reviewing(tmp_path / "few.twinnet", rules=Rules(whose=("network:alda",))) as review:
            data = Client(review.address).page()
        judged = {data["organisations"][at]["name"] for at in data["suggestions"]["a"]}
        assert judged == {"Mostar", "Bihać", "Bari"}
        assert data["desk"]["scope"]["n"] == 3

    def test_text_that_is_hostile_stays_data(self, window, ids):
        window.decide(row(ids, note=HOSTILE, because=HOSTILE, who="<b>"))
        status, text = window.get()
        assert status == 200
        assert "alert(1)" not in text
        assert window.page()["desk"]["matters"][0]["rows"][0]["note"] == HOSTILE


class TestWhoIsAnswered:
    @pytest.mark.parametrize("path", ["/", "/favicon.ico", "/wrong/", "/wrong/decide", "//", "/%2e%2e/"])
    def test_nobody_without_the_secret(self, window, path):
        status, _, body = window.ask("GET", path)
        assert status == 403
        assert "address is not whole" in json.loads(body)["error"]
        status, _, _ = window.ask("POST", path, b"{}", {"Content-Type": "application/json"})
        assert status == 403

    def test_nobody_with_a_part_of_the_secret(self, window):
        assert window.ask("GET", window.base[:-2] + "/")[0] == 403
        assert window.ask("GET", window.base.rstrip("/"))[0] == 403

    def test_the_secret_is_long_and_another_each_time(self, stored):
        bases = set()
        for _ in range(2):
            with reviewing(stored) as review:
                bases.add(review.base)
        assert len(bases) == 2
        assert min(map(len, bases)) > 30

    @pytest.mark.parametrize(
        "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", "[::1]:{port}"]
    )
    def test_no_request_for_a_server_of_another_name(self, window, host):
        """A page from elsewhere may call its own name 127.0.0.1; it still sends that name."""
        status, _, body = window.ask("GET", window.base, headers={"Host": host.format(port=window.url.port)})
        assert status == 403
        assert b"another server" in body

    def test_localhost_is_a_name_of_it(self, window, ids):
        host = f"localhost:{window.url.port}"
        assert window.ask("GET", window.base, headers={"Host": host})[0] == 200
        status, _ = window.post({"rows": [row(ids)]}, Host=host, Origin=f"http://{host}")
        assert status == 200

    def test_no_request_with_two_names(self, window):
        with socket.create_connection((window.url.hostname, window.url.port)) as line:
            host = f"Host: {window.url.netloc}\r\n"
            line.sendall(f"GET {window.base} HTTP/1.1\r\n{host}{host}Connection: close\r\n\r\n".encode())
            assert line.recv(100).startswith(b"HTTP/1.1 403")

    @pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "https://{own}", "http://127.0.0.1:1", ""])
    def test_no_decision_from_another_page(self, window, stored, ids, origin):
        origin = origin and origin.format(own=window.url.netloc)
        status, answer = window.post({"rows": [row(ids)]}, Origin=origin)
        assert status == 403
        assert "own page alone" in answer["error"]
        assert rows_in(stored) == ()

    def test_a_decision_may_come_only_as_json(self, window, stored, ids):
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None):
            status, answer = window.post({"rows": [row(ids)]}, Content_Type=kind)
            assert status == 415, answer
        assert rows_in(stored) == ()

    def test_other_methods_are_not_answered(self, window):
        for method in ("PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"):
            status, headers, _ = window.ask(method, f"{window.base}decide")
            assert (status, headers["Allow"]) == (405, "GET, POST")
        assert window.get("decide")[0] == 405
        assert window.ask("POST", f"{window.base}changes", b"{}")[0] == 405
        assert window.get()[0] == 200

    def test_other_paths_are_not_there(self, window):
        assert window.get("other")[0] == 404
        assert window.ask("POST", f"{window.base}other", b"{}")[0] == 404
        assert window.get("?" + "&".join(f"a{n}=1" for n in range(50)))[0] == 400

    def test_what_is_no_request_is_refused_without_the_secret(self, window):
        for sent in (b"\x16\x03\x01 nonsense\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"):
            with socket.create_connection((window.url.hostname, window.url.port)) as line:
                line.sendall(sent)
                answer = line.recv(2000)
            assert window.base.encode() not in answer
            assert b"Traceback" not in answer

    def test_nothing_is_written_to_the_terminal(self, window, capfd, ids):
        window.get()
        window.get("?for=nobody")
        window.decide(row(ids))
        window.ask("GET", "/wrong")
        with socket.create_connection((window.url.hostname, window.url.port)) as line:
            line.sendall(b"POST /")
        assert capfd.readouterr() == ("", "")

    def test_it_listens_on_this_computer_alone(self, review):
        assert review.server_address[0] == "127.0.0.1"

    def test_a_network_has_its_port_each_time_and_a_second_server_another(self, stored):
        with reviewing(stored) as first:
            address, key = first.server_port, Client(first.address).page()["desk"]["kept"]
            beside = []
            for _ in range(2):
                with reviewing(stored) as second:
                    beside.append(second.server_port)
        assert beside[0] == beside[1] != address
        assert beside[0] in PORTS
        with reviewing(stored) as again:
            assert again.server_port == address
            assert Client(again.address).page()["desk"]["kept"] == key

    def test_a_port_that_is_taken_is_told(self, stored, review):
        with pytest.raises(StoreError, match="leave --port away"):
            Review(Sitting(stored, today=TODAY), port=review.server_port)


class TestSizes:
    def test_a_body_that_is_too_large_is_refused_in_words(self, window):
        status, answer = window.post(b" " * (LARGEST + 1))
        assert status == 413
        assert "send fewer rows" in answer["error"]
        assert window.get()[0] == 200

    def test_a_body_without_a_length_is_refused(self, window):
        headers = {"Origin": f"http://{window.url.netloc}", "Content-Type": "application/json"}
        window.connection.request("POST", f"{window.base}decide", iter([b"{}"]), headers, encode_chunked=True)
        answer = window.connection.getresponse()
        assert answer.status == 411
        assert "Content-Length" in json.loads(answer.read())["error"]

    @pytest.mark.parametrize("length", ["-1", "+2", "2_0", "two", "9" * 30, "²"])
    def test_a_length_that_is_none_is_refused(self, window, length):
        with socket.create_connection((window.url.hostname, window.url.port)) as line:
            head = (
                f"POST {window.base}decide HTTP/1.1\r\nHost: {window.url.netloc}\r\nOrigin: http://{window.url.netloc}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
            )
            line.sendall(head.encode("latin-1"))
            assert line.recv(100).split()[1] in (b"400", b"413")

    def test_a_body_that_ends_early_stores_nothing(self, window, stored, ids):
        body = json.dumps({"rows": [row(ids)]}).encode()
        with socket.create_connection((window.url.hostname, window.url.port)) as line:
            head = (
                f"POST {window.base}decide HTTP/1.1\r\nHost: {window.url.netloc}\r\nOrigin: http://{window.url.netloc}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body) + 1}\r\n\r\n"
            )
            line.sendall(head.encode() + body)
            line.shutdown(socket.SHUT_WR)
            assert line.recv(100) == b""
        assert rows_in(stored) == ()

    def test_what_a_question_brings_along_is_never_taken_for_the_next_request(self, window):
        window.ask("GET", f"{window.base}find?q=m", b"GET /decide HTTP/1.1\r\n\r\n")
        assert window.get("find?q=mostar")[1]["found"][0]["name"] == "Mostar"

    def test_nor_is_what_a_question_that_is_refused_brings_along(self, window):
        inner = f"GET {window.base}changes?since=0 HTTP/1.1\r\nHost: {window.url.netloc}\r\n\r\n".encode()
        with socket.create_connection((window.url.hostname, window.url.port), timeout=30) as line:
            head = f"GET /wrong HTTP/1.1\r\nHost: {window.url.netloc}\r\nContent-Length: {len(inner)}\r\n\r\n"
            line.sendall(head.encode() + inner)
            answers = b""
            with suppress(ConnectionError):
                while part := line.recv(65_536):
                    answers += part
        assert answers.count(b"HTTP/1.1 ") == answers.count(b"HTTP/1.1 403") == 1

    def test_too_many_rows_are_refused(self, window, ids):
        status, answer = window.post({"rows": [row(ids)] * (MOST_ROWS + 1)})
        assert status == 413
        assert "1,000" in answer["error"]


class TestRows:
    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"[]", b"{}", b'{"rows": {}}', b"\xff", b"null", b"[" * 100_000, b'{"rows": "\\ud800"}'],
    )
    def test_what_is_no_list_of_rows_is_refused(self, window, body):
        status, answer = window.post(body)
        assert status == 400
        assert answer["error"].startswith("Decisions are sent as")

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"verdict": "secret-word"}, "row 1, verdict"),
            ({"when": "secret-word"}, "row 1, when"),
            ({"candidate": None}, "row 1: a decision is of two organisations"),
            ({"note": "x" * 10_001}, "row 1, note"),
            ({"secret": "word"}, "row 1, secret"),
            ({"verdict": "misplaced"}, "row 1: what is misplaced"),
        ],
    )
    def test_a_row_that_is_none_is_told_with_its_field_and_without_its_words(self, window, stored, ids, change, told):
        status, answer = window.post({"rows": [{**row(ids), **change}]})
        assert status == 400
        assert told in answer["error"]
        assert "secret-word" not in answer["error"]
        assert rows_in(stored) == ()

    @pytest.mark.parametrize("one", [None, 7, "row", []])
    def test_what_is_no_row_is_told(self, window, one):
        status, answer = window.post({"rows": [one]})
        assert status == 400
        assert "row 1" in answer["error"]

    def test_a_row_about_who_is_not_there_stores_nothing_of_all(self, window, stored, ids):
        other = {**row(ids, "Celje"), "organisation": "town-nowhere"}
        status, answer = window.post({"rows": [row(ids), other]})
        assert status == 400
        assert "'town-nowhere'" in answer["error"]
        assert rows_in(stored) == ()

    def test_what_is_answered_is_stored(self, window, stored, ids):
        (outcome,) = window.decide(row(ids, because="too far", note="čšž"))
        assert outcome["how"] == "new"
        (kept,) = rows_in(stored)
        assert (kept.id, kept.because, kept.note) == (outcome["id"], "too far", "čšž")
        assert outcome["matter"]["head"] == kept.id
        assert outcome["matter"]["rows"][0]["id"] == kept.id
        assert {outcome["matter"]["organisation"], outcome["matter"]["candidate"]} == {ids["Mostar"], ids["Graz"]}

    def test_an_id_that_is_given_is_not_believed(self, window, ids):
        (outcome,) = window.decide({**row(ids), "id": "decision-made-up"})
        assert outcome["id"] != "decision-made-up"

    def test_a_row_that_is_sent_again_is_known(self, window, stored, ids):
        (first,), (again,) = window.decide(row(ids)), window.decide(row(ids))
        assert (first["how"], again["how"], again["id"]) == ("new", "known", first["id"])
        assert len(rows_in(stored)) == 1

    def test_no_rows_are_no_fault(self, window):
        assert window.decide() == []

    def test_an_edit_and_its_undoing(self, window, stored, ids):
        edit = {
            "organisation": ids["Bari"],
            "verdict": "corrected",
            "field": "languages",
            "value": ["it", "de"],
            "when": "2026-05-09T10:00:00Z",
        }
        (done,) = window.decide(edit)
        undo = {
            "organisation": ids["Bari"],
            "verdict": "withdrawn",
            "field": "languages",
            "withdraws": done["id"],
            "after": done["id"],
            "when": "2026-05-09T10:00:05Z",
        }
        (undone,) = window.decide(undo)
        assert [one["how"] for one in (done, undone)] == ["new", "new"]
        assert len(undone["matter"]["rows"]) == 2
        assert undone["matter"]["candidate"] is None
        assert len(rows_in(stored)) == 2


class TestTwoWindows:
    def test_a_stale_write_is_refused_with_what_changed(self, review, stored, ids):
        one, other = Client(review.address), Client(review.address)
        one.decide(row(ids, note="hers"))
        (late,) = other.decide(row(ids, verdict="declined", when="2026-05-09T10:00:09Z"))
        assert late["how"] == "conflict"
        assert [seen["note"] for seen in late["matter"]["rows"]] == ["hers"]
        assert len(rows_in(stored)) == 1
        head = late["matter"]["head"]
        (again,) = other.decide(row(ids, verdict="declined", when="2026-05-09T10:00:12Z", after=head))
        assert again["how"] == "new"
        assert [seen.verdict for seen in rows_in(stored)] == ["accepted", "declined"]

    def test_from_the_other_side_it_is_the_same_matter(self, window, ids):
        window.decide(row(ids))
        (late,) = window.decide(row(ids, "Graz", "Mostar", verdict="declined"))
        assert late["how"] == "conflict"

    def test_each_sees_what_the_other_did(self, review, ids):
        one, other = Client(review.address), Client(review.address)
        status, before = other.get("changes?since=0")
        assert (status, before) == (200, {"now": 0, "matters": []})
        one.decide(row(ids))
        one.decide(row(ids, "Celje"))
        _, after = other.get("changes?since=0")
        assert after["now"] == 2
        assert [matter["organisation"] for matter in after["matters"]] == [ids["Mostar"], ids["Celje"]]
        _, rest = other.get("changes?since=1")
        assert [matter["organisation"] for matter in rest["matters"]] == [ids["Celje"]]
        assert other.get("changes?since=2")[1]["matters"] == []

    @pytest.mark.parametrize("since", ["-1", "x", "²", "9" * 40, "1.5"])
    def test_a_number_that_is_none_is_told(self, window, since):
        status, answer = window.get(f"changes?since={quote(since)}")
        assert (status, answer["error"]) == (400, "`since` is the number of a change, such as 0.")

    def test_both_at_once_lose_nothing(self, review, stored, ids):
        pairs = list(itertools.permutations(["Mostar", "Graz", "Bari", "Celje", "Bihać"], 2))
        hows = []

        def work(seconds):
            client = Client(review.address)
            for number, (one, other) in enumerate(pairs):
                when = f"2026-05-09T10:{number:02d}:{seconds:02d}Z"
                hows.extend(out["how"] for out in client.decide(row(ids, one, other, when=when, note=str(seconds))))

        threads = [threading.Thread(target=work, args=(seconds,)) for seconds in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(hows) == 3 * len(pairs)
        assert hows.count("new") == len(rows_in(stored)) == len(pairs) // 2


class TestSeveralPrograms:
    def test_two_servers_on_one_file_see_each_other(self, stored, ids):
        with reviewing(stored) as first, reviewing(stored) as second:
            one, other = Client(first.address), Client(second.address)
            one.decide(row(ids))
            (late,) = other.decide(row(ids, verdict="later"))
            assert late["how"] == "conflict"
            other.decide(row(ids, "Celje"))
            _, seen = one.get("changes?since=1")
            assert [matter["organisation"] for matter in seen["matters"]] == [ids["Celje"]]
            assert len(one.page()["desk"]["matters"]) == len(other.page()["desk"]["matters"]) == 2

    def test_what_another_program_decides_is_seen(self, window, stored, ids):
        with open_store(stored, readonly=False) as store:
            store.decide([Decision.model_validate(row(ids))])
        _, seen = window.get("changes?since=0")
        assert [matter["head"] for matter in seen["matters"]] == [rows_in(stored)[0].id]

    def test_what_another_decides_at_the_moment_of_a_look_is_seen(self, stored, ids, monkeypatch):
        """A file system may give two writes one and the same time."""
        looks = sittings._Looks(time.time_ns(), 1, 1)
        monkeypatch.setattr(sittings, "_looks", lambda _: looks)
        sitting = Sitting(stored, today=TODAY)
        assert sitting.changes(0) == (0, [])
        with open_store(stored, readonly=False) as store:
            store.decide([Decision.model_validate(row(ids))])
        assert len(sitting.changes(0)[1]) == 1

    def test_while_another_writes_a_decision_is_to_be_sent_again(self, window, stored, ids, monkeypatch):
        monkeypatch.setattr(sittings, "PATIENCE_SECONDS", 0.05)
        with closing(sqlite3.connect(stored, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            status, answer = window.post({"rows": [row(ids)]})
            assert status == 503
            assert "in use by another program" in answer["error"]
            assert window.get()[0] == 200
            other.execute("ROLLBACK")
        assert window.decide(row(ids))[0]["how"] == "new"

    def test_decisions_wait_in_line_no_longer_than_is_sensible(self, stored, ids, monkeypatch):
        monkeypatch.setattr(sittings, "PATIENCE_SECONDS", 0.05)
        sitting = Sitting(stored, today=TODAY)
        with sitting._writing, pytest.raises(StoreError, match="in use"):
            sitting.decide([Decision.model_validate(row(ids))])

    def test_a_file_that_went_away_is_told(self, window, stored, ids):
        stored.rename(stored.with_name("elsewhere.twinnet"))
        status, answer = window.get("changes?since=0")
        assert status == 503
        assert "put it back" in answer["error"]
        assert window.post({"rows": [row(ids)]})[0] == 503
        stored.with_name("elsewhere.twinnet").rename(stored)
        assert window.decide(row(ids))[0]["how"] == "new"

    def test_a_fault_of_our_own_is_told_and_the_review_goes_on(self, review, window, monkeypatch):
        monkeypatch.setattr(review.sitting, "changes", lambda _: 1 / 0)
        status, answer = window.get("changes?since=0")
        assert (status, "ZeroDivisionError" in answer["error"]) == (500, True)
        monkeypatch.undo()
        assert window.get("changes?since=0")[0] == 200

    def test_a_network_in_memory_cannot_be_reviewed(self):
        with pytest.raises(StoreError, match="give the file"):
            Sitting("memory:", today=TODAY)


class TestFind:
    def test_names_are_found_without_their_accents_and_in_other_scripts(self, window):
        for words in ("bihac", "BIHA", "%D0%91%D0%B8%D1%85%D0%B0%D1%9B"):
            found = window.get(f"find?q={words}")[1]["found"]
            assert [(one["name"], one["country"]) for one in found] == [("Bihać", "BA")]

    def test_nothing_is_found_for_nothing(self, window):
        for words in ("", "%20", "zzz", "%00"):
            assert window.get(f"find?q={words}")[1] == {"found": []}

    def test_the_name_itself_comes_first_then_beginnings_and_at_most_twenty(self, tmp_path):
        sitting = Sitting(_demo_file(tmp_path), today=TODAY)
        found = sitting.find("sa")
        assert found[0].name.startswith("Sa")
        assert len(sitting.find("a")) == 20
        assert sitting.find("celje")[0].name == "Celje"


def _demo_file(folder):
    from twinnet.workspace.importing import import_lists

    lists = Path(sittings.__file__).resolve().parent.parent / "data" / "demo"
    import_lists([lists / "members.csv", lists / "links.csv"], folder / "demo.twinnet")
    return folder / "demo.twinnet"


class TestQuietMoments:
    def wait(self, sitting, before):
        until = time.monotonic() + 20
        while sitting._reading is before and time.monotonic() < until:
            sitting.rest()
            time.sleep(0.02)
        assert sitting._reading is not before

    def test_what_follows_is_merged_and_suggestions_are_found_anew(self, stored, ids, monkeypatch):
        sitting = Sitting(stored, today=TODAY)
        sitting.page(base="/x/")
        before = sitting._reading
        sitting.decide([Decision.model_validate(row(ids, verdict="signed"))])
        sitting.rest()
        assert sitting._renewing.acquire(blocking=False), "a moment after a decision is not quiet"
        sitting._renewing.release()
        monkeypatch.setattr(sittings, "QUIET_SECONDS", 0.0)
        self.wait(sitting, before)
        pairs = {(one.organisation.id, one.candidate.id) for one in sitting._reading.found[""] if one.kind == "start"}
        assert (ids["Mostar"], ids["Graz"]) not in pairs
        assert any({link.a, link.b} == {ids["Mostar"], ids["Graz"]} for link in workspace.open(stored).links)
        assert len(sitting.changes(0)[1]) == 1

    def test_a_longer_pause_merges_it_in_the_store(self, stored, ids, monkeypatch):
        monkeypatch.setattr(sittings, "IDLE_SECONDS", 0.0)
        sitting = Sitting(stored, today=TODAY)
        before = sitting._reading
        sitting.decide([Decision.model_validate(row(ids, verdict="signed"))])
        self.wait(sitting, before)
        with sitting._renewing, open_store(stored, readonly=False) as store:
            assert not store.settle()
        before = sitting._reading
        sitting.rest()
        with sitting._renewing:
            assert sitting._reading is before, "all is merged"

    def test_nothing_is_done_where_nothing_changed(self, stored, monkeypatch):
        monkeypatch.setattr(sittings, "QUIET_SECONDS", 0.0)
        sitting = Sitting(stored, today=TODAY)
        before = sitting._reading
        sitting.rest()
        with sitting._renewing:
            assert sitting._reading is before

    def test_what_is_shown_may_be_gone_by_then(self, stored, ids, monkeypatch):
        monkeypatch.setattr(sittings, "QUIET_SECONDS", 0.0)
        sitting = Sitting(stored, today=TODAY)
        sitting.page("network:alda", base="/x/")
        before = sitting._reading
        with open_store(stored, readonly=False) as store:
            store.drop("alda members")
        self.wait(sitting, before)
        assert sitting.page(base="/x/")

    def test_where_that_fails_what_is_shown_stays(self, stored, ids, monkeypatch):
        monkeypatch.setattr(sittings, "QUIET_SECONDS", 0.0)
        sitting = Sitting(stored, today=TODAY)
        before = sitting._reading
        sitting.decide([Decision.model_validate(row(ids))])
        monkeypatch.setattr(sitting, "_read", lambda: 1 / 0)
        sitting.rest()
        with sitting._renewing:
            assert sitting._reading is before
        assert sitting.page(base="/x/")

    def test_the_end_merges_what_follows(self, stored, ids):
        with reviewing(stored) as review:
            Client(review.address).decide(row(ids, verdict="signed"))
        with open_store(stored, readonly=False) as store:
            assert not store.settle(), "nothing waits any more"

    def test_after_the_end_nothing_is_taken_in_from_a_window_that_is_still_open(self, stored, ids):
        with reviewing(stored) as review:
            client = Client(review.address)
            client.decide(row(ids))
        status, answer = client.post({"rows": [row(ids, "Celje")]})
        assert (status, answer["error"]) == (503, "The review has ended; start it again.")
        assert len(rows_in(stored)) == 1

    def test_the_end_does_not_fail_where_the_file_is_gone(self, stored):
        with reviewing(stored):
            stored.unlink()


class TestBook:
    def test_older_news_change_nothing(self, stored, ids):
        sitting = Sitting(stored, today=TODAY)
        _, ((first, matter),) = sitting.decide([Decision.model_validate(row(ids))])
        again = row(ids, verdict="contacted", when="2026-05-09T11:00:00Z", after=first.row.id)
        sitting.decide([Decision.model_validate(again)])
        book = sitting._book
        now = book.now
        book.put([matter])
        assert book.now == now
        assert len(book.since(0)[0].rows) == 2

    def test_who_is_called_otherwise_now_is_left(self, stored, ids):
        sitting = Sitting(stored, today=TODAY)
        sitting.decide([Decision.model_validate(row(ids))])
        sitting._book.leave(lambda one: "town-other" if one == ids["Graz"] else one)
        assert sitting._book.since(0) == []
        assert Book().now == 0


def started(stored, *options):
    """Start the command, as a person does; return the process and the address that it prints."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    words = [
        sys.executable,
        "-m",
        "twinnet",
        "review",
        str(stored),
        "--no-open",
        "--today",
        TODAY.isoformat(),
        *options,
    ]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment
    )
    address = process.stdout.readline().strip()
    assert address.startswith("http://127.0.0.1:"), process.communicate()[1]
    return process, address


class TestInTheBrowser:
    def test_what_was_decided_while_the_server_stood_still_arrives_after_it(self, browser, stored):
        with closing(browser.new_context()) as context:
            with reviewing(stored) as review:
                page = context.new_page()
                faults = []
                page.on("pageerror", lambda fault: faults.append(fault))  # noqa: PLW0108 - a builtin is refused
                page.goto(review.address)
                page.locator(".decide button.accepted").wait_for()
            page.keyboard.press("a")
            page.locator(".badge.accepted").first.wait_for()
            page.close()
            assert rows_in(stored) == ()
            with reviewing(stored) as review:
                page = context.new_page()
                page.goto(review.address)
                until = time.monotonic() + 15
                while not rows_in(stored) and time.monotonic() < until:
                    page.wait_for_timeout(50)
            (kept,) = rows_in(stored)
            assert kept.verdict == "accepted"
            assert faults == []


class TestCommand:
    def test_killed_at_any_moment_no_answered_decision_is_lost(self, stored):
        """Four hundred decisions, and the server killed in the midst of them, four times."""
        with open_store(stored) as store:
            ids = store.read().organisations.column("id")
        pairs = list(itertools.combinations(ids, 2))
        chance, wanted = random.Random(9), 400  # noqa: S311 - nothing secret
        answered, sent, heads = [], set(), {}
        rounds = 0
        while len(answered) < wanted:
            process, address = started(stored)
            client = Client(address)
            until = len(answered) + chance.randint(50, 90) if rounds < 4 else wanted
            killer = threading.Timer(0, process.kill)
            try:
                while len(answered) < wanted:
                    number = len(sent)
                    one, other = pairs[number % len(pairs)]
                    values = {
                        "organisation": one,
                        "candidate": other,
                        "kind": "start",
                        "verdict": ("accepted", "later", "declined", "signed")[number % 4],
                        "note": f"note {number}",
                        "when": f"2026-05-09T{10 + number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z",
                        "after": heads.get((one, other)),
                    }
                    sent.add(values["note"])
                    if len(answered) >= until and not killer.ident:
                        killer = threading.Timer(chance.random() * 0.02, process.kill)
                        killer.start()
                    (outcome,) = client.decide(values)
                    heads[one, other] = outcome["matter"]["head"]
                    if outcome["how"] == "new":
                        answered.append(values["note"])
            except (OSError, http.client.HTTPException):
                pass
            finally:
                process.kill()
                process.communicate()
            with open_store(stored) as store:
                kept = store.decisions()
                assert store.read().matters
            notes = [one.note for one in kept]
            assert set(answered) <= set(notes) <= sent
            assert len(notes) == len(set(notes))
            heads = {tuple(sorted((one.organisation, one.candidate))): one.id for one in kept}
            rounds += 1
        assert rounds > 4

    @pytest.mark.skipif(sys.platform == "win32", reason="there Ctrl-C reaches all programs of a terminal")
    def test_ctrl_c_ends_it_and_says_that_nothing_is_lost(self, stored, ids):
        process, address = started(stored, "--who", " Ana  Anić ")
        client = Client(address)
        assert client.page()["desk"]["who"] == "Ana Anić"
        client.decide(row(ids, verdict="signed"))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out) == (0, "")
        assert "nothing is lost" in err
        assert "1 decision was stored" in err
        assert "Traceback" not in err
        with open_store(stored, readonly=False) as store:
            assert not store.settle()
            assert len(store.decisions()) == 1

    def test_from_a_terminal_the_browser_opens(self, called, stored, monkeypatch):
        import webbrowser

        found = []
        monkeypatch.setattr(Review, "run", Review.server_close)
        monkeypatch.setattr(webbrowser, "open", lambda address: bool(found.append(address)))
        monkeypatch.delenv("CI", raising=False)
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        said = called("review", stored, "--today", TODAY.isoformat(), "--for", "country:BA")
        assert said.code == 0
        assert "0 decisions were stored" in said.err

    def test_a_scope_that_names_nothing_is_told_before_anything_is_served(self, called, stored):
        said = called("review", stored, "--for", "country:Atlantis")
        assert said.code == 2
        assert "names no network" in said.err

    def test_a_file_that_cannot_be_written_is_told_before_anything_is_served(self, called, stored, monkeypatch):
        def refused(*_, **__):
            raise StoreError("my.twinnet cannot be written: the file or its folder is read-only")

        monkeypatch.setattr("twinnet.stores.sqlite.SqliteStore.decide", refused)
        said = called("review", stored)
        assert (said.code, said.out) == (1, "")
        assert "read-only" in said.err

    def test_a_file_that_is_not_there_is_told(self, called, tmp_path):
        said = called("review", tmp_path / "none.twinnet")
        assert said.code == 2
        assert "does not exist" in said.err


def test_a_rule_that_names_nothing_is_told(stored):
    with pytest.raises(RulesError):
        Sitting(stored, today=TODAY, rules=Rules(whose=("country:Atlantis",)))
