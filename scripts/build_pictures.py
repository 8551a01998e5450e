"""Make the pictures of the documentation from the demo, in a real browser.

usage: python scripts/build_pictures.py [--town NAME]

Needs the packages of the group `test` and a Chromium (on the PATH, or named by CHROMIUM). Writes docs/images/*.png: the
page as it opens, a town, its network, all communities, the table in Bosnian, the figures, the map in French and dark, a
phone, a town's sheet as it is printed, and the review. The pictures are cut to a palette of 256 colours, so that each
stays small.
"""

import argparse
import datetime as dt
import os
import shutil
import struct
import sys
import tempfile
import zlib
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt

from twinnet import workspace
from twinnet.workspace.demonstration import make_demo

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
TODAY = dt.date(2026, 7, 1)
"""The day of the pictures: fixed, so that they change with the page alone."""
SIZE = (1440, 900)
PAPER = (704, 920)
"""What a sheet of A4 holds between its margins, in pixels of the web, 96 an inch."""
MOST_BYTES = 400_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--town", default="Celje", help="whose network is shown")
    given = parser.parse_args()
    browsers = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    browser = next((found for name in browsers if name and (found := shutil.which(name))), None)
    if browser is None:
        sys.exit("no Chromium was found: install one, or name it in CHROMIUM")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        made = make_demo(folder, today=TODAY)
        town = workspace.open(made.network).find(given.town).id
        for name, pixels in _shoot(browser, made.page.resolve().as_uri(), _shots(town)).items():
            picture = _small(pixels)
            path = IMAGES / f"{name}.png"
            path.write_bytes(picture)
            print(f"{path.name}: {len(picture):,} bytes")
            if len(picture) > MOST_BYTES:
                sys.exit(f"{path.name} is over {MOST_BYTES:,} bytes")


class Shot(NamedTuple):
    """What a picture looks at, and how."""

    looks_at: dict[str, str]
    size: tuple[int, int] = SIZE
    dark: bool = False
    paper: bool = False
    keys: str = ""
    """What is pressed, one key after the other."""


def _shots(town: str) -> dict[str, Shot]:
    english = {"lang": "en"}
    return {
        "page": Shot(english),
        "town": Shot({**english, "town": town}),
        "network": Shot({**english, "town": town, "view": "network"}),
        "communities": Shot({**english, "view": "network"}),
        "table-bosnian": Shot({"lang": "bs", "view": "table"}),
        "figures": Shot({**english, "view": "figures"}),
        "map-french-dark": Shot({"lang": "fr"}, dark=True),
        "phone": Shot({**english, "town": town}, (390, 844)),
        "sheet": Shot({**english, "town": town}, PAPER, paper=True),
        "review": Shot({**english, "view": "review"}, keys="al1ad"),
    }


def _shoot(browser: str, address: str, shots: dict[str, Shot]) -> dict[str, npt.NDArray[np.uint8]]:
    """Return the pixels (height x width x 3) of a page by what is looked at."""
    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for name, shot in shots.items():
            width, height = shot.size
            page = running.new_page(
                viewport={"width": width, "height": height},
                reduced_motion="reduce",
                color_scheme="dark" if shot.dark else "light",
            )
            page.goto(f"{address}#{urlencode(shot.looks_at)}")
            page.wait_for_timeout(3000)
            for key in shot.keys:
                page.keyboard.press(key)
            if shot.paper:
                page.emulate_media(media="print")
                page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
                page.wait_for_timeout(1500)
            found[name] = _pixels(page.screenshot(animations="disabled"))
            page.close()
        running.close()
    return found


def _pixels(png: bytes) -> npt.NDArray[np.uint8]:
    """Read a PNG of eight bits a channel that is not interlaced, as browsers write them."""
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    channels = {2: 3, 6: 4}[colour]
    if depth != 8:
        raise ValueError("not eight bits a channel")
    data, at = b"", 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + size]
        at += size + 12
    lines = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * channels)
    above = np.zeros((width, channels), np.int64)
    rows = np.empty((height, width, 3), np.uint8)
    for y, line in enumerate(lines):
        above = _unfiltered(int(line[0]), line[1:].reshape(width, channels).astype(np.int64), above)
        rows[y] = above[:, :3]
    return rows


def _unfiltered(how: int, line: npt.NDArray[np.int64], above: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Undo a PNG filter of one line (0 none, 1 left, 2 above, 3 mean of both, 4 Paeth)."""
    if how == 0:
        return line
    if how == 1:
        return np.cumsum(line, axis=0) % 256
    if how == 2:
        return (line + above) % 256
    made = np.zeros_like(line)
    left = corner = np.zeros(line.shape[1], np.int64)
    for x in range(len(line)):
        up = above[x]
        if how == 3:
            guess = (left + up) // 2
        else:
            p = left + up - corner
            a, b, c = abs(p - left), abs(p - up), abs(p - corner)
            guess = np.where((a <= b) & (a <= c), left, np.where(b <= c, up, corner))
        left = made[x] = (line[x] + guess) % 256
        corner = up
    return made


def _small(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Return a PNG with the 256 colours that serve most: colours of the picture, each other one by its nearest."""
    flat = pixels.reshape(-1, 3).astype(np.int64)
    code, counts = np.unique(flat @ np.array([65536, 256, 1]), return_counts=True)
    colours = np.stack([code >> 16, (code >> 8) & 255, code & 255], axis=1)
    order = np.argsort(-counts, kind="stable")
    # The most frequent colour of each coarse cell of colours first, so that no hue is lost.
    cell = (colours[order] >> 4) @ np.array([256, 16, 1])
    first = np.sort(np.unique(cell, return_index=True)[1])
    rest = np.setdiff1d(np.arange(len(order)), first)
    chosen = colours[order[np.concatenate([first, rest])[:256]]]
    nearest = np.empty(len(colours), np.uint8)
    for start in range(0, len(colours), 4096):
        part = colours[start : start + 4096]
        nearest[start : start + 4096] = ((part[:, None] - chosen[None]) ** 2).sum(2).argmin(1)
    index = nearest[np.searchsorted(code, flat @ np.array([65536, 256, 1]))].reshape(pixels.shape[:2])
    lines = np.concatenate([np.zeros((len(index), 1), np.uint8), index], axis=1)
    height, width = index.shape
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", chosen.astype(np.uint8).tobytes()),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


if __name__ == "__main__":
    main()
