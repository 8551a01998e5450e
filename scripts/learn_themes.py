"""Learn the weights of words that the package ships for telling the themes of texts.

usage: python scripts/learn_themes.py --date 2026-11 [--embed]

Learns from the taxonomy's keywords (twinnet/data/themes.csv), our sentences (tests/labels/theme_sentences.csv, part
"learn"), texts put together of both, and descriptions of projects (of the shared data). Writes
twinnet/data/theme_weights.npz, theme_common_words.csv, theme_keywords.tsv and the card theme_weights.json. With
--embed (and the extra installed) it also learns the function of the texts' vectors, theme_embedding.npz and .json, in
some ten minutes.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import theme_texts  # noqa: E402 - the folder of this script comes first on the path
from twinnet.tagging.embedding import Embedding  # noqa: E402 - as above
from twinnet.tagging.learning import Labelled, LearnOptions, learn, learn_embedding  # noqa: E402 - as above
from twinnet.taxonomy import Taxonomy  # noqa: E402 - as above


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--date", required=True)
    parser.add_argument("--embed", action="store_true")
    given = parser.parse_args()
    start = time.perf_counter()
    parts = theme_texts.to_learn_from(theme_texts.projects())
    if not parts["projects"]:
        sys.exit("The shared data are not there (TWINNET_DATA), and what the package ships is learned from them too.")
    texts = [text for part in parts.values() for text in part]
    about = {"date": given.date, "learned_from": {name: len(part) for name, part in parts.items()}}
    weights = learn(texts, Taxonomy.builtin().keys(), LearnOptions(), about=about)
    weights.save(ROOT / "twinnet" / "data")
    print(f"{time.perf_counter() - start:.0f} s: {len(weights.of):,} pieces, {weights.table.nnz:,} weights")
    if given.embed:
        learn_vectors(texts, about)


def learn_vectors(texts: list[Labelled], about: dict[str, Any]) -> None:
    """Learn and write what the extra twinnet[embed] reads by."""
    empty = np.zeros((0, 0), np.float32)
    model = Embedding((), empty, empty, empty, {})
    about = {**about, "model": model.name}
    learn_embedding(texts, Taxonomy.builtin().keys(), model.vector, about=about).save(ROOT / "twinnet" / "data")


if __name__ == "__main__":
    main()
