"""The same page in many markups: what a reader of labels must not be led astray by.

Each markup takes a truth (the facts of a page, as in tests/fixtures/ogp) and gives a page that says just that.
"""

# ruff: noqa: E501 - pages are easier to read unbroken

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.ogp.writing import (
    LABELS,
    LOCAL,
    NATIONAL,
    Facts,
    Markup,
    accordions,
    breakable,
    bulleted,
    buttons,
    columns_of_table,
    definitions,
    described,
    divs,
    dotted,
    entry_card,
    entry_code_first,
    entry_facts_first,
    entry_folded,
    entry_line,
    entry_parts,
    entry_pills,
    entry_row,
    entry_star_cell,
    entry_whole,
    esc,
    explained_below,
    explained_phrase,
    explained_word,
    folded,
    for_two_screens,
    glued_list,
    headings,
    hinted,
    icon_before,
    icon_button,
    icon_font,
    items,
    linked_heading,
    one_block,
    only_icon,
    own_line,
    own_lines,
    paragraphs,
    plain_list,
    roles,
    rows_of_table,
    run_together,
    shouted,
    sign_after,
    soup_heading,
    spans,
    split_by_tags,
    tags,
    with_icon,
)

SOUP: Facts = {
    "heading": soup_heading,
    "around": "<div><div>{}</div></div>",
    "entry": entry_card,
    "menu": "<div><a href='/about/'>About</a><a href='/members/'>Members</a><a href='/data/'>Data</a><a href='/news/'>News</a></div>",
    "foot": "<div><div>Open Government Partnership</div><ul><li><a href='/privacy/'>Privacy Policy</a></li><li><a href='/contact/'>Contact</a></li></ul></div>",
    "question": lambda text: f"<div><b>{esc(text)}</b></div>",
    "paragraph": lambda text: f"<div>{esc(text)}</div>",
}

MARKUPS = [
    Markup("paragraphs", paragraphs),
    Markup("definitions", definitions, listed=bulleted),
    Markup("table", rows_of_table, listed=tags, entry=entry_row),
    Markup("columns", columns_of_table, listed=own_lines, entry=entry_row),
    Markup("divs", divs, listed=bulleted, **SOUP),
    Markup("divs-plain", divs, listed=glued_list, **SOUP),
    Markup("spans", spans, **SOUP),
    Markup("line-breaks", one_block, entry=entry_line),
    Markup("run-together", run_together, listed=tags),
    Markup("headings", headings, listed=plain_list),
    Markup("items", items),
    Markup("glued-lists", paragraphs, listed=glued_list),
    Markup("tooltips", paragraphs, label=hinted),
    Markup("tooltips-in-definitions", definitions, label=hinted, listed=tags),
    Markup("tooltips-in-divs", divs, label=hinted, **SOUP),
    Markup("described", paragraphs, label=described),
    Markup("described-table", rows_of_table, label=described, entry=entry_row),
    Markup("shouted", paragraphs, label=shouted),
    Markup("split-labels", definitions, label=split_by_tags),
    Markup("icons", paragraphs, coded=with_icon),
    Markup("icons-in-table", rows_of_table, coded=with_icon, entry=entry_line),
    Markup("only-icons", definitions, coded=only_icon),
    Markup("tooltips-after-colons", paragraphs, label=sign_after, paragraph=explained_phrase),
    Markup("tooltips-in-cells", rows_of_table, label=sign_after, entry=entry_star_cell),
    Markup("folded-tooltips", definitions, label=folded, listed=tags),
    Markup("folded-tooltips-in-divs", divs, label=folded, **SOUP),
    Markup("explained-below", rows_of_table, label=explained_below, entry=entry_parts),
    Markup("explained-words", paragraphs, label=explained_word, entry=entry_whole),
    Markup("breakable", paragraphs, label=breakable, entry=entry_code_first),
    Markup("own-lines", own_line, listed=own_lines),
    Markup("for-two-screens", for_two_screens, listed=bulleted),
    Markup("linked-headings", divs, heading=linked_heading),
    Markup("dotted-lists", rows_of_table, listed=dotted),
    Markup("accordions", accordions, label=icon_font, entry=entry_folded),
    Markup("icons-before-labels", own_line, label=icon_before, entry=entry_pills),
    Markup("roles", roles, label=icon_button, listed=buttons, entry=entry_facts_first),
]


def sections(t: Facts, m: Markup) -> Iterator[str]:
    words = LABELS[t["language"]]
    national = t["kind"] == "ogp_commitment"
    for name, keys in NATIONAL if national else LOCAL:
        rows = [(key, words[key], _value(t, key)) for key in keys if _shown(t, key)]
        yield (
            "<section>"
            + (m.heading(3, words[name]) if name else "")
            + m.pairs(m, rows, t["language"])
            + "</section>"
        )


def _value(t: Facts, key: str) -> Any:
    if key == "relevance":
        return t.get("relevant_to_ogp_values") or t["ogp_values"]
    return t.get(key)


def _shown(t: Facts, key: str) -> bool:
    old = t.get("starred") is not None
    if key in ("starred", "potential_impact"):
        return old
    return not (key == "ambition" and old)


def blocks(t: Facts, m: Markup) -> str:
    out: list[str] = []
    waiting: list[str] = []
    for block in [*t["blocks"], {"kind": "end", "text": ""}]:
        if block["kind"] == "item":
            waiting.append(block["text"])
            continue
        if waiting:
            out.append(m.items(waiting))
            waiting = []
        if block["kind"] == "heading":
            out.append(m.heading(2, block["text"]) if block.get("level") == 2 else m.question(block["text"]))
        elif block["kind"] == "para":
            out.append(m.paragraph(block["text"]))
    return "".join(out)


def page(t: Facts, m: Markup) -> str:
    """The page of a commitment."""
    words = LABELS[t["language"]]
    title = f"{t['title']} ({t['code']})"
    slug = t["url"].split("/members/")[1].split("/")[0]
    listing = ""
    if t["listing"]:
        entries = "".join(m.entry(e) for e in t["listing"])
        wrapped = (
            f"<table>{entries}</table>"
            if entries.startswith("<tr")
            else f"<ol>{entries}</ol>"
            if "<li" in entries
            else entries
        )
        listing = f"<aside>{m.heading(2, words['commitments'])}{wrapped}</aside>"
    body = (
        f'<p><a href="/members/{slug}/">{esc(t["member"])}</a></p>{m.heading(1, title)}{m.heading(2, words["overview"])}'
        + "".join(sections(t, m))
        + f"<section>{m.heading(2, words['description'])}{blocks(t, m)}</section>"
    )
    return document(t, m, f"{title} | Commitment from {t['member']}", m.around.format(body) + listing)


def document(t: Facts, m: Markup, title: str, body: str) -> str:
    comments = f"<section><h2>{LABELS[t['language']]['comments']}</h2><article><b>Anna Reader</b><p>I live at the station, write to anna@reader.example</p></article></section>"
    return (
        f'<!DOCTYPE html><html lang="{t["language"]}"><head><meta charset="utf-8"><title>{esc(title)} | Open Government Partnership</title>'
        f'<link rel="canonical" href="{t["url"]}"></head><body><a href="#content">Skip</a>{m.menu}{body}{comments}{m.foot}'
        '<script>var t = "Lead Institution: not this";</script></body></html>'
    )


def plan(t: Facts, m: Markup) -> str:
    """The page of an action plan."""
    words = LABELS[t["language"]]
    rows = [("action_plans", words["action_plans"], [t["title"]])] + [
        ("x", label, v) for label, v in t["at_a_glance"].items()
    ]
    body = (
        m.heading(1, t["title"])
        + m.heading(2, words["overview"])
        + f"<section>{m.heading(3, words['glance'])}"
        + m.pairs(m, rows, t["language"])
        + f"</section><section>{m.heading(2, words['description'])}{blocks(t, m)}</section>"
    )
    return document(t, m, t["title"], m.around.format(body))
