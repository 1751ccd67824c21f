"""Which records of Wikidata or ROR are a release's entities, by a dump at hand: nothing is fetched, nothing is merged.
Forms of the dumps: ROR's JSON (ror.readme.io/docs/ror-data-structure, schema 2) is an array of records; Wikidata's
(wikidata.org/wiki/Wikidata:Database_download) is an array with one item a line."""

import bz2
import gzip
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pycountry

from osint_ingest.analyst.export import replaced
from osint_ingest.entities.lexicon import is_acronym
from osint_ingest.entities.naming import normal
from osint_ingest.entities.resolve.hosts import depth, shared_hosts, site_of
from osint_ingest.release.folder import Release

EVIDENCE = ("host and name", "host", "name and country")  # what speaks for a match, the strongest first
LINKED = ("ORG", "PROGRAM", "SOFTWARE", "EVENT", "LAW", "LICENCE")
"""Labels whose entities are looked for: two persons or towns of a country can share a name."""
MOST_LINE = 64 * 1024 * 1024  # bytes of the longest line that is read; Wikidata's longest are some 5 MB
WEBSITE, COUNTRY, ALPHA_3 = "P856", "P17", "P298"
"""Properties of Wikidata: official website, country, code of a country."""
_COLUMNS = (
    "entity_id", "dataset", "external_id", "external_name", "external_country", "evidence", "matched", "sole",
)  # fmt: skip
_NULLABLE = ("external_name", "external_country")
SCHEMA = pa.schema(
    pa.field(name, pa.bool_() if name == "sole" else pa.string(), name in _NULLABLE) for name in _COLUMNS
)
"""Key: entity_id, dataset, external_id."""


@dataclass(frozen=True, slots=True)
class DumpRecord:
    """A record of a dump. `countries` are ISO 3166-1 alpha-3, or items of Wikidata that have such a code."""

    dataset: str
    external_id: str
    name: str | None
    names: frozenset[str]  # normalised, without acronyms
    hosts: frozenset[str]
    countries: tuple[str, ...]
    code: str | None = None  # its own code where it is a country


@dataclass
class DumpReader:
    """Reads records of a dump one after another, and counts what it could not read."""

    path: Path
    records: int = 0
    faults: list[str] = field(default_factory=list)  # of records that were left out

    def __iter__(self) -> Iterator[DumpRecord]:
        with _opened(self.path) as file:
            for line, raw in self._objects(file):
                try:
                    raw_record = json.loads(raw.rstrip(b"\r\n\t ,]"))
                    record = _of_ror(raw_record) if "names" in raw_record else _of_wikidata(raw_record)
                except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError) as error:
                    self.faults.append(f"line {line}: no record of Wikidata or ROR ({error})")
                    continue
                self.records += 1
                yield record

    def _objects(self, file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
        """Each object of the array with the number of its first line: it begins with `{` at the indent of the first
        one, and goes up to where the next begins."""
        held: list[bytes] = []
        begin, indent = 0, -1
        for number, line in enumerate(iter(lambda: file.readline(MOST_LINE), b""), 1):
            if len(line) == MOST_LINE:
                self.faults.append(f"line {number}: longer than {MOST_LINE >> 20} MB; give one record a line")
                return
            text, at = line.strip(), len(line) - len(line.lstrip())
            if text.startswith(b"{") and indent in (-1, at):
                if held:
                    yield begin, b"".join(held)
                held, begin, indent = [line], number, at
            elif held and (at != indent or text.startswith((b"}", b"]"))):
                held.append(line)
            elif text.strip(b"[],"):
                self.faults.append(f"line {number}: expected a record, found {text[:40]!r}")
        if held:
            yield begin, b"".join(held)


def link_release(release: Release, dump: Path, to: Path) -> tuple[pa.Table, DumpReader]:
    """Matches the entities of a release with a dump, and writes the matches to a Parquet file. Raises ValueError if
    nothing in the dump is a record: nothing is written then."""
    reader = DumpReader(dump)
    entities = release.table("entities", ["entity_id", "label", "country_code", "homepage"]).to_pylist()
    names = release.table("entity_names", ["entity_id", "name"]).to_pydict()
    found = link_entities(entities, zip(names["entity_id"], names["name"], strict=True), reader)
    if not reader.records:
        why = reader.faults[0] if reader.faults else "it is empty"
        raise ValueError(f"{dump}: no records ({why}). Give ROR's or Wikidata's dump in JSON.")
    with replaced(to) as pending:
        pq.write_table(found, pending)
    return found, reader


def link_entities(
    entities: Iterable[Mapping[str, Any]], names: Iterable[tuple[str, str]], records: Iterable[DumpRecord]
) -> pa.Table:
    """The matches, columns as in SCHEMA, sorted by key; of each entity those with the strongest evidence. `entities`
    have `entity_id`, `label`, `country_code` and `homepage`; `names` are their ids with a name. A host that several
    records or several entities have is no evidence without a name."""
    wanted = _Wanted(entities, names)
    found: dict[str, dict[str, tuple[DumpRecord, str]]] = defaultdict(dict)
    on_host: dict[str, set[str]] = defaultdict(set)
    codes: dict[str, str] = {}
    for record in records:
        if record.code is not None:
            codes[record.external_id] = record.code
        for host in record.hosts & wanted.by_host.keys():
            on_host[host].add(record.external_id)
            for entity in wanted.by_host[host]:
                found[entity][record.external_id] = record, host
        if record.countries:
            for name in record.names & wanted.by_name.keys():
                for entity in wanted.by_name[name]:
                    found[entity].setdefault(record.external_id, (record, name))
    rows: list[dict[str, Any]] = []
    for entity, by_id in found.items():
        candidates = []
        for record, matched in by_id.values():
            by_its_host = matched in on_host
            sole = by_its_host and len(on_host[matched]) == len(wanted.by_host[matched]) == 1
            country = next((codes.get(c, c) for c in record.countries), None)
            same_country = country is not None and country == wanted.country[entity]
            same_name = not record.names.isdisjoint(wanted.names[entity])
            speaks = (by_its_host and same_name, sole, same_name and same_country)
            if any(speaks):
                how = EVIDENCE[speaks.index(True)]
                candidates.append((how, record, country if country and len(country) == 3 else None, matched))
        best = min((EVIDENCE.index(how) for how, *_ in candidates), default=0)
        kept = [t for t in candidates if EVIDENCE.index(t[0]) == best]
        rows += [
            {
                "entity_id": entity, "dataset": record.dataset, "external_id": record.external_id,
                "external_name": record.name, "external_country": country, "evidence": how, "matched": matched,
                "sole": len(kept) == 1,
            }
            for how, record, country, matched in kept
        ]  # fmt: skip
    rows.sort(key=lambda row: (row["entity_id"], row["dataset"], row["external_id"]))
    return pa.Table.from_pylist(rows, schema=SCHEMA)


class _Wanted:
    """The entities of a release by host and by name."""

    def __init__(self, entities: Iterable[Mapping[str, Any]], names: Iterable[tuple[str, str]]) -> None:
        self.by_host: dict[str, set[str]] = defaultdict(set)
        self.by_name: dict[str, set[str]] = defaultdict(set)
        self.names: dict[str, set[str]] = {}
        self.country: dict[str, str | None] = {}
        for entity in entities:
            if entity["label"] in LINKED:
                self.names[entity["entity_id"]] = set()
                self.country[entity["entity_id"]] = entity["country_code"]
                host = _own_host(entity["homepage"])
                if host is not None:
                    self.by_host[host].add(entity["entity_id"])
        for entity_id, name in names:
            if entity_id in self.names and not is_acronym(name):
                self.names[entity_id].add(normal(name))
                self.by_name[normal(name)].add(entity_id)


def _own_host(url: object) -> str | None:
    """The host of a start page; None for pages further down, and for hosts that many share."""
    if not isinstance(url, str) or depth(url) > 1:
        return None
    host = site_of(url)
    return host if host and host not in shared_hosts() else None


def _opened(path: Path) -> IO[bytes]:
    if path.suffix == ".zip":
        archive = zipfile.ZipFile(path)
        # ROR's archives hold a table beside it, and older ones the records in two schemas
        inside = sorted(n for n in archive.namelist() if n.endswith((".json", ".jsonl")))
        if not inside:
            raise ValueError(f"{path}: no .json file in this archive. Give a dump of ROR or Wikidata.")
        return archive.open(next((n for n in inside if "schema_v2" in n), inside[-1]))
    if path.suffix in (".gz", ".bz2"):
        return io.BufferedReader((gzip if path.suffix == ".gz" else bz2).open(path, "rb"))
    return path.open("rb")


def _of_ror(raw: Mapping[str, Any]) -> DumpRecord:
    shown = next((n["value"] for n in raw["names"] if "ror_display" in n["types"]), None)
    codes = (place["geonames_details"]["country_code"] for place in raw.get("locations") or ())
    found = (pycountry.countries.get(alpha_2=code) for code in codes if code)
    websites = (link["value"] for link in raw.get("links") or () if link["type"] == "website")
    return DumpRecord(
        "ror",
        str(raw["id"]),
        shown,
        _normal(n["value"] for n in raw["names"]),
        frozenset(filter(None, map(_own_host, websites))),
        tuple(country.alpha_3 for country in found if country is not None),
    )


def _of_wikidata(raw: Mapping[str, Any]) -> DumpRecord:
    labels = {language: label["value"] for language, label in (raw["labels"] or {}).items()}
    others = [a["value"] for listed in (raw.get("aliases") or {}).values() for a in listed]
    claims = raw["claims"] or {}
    return DumpRecord(
        "wikidata",
        str(raw["id"]),
        labels.get("en") or next(iter(labels.values()), None),
        _normal([*labels.values(), *others]),
        frozenset(filter(None, map(_own_host, _values(claims, WEBSITE)))),
        tuple(country["id"] for country in _values(claims, COUNTRY)),
        next(iter(_values(claims, ALPHA_3)), None),
    )


def _values(claims: Mapping[str, Any], name: str) -> list[Any]:
    """The values of a property, without those that are outdated."""
    valid = (claim for claim in claims.get(name, ()) if claim.get("rank") != "deprecated")
    return [c["mainsnak"]["datavalue"]["value"] for c in valid if "datavalue" in c["mainsnak"]]


def _normal(names: Iterable[str]) -> frozenset[str]:
    return frozenset(normal(name) for name in names if not is_acronym(name))
