"""The graph of what is named together, as GEXF: what Gephi and networkx read. It needs networkx."""

from pathlib import Path

import networkx

from osint_ingest.analyst.export import replaced
from osint_ingest.release.folder import Release
from osint_ingest.release.views import views_of

_NODES = """
    select entity_id, name, label, coalesce(country_code, '') as country_code, coalesce(homepage, '') as homepage,
        mention_count, document_count
    from entities order by entity_id
"""
_EDGES = """
    select a.entity_id as one, b.entity_id as other, count(distinct a.passage_id) as passages,
        count(distinct a.document_id) as documents
    from mentions a join mentions b on a.passage_id = b.passage_id and a.entity_id < b.entity_id
    group by all order by one, other
"""


def export_gexf(release: Release, path: Path) -> int:
    """Write a graph of the entities and return the number of its edges: two entities are joined if a passage names
    both.

    The weight of an edge is the number of such passages; its attribute `documents` is the number of documents. `path`
    is replaced when all is written.
    """
    graph = networkx.Graph()
    with views_of(release) as db:
        for node, name, label, country, homepage, mentions, documents in db.execute(_NODES).fetchall():
            graph.add_node(
                node, label=name, kind=label, country=country, homepage=homepage, mentions=mentions, documents=documents
            )  # fmt: skip
        for one, other, passages, documents in db.execute(_EDGES).fetchall():
            graph.add_edge(one, other, weight=passages, documents=documents)
    with replaced(path) as pending:
        networkx.write_gexf(graph, pending)
    return int(graph.number_of_edges())
