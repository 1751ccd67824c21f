"""Charts: specifications that Vega-Lite knows, and an SVG of nothing but shapes and text."""

from __future__ import annotations

import json

import pytest

from osint_ingest.report.charts import all_charts, cleaned, plain
from osint_ingest.report.listed import listed_tables

DRAWN = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9">{}</svg>'
)


@pytest.mark.parametrize("chart", all_charts(), ids=lambda chart: chart.name)
def test_a_specification_is_valid_and_uses_the_columns_that_its_rows_have(chart) -> None:  # type: ignore[no-untyped-def]
    import altair  # a second, which only this test needs

    specification = json.loads(chart.specification)
    specification["datasets"] = {"rows": [{**dict.fromkeys(chart.columns, 1), "said": "1"}]}
    altair.Chart.from_dict(specification, validate=True)
    fields = set(_fields(specification))
    made = {step["as"] for step in specification.get("spec", {}).get("transform", ())}
    assert fields <= {*chart.columns, "said"} | made, fields
    assert chart.title and chart.about.endswith(".") and chart.missing.endswith(".")


def _fields(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["field"]] if isinstance(part.get("field"), str) else []
        return own + [name for value in part.values() for name in _fields(value)]
    if isinstance(part, list):
        return [name for value in part for name in _fields(value)]
    return []


@pytest.mark.parametrize(
    "inside",
    [
        "<script>harm()</script>",
        '<a xlink:href="https://example.org"><text>there</text></a>',
        '<image href="https://example.org/beacon.png"/>',
        '<rect onload="harm()" style="fill:url(https://example.org)"/>',
        '<rect fill="url(https://example.org/#a)"/>',
        "<style>rect { fill: red }</style>",
        "<foreignObject><b>bold</b></foreignObject>",
        '<animate attributeName="href" values="javascript:harm()"/>',
        '<use href="#x"/>',
    ],
)
def test_what_is_no_shape_is_left_out_of_an_svg(inside: str) -> None:
    found = cleaned(DRAWN.format(inside + '<path d="M0,0L1,1" stroke="var(--ink)"/>'), "title")
    assert 'd="M0,0L1,1"' in found and 'stroke="var(--ink)"' in found
    assert not any(
        bad in found for bad in ("harm", "example.org", "href", "style", "script", "bold", "onload")
    )


def test_text_stays_text_and_a_mark_tells_what_it_stands_for() -> None:
    mark = '<path d="M1,1" role="graphics-symbol" aria-roledescription="bar" aria-label="&lt;b&gt;: 3"/>'
    found = cleaned(DRAWN.format("<text>&lt;script&gt;</text>" + mark), "title")
    assert "&lt;script&gt;" in found and 'data-said="&lt;b&gt;: 3"' in found
    assert 'aria-labelledby="title"' in found
    assert cleaned(found, "title") == found


@pytest.mark.parametrize("svg", ["", "<html></html>", "<svg", "<svg><text>\x00</text></svg>"])
def test_what_is_no_svg_is_refused(svg: str) -> None:
    with pytest.raises(ValueError, match="no SVG"):
        cleaned(svg, "title")


def test_marks_that_steer_are_taken_out_of_labels() -> None:
    assert plain("a\u202eb\x07 \n c\u2067d") == "ab cd"


def test_tables_are_told_in_words_and_their_columns_are_named() -> None:
    for table in listed_tables():
        assert table.title and table.about.endswith(".")
        assert len({label for label, _ in table.columns}) == len(table.columns)
