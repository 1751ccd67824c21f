"""Which mentions are one thing over a whole release, which stay apart, and why."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

import pyarrow as pa
import pytest

from osint_ingest.entities.annotate import Annotator
from osint_ingest.entities.resolve.judgements import packaged_judgements, read_judgements
from osint_ingest.entities.resolve.resolution import Resolution, resolve
from osint_ingest.model import Passage
from osint_ingest.text.urls import find_urls, host_of, registered_domain


@dataclass
class Release:
    """Tables of a small release, written as texts with `[^n]` for markers and `<words|https://...>` for links."""

    documents: list[dict[str, object]] = field(default_factory=list)
    passages: list[dict[str, object]] = field(default_factory=list)
    mentions: list[dict[str, object]] = field(default_factory=list)
    name_pairs: list[dict[str, object]] = field(default_factory=list)
    footnote_refs: list[dict[str, object]] = field(default_factory=list)
    links: list[dict[str, object]] = field(default_factory=list)
    annotator: Annotator = field(default_factory=lambda: Annotator(use_models=False))

    def add(
        self,
        name: str,
        *texts: str,
        country: str | None = "RUR",
        jurisdiction: str | None = None,
        url: str | None = None,
        **urls: str,
    ) -> Release:
        """A document. `n1="https://..."` is the URL in note 1; `url` its own."""
        self.documents.append(
            {"document_id": name, "country_code": country, "jurisdiction": jurisdiction, "url": url}
        )
        passages = []
        for number, marked in enumerate(texts, 1):
            text = ""
            for part in marked.replace("]", "[").split("["):
                if not part.startswith("^"):
                    text += self._linked(name, number, len(text), part)
                    continue
                ref = {"ref_id": f"{name}#r{len(self.footnote_refs)}", "footnote_id": f"{name}#n{part[1:]}"}
                where = {"passage_id": f"{name}#p{number}", "char_offset": len(text), "anchor_text": None}
                self.footnote_refs.append({**ref, **where})
            for printed in find_urls(text):
                self._link(name, number, printed.start, printed.end, printed.url, printed.url)
            passages.append(Passage(number, "paragraph", text))
            self.passages.append({"passage_id": f"{name}#p{number}", "document_id": name, "text": text})
        for note, target in urls.items():
            place = dict.fromkeys(COLUMNS["links"])
            self.links.append(
                {**place, "link_id": f"{name}#l{note}", "footnote_id": f"{name}#{note}", "url": target}
            )
        found = self.annotator.annotate(passages, language="en", country_code=country)
        for m in found.mentions:
            self.mentions.append(
                {
                    "mention_id": f"{name}#m{m.ordinal}",
                    "entity_id": None,
                    "document_id": name,
                    "passage_id": f"{name}#p{m.passage}",
                    "char_start": m.char_start,
                    "char_end": m.char_end,
                    "text": m.text,
                    "label": m.label,
                    "method": m.method,
                    "score": 0.9,
                }
            )
        for p in found.pairs:
            self.name_pairs.append(
                {
                    "document_id": name,
                    "ordinal": p.ordinal,
                    "first_mention_id": f"{name}#m{p.first}",
                    "second_mention_id": f"{name}#m{p.second}",
                    "kind": p.kind,
                    "rule": p.rule,
                }
            )
        return self

    def _linked(self, name: str, passage: int, at: int, part: str) -> str:
        """Keeps the links of a stretch of text that starts at `at`; without what marks them."""
        text = ""
        for words, words_of, url in re.findall(r"([^<]+)|<([^|]+)\|([^>]+)>", part):
            if url:
                self._link(name, passage, at + len(text), at + len(text) + len(words_of), url, None)
            text += words or words_of
        return text

    def _link(self, name: str, passage: int, start: int, end: int, url: str, printed: str | None) -> None:
        self.links.append(
            {
                "link_id": f"{name}#l{len(self.links)}",
                "document_id": name,
                "passage_id": f"{name}#p{passage}",
                "footnote_id": None,
                "char_start": start,
                "char_end": end,
                "url_raw": printed,
                "url": url,
                "host": host_of(url),
                "registered_domain": registered_domain(url),
                "origin": "body" if printed else "href",
            }
        )

    def resolve(self, reviewed: str = "", shuffle: int | None = None) -> Resolution:
        return resolve(**self.tables(shuffle), reviewed=read_judgements(reviewed)[0])

    def mentioned(self, resolution: Resolution) -> list[str | None]:
        """The entity of each mention."""
        entities: list[str | None] = resolution.of_mentions(self.tables()["mentions"]).to_pylist()
        return entities

    def tables(self, shuffle: int | None = None) -> dict[str, pa.Table]:
        tables = {}
        for name, columns in COLUMNS.items():
            rows = list(getattr(self, name))
            if shuffle is not None:
                random.Random(shuffle).shuffle(rows)
            tables[name] = pa.table({c: pa.array([r[c] for r in rows], t) for c, t in columns.items()})
        return tables


TEXT, NUMBER = pa.string(), pa.int64()
COLUMNS = {
    "documents": {"document_id": TEXT, "country_code": TEXT, "jurisdiction": TEXT, "url": TEXT},
    "passages": {"passage_id": TEXT, "document_id": TEXT, "text": TEXT},
    "mentions": {
        "mention_id": TEXT, "entity_id": TEXT, "document_id": TEXT, "passage_id": TEXT, "char_start": NUMBER,
        "char_end": NUMBER, "text": TEXT, "label": TEXT, "method": TEXT, "score": pa.float64(),
    },
    "name_pairs": {
        "document_id": TEXT, "ordinal": NUMBER, "first_mention_id": TEXT, "second_mention_id": TEXT, "kind": TEXT,
        "rule": TEXT,
    },
    "footnote_refs": {
        "ref_id": TEXT, "footnote_id": TEXT, "passage_id": TEXT, "char_offset": NUMBER, "anchor_text": TEXT,
    },
    "links": {
        "link_id": TEXT, "document_id": TEXT, "passage_id": TEXT, "footnote_id": TEXT, "char_start": NUMBER,
        "char_end": NUMBER, "url_raw": TEXT, "url": TEXT, "host": TEXT, "registered_domain": TEXT, "origin": TEXT,
    },
}  # fmt: skip


def entity_of(result: Resolution, name: str) -> str:
    ids = {r["entity_id"] for r in result.entity_names.to_pylist() if r["name"] == name}
    assert len(ids) == 1, f"{name!r} is {len(ids)} entities"
    return str(ids.pop())


def rows(result: Resolution) -> dict[str, dict[str, object]]:
    return {str(r["entity_id"]): r for r in result.entities.to_pylist()}


OFFICE = "The National Office for Software (Oficina Nacional de Software) (ONS) leads. They asked ONS."


def test_an_act_of_the_union_is_of_no_country_where_one_country_alone_cites_it() -> None:
    result = Release().add("d", "They follow Directive (EU) 2019/1024 and Law 12/2020.").resolve()
    assert entity_of(result, "Directive (EU) 2019/1024") == "law-directive-eu-2019-1024"
    assert entity_of(result, "Law 12/2020") == "law-rur-law-12-2020"


def test_a_triple_is_one_entity_with_its_names() -> None:
    release = Release().add("d", OFFICE)
    result = release.resolve()
    [entity] = result.entities.to_pylist()
    assert entity == {
        "entity_id": "org-rur-national-office-for-software",
        "label": "ORG",
        "name": "National Office for Software",
        "acronym": "ONS",
        "native_name": "Oficina Nacional de Software",
        "country_code": "RUR",
        "homepage": None,
        "mention_count": 4,
        "document_count": 1,
    }
    kinds = {(r["name"], r["kind"], r["language"]) for r in result.entity_names.to_pylist()}
    assert kinds == {
        ("National Office for Software", "name", "en"),
        ("Oficina Nacional de Software", "native", "es"),
        ("ONS", "acronym", None),
    }
    assert set(release.mentioned(result)) == {entity["entity_id"]}


SAME = [
    ("spelling", "the Centre for Digitization met", "the Center for Digitisation met"),
    ("case and accents", "la Secretaría de Datos Abiertos", "la SECRETARIA de Datos Abiertos"),
    ("raised number", "the Data² Programme of Tarve", "the Data2 Programme of Tarve"),
    ("law in two languages", "under Law No. 27,275", "según la Ley 27.275"),
    ("town", "in the City of Tarve, held", "el gobierno de Tarve y la Ciudad de Tarve"),
    ("country", "the Argentine Republic signed", "firmado en Argentina"),
    ("plural", "the Office of Public Innovation Service", "the Office of Public Innovation Services"),
    (
        "plan in two languages",
        "under the Tarvia Action Plan 2018-2020",
        "Plan de acción: Plan de acción de Tarvia 2018 – 2020",
    ),
    (
        "plan of a country in two languages",
        "Action Plan: Ukraine Action Plan 2018-2020",
        "Plan d'action: Plan d'action de l'Ukraine 2018 – 2020 (mai)",
    ),
    ("acronym spelled out elsewhere", OFFICE, "Lead Institution: ONS"),
    ("small words", "the Undersecretariat for Public Works", "the Undersecretariat of Public Works"),
    ("order of words", "the University of Tarve", "the Tarve University"),
    ("German genitive", "Das Ministerium für Verkehr in Tarve", "im Bericht des Ministeriums für Verkehr in Tarve"),
    ("hyphen", "the Tarve-Bank Institute for Data", "the Tarve Bank Institute for Data"),
    ("whose state's body", "the Chamber of Deputies", "the Chamber of Deputies of the Nation"),
    ("act of the Union by who made it", "Commission Regulation No 1089/2010", "Regulation (EU) No 1089/2010"),
    (
        "licence in two languages",
        "under CC BY-SA 4.0",
        "bajo la Licencia Creative Commons Atribución-CompartirIgual 4.0 Internacional",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [c[1:] for c in SAME], ids=[c[0] for c in SAME])
def test_names_of_one_thing_in_two_documents_are_one(one: str, other: str) -> None:
    result = Release().add("a", one).add("b", other).resolve()
    documents = {str(r["entity_id"]): r["document_count"] for r in result.entities.to_pylist()}
    assert 2 in documents.values(), documents


APART = [
    ("offices", "the Secretariat of Culture Affairs", "the Undersecretariat of Culture Affairs"),
    ("city and province", "the City of Tarve", "the Province of Tarve"),
    ("numbers", "under Provision 2/2018", "under Provision 3/2018"),
    ("subjects", "the National Institute of Statistics Training", "the International Institute of Statistics Training"),
    ("rank of the same words", "the Secretariat for Public Works", "the Undersecretariat of Public Works"),
    ("licences with other parts", "under CC BY-SA 4.0", "under CC BY 4.0"),
    ("editions of a standard", "as in ISO 19115:2003", "as in ISO 19115:2014"),
    ("short acronyms spelled differently", "the Agency for Open Data (AOD)", "the Academy of Oriental Dance (AOD)"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [c[1:] for c in APART], ids=[c[0] for c in APART])
def test_what_is_not_one_thing_stays_apart(one: str, other: str) -> None:
    result = Release().add("a", one).add("b", other).resolve()
    assert {r["document_count"] for r in result.entities.to_pylist()} == {1}


def test_a_standard_is_one_whatever_document_cites_it() -> None:
    release = Release().add("a", "It follows ISO 19115:2003 and RFC 2119.", country=None)
    release.add("b", "See RFC 2119 and ISO 19115:2003.", country=None).add("c", "As RFC 2119 asks.")
    assert sorted(r["document_count"] for r in release.resolve().entities.to_pylist()) == [2, 3]


def test_the_same_words_hold_for_one_town_where_many_have_such_a_body() -> None:
    release = Release().add("a", "the Department of Health", jurisdiction="Tarve, Ruritania")
    release.add("b", "the Health Department", jurisdiction="Port Ember, Ruritania")
    release.add("c", "the Health Department", jurisdiction="Tarve, Ruritania")
    assert sorted(r["document_count"] for r in release.resolve().entities.to_pylist()) == [1, 2]


STANDS_FOR = [
    ("a mark of the Union's acts", "under Commission Regulation (EC) and the EC", "EC", "Commission Regulation"),
    ("a part's acronym", "the Convention of the Union of Mail (UM) met", "UM", "Convention of the Union of Mail"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "short", "long"), [s[1:] for s in STANDS_FOR], ids=[s[0] for s in STANDS_FOR]
)
def test_brackets_after_an_act_do_not_always_hold_its_acronym(text: str, short: str, long: str) -> None:
    names = Release().add("a", text).resolve().entity_names.to_pylist()
    assert not {n["entity_id"] for n in names if n["name"] == short} & {
        n["entity_id"] for n in names if n["name"] == long
    }


def test_generic_names_hold_for_one_country_and_jurisdiction() -> None:
    release = Release()
    release.add("a", "the Ministry of Health").add("b", "the Ministry of Health")
    release.add("c", "the Ministry of Health", jurisdiction="Tarve, Ruritania")
    release.add("d", "the Ministry of Health", country="EST")
    counts = sorted(r["document_count"] for r in release.resolve().entities.to_pylist())
    assert counts == [1, 1, 2]


def test_a_country_without_a_code_is_known_by_its_printed_name() -> None:
    release = Release()
    release.add("report", OFFICE, country=None, jurisdiction="Tarvia")
    release.add("local", "Lead Institution: ONS", country=None, jurisdiction="Port Ember, Tarvia")
    release.add("other", "Lead Institution: ONS", country=None, jurisdiction="Ostrel")
    found = rows(release.resolve())
    office = found["org-tarvia-national-office-for-software"]
    assert (office["document_count"], office["country_code"]) == (2, None)
    assert found["org-ostrel-ons"]["document_count"] == 1


def test_a_generic_name_of_a_town_is_not_its_country_s() -> None:
    release = Release().add("a", "the Ministry of Health", country=None, jurisdiction="Tarvia")
    release.add("b", "the Ministry of Health", country=None, jurisdiction="Port Ember, Tarvia")
    assert [r["document_count"] for r in release.resolve().entities.to_pylist()] == [1, 1]


def test_what_is_known_everywhere_is_one_entity_without_a_country() -> None:
    result = Release().add("a", "with QGIS and the OECD").add("b", "QGIS, OECD", country="EST").resolve()
    assert {k: (r["country_code"], r["document_count"]) for k, r in rows(result).items()} == {
        "software-qgis": (None, 2),
        "org-oecd": (None, 2),
    }


def test_the_result_does_not_depend_on_the_order_of_rows() -> None:
    release = (
        Release().add("a", OFFICE).add("b", "Lead Institution: ONS, Ministry of Health & QGIS Users Group")
    )
    release.add("d", "the Ministry of Works (https://works.example/) and <QGIS|https://qgis.org/>")
    release.add(
        "c",
        "The Ministry of Health[^1] and ONS[^2].",
        n1="https://health.example/",
        n2="https://ons.example/",
    )
    first = release.resolve()
    for seed in range(3):
        other = release.resolve(shuffle=seed)
        assert other.entities.equals(first.entities)
        assert other.entity_names.equals(first.entity_names)
        assert other.entity_links.equals(first.entity_links)
        assert len(first.entity_sites) == 2 and other.entity_sites.equals(first.entity_sites)


def test_mentions_may_come_in_parts_that_cut_documents() -> None:
    release = (
        Release().add("a", OFFICE, "Ask ONS[^1].", n1="https://ons.example/").add("b", "ONS, ONS and Ons.")
    )
    tables = release.tables()
    whole = resolve(**tables)
    mentions = tables.pop("mentions")
    for rows in (1, 2, 3):
        parts = [mentions.slice(at, rows) for at in range(0, len(mentions), rows)]
        other = resolve(**tables, mentions=iter(parts))
        assert release.mentioned(other) == release.mentioned(whole)
        for name in ("entities", "entity_names", "entity_links", "name_merges"):
            assert getattr(other, name).equals(getattr(whole, name)), name
    assert whole.entity_links.num_rows == 1


def test_a_reviewed_file_overrules_the_rules() -> None:
    release = (
        Release().add("a", "the Ministry of Health").add("b", "the Ministry of Health and the Health Office")
    )
    assert entity_of(release.resolve(), "Ministry of Health") != entity_of(release.resolve(), "Health Office")
    joined = release.resolve("same,ORG,Ministry of Health,Health Office,RUR")
    assert entity_of(joined, "Ministry of Health") == entity_of(joined, "Health Office")
    pair = Release().add("a", OFFICE)
    parted = pair.resolve("different,ORG,National Office for Software,ONS")
    assert entity_of(parted, "National Office for Software") != entity_of(parted, "ONS")
    assert len(packaged_judgements()) > 50  # every line of the package's own can be used


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("with money of the OECD", "con la Organización para la Cooperación y el Desarrollo Económicos"),
        ("as the W3C says", "The World Wide Web Consortium says so."),
        ("with the World Health Organization", "con la Organización Mundial de la Salud"),
    ],
)
def test_a_body_known_everywhere_is_one_under_its_names(one: str, other: str) -> None:
    found = resolve(**Release().add("a", one).add("b", other, country="TAR").tables())
    assert found.entities.num_rows == 1 and found.entities["document_count"].to_pylist() == [2]


def test_every_merge_has_its_reason_and_evidence() -> None:
    result = Release().add("a", OFFICE).add("b", "Lead Institution: ONS").resolve()
    told = {
        (r["name"], r["other_name"]): (r["reason"], r["evidence"]) for r in result.name_merges.to_pylist()
    }
    assert told["National Office for Software", "ONS"] == ("stated", "a#m1 and a#m3 stand side by side")


def test_a_reference_right_after_a_name_leads_to_its_homepage() -> None:
    release = Release().add(
        "a",
        "The National Office for Software (Oficina Nacional de Software)[^1] and Ada Labs[^2] use GitHub[^4]",
        "It has an office in Vienna[^3]",
        "The National Office for Software[^5] met Brisa[^6], a civil association. It won a prize this year[^7].",
        n1="https://ons.example/about/us", n2="https://labs.example/", n3="https://news.example/vienna",
        n4="https://github.com/ruritania", n5="https://ons.example/", n6="https://brisa.example/",
        n7="https://news.example/prize",
    )  # fmt: skip
    result = release.resolve()
    home = {r["name"]: r["homepage"] for r in result.entities.to_pylist() if r["homepage"]}
    assert home["National Office for Software"] == "https://ons.example/"
    assert home["Brisa"] == "https://brisa.example/"
    assert "Vienna" not in home
    assert home["GitHub"] == "https://github.com/"  # the host, not someone's page there
    evidence = {(r["url"], r["ref_id"], r["link_id"]) for r in result.entity_links.to_pylist()}
    assert ("https://ons.example/about/us", "a#r0", "a#ln1") in evidence
    assert not [url for url, _, _ in evidence if "news" in url]


def test_a_place_has_the_account_that_is_called_its() -> None:
    release = Release().add(
        "a",
        "Code is in the official repository of the City of Vienna[^1]. It is read in Prague[^2].",
        n1="https://github.com/cityof", n2="https://news.example/prague/a",
    )  # fmt: skip
    home = {r["name"]: r["homepage"] for r in release.resolve().entities.to_pylist() if r["homepage"]}
    assert home == {"City of Vienna": "https://github.com/cityof"}


def test_a_site_that_is_called_by_a_name_makes_no_names_one() -> None:
    text = "The National Tarve Green Plan[^1] began. The Tarve Green Plan hears what people want[^1]."
    result = Release().add("a", text, n1="https://tarvegreenplan.example/towns").resolve()
    assert entity_of(result, "National Tarve Green Plan") != entity_of(result, "Tarve Green Plan")


def test_why_names_are_one_is_stored_with_its_evidence() -> None:
    release = (
        Release().add("a", OFFICE, "The NATIONAL OFFICE for Software.").add("b", "Lead Institution: ONS")
    )
    steps = {(r["name"], r["other_name"]): r for r in release.resolve().name_merges.to_pylist()}
    native = steps["National Office for Software", "Oficina Nacional de Software"]
    assert (native["reason"], native["stated_in"]) == ("stated", "a#p1")
    elsewhere = steps["ONS", "ONS"]
    assert {elsewhere["document_id"], elsewhere["other_document_id"]} == {"a", "b"}
    assert all(r["evidence"] for r in steps.values())


def test_bodies_have_one_entity_under_their_names_in_several_languages() -> None:
    release = (
        Release()
        .add("a", "the Open Government Partnership met")
        .add("b", "la Alianza para el Gobierno Abierto se reunió", country="EST")
    )
    carried = resolve(**release.tables())
    [entity] = [e for e in carried.entities.to_pylist() if e["label"] == "ORG"]
    assert (entity["name"], entity["document_count"]) == ("Open Government Partnership", 2)


HOMES = [
    ("years", "Tarvia Geoportal, 2016-2018[^1]: It shows maps.", "Tarvia Geoportal", "https://site.example/"),
    ("translation", "Bibliotecas Libres (Free Libraries)[^1] is a network of libraries.", "Bibliotecas Libres", "https://site.example/"),
    ("an act of a body", "Then Resolution 9/2014 of the Ministry of Works[^1] followed.", "Resolution 9/2014", "https://site.example/"),
    ("an account of", "It is in the official repository of the Ministry of Works[^1].", "Ministry of Works", "https://github.com/rurworks"),
    ("a place", "They met in France[^1].", None, "https://france.example/"),
]  # fmt: skip


OWN_HOSTS = [
    ("a page on its site", "They use the platform Brisavela to hear people[^1].", "https://www.brisavela.example/faq",
     {"Brisavela": "https://www.brisavela.example/"}),
    ("of another sentence", "They use the platform Brisavela. It serves many towns[^1].", "https://brisavela.example/a/b",
     {"Brisavela": "https://brisavela.example/"}),
    ("below its site", "The Brisavela Foundation met. A wiki tells more[^1].", "https://wiki.brisavelafoundation.example/x",
     {"Brisavela Foundation": "https://brisavelafoundation.example/"}),
    ("a page deep below it", "The Brisavela Foundation[^1] met.", "https://wiki.brisavelafoundation.example/x/y",
     {"Brisavela Foundation": "https://brisavelafoundation.example/"}),
    ("the site of another", "They use the platform Brisavela in towns[^1].", "https://brisavelas.example/", {}),
    ("initials of the native name", "The Water Office (Agencia Nacional de Aguas Costeras) gave advice[^1].",
     "https://www.anac.gob.example/informes/consejo", {"Water Office": "https://www.anac.gob.example/"}),
    ("initials, in French", "La Commission d'accès aux documents administratifs a rendu un avis sur ce texte[^1].",
     "https://www.cada.example/20144578", {"Commission d'accès aux documents administratifs": "https://www.cada.example/"}),
    ("news on its own site", "The Brisavela Foundation[^1] opened it.", "https://brisavelafoundation.example/news/2020/open",
     {"Brisavela Foundation": "https://brisavelafoundation.example/"}),
    ("initials of a body named elsewhere", "The National Agency for Coastal Affairs met.|They wrote a plan[^1].",
     "https://anca.example/plan", {}),
    ("a national site of a thing of the world", "They teach Python to children, and many like it[^1].",
     "https://ac.python.org.ar/kurs", {}),
    ("the host where code lies", "Its code is on GitHub[^1].", "https://github.com/tarve/x", {"GitHub": "https://github.com/"}),
    ("pages on a host for code", "Its code is on GitHub[^1].", "https://tarve.github.io/x", {}),
    ("a union's own", "The European Commission met.|They use Brisavela Maps in towns[^1].", "https://joinup.ec.europa.eu/doc/x",
     {"European Commission": "https://ec.europa.eu/"}),
    ("a state's start page", "Uruguay has an office for that[^1].", "https://www.gub.uy/agencia/x", {"Uruguay": "https://www.gub.uy/"}),
    ("a state by its name", "Argentina has an office for that[^1].", "https://www.argentina.gob.ar/agencia/x",
     {"Argentina": "https://www.argentina.gob.ar/"}),
    ("another state's", "Argentina has an office for that[^1].", "https://www.gub.uy/agencia/x", {}),
    ("a ministry's", "Argentina has an office for that[^1].", "https://www.cultura.gob.ar/agencia/x", {}),
    ("an account of a country", "It is in the repository of Argentina[^1].", "https://github.com/argentina", {}),
    ("a body that bears a town's name", "They met in Vienna[^1].", "https://mappers-vienna.example/", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "url", "homes"), [h[1:] for h in OWN_HOSTS], ids=[h[0] for h in OWN_HOSTS])
def test_whose_own_host_is_cited(text: str, url: str, homes: dict[str, str]) -> None:
    result = Release().add("a", *text.split("|"), n1=url).resolve()
    assert {r["name"]: r["homepage"] for r in result.entities.to_pylist() if r["homepage"]} == homes
    told = {(r["entity_id"], r["url"]) for r in result.entity_links.to_pylist()}
    assert {
        (entity_of(result, name), url) for name in homes
    } <= told  # the page that is cited is the evidence


TOLD_OF = [
    ("Tarve Code Camp", "https://www.gov.example/noticias/200-children-code"),
    ("Tarve Code Camp", "https://paper.example/2022/09/14/children-code"),
    ("Tarve Code Camp", "https://blog.school.example/children"),
    ("Tarve Code Camp", "https://www.town.example/fr/actualites/des-enfants.html"),
    ("National Digital Office", "https://www.digital.example/news/2020"),
    ("Tarve Code Camp", "https://maker.example/success-stories/tarve"),
    ("Ministry of Works", "https://files.example/report-2020.pdf"),
    ("Decree 9/2014", "https://paper.example/news/decree"),
    (
        "Tarve Code Camp",
        "https://tarve.example/2006/10/a-post.html",
    ),  # on the site of another that bears its name
    ("QGIS", "https://bank.github.io/qgis-visual-library"),
]


@pytest.mark.parametrize(("name", "url"), TOLD_OF, ids=[u.partition("//")[2] for _, u in TOLD_OF])
def test_news_and_reports_on_a_thing_are_evidence_and_no_homepage(name: str, url: str) -> None:
    result = Release().add("a", f"The {name}[^1] began.", n1=url).resolve()
    assert [r["homepage"] for r in result.entities.to_pylist()] == [None]
    assert [r["url"] for r in result.entity_links.to_pylist()] == [url]


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("Tarve Code Camp", "https://camp.example/"),
        ("Tarve Plan", "https://gov.example/uploads/2019/05/plan.pdf"),
        ("Decree 9/2014", "https://gazette.example/2014/10/02/9"),
    ],
)
def test_its_page_is_its_homepage_whatever_the_date_in_the_address(name: str, url: str) -> None:
    result = Release().add("a", f"The {name}[^1] began.", n1=url).resolve()
    assert [r["homepage"] for r in result.entities.to_pylist()] == [url]


HOMES_OF_PAGES = [
    ("the place in a page goes", "Tarve Code Camp", "https://map.example/#1.8/-46.6", "https://map.example/"),
    ("what wraps it goes", "Decree 9/2014", "https://www.google.com/url?q=https://gazette.example/9", "https://gazette.example/9"),
    ("a wiki of its own", "Tarve Wiki", "https://tarvewiki.bank.example/data", "https://tarvewiki.bank.example/"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "url", "home"), [h[1:] for h in HOMES_OF_PAGES], ids=[h[0] for h in HOMES_OF_PAGES]
)
def test_a_homepage_is_the_page_itself(name: str, url: str, home: str) -> None:
    result = Release().add("a", f"The {name}[^1] began.", n1=url).resolve()
    assert [r["homepage"] for r in result.entities.to_pylist()] == [home]


def test_a_note_after_the_rest_of_a_title_is_its_own() -> None:
    text = "They published a Code of Good Practices in the development of public software[^1]."
    result = Release().add("a", text, n1="https://works.example/codigo").resolve()
    assert {"https://works.example/codigo"} == {r["homepage"] for r in result.entities.to_pylist()}


def test_the_first_page_of_a_note_is_the_homepage_and_what_it_says_to_see_also_is_not() -> None:
    deep, short = "https://gazette.example/norms/2014/9.htm", "https://other.example/a"
    release = Release().add(
        "a",
        "Decree 9/2014[^1] binds all. The platform Brisavela[^2] serves towns.",
        n1=deep,
        n2=short,
    )
    for note, url in (("1", short), ("2", deep)):
        place = dict.fromkeys(COLUMNS["links"])
        release.links.append({**place, "link_id": f"a#ln{note}0", "footnote_id": f"a#n{note}", "url": url})
    for shuffle in (None, 1, 2):
        result = release.resolve(shuffle=shuffle)
        home = {r["name"]: r["homepage"] for r in result.entities.to_pylist()}
        assert home == {"Decree 9/2014": deep, "Brisavela": short}


def test_acts_that_every_country_has_are_each_its_own() -> None:
    text = "The Freedom of Information Act (FOIA) binds all."
    release = Release().add("a", text).add("b", "They answered FOIA requests.", country="EST")
    assert len([e for e in release.resolve().entities.to_pylist() if e["label"] == "LAW"]) == 2


@pytest.mark.parametrize(("text", "name", "url"), [h[1:] for h in HOMES], ids=[h[0] for h in HOMES])
def test_whose_site_a_reference_gives(text: str, name: str | None, url: str) -> None:
    result = Release().add("a", text, n1=url).resolve()
    homes = {r["name"]: r["homepage"] for r in result.entities.to_pylist() if r["homepage"]}
    home = {n: u for n, u in homes.items() if n not in ("GitHub", "GitLab", "YouTube")}  # they are the hosts
    assert home == ({name: url} if name else {})


@pytest.mark.parametrize(
    ("text", "long", "short"),
    [
        ("The Data for Development Network (D4D) met.", "Data for Development Network", "D4D"),
        ("C4I (Code for Islands Conference) is held each year.", "Code for Islands Conference", "C4I"),
    ],
)
def test_a_digit_in_an_acronym_stands_for_a_word(text: str, long: str, short: str) -> None:
    result = Release().add("a", text).resolve()
    assert entity_of(result, long) == entity_of(result, short)


def test_a_name_that_is_known_everywhere_makes_what_it_is_short_for_known_everywhere() -> None:
    result = Release().add("a", "The Open Systems Conference (OSCON) met.").resolve()
    [entity] = result.entities.to_pylist()
    assert (entity["acronym"], entity["country_code"]) == ("OSCON", None)


SITES = [
    ("in brackets", "The Ministry of Works (https://works.example/) met.", "Ministry of Works", "https://works.example/"),
    ("its bracket and kind", "Brisavela is a platform. They run the Brisavela (BV) platform (https://bv.example/start).",
     "Brisavela", "https://bv.example/start"),
    ("a licence", "Under the MIT Licence (https://opensource.org/licenses/MIT).", "MIT Licence", "https://opensource.org/licenses/MIT"),
    ("the work, not its licence", "Under the MIT Licence (https://tarve.example/).", None, ""),
    ("a colon", "Ministry of Works: https://works.example/en", "Ministry of Works", "https://works.example/en"),
    ("at", "Write to the Ministry of Works at https://works.example/en.", "Ministry of Works", "https://works.example/en"),
    ("in Spanish", "el Ministerio de Salud (ver https://salud.example/)", "Ministerio de Salud", "https://salud.example/"),
    ("in French", "le Ministère de la Santé (voir : https://sante.example/)", "Ministère de la Santé", "https://sante.example/"),
    ("somebody in brackets", "Ministry of Works (Ministry of Health): https://works.example/", "Ministry of Works", "https://works.example/"),
    ("the report of", "In the report of the Ministry of Works (https://works.example/r/7).", None, ""),
    ("the website of", "On the website of the Ministry of Works (https://works.example/en).", "Ministry of Works", "https://works.example/en"),
    ("a report", "The Ministry of Works (https://works.example/plan.pdf).", None, ""),
    ("words between", "The Ministry of Works met here, see the minutes: https://minutes.example/", None, ""),
    ("a person", "Ana Keller of the Ministry of Works, Vienna (https://keller.example/)", None, ""),
    ("a shared host", "Ask the Ministry of Works (https://github.com/others).", None, ""),
    ("a linked name", "It is led by <the Ministry of Works|https://works.example/en>.", "Ministry of Works", "https://works.example/en"),
    ("linked with its acronym", "They ask <Ministry of Works (MoW)|https://works.example/en>.", "Ministry of Works", "https://works.example/en"),
    ("linked with more", "Read <what the Ministry of Works said|https://works.example/en>.", None, ""),
    ("linked to an encyclopedia", "They use <QGIS|https://en.wikipedia.org/wiki/QGIS>.", None, ""),
    ("linked to share", "Share on <Facebook|https://www.facebook.com/sharer?u=x>.", None, ""),
    ("linked within the page's site", "It is <the Ministry of Works|https://docs.page.example/works>.", None, ""),
    ("linked to news", "It is <the Ministry of Works|https://works.example/news/7>.", None, ""),
    ("linked place", "It was in <Vienna|https://vienna.example/>.", None, ""),
    ("printed on its own host", "the Ministry of Works (https://www.page.example/m)", None, ""),
    ("no address", "Ministry of Works: http://works/", None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "url"), [s[1:] for s in SITES], ids=[s[0] for s in SITES])
def test_whose_site_an_address_in_the_text_is(text: str, name: str | None, url: str) -> None:
    result = Release().add("a", text, url="https://www.page.example/about").resolve()
    home = {r["name"]: r["homepage"] for r in result.entities.to_pylist() if r["homepage"]}
    assert home == ({name: url} if name else {})
    told = [(r["url"], r["how"]) for r in result.entity_sites.to_pylist()]
    assert told == ([(url, "linked" if "|" in text else "beside")] if name else [])
    assert result.entity_links.num_rows == 0


def test_references_tell_of_homepages_before_addresses_in_the_text() -> None:
    printed = (
        "The Ministry of Works (https://works.example/a) and the Ministry of Works (https://works.example/a)."
    )
    release = Release().add("a", printed, "The Ministry of Works[^1] met.", n1="https://cited.example/")
    [entity] = release.resolve().entities.to_pylist()
    assert entity["homepage"] == "https://cited.example/"


def test_addresses_in_the_text_merge_no_names() -> None:
    release = Release().add(
        "a",
        "Tarvian Catalogue of Public Software (https://code.example/cat).",
        "<Catalogue of Public Software|https://code.example/cat>",
    )
    result = release.resolve()
    assert entity_of(result, "Tarvian Catalogue of Public Software") != entity_of(
        result, "Catalogue of Public Software"
    )
    assert result.entity_sites.num_rows == 2


def test_what_is_no_address_stops_nothing() -> None:
    result = Release().add("a", "Brisa runs QGIS[^1].", n1="http://[tarve").resolve()
    assert {r["name"] for r in result.entities.to_pylist()} >= {"QGIS"}


def test_an_empty_release_gives_empty_tables_with_their_columns() -> None:
    release = Release()
    result = release.resolve()
    assert result.entities.num_rows == 0
    assert result.entities.column_names[:3] == ["entity_id", "label", "name"]
    assert release.mentioned(result) == []


@pytest.mark.parametrize(
    ("text", "other", "wanted"),
    [
        ("The Forge Code Act binds all.", "The Forge Code Act of 2019 binds all.", 1),
        ("The Forge Code Act of 2016 and the Forge Code Act of 2019.", "The Forge Code Act binds all.", 3),
    ],
)
def test_acts_that_are_one(text: str, other: str, wanted: int) -> None:
    result = Release().add("a", text, other).resolve()
    assert len({r["entity_id"] for r in result.entities.to_pylist()}) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Duquesa University answered.", 1),
        ("It was written by Anna B. Velmora.", 1),
        ("They met in Washington.", 1),
        ("The Ministry of Works answered.", 2),
    ],
)
def test_names_of_documents_without_a_country(text: str, wanted: int) -> None:
    result = Release().add("a", text, country=None).add("b", text, country=None).resolve()
    assert result.entities.num_rows == wanted


def test_a_name_of_which_no_mention_is_sure_is_no_entity_and_a_sure_one_founds_it_everywhere() -> None:
    release = (
        Release().add("a", "The Lirio Council met.").add("b", "The Lirio Council and the Tarve Board met.")
    )
    for mention in release.mentions:
        mention["score"] = 0.9 if (mention["document_id"], mention["text"]) == ("a", "Lirio Council") else 0.5
    assert [m["text"] for m in release.mentions] == ["Lirio Council", "Lirio Council", "Tarve Board"]
    found = release.resolve()
    (council,) = found.entities.to_pylist()
    assert (council["name"], council["mention_count"], council["document_count"]) == ("Lirio Council", 2, 2)
    assert release.mentioned(found) == [council["entity_id"], council["entity_id"], None]


def test_a_name_in_brackets_behind_a_sure_one_is_its_entity() -> None:
    release = Release().add("a", "The Agency for Shared Code (Agencia de Código Compartido) met.")
    release.mentions[1]["score"] = 0.5
    found = release.resolve()
    (agency,) = found.entities.to_pylist()
    assert agency["native_name"] == "Agencia de Código Compartido"
    assert release.mentioned(found) == [agency["entity_id"]] * 2


def test_a_judged_name_is_an_entity_however_unsure() -> None:
    release = Release().add("a", "The Tarve Board met.")
    release.mentions[0]["score"] = 0.5
    homepage = read_judgements(
        "judgement,label,name,value\nhomepage,ORG,Tarve Board,https://tarve.example/\n"
    )[0]
    (board,) = resolve(**release.tables(), judgements=homepage).entities.to_pylist()
    assert board["homepage"] == "https://tarve.example/"
