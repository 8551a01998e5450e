"""Made-up lists in many languages, with odd headers, wrong headers or none that say anything."""

import datetime as dt

import pytest

from twinnet.models import ListTable
from twinnet.reading import ReadOptions, read_table

TODAY = dt.date(2026, 6, 1)


def read(text: str, **options: object) -> ListTable:
    (table,) = read_table(text.encode(), file="list.csv", options=ReadOptions(today=TODAY, **options))  # type: ignore[arg-type]
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
        "البلدية,الدولة,سنة\nTunis,تونس,1999\nMarseille,فرنسا,2001\nBarcelona,إسبانيا,2003\nGenova,إيطاليا,2005\nSousse,تونس,2007\n",
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
            "x1,x2,x3,x4,x5\nBari,IT,Lyon,FR,1999\nUlm,DE,Pula,HR,2001\nOpole,PL,Mostar,BA,2003\nNiš,RS,Kavala,GR,2005\n"
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
            "Bær;Vinabær;Land;Frá\nAkureyri;Ålesund;Noregur;1949\nSelfoss;Lahti;Finnland;1955\nÍsafjörður;Roskilde;Danmörk;1960\n"
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
