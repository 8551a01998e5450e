"""Made-up lists in many languages, with odd headers, wrong headers or none that say anything."""

import datetime as dt

import pytest

from twinnet.errors import InputError
from twinnet.models import ListTable
from twinnet.reading import ReadOptions, read_table

TODAY = dt.date(2026, 6, 1)


def read(text: str, **options: object) -> ListTable:
    (table,) = read_table(text.encode(), file="list.csv", options=ReadOptions(today=TODAY, **options))  # type: ignore[arg-type]  # any
    return table


def fields(table: ListTable) -> list[str]:
    return [use.field or "-" for use in table.columns]


LISTS = {
    # Who writes the list, and for whom, differs; what stands below is always the same kind of thing.
    "welsh": (
        (
            "Aelod;Tref;Gwlad;Poblogaeth;Ymunodd\n"
            "Cyngor Tref Conwy;Conwy;Cymru;14800;1998\nVille de Quimper;Quimper;Ffrainc;63000;2001\n"
            "Stadt Soest;Soest;Yr Almaen;47000;2004\nComune di Feltre;Feltre;Yr Eidal;20500;1999\n"
            "Gemeente Deventer;Deventer;Yr Iseldiroedd;101000;2010\nAyuntamiento de Soria;Soria;Sbaen;39000;2012\n"
        ),
        "name locality country population since",
    ),
    "basque": (
        (
            "Erakundea|Udalerria|Estatua|Biztanleak|Kide noiztik\n"
            "Gernikako Udala|Gernika-Lumo|Espainia|17000|2003\nStadt Pforzheim|Pforzheim|Alemania|125000|2005\n"
            "Ville de Pau|Pau|Frantzia|76000|1999\nComune di Asti|Asti|Italia|74000|2002\n"
            "Município de Braga|Braga|Portugal|193000|2008\nGmina Sopot|Sopot|Polonia|36000|2011\n"
        ),
        "name locality country population since",
    ),
    "lithuanian": (
        (
            "Narys,Miestas,Valstybė,Gyventojai,Nuo kada\n"
            "Kauno miesto savivaldybė,Kaunas,Lietuva,300000,1997\nJelgavas pilsēta,Jelgava,Latvija,56000,1998\n"
            "Tartu linn,Tartu,Estija,97000,2000\nMiasto Suwałki,Suwałki,Lenkija,69000,2003\n"
            "Stadt Rostock,Rostock,Vokietija,209000,2004\nVäxjö kommun,Växjö,Švedija,94000,2006\n"
        ),
        "name locality country population since",
    ),
    "latvian": (
        (
            "Biedrs;Pilsēta;Valsts;Pasta indekss;Iedz. skaits\n"
            "Cēsu novads;Cēsis;Latvija;LV-4101;15000\nViljandi linn;Viljandi;Igaunija;71011;17000\n"
            "Kretingos rajonas;Kretinga;Lietuva;LT-97001;17000\nGmina Ełk;Ełk;Polija;19-300;61000\n"
            "Stadt Husum;Husum;Vācija;25813;23000\nKalmar kommun;Kalmar;Zviedrija;392 31;41000\n"
        ),
        "name locality country postcode population",
    ),
    "maltese": (
        (
            "Kunsill;Lokalità;Pajjiż;Sena\n"
            "Kunsill Lokali Mosta;Mosta;Malta;2002\nComune di Noto;Noto;Italja;2004\n"
            "Δήμος Χανίων;Χανιά;Greċja;2006\nGrad Zadar;Zadar;Kroazja;2008\n"
            "Ayuntamiento de Ronda;Ronda;Spanja;2009\nVille de Menton;Menton;Franza;2010\n"
        ),
        "name locality country since",
    ),
    "irish": (
        (
            "Ball|Baile|Tír|Ó\n"
            "Comhairle Cathrach Luimnigh|Limerick|Éire|1999\nVille de Quimper|Quimper|An Fhrainc|2001\n"
            "Stadt Trier|Trier|An Ghearmáin|2003\nComune di Lucca|Lucca|An Iodáil|2005\n"
            "Ayuntamiento de Lugo|Lugo|An Spáinn|2007\n"
        ),
        "name locality country since",
    ),
    "armenian": (
        (
            "Համայնք;Երկիր;Բնակչություն;Անդամ\n"
            "Գյումրի;Հայաստան;112000;2009\nValence;Ֆրանսիա;64000;2010\nKutaisi;Վրաստան;147000;2012\n"
            "Rostock;Գերմանիա;209000;2013\nBari;Իտալիա;316000;2015\nPleven;Բուլղարիա;90000;2016\n"
        ),
        "name country population since",
    ),
    "belarusian": (
        (
            "Удзельнік;Горад;Краіна;Год уступлення\n"
            "Полацкі гарвыканкам;Полацк;Беларусь;1999\nGmina Sokółka;Sokółka;Польшча;2001\n"
            "Kauno savivaldybė;Kaunas;Літва;2003\nStadt Leipzig;Leipzig;Германія;2005\n"
            "Ville de Nancy;Nancy;Францыя;2007\n"
        ),
        "name locality country since",
    ),
    "turkish": (
        (
            "Sıra;Belediye;Ülkesi;Nüfus (2020);Katılım yılı;Not\n"
            "1;Çanakkale;Türkiye;180000;2008;\n2;Osnabrück;Almanya;165000;2009;\n3;Kardzhali;Bulgaristan;43000;2011;\n"
            "4;Pylos;Yunanistan;2700;2013;\n5;Foča;Bosna Hersek;12000;2014;\n6;Nîmes;Fransa;148000;2015;\n"
        ),
        "- name country population since former",
    ),
    "arabic countries": (
        (
            "البلدية,الدولة,سنة\nTunis,تونس,1999\nMarseille,فرنسا,2001\nBarcelona,إسبانيا,2003\nGenova,إيطاليا,"
            "2005\nSousse,تونس,2007\n"
        ),
        "name country since",
    ),
    "letters for headers": (
        (
            "A,B,C,D,E\nCity of Bari,Bari,IT,316000,1999\nVille de Lyon,Lyon,FR,522000,2001\n"
            "Stadt Ulm,Ulm,DE,126000,2003\n"
            "Grad Pula,Pula,HR,52000,2005\nMiasto Opole,Opole,PL,127000,2006\nOpština Niš,Niš,RS,183000,2007\n"
        ),
        "name locality country population since",
    ),
    "wrong headers": (
        (
            "Region,Website,Name,Status\nItaly,Bari,1999,City\nFrance,Lyon,2001,Municipality\nGermany,Ulm,2003,City\n"
            "Croatia,Pula,2005,Town\nPoland,Opole,2006,Municipality\nSerbia,Niš,2007,City\n"
        ),
        "country name since kind",
    ),
    "columns turned round": (
        (
            "Feld 1;Feld 2;Feld 3;Feld 4\n1999;Italien;Bari;Stadt Bari\n2001;Frankreich;Lyon;Stadt Lyon\n"
            "2003;Deutschland;Ulm;Stadt Ulm\n2005;Kroatien;Pula;Stadt Pula\n2006;Polen;Opole;Stadt Oppeln\n"
        ),
        "since country locality name",
    ),
    "links without words": (
        (
            "x1,x2,x3,x4,x5\nBari,IT,Lyon,FR,1999\nUlm,DE,Pula,HR,2001\nOpole,PL,Mostar,BA,2003\nNiš,RS,Kavala,"
            "GR,2005\n"
            "Graz,AT,Sibiu,RO,2006\nGent,BE,Ohrid,MK,2007\n"
        ),
        "from_name from_country to_name to_country since",
    ),
    "links in Finnish": (
        (
            "Kaupunki;Maa;Ystävyyskaupunki;Ystävyyskaupungin maa;Vuodesta\nTurku;Suomi;Gdańsk;Puola;1958\n"
            "Oulu;Suomi;Halle;Saksa;1968\nLahti;Suomi;Pécs;Unkari;1956\nPori;Suomi;Riga;Latvia;1964\n"
            "Kotka;Suomi;Tallinna;Viro;1955\n"
        ),
        "from_name from_country to_name to_country since",
    ),
    "links in Icelandic": (
        (
            "Bær;Vinabær;Land;Frá\nAkureyri;Ålesund;Noregur;1949\nSelfoss;Lahti;Finnland;1955\nÍsafjörður;"
            "Roskilde;Danmörk;1960\n"
            "Kópavogur;Norrköping;Svíþjóð;1962\nHafnarfjörður;Cuxhaven;Þýskaland;1988\n"
        ),
        "from_name to_name to_country since",
    ),
    "partners in Hungarian": (
        (
            "Pályázat;Résztvevő szervezet;Város;Ország;Vezető?\nHOD;Pécs Város Önkormányzata;Pécs;Magyarország;igen\n"
            "HOD;Grad Osijek;Osijek;Horvátország;nem\nVIZ;Győr Város Önkormányzata;Győr;Magyarország;igen\n"
            "VIZ;Gemeinde Hainburg;Hainburg;Ausztria;nem\nVIZ;Mesto Komárno;Komárno;Szlovákia;nem\n"
        ),
        "acronym name locality country role",
    ),
}


@pytest.mark.parametrize("language", LISTS)
def test_a_list_is_recognised_whatever_its_headers_say(language: str) -> None:
    text, wanted = LISTS[language]
    assert " ".join(fields(read(text))) == wanted


TOWNS = [
    ("Bari", "IT", 41.12, 16.87, 3182351, "70121", "Puglia"),
    ("Ulm", "DE", 48.40, 9.99, 2820256, "89073", "Baden-Württemberg"),
    ("Lyon", "FR", 45.76, 4.83, 2996944, "69001", "Rhône"),
    ("Graz", "AT", 47.07, 15.43, 2778067, "08010", "Steiermark"),
    ("Pula", "HR", 44.87, 13.85, 3192224, "52100", "Istra"),
    ("Opole", "PL", 50.67, 17.93, 3090048, "45015", "Opolskie"),
    ("Porto", "PT", 41.15, -8.61, 2735943, "40500", "Norte"),
]


def table_of(*columns: list[object]) -> ListTable:
    """A list of TOWNS' cells under headers that say nothing."""
    lines = [",".join(f"c{at}" for at in range(len(columns)))]
    lines += [",".join(map(str, cells)) for cells in zip(*columns, strict=True)]
    return read("\n".join(lines) + "\n")


def column(at: int) -> list[object]:
    return [town[at] for town in TOWNS]


def test_coordinates_are_told_apart_by_where_the_places_lie() -> None:
    assert fields(table_of(column(0), column(1), column(2), column(3))) == ["name", "country", "latitude", "longitude"]
    assert fields(table_of(column(0), column(1), column(3), column(2))) == ["name", "country", "longitude", "latitude"]


def test_longitudes_beyond_90_degrees_say_themselves() -> None:
    rows = [("Tōkyō", 139.69, 35.69), ("Ōsaka", 135.50, 34.69), ("Nagoya", 136.91, 35.18), ("Sapporo", 141.35, 43.06)]
    table = table_of(*map(list, zip(*rows, strict=True)))
    assert fields(table) == ["name", "longitude", "latitude"]


def test_both_ends_have_coordinates() -> None:
    other = [*range(1, 7), 0]
    turned = [[column(at)[place] for place in other] for at in (0, 1, 2, 3)]
    table = table_of(column(0), column(2), column(3), turned[0], turned[2], turned[3])
    assert fields(table) == [
        "from_name", "from_latitude", "from_longitude", "to_name", "to_latitude", "to_longitude",
    ]  # fmt: skip


def test_ids_of_geonames_are_told_by_the_places_that_have_them() -> None:
    assert fields(table_of(column(0), column(4), column(1))) == ["name", "geonames_id", "country"]


def test_postal_codes_are_told_by_the_zeros_before_them_and_inhabitants_by_their_spread() -> None:
    assert fields(table_of(column(0), column(1), column(5))) == ["name", "country", "postcode"]
    people = [316_212, 126_949, 522_969, 291_007, 52_220, 127_077, 2_311_512]
    assert fields(table_of(column(0), column(1), people)) == ["name", "country", "population"]
    rising = [40001, 40002, 40003, 40004, 40005, 40006, 40007]
    assert fields(table_of(column(0), column(1), rising)) == ["name", "country", "-"]
    assert fields(table_of(column(0), column(1), [12.5, 3.25, 7.125, 8.5, 1.5, 2.75, 9.5])) == ["name", "country", "-"]


def test_provinces_called_by_their_towns_are_regions() -> None:
    towns = [
        "Alba",
        "Bra",
        "Cuneo",
        "Fossano",
        "Mondovì",
        "Asti",
        "Canelli",
        "Nizza Monferrato",
        "Moncalvo",
        "Villanova",
    ]
    provinces = ["Cuneo"] * 5 + ["Asti"] * 5
    table = table_of(towns, provinces, ["IT"] * 10)
    assert fields(table) == ["name", "region", "country"]


def test_states_themes_languages_and_parts_of_the_world_are_told() -> None:
    names = ["Ulm", "Trier", "Kiel", "Jena"] * 2
    states = ["Bayern", "Hessen", "Sachsen", "Saarland"] * 2
    assert fields(table_of(names, states, ["Member"] * 8)) == ["name", "region", "status"]
    themes = ["youth", "culture", "tourism", "heritage", "sport", "education", "youth", "culture"]
    spoken = ["English", "German", "French", "Italian"] * 2
    assert fields(table_of(names, ["DE"] * 8, themes)) == ["name", "country", "themes_offered"]
    assert fields(table_of(names, ["DE"] * 8, spoken)) == ["name", "country", "languages"]
    assert fields(table_of(names, ["DE"] * 8, ["Western Europe", "Southern Europe"] * 4)) == ["name", "country", "-"]


def test_projects_are_told_by_the_length_of_their_texts() -> None:
    about = ["What the towns did together in their year and for whom and with which of their schools. " * 3] * 8
    rows = [
        (
            f"AC{n}",
            f"The project of towns number {n} in its full length",
            "Interreg programme",
            2010 + n,
            f"{n}: {text}",
        )
        for n, text in enumerate(about)
    ]
    table = table_of(*map(list, zip(*rows, strict=True)))
    assert table.kind == "projects"
    assert fields(table) == ["acronym", "title", "programme", "start", "description"]


def test_without_a_gazetteer_the_words_of_names_are_enough() -> None:
    from twinnet.reading import headers

    rows = [["c0", "c1"], *([f"City of {town[0]}", str(town[1])] for town in TOWNS)]
    assert headers.recognise(rows, file="list.csv").fields == ("name", "country")
    with pytest.raises(InputError, match="no column of names"):
        headers.recognise([["c0", "c1"], *(["Ada Roe", str(town[1])] for town in TOWNS)], file="list.csv")


def test_letters_are_marks_before_they_are_countries() -> None:
    assert fields(table_of(column(0), column(1), ["A", "B", "A", "B", "D", "A", "B"])) == ["name", "country", "-"]


MORE = [
    (
        (
            "Löpnr;Medlemskommun;Nation;Folkmängd;Inträde;E-post;Kontakt\n"
            "1;Lunds kommun;Sverige;91940;1999;a@lund.se;Eva Ek\n"
            "2;Esbjerg Kommune;Danmark;71698;2001;b@esb.dk;Ib Bo\n"
            "3;Stadt Rostock;Tyskland;209000;2003;c@ro.de;Udo Uhl\n"
            "4;Gmina Gdynia;Polen;246000;2004;d@gd.pl;Jan Kos\n"
            "5;Tartu linn;Estland;97000;2006;e@ta.ee;Aet Aas\n"
        ),
        "- name country population since - -",
    ),
    (
        (
            "Nr.;Deltager;By;Land;Medlem siden;Hjemmeside;Noter\n"
            "1;Aarhus Kommune;Aarhus;Danmark;1998;www.aarhus.dk;\n"
            "2;Bergen kommune;Bergen;Norge;1999;www.bergen.no;\n"
            "3;Turun kaupunki;Turku;Finland;2000;www.turku.fi;\n"
            "4;Stadt Kiel;Kiel;Tyskland;2002;www.kiel.de;\n"
            "5;Växjö kommun;Växjö;Sverige;2004;www.vaxjo.se;\n"
        ),
        "- name locality country since website former",
    ),
    (
        (
            "Aangesloten gemeente|Provincie|Inwoneraantal|Aansluiting|Burgemeester\n"
            "Gemeente Deventer|Overijssel|101000|2003|J. Jansen\n"
            "Gemeente Breda|Noord-Brabant|184000|2004|P. Pieters\n"
            "Gemeente Leiden|Zuid-Holland|125000|2005|K. Klaas\n"
            "Gemeente Zwolle|Overijssel|129000|2007|M. Maas\n"
            "Gemeente Delft|Zuid-Holland|103000|2008|N. Nijs\n"
        ),
        "name region population since -",
    ),
    (
        (
            "Členská obec;Kraj;PSČ;Počet obyvateľov;Člen od roku;Tel.\n"
            "Mesto Trnava;Trnavský kraj;917 01;63800;2003;033 123456\n"
            "Mesto Nitra;Nitriansky kraj;949 01;76500;2004;037 234567\n"
            "Mesto Žilina;Žilinský kraj;010 01;80700;2006;041 345678\n"
            "Mesto Prešov;Prešovský kraj;080 01;87800;2007;051 456789\n"
            "Mesto Poprad;Prešovský kraj;058 01;50800;2009;052 567890\n"
        ),
        "name region postcode population since -",
    ),
    (
        (
            "Občina članica;Pobratena občina;Država pobratene;Leto podpisa listine\n"
            "Maribor;Graz;Avstrija;1987\n"
            "Celje;Singen;Nemčija;1989\n"
            "Koper;Muggia;Italija;1990\n"
            "Ptuj;Varaždin;Hrvaška;1994\n"
            "Kranj;Oldham;Velika Britanija;1974\n"
        ),
        "from_name to_name to_country since",
    ),
    (
        (
            "Реден број;Општина;Збратимен град;Земја;Датум\n"
            "1;Битола;Bursa;Турција;1971\n"
            "2;Охрид;Windsor;Канада;1985\n"
            "3;Тетово;Constanța;Романија;2003\n"
            "4;Струмица;Veliko Tarnovo;Бугарија;2005\n"
            "5;Велес;Słupsk;Полска;2006\n"
        ),
        "- from_name to_name to_country since",
    ),
    (
        (
            "Bashkia;Shteti;Nr. i banorëve;Viti;Fusha e interesit\n"
            "Tiranë;Shqipëri;418495;2001;kulturë\n"
            "Prishtinë;Kosovë;198897;2003;rini\n"
            "Ulcinj;Mali i Zi;10707;2006;turizëm\n"
            "Tetovë;Maqedonia e Veriut;52915;2008;sport\n"
            "Bari;Itali;316000;2010;kulturë\n"
        ),
        "name country population since themes_offered",
    ),
    (
        (
            "Партньор по проекта;Роля;Населено място;Държава;Акроним\n"
            "Община Видин;водещ;Видин;България;DANUBE\n"
            "Municipiul Calafat;партньор;Calafat;Румъния;DANUBE\n"
            "Општина Зајечар;партньор;Зајечар;Сърбия;DANUBE\n"
            "Община Русе;водещ;Русе;България;RIVER\n"
            "Municipiul Giurgiu;партньор;Giurgiu;Румъния;RIVER\n"
        ),
        "name role locality country acronym",
    ),
    (
        (
            "Учасники;Область;Поштовий індекс;Чисельність;Веб\n"
            "Чернівецька міська рада;Чернівецька область;58000;265000;https://city.cv.ua\n"
            "Луцька міська рада;Волинська область;43000;217000;https://lutskrada.gov.ua\n"
            "Рівненська міська рада;Рівненська область;33000;245000;https://rvrada.gov.ua\n"
            "Ужгородська міська рада;Закарпатська область;88000;115000;https://rada-uzhgorod.gov.ua\n"
            "Тернопільська міська рада;Тернопільська область;46000;225000;https://rada.te.ua\n"
        ),
        "name region postcode population website",
    ),
    (
        (
            "Denumirea UAT;Orașul înfrățit;Statul;Data semnării acordului\n"
            "Cluj-Napoca;Dijon;Franța;1999\n"
            "Sibiu;Landshut;Germania;2002\n"
            "Oradea;Debrecen;Ungaria;2003\n"
            "Iași;Padova;Italia;1995\n"
            "Arad;Pécs;Ungaria;2005\n"
        ),
        "from_name to_name to_country since",
    ),
    (
        (
            "Autarquia;Município geminado;País;Ano;Âmbito\n"
            "Braga;Puteaux;França;1999;cultura\n"
            "Évora;Chartres;França;2003;cultura\n"
            "Faro;Huelva;Espanha;2008;turismo\n"
            "Coimbra;Padova;Itália;2000;educação\n"
            "Aveiro;Bourges;França;1989;cultura\n"
        ),
        "from_name to_name to_country since themes",
    ),
    (
        (
            "ID;Ustanova;Adresa;Grad;Država;Šir.;Duž.;Status;Godina pristupa\n"
            "1;Grad Sisak;Rimska 26;Sisak;Hrvatska;45.487;16.376;punopravni član;2003\n"
            "2;Općina Ljubuški;Trg 1;Ljubuški;BiH;43.197;17.546;promatrač;2004\n"
            "3;Opština Kotor;Stari grad;Kotor;Crna Gora;42.425;18.771;član;2006\n"
            "4;Mestna občina Ptuj;Mestni trg;Ptuj;Slovenija;46.420;15.870;član;2008\n"
            "5;Grad Zadar;Narodni trg 1;Zadar;Hrvatska;44.119;15.231;član;2009\n"
        ),
        "- name - locality country latitude longitude status since",
    ),
    (
        (
            "Projet;Porteur;Début;Fin;Résumé\n"
            "VILLES+;Ville de Lyon;2018;2020;"
            "Une coopération entre plusieurs villes sur la participation des habitants et le climat.\n"
            "JEUNES;Ville de Metz;2019;2021;"
            "Des échanges de jeunes entre quatre communes et un festival commun chaque année en été.\n"
            "VERT;Commune de Namur;2020;2022;"
            "La gestion des parcs et jardins municipaux avec les écoles et les associations locales.\n"
            "MUSE;Ville de Gap;2021;2023;"
            "Un réseau de musées municipaux qui prêtent leurs collections et forment leurs équipes.\n"
        ),
        "acronym - start end description",
    ),
    (
        (
            "Κωδικός;Δήμος;Νομός;Πληθυσμός;Έτος;Αδελφοποιημένος δήμος;Χώρα\n"
            "1;Λάρισα;Λάρισας;162591;1995;Karlovo;Βουλγαρία\n"
            "2;Βόλος;Μαγνησίας;144449;1992;Rostov-na-Donu;Ρωσία\n"
            "3;Χανιά;Χανίων;108642;2000;Engomi;Κύπρος\n"
            "4;Πάτρα;Αχαΐας;213984;1998;Bari;Ιταλία\n"
            "5;Καβάλα;Καβάλας;70501;2001;Nürnberg;Γερμανία\n"
        ),
        "- from_name from_region from_population since to_name to_country",
    ),
    (
        (
            "Stadt;Landkreis;Bundesland;EW 2022;beigetr.;Ansprechpartner/in;Mail\n"
            "Ulm;Ulm;Baden-Württemberg;126949;1999;Frau A;a@ulm.de\n"
            "Gotha;Gotha;Thüringen;45000;2001;Herr B;b@gotha.de\n"
            "Hof;Hof;Bayern;45000;2004;Frau C;c@hof.de\n"
            "Emden;Emden;Niedersachsen;50000;2007;Herr D;d@emden.de\n"
            "Pirna;Sächsische Schweiz;Sachsen;39000;2009;Frau E;e@pirna.de\n"
        ),
        "name - region population since - -",
    ),
]
"""Lists that were written after the rules, to see how these do on what they had not met;"
" some could be read otherwise."""


def test_most_columns_of_lists_never_met_are_recognised() -> None:
    right = total = 0
    for text, wanted in MORE:
        found = fields(read(text))
        right += sum(a == b for a, b in zip(found, wanted.split(), strict=True))
        total += len(found)
    assert right >= 0.95 * total
