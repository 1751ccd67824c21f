"""How pages write a label, a value, a list, an entry: the pieces that `markups` puts together."""

# ruff: noqa: E501 - pages are easier to read unbroken

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
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


def sign_after(label: str, language: str) -> str:
    """A tooltip between the colon and the value."""
    return f"{esc(label.strip())}:<span>{esc(HINTS[language])}</span>"


def folded(label: str, language: str) -> str:
    return f"{esc(label)} <details><summary>i</summary><p>{esc(HINTS[language])}</p></details>:"


def explained_below(label: str, language: str) -> str:
    return f"<div>{esc(label)}<div>{esc(HINTS[language])}</div></div>"


def explained_word(label: str, language: str) -> str:
    *words, last = label.split()
    return f"{' '.join([*words, ''])}<span tabindex=0>{last}<span role=tooltip>{esc(HINTS[language])}</span></span>:"


def breakable(label: str, language: str) -> str:
    return re.sub(r"(\w{4})(?=\w{4})", r"\1<wbr>", label.strip()) + ":"


def own_line(m: Markup, rows: list[tuple[str, str, Any]], language: str) -> str:
    return "".join(f"<p>{esc(label)}<br>{values_of(m, key, v, language)}</p>" for key, label, v in rows)


def for_two_screens(m: Markup, rows: list[tuple[str, str, Any]], language: str) -> str:
    once = paragraphs(m, rows, language)
    return f"<div class=wide>{once}</div><div class=small>{once}</div>"


def linked_heading(level: int, text: str) -> str:
    return f"<h{level}><a href='#s{level}'>{esc(text)}</a> <a href='#s{level}'>#</a></h{level}>"


def explained_phrase(text: str) -> str:
    """A paragraph with a glossary's tooltip in it."""
    words = text.split(" ")
    at = next((i for i in range(2, len(words) - 1) if words[i].isalpha()), None)
    if at is None:
        return f"<p>{esc(text)}</p>"
    words = [esc(word) for word in words]
    words[at] = f"<span>{words[at]}<span>{HINTS['en']}</span></span>"
    return f"<p>{' '.join(words)}</p>"


def dotted(values: list[str], kind: str) -> str:
    return esc(" · ".join(values))


def entry_parts(e: Facts) -> str:
    """Each fact a list item of its own, the star a sign."""
    star = "★ " if e["starred"] else ""
    return (
        f"<article><h4>{star}{link(e)}</h4><ul><li>{e['code']}</li><li>{e['year']}</li>"
        f"<li>{esc(e['policy_area'] or '')}</li></ul></article>"
    )


def entry_whole(e: Facts) -> str:
    """All of an entry is one link."""
    return (
        f"<a href='/members/zavaria/commitments/{e['code']}/'><div>{badge(e)}<h4>{esc(e['title'])}</h4>"
        f"<p>{facts(e)}</p></div></a>"
    )


def entry_code_first(e: Facts) -> str:
    return f"<li><b>{e['code']}</b> {badge(e)}{link(e)} ({e['year']}) {esc(e['policy_area'] or '')}</li>"


def entry_star_cell(e: Facts) -> str:
    star = "★" if e["starred"] else ""
    return (
        f"<tr><td>{star}</td><td>{link(e)}</td><td>{e['code']}</td><td>{e['year']}</td>"
        f"<td>{esc(e['policy_area'] or '')}</td></tr>"
    )


def accordions(m: Markup, rows: list[tuple[str, str, Any]], language: str) -> str:
    return "".join(
        f"<details><summary>{m.label(label, language)}</summary>{values_of(m, key, v, language)}</details>"
        for key, label, v in rows
    )


def roles(m: Markup, rows: list[tuple[str, str, Any]], language: str) -> str:
    """A table by its roles alone."""
    inner = "".join(
        f"<div role=row><span role=rowheader>{m.label(label, language)}</span>"
        f"<span role=cell>{values_of(m, key, v, language)}</span></div>"
        for key, label, v in rows
    )
    return f"<div role=table>{inner}</div>"


def icon_font(label: str, language: str) -> str:
    """An icon by the name that its font has for it."""
    return f"{esc(label.strip())} <i aria-hidden=true>info</i>"


def icon_before(label: str, language: str) -> str:
    return f"📄 {esc(label.strip())}:"


def icon_button(label: str, language: str) -> str:
    return f'{esc(label.strip())} <button type=button aria-label="What is this?">ⓘ</button>'


def buttons(values: list[str], kind: str) -> str:
    return "".join(f"<button type=button>{esc(v)}</button> " for v in values)


def entry_folded(e: Facts) -> str:
    """The title is no link; the link below it only leads on."""
    return (
        f"<details><summary>{badge(e)}{esc(e['title'])}</summary><p>{facts(e)}</p>"
        f'<a href="/members/zavaria/commitments/{e["code"]}/">Read more</a></details>'
    )


def entry_pills(e: Facts) -> str:
    """Code, year and area in elements of their own, without a sign between them."""
    pills = " ".join(f"<span>{fact}</span>" for fact in (e["code"], e["year"], esc(e["policy_area"] or "")))
    return f"<article>{badge(e)}<h4>{link(e)}</h4>{pills}</article>"


def entry_facts_first(e: Facts) -> str:
    return f"<div><p>{facts(e)}</p><h4>{link(e)}{' ★' if e['starred'] else ''}</h4></div>"
