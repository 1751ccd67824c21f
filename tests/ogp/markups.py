"""The same page in many markups: what a reader of labels must not be led astray by.

Each markup takes a truth (the facts of a page, as in tests/fixtures/ogp) and gives a page that says just that.
"""

# ruff: noqa: E501 - pages are easier to read unbroken

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Facts = dict[str, Any]

WORDS = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "ogp" / "words.json").read_text(encoding="utf-8")
)
LABELS, HINTS, BADGES = WORDS["labels"], WORDS["hints"], WORDS["badges"]

NATIONAL = (
    ("glance", ("action_plans", "cycle", "status")),
    ("institutions", ("lead_institution", "support_institutions")),
    ("", ("policy_areas",)),
    ("irm", ("irm_reports", "starred", "early_results")),
    ("design", ("verifiable", "relevance", "potential_impact", "ambition")),
    ("implementation", ("completion",)),
)
LOCAL = (
    ("glance", ("action_plans", "inception_report", "commitment_start", "commitment_end")),
    ("", ("institutions_involved", "primary_policy_area", "primary_sector", "ogp_values")),
    ("", ("verifiable",)),
)


def esc(text: str) -> str:
    return html.escape(text, quote=False)


@dataclass(frozen=True)
class Markup:
    """How a page is written. `pairs` writes the labels and values of a section."""

    name: str
    pairs: Callable[[Markup, list[tuple[str, str, Any]], str], str]
    heading: Callable[[int, str], str] = lambda level, text: f"<h{level}>{esc(text)}</h{level}>"
    listed: Callable[[list[str], str], str] = lambda values, kind: ", ".join(
        f'<a href="/x/{i}/">{esc(v)}</a>' for i, v in enumerate(values)
    )
    paragraph: Callable[[str], str] = lambda text: f"<p>{esc(text)}</p>"
    question: Callable[[str], str] = lambda text: f"<h3>{esc(text)}</h3>"
    items: Callable[[list[str]], str] = lambda items: (
        "<ul>" + "".join(f"<li>{esc(i)}</li>" for i in items) + "</ul>"
    )
    entry: Callable[[Facts], str] = lambda e: f"<li><h4>{badge(e)}{link(e)}</h4><p>{facts(e)}</p></li>"
    around: str = "<main>{}</main>"
    label: Callable[[str, str], str] = lambda label, language: esc(label) + ":"
    coded: Callable[[str, str, str], str] = lambda value, field, language: esc(value)
    menu: str = (
        "<nav><ul><li><a href='/about/'>About</a></li><li><a href='/members/'>Members</a></li></ul></nav>"
    )
    foot: str = "<footer><p>Open Government Partnership</p><ul><li><a href='/privacy/'>Privacy Policy</a></li></ul></footer>"


def badge(e: Facts) -> str:
    return "<span>Starred commitment</span> " if e["starred"] else ""


def link(e: Facts) -> str:
    return f'<a href="/members/zavaria/commitments/{e["code"].lower()}/">{esc(e["title"])}</a>'


def facts(e: Facts) -> str:
    return f"{e['code']}, {e['year']}, {esc(e['policy_area'] or '')}"


def values_of(markup: Markup, key: str, value: Any, language: str) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, list):
        return markup.listed(value, key)
    return markup.coded(value, key, language) if len(value) < 40 else esc(value)


def paragraphs(m: Markup, rows: list[tuple[str, str, Any]], language: str) -> str:
    return "".join(
        f"<p><strong>{m.label(label, language)}</strong> {values_of(m, key, v, language)}</p>"
        for key, label, v in rows
    )


def definitions(m: Markup, rows: list[tuple[str, str, Any]], language: str) -> str:
    inner = "".join(
        f"<div><dt><span><em>{m.label(label, language)}</em></span></dt><dd><div><span>{values_of(m, key, v, language)}</span></div></dd></div>"
        for key, label, v in rows
    )
    return f"<dl>{inner}</dl>"


def rows_of_table(m: Markup, rows: list[tuple[str, str, Any]], language: str) -> str:
    inner = "".join(
        f"<tr><th scope=row>{m.label(label, language)}</th><td>{values_of(m, key, v, language)}</td></tr>"
        for key, label, v in rows
    )
    return f"<table><tbody>{inner}</tbody></table>"


def columns_of_table(m: Markup, rows: list[tuple[str, str, Any]], language: str) -> str:
    head = "".join(f"<th>{esc(label)}</th>" for _, label, _ in rows)
    body = "".join(f"<td>{values_of(m, key, v, language)}</td>" for key, _, v in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody><tr>{body}</tr></tbody></table>"


def divs(m: Markup, rows: list[tuple[str, str, Any]], language: str) -> str:
    return "".join(
        f"<div><div><div>{m.label(label, language)}</div></div><div><div>{values_of(m, key, v, language)}</div></div></div>"
        for key, label, v in rows
    )


def spans(m: Markup, rows: list[tuple[str, str, Any]], language: str) -> str:
    return "".join(
        f"<div><span>{esc(label.strip())}</span><span>{values_of(m, key, v, language)}</span></div>"
        for key, label, v in rows
    )


def one_block(m: Markup, rows: list[tuple[str, str, Any]], language: str) -> str:
    return (
        "<p>"
        + "<br>\n".join(
            f"<b>{m.label(label, language)}</b> {values_of(m, key, v, language)}" for key, label, v in rows
        )
        + "</p>"
    )


def run_together(m: Markup, rows: list[tuple[str, str, Any]], language: str) -> str:
    return (
        "<div>"
        + " ".join(
            f"<b>{m.label(label, language)}</b> {values_of(m, key, v, language)}" for key, label, v in rows
        )
        + "</div>"
    )


def headings(m: Markup, rows: list[tuple[str, str, Any]], language: str) -> str:
    return "".join(
        f"<h5>{esc(label)}</h5>\n<p>\n  {values_of(m, key, v, language)}\n</p>" for key, label, v in rows
    )


def items(m: Markup, rows: list[tuple[str, str, Any]], language: str) -> str:
    return (
        "<ul>"
        + "".join(
            f"<li><b>{esc(label)}</b> – {values_of(m, key, v, language)}</li>" for key, label, v in rows
        )
        + "</ul>"
    )


def plain_list(values: list[str], kind: str) -> str:
    return esc(", ".join(values) if kind in ("action_plans", "irm_reports") else "; ".join(values))


def glued_list(values: list[str], kind: str) -> str:
    """Without a separator, or with one here and there, as where icons stand between the values."""
    if kind in ("action_plans", "irm_reports"):
        return esc(" ".join(values))
    if kind == "institutions_involved":
        return esc(" • ".join(values))
    return esc(" ".join(values[:2]) + "".join(f" , {v}" for v in values[2:]))


def own_lines(values: list[str], kind: str) -> str:
    return "<br>".join(esc(v) for v in values)


def bulleted(values: list[str], kind: str) -> str:
    return "<ul>" + "".join(f"<li><p>{esc(v)}</p></li>" for v in values) + "</ul>"


def tags(values: list[str], kind: str) -> str:
    return "".join(f"<span><i></i><span>{esc(v)}</span></span>" for v in values)


def hinted(label: str, language: str) -> str:
    """A glossary's tooltip in the label, as a plug-in puts it there."""
    words = label.rstrip()
    return f"<span>{esc(words)}<span>{esc(HINTS[language])}</span></span>:"


def described(label: str, language: str) -> str:
    own = re.sub(r"\W", "", label)
    return f'{esc(label)} <button aria-describedby="t{own}">i</button><span role="tooltip" id="t{own}">{esc(HINTS[language])}</span>:'


def shouted(label: str, language: str) -> str:
    return f"{esc(label.upper().strip())} : "


def split_by_tags(label: str, language: str) -> str:
    first, _, rest = label.partition(" ")
    return f"<abbr title='x'>{esc(first)}</abbr>{' ' if rest else ''}<i>{esc(rest)}</i><!-- c -->:"


def with_icon(value: str, field: str, language: str) -> str:
    """The value again as an icon's text, and the star's beside it."""
    if field == "starred" and value not in ("No",):
        return f"<span>{esc(value)}</span> <span>{BADGES[language]}</span>"
    if field in ("early_results", "completion", "potential_impact", "ambition", "verifiable"):
        return f'<span>{esc(value)}</span> <img src="i.png" alt="{esc(value)}"> <span>{esc(value)}</span>'
    return esc(value)


def only_icon(value: str, field: str, language: str) -> str:
    return f'<img src="i.png" alt="{esc(value)}">' if field in ("early_results", "completion") else esc(value)


def soup_heading(level: int, text: str) -> str:
    return f"<div><div>{esc(text)}</div></div>"


def entry_row(e: Facts) -> str:
    return f"<tr><td>{e['code']}</td><td>{badge(e)}{link(e)}</td><td>{e['year']}</td><td>{esc(e['policy_area'] or '')}</td></tr>"


def entry_line(e: Facts) -> str:
    return f"<div>{badge(e)}{link(e)}<br>{facts(e)}</div>"


def entry_card(e: Facts) -> str:
    return (
        f"<div><div><p>{link(e)}</p></div><div><span>{facts(e)}</span></div></div>"
        if not e["starred"]
        else (
            f'<div><div><p><img alt="Starred commitment" src="s.png">{link(e)}</p></div><div><span>{facts(e)}</span></div></div>'
        )
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
    rows = [("action_plans", "Action Plan", [t["title"]])] + [
        ("x", label, v) for label, v in t["at_a_glance"].items()
    ]
    body = (
        m.heading(1, t["title"])
        + m.heading(2, "Overview")
        + f"<section>{m.heading(3, 'At-a-Glance')}"
        + m.pairs(m, rows, "en")
        + f"</section><section>{m.heading(2, 'Description')}{blocks(t, m)}</section>"
    )
    return document(t, m, t["title"], m.around.format(body))
