"""Ids hold while a corpus grows, in whatever order its documents come, and a rebuild from nothing gives the same."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute
import pytest

from osint_ingest.entities.resolve.identity import NOTHING_PUBLISHED, PublishedIds, redirects_of
from osint_ingest.entities.resolve.judgements import read_judgements
from osint_ingest.entities.resolve.resolution import Resolution, resolve

GROWTHS = 200 if os.environ.get("OSINT_INGEST_SOAK") else 12
STARTED = datetime(2026, 1, 1, tzinfo=UTC)
BODIES = (
    ("National Office of Information Technologies", "ONTI"),
    ("Ministry of Digital Affairs", "MDA"),
    ("Secretariat of Public Innovation", "SIP"),
    ("Undersecretariat of Public Innovation", "SIP"),
    ("Secretariat of Public Innovations", None),
    ("Agency for Open Data of Ruritania", "AOD"),
    ("National Agency for Open Data of Ruritania", "AOD"),
    ("Ministry of Health", None),
)
LAWS = ("Law 12/2019", "Law No. 12/2019", "Open Government Law", "Open Government Law of 2019")


@dataclass(frozen=True)
class Doc:
    """A document: where it is about, and its names, some tied to the one before as its acronym."""

    name: str
    country: str | None
    jurisdiction: str | None
    named: tuple[tuple[str, str, bool], ...]
    unsure: bool = False
    """Does nothing speak much for its names?"""


def drawn(seed: int) -> list[Doc]:
    """Documents that name the same few things in many ways."""
    chance = random.Random(seed)
    out = []
    for number in range(chance.randint(3, 14)):
        named: list[tuple[str, str, bool]] = []
        for _ in range(chance.randint(1, 5)):
            long, short = chance.choice(BODIES)
            if chance.random() < 0.7:
                named.append(("ORG", long, False))
                if short and chance.random() < 0.5:
                    named.append(("ORG", short, True))
            elif short:
                named.append(("ORG", short, False))
            if chance.random() < 0.3:
                named.append(("LAW", chance.choice(LAWS), False))
        country = chance.choice(("RUR", "RUR", "ZEN", None))
        part = chance.choice((None, None, "Strelsau")) if country == "RUR" else None
        out.append(Doc(f"d{number:02}", country, part, tuple(named), chance.random() < 0.3))
    return out


def resolved(
    docs: Sequence[Doc], published: PublishedIds, judgements: str = ""
) -> tuple[Resolution, pa.Table]:
    """The resolution of documents, and their mentions with the entity of each."""
    mentions, pairs = [], []
    for doc in docs:
        for number, (label, text, tied) in enumerate(doc.named, 1):
            place = {"document_id": doc.name, "passage_id": f"{doc.name}#p1", "char_start": number * 100}
            read = {"text": text, "label": label, "method": "heads", "score": 0.5 if doc.unsure else 0.9}
            end = {"char_end": number * 100 + len(text)}
            mentions.append({"mention_id": f"{doc.name}#m{number}", **place, **end, **read})
            if tied:
                both = {
                    "first_mention_id": f"{doc.name}#m{number - 1}",
                    "second_mention_id": f"{doc.name}#m{number}",
                }
                pairs.append({"document_id": doc.name, **both, "kind": "acronym", "rule": "brackets"})
    where = [
        {"document_id": d.name, "country_code": d.country, "jurisdiction": d.jurisdiction, "url": None}
        for d in docs
    ]
    read_as = texts("mention_id", "document_id", "passage_id", "text", "label", "method").schema
    for column, kind in (("char_start", pa.int64()), ("char_end", pa.int64()), ("score", pa.float64())):
        read_as = read_as.append(pa.field(column, kind))
    table = pa.Table.from_pylist(mentions, read_as)
    found = resolve(
        documents=pa.Table.from_pylist(where, pa.schema([(n, pa.string()) for n in where[0]])),
        passages=texts("passage_id", "text"),
        mentions=table,
        name_pairs=pa.Table.from_pylist(
            pairs,
            texts("document_id", "first_mention_id", "second_mention_id", "kind", "rule").schema,
        ),
        footnote_refs=texts("ref_id", "footnote_id", "passage_id", "anchor_text", char_offset=pa.int64()),
        links=texts(
            "link_id", "footnote_id", "url", "document_id", "passage_id", "url_raw", "host",
            "registered_domain", "origin", char_start=pa.int64(), char_end=pa.int64(),
        ),
        judgements=read_judgements(judgements)[0],
        published=published,
    )  # fmt: skip
    columns = table.select(["document_id", "label", "text"])
    return found, columns.append_column("entity_id", found.of_mentions(columns))


def named(mentions: pa.Table) -> pa.Table:
    """Those of mentions that have an entity."""
    return mentions.filter(pa.compute.is_valid(mentions["entity_id"]))


def texts(*names: str, **others: pa.DataType) -> pa.Table:
    """An empty table."""
    return pa.schema([*((n, pa.string()) for n in names), *others.items()]).empty_table()


def grown(docs: Sequence[Doc], chance: random.Random) -> Iterator[list[Doc]]:
    """The documents in a random order, a few more each time."""
    order = list(docs)
    chance.shuffle(order)
    at = 0
    while at < len(order):
        at += chance.randint(1, 4)
        yield order[:at]


@pytest.mark.parametrize("seed", range(GROWTHS))
def test_no_id_is_lost_while_a_corpus_grows(seed: int) -> None:
    docs = drawn(seed)
    published = NOTHING_PUBLISHED
    ever: set[str] = set()
    for step, some in enumerate(grown(docs, random.Random(seed))):
        published = PublishedIds(published.redirects, published.mentions, STARTED + timedelta(days=step))
        found, mentions = resolved(some, published)
        ids = set(found.entities["entity_id"].to_pylist())
        assert len(ids) == len(found.entities), "two entities have one id"
        ever |= ids
        redirects = redirects_of(found.entity_redirects)
        lost = ever - ids
        assert lost <= set(redirects), "an id that was published leads nowhere"
        assert all(redirects[old].target in ids for old in lost), "a redirect ends at no entity"
        assert not ids & set(redirects), "an entity's id redirects"
        published = PublishedIds(redirects, (named(mentions),), STARTED + timedelta(days=step))
    again, anew = resolved(list(reversed(some)), PublishedIds(redirects, (), STARTED))
    by_name = {(d, label, text): e for d, label, text, e in zip(*mentions.to_pydict().values(), strict=True)}
    assert by_name == {
        (d, label, text): e for d, label, text, e in zip(*anew.to_pydict().values(), strict=True)
    }
    assert again.entity_redirects.equals(found.entity_redirects)
    assert again.entities.equals(found.entities)


def test_a_fuller_name_found_later_does_not_rename() -> None:
    first = [Doc("a", "RUR", None, (("ORG", "Office of Technologies", False), ("ORG", "ONT", True)))]
    found, mentions = resolved(first, NOTHING_PUBLISHED)
    assert found.entities["entity_id"].to_pylist() == ["org-rur-office-of-technologies"]
    fuller = Doc(
        "b",
        "RUR",
        None,
        (("ORG", "Royal Office of Technologies", False), ("ORG", "Office of Technologies", True)),
    )
    later, _ = resolved([*first, fuller], PublishedIds({}, (named(mentions),), STARTED))
    assert later.entities["entity_id"].to_pylist() == ["org-rur-office-of-technologies"]
    assert later.entities["name"].to_pylist() == ["Royal Office of Technologies"]
    assert later.entity_redirects.to_pylist() == [
        {
            "entity_id": "org-rur-royal-office-of-technologies",
            "new_entity_id": "org-rur-office-of-technologies",
            "reason": "renamed",
            "since": STARTED,
        }
    ]


def test_two_that_turn_out_to_be_one_leave_a_redirect() -> None:
    apart = [
        Doc("a", "RUR", None, (("ORG", "Office of Technologies", False),)),
        Doc("b", "RUR", None, (("ORG", "ONT", False),)),
    ]
    _, mentions = resolved(apart, NOTHING_PUBLISHED)
    tied = Doc("c", "RUR", None, (("ORG", "Office of Technologies", False), ("ORG", "ONT", True)))
    later, _ = resolved([*apart, tied], PublishedIds({}, (named(mentions),), STARTED))
    assert later.entity_redirects.select(["entity_id", "new_entity_id", "reason"]).to_pylist() == [
        {"entity_id": "org-rur-ont", "new_entity_id": "org-rur-office-of-technologies", "reason": "merged"}
    ]


def test_what_is_gone_is_said() -> None:
    docs = [
        Doc("a", "RUR", None, (("ORG", "Office of Technologies", False),)),
        Doc("b", "RUR", None, (("ORG", "Guild of Printers", False),)),
    ]
    _, mentions = resolved(docs, NOTHING_PUBLISHED)
    left, _ = resolved(docs[:1], PublishedIds({}, (named(mentions),), STARTED))
    assert left.entity_redirects.to_pylist() == [
        {"entity_id": "org-rur-guild-of-printers", "new_entity_id": None, "reason": "gone", "since": STARTED}
    ]


def test_what_is_judged_to_be_no_name_leaves_a_redirect_to_nothing() -> None:
    docs = [Doc("a", "RUR", None, (("ORG", "Content", False),))]
    _, mentions = resolved(docs, NOTHING_PUBLISHED)
    left, _ = resolved(docs, PublishedIds({}, (mentions,), STARTED), JUDGED)
    assert left.entity_redirects.select(["entity_id", "new_entity_id", "reason"]).to_pylist() == [
        {"entity_id": "org-rur-content", "new_entity_id": None, "reason": "gone"}
    ]


JUDGED = """judgement,label,name,value,country,note
same,ORG,Office of Technologies,Bureau of Machines,,one sign at the door
not_a_name,ORG,Content,,,
label,ORG,Portal,SOFTWARE,,
homepage,SOFTWARE,Portal,https://portal.example.org/,,
different,ORG,Guild of Printers,Guild of Painters,,
"""


def test_judgements_are_the_last_word() -> None:
    doc = Doc(
        "a",
        "RUR",
        None,
        (
            ("ORG", "Office of Technologies", False),
            ("ORG", "Bureau of Machines", False),
            ("ORG", "Content", False),
            ("ORG", "Portal", False),
            ("ORG", "Guild of Printers", False),
            ("ORG", "Guild of Painters", True),
        ),
    )
    _, plain = resolved([doc], NOTHING_PUBLISHED)
    assert len(set(plain["entity_id"].to_pylist())) == 5  # the guilds are tied by the text
    found, mentions = resolved([doc], NOTHING_PUBLISHED, JUDGED)
    office, bureau, content, portal, printers, painters = mentions["entity_id"].to_pylist()
    assert office == bureau
    assert content is None
    assert portal == "software-rur-portal"
    assert printers != painters
    homepage = dict(
        zip(found.entities["entity_id"].to_pylist(), found.entities["homepage"].to_pylist(), strict=True)
    )
    assert homepage[portal] == "https://portal.example.org/"
    (merge,) = found.name_merges.filter(
        pa.compute.equal(found.name_merges["reason"], "judgement")
    ).to_pylist()
    assert merge["evidence"] == "line 2 of judgements.csv"
    decided = {row["line"]: (row["entity_id"], row["other_entity_id"]) for row in found.judged.to_pylist()}
    assert decided == {
        2: (office, None),
        3: (None, None),
        4: (portal, None),
        5: (portal, None),
        6: (printers, painters),
    }


def test_a_line_that_cannot_be_used_is_named() -> None:
    judgements, faults = read_judgements(
        "judgement,label,name,value,country,note\nsame,ORG,A,,,\nlike,ORG,A,B,,\nnot_a_name,ORG,A,,RUR,\n"
        "homepage,ORG,A,example.org,,\nnot_a_name,ORG,B\n"
    )
    assert [j.name for j in judgements] == ["B"]
    assert [fault.partition(":")[0] for fault in faults] == ["line 2", "line 3", "line 4", "line 5"]


def ids_of(*docs: Doc) -> list[str | None]:
    """The entity of each mention."""
    return resolved(docs, NOTHING_PUBLISHED)[1]["entity_id"].to_pylist()


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("LAW", ("Directive 2003/98/EC", "PSI Directive 2003/98/EC", "Directiva 2003/98/CE")),
        ("LAW", ("Regulation (EU) 2016/679", "Reglamento (UE) 2016/679", "Règlement (UE) 2016/679")),
        ("LAW", ("Commission Regulation (EU) No 1089/2010", "Regulation 1089/2010/EU")),
        ("PERSON", ("Ada Rostova", "Ada Rostova")),
        ("ORG", ("Internet Naming Authority of Strelsau", "Internet Naming Authority of Strelsau")),
        ("ORG", ("European Charter Office", "European Charter Office")),
    ],
)
def test_what_means_one_thing_everywhere_is_one(label: str, names: tuple[str, ...]) -> None:
    docs = [Doc(f"d{n}", None, None, ((label, name, False),)) for n, name in enumerate(names)]
    assert len(set(ids_of(*docs))) == 1


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("ORG", ("Ministry of the Interior", "Ministry of the Interior")),
        ("ORG", ("EIF", "EIF")),
        ("LAW", ("Law 12/2019", "Law 12/2019")),
        ("LAW", ("Directive 2003/98/EC", "Directive 2013/37/EU")),
        ("PERSON", ("Rostova", "Rostova")),
        ("PROGRAM", ("User Guide", "User Guide")),
    ],
)
def test_what_can_mean_two_things_stays_apart(label: str, names: tuple[str, ...]) -> None:
    docs = [Doc(f"d{n}", None, None, ((label, name, False),)) for n, name in enumerate(names)]
    assert len(set(ids_of(*docs))) == 2


def test_a_specific_name_without_a_country_is_that_of_the_only_country() -> None:
    named = (("ORG", "Internet Naming Authority of Strelsau", False),)
    at_home, abroad, nowhere = (
        Doc("a", "RUR", None, named),
        Doc("b", "ZEN", None, named),
        Doc("c", None, None, named),
    )
    assert len(set(ids_of(at_home, nowhere))) == 1
    assert len(set(ids_of(at_home, abroad, nowhere))) == 3
