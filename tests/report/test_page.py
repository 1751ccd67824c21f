"""The report of the sample release in a browser: what people do with it, and what it may not do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import osint_ingest
from osint_ingest.analyst.search import search
from osint_ingest.release.folder import Release, Releases

Opened = Callable[..., Page]


def release_of(sample_run: Path) -> Release:
    found = Releases(sample_run / "curated").latest()
    assert found is not None
    return found


def first_report(page: Page) -> Page:
    """Goes to the reading view of the country report by way of the table of documents."""
    page.get_by_role("link", name="Documents", exact=True).click()
    page.get_by_label("Kind").select_option(label="OSOR country report (1)")
    page.locator("#grid tbody th a").first.click()
    expect(page.locator("#text sup button").first).to_be_visible()
    return page


def test_the_overview_tells_what_is_in_the_release(opened: Opened, sample_report: Path) -> None:
    page = opened(sample_report)
    expect(page.locator(".figures")).to_contain_text("documents")
    assert page.locator(".chart svg").count() >= 5
    expect(page.locator("#view-overview")).to_contain_text("CC BY 4.0")
    # a body that publishes two of the sources is named once
    published = "Open Source Observatory (OSOR), European Commission and Open Government Partnership: "
    expect(page.locator("#overview-title")).to_have_text(
        published + "Corvalia; Port Lirio, Corvalia; 2018 to 2025"
    )


def test_a_table_filters_and_sorts(opened: Opened, sample_report: Path) -> None:
    page = opened(sample_report, "#/documents")
    rows = page.locator("#grid tbody tr")
    everything = rows.count()
    page.get_by_label("Find").fill("corvalia")
    expect(page.locator("#table-count")).to_contain_text("row")
    assert 0 < rows.count() <= everything
    page.get_by_label("Find").fill("no document says this")
    expect(page.locator("#table-count")).to_have_text("No row matches.")
    page.get_by_label("Find").fill("")
    page.get_by_label("Language").select_option(index=2)
    assert 0 < rows.count() < everything
    page.get_by_label("Language").select_option(label="all")
    links = page.locator("#grid thead th", has_text="Sources")
    links.get_by_role("button").click()
    assert links.get_attribute("aria-sort") == "ascending"
    page.keyboard.press("Enter")  # the button keeps the focus
    assert links.get_attribute("aria-sort") == "descending"
    place = page.locator("#grid thead th").all_inner_texts().index(links.inner_text())
    counts = [int(row.locator("th, td").nth(place).inner_text()) for row in rows.all()]
    assert counts == sorted(counts, reverse=True) and counts[0] > counts[-1]


def test_a_phrase_leads_to_note_address_name_and_printed_page(opened: Opened, sample_report: Path) -> None:
    page = first_report(opened(sample_report))
    page.locator("#text .phrase", has_text="Agency for Shared Code").first.click()
    source = page.locator("#source")
    expect(source.locator("h3", has_text="Note 2")).to_be_visible()
    address = source.locator("a.out").first
    assert (address.get_attribute("href") or "").startswith("https://")
    assert {"noopener", "noreferrer", "nofollow"} <= set((address.get_attribute("rel") or "").split())
    expect(source.locator(".tag", has_text="institution").first).to_be_visible()
    picture = source.locator(".sheet img").first
    assert picture.evaluate("image => image.complete && image.naturalWidth > 300")
    frame = picture.bounding_box()
    for kind in ("phrase", "mark", "note"):
        box = source.locator(f".box-{kind}").first.bounding_box()
        assert frame and box and box["width"] > 1 and box["height"] > 1
        assert frame["x"] <= box["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"]
        assert frame["y"] <= box["y"] and box["y"] + box["height"] <= frame["y"] + frame["height"]


def test_the_box_lies_on_ink(opened: Opened, sample_report: Path) -> None:
    """Under the box of a phrase the picture has letters, and between the page's edge and its text it has none."""
    page = first_report(opened(sample_report))
    page.locator("#text .phrase").first.click()
    dark = page.evaluate(
        """() => {
          const image = document.querySelector('.sheet img');
          const canvas = document.createElement('canvas');
          [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
          const drawn = canvas.getContext('2d', { willReadFrequently: true });
          drawn.drawImage(image, 0, 0);
          const share = (x, y, w, h) => {
            const points = drawn.getImageData(x, y, Math.max(w, 1), Math.max(h, 1)).data;
            let dark = 0;
            for (let i = 0; i < points.length; i += 4) dark += points[i] < 128;
            return dark / (points.length / 4);
          };
          const box = document.querySelector('.box-phrase');
          const k = image.naturalWidth / image.width;
          return [share(box.offsetLeft * k, box.offsetTop * k, box.offsetWidth * k, box.offsetHeight * k),
                  share(0, 0, canvas.width / 20, canvas.height)];
        }"""
    )
    assert dark[0] > 0.05 and dark[1] == 0


def test_the_keyboard_opens_a_note_and_gives_the_focus_back(opened: Opened, sample_report: Path) -> None:
    page = first_report(opened(sample_report))
    marker = page.locator("#text .marker").first
    marker.focus()
    page.keyboard.press("Enter")
    note = page.get_by_role("dialog", name="Note 1")
    expect(note).to_be_visible()
    expect(note).to_contain_text("https://")
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    assert marker.evaluate("marker => marker === document.activeElement")
    page.keyboard.press("Enter")
    note.get_by_role("button", name="Where this comes from").click()
    expect(page.locator("#source h3", has_text="Note 1")).to_be_visible()
    page.keyboard.press("Escape")
    assert marker.evaluate("marker => marker === document.activeElement")
    name = page.locator("#text .name").first
    name.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#source .tag").first).to_be_visible()


def test_a_name_leads_to_the_documents_that_name_it(opened: Opened, sample_report: Path) -> None:
    page = opened(sample_report, "#/entities")
    page.locator("#grid tbody th a").first.click()
    expect(page.locator("#view-entity")).to_be_visible()
    page.locator("#entity-body section", has_text="Documents that name it").locator("a").first.click()
    expect(page.locator("#text")).to_be_visible()


def test_an_entity_shows_its_names_roles_citations_homepage_and_mentions(
    opened: Opened, sample_report: Path
) -> None:
    page = opened(sample_report, "#/actors")
    page.locator("#grid tbody a", has_text="Agency for Shared Code").click()
    body = page.locator("#entity-body")
    expect(page.locator("#entity-title")).to_have_text("Agency for Shared Code")
    expect(body.locator("section", has_text="Names")).to_contain_text("Agencia de Código Compartido native")
    expect(body.locator("section", has_text="Roles")).to_contain_text("policy maker in Corvalia 2025")
    sites = body.locator("section", has_text=" cited in ").first.locator("li").all_inner_texts()
    assert len(sites) == len(set(sites))
    expect(body.locator("section", has_text=" cited in ").first).to_contain_text("https://")
    expect(body.locator("section", has_text="Sources")).to_contain_text(", page ")
    mentions = page.locator("#entity-mentions li")
    expect(mentions.locator("mark").first).to_be_visible()
    assert mentions.count() > 3
    mentions.locator("a").first.click()
    expect(page.locator("#text .sought")).to_contain_text("Agency for Shared Code")


def test_a_passage_has_an_address_that_holds_across_releases(opened: Opened, sample_report: Path) -> None:
    page = opened(sample_report, "#/documents")
    page.get_by_label("Kind").select_option(index=1)
    address = page.locator("#grid tbody th a").first.get_attribute("href") or ""
    assert re.match(r"#/d/\w+:", address)
    there = opened(sample_report, "#/d/ogp:plan/action-plan-port-lirio-corvalia-2023-2025/p/47")
    expect(there.locator("#p-47")).to_be_in_viewport()
    nowhere = opened(sample_report, "#/d/ogp:plan/no-such-plan")
    expect(nowhere.locator("#missing")).to_contain_text("no document ogp:plan/no-such-plan")


@pytest.mark.parametrize(
    ("query", "first"),
    [('"national forge"', "national forge"), ("CODIGO* publico", "público"), ("forge agency", "Agency")],
)
def test_search_finds_what_the_command_line_finds(
    opened: Opened, sample_run: Path, sample_report: Path, query: str, first: str
) -> None:
    page = opened(sample_report, "#/search")
    page.get_by_label("Words").fill(query)
    page.get_by_role("button", name="Search").click()
    hits = page.locator("#search-hits li")
    expect(hits.locator("mark", has_text=first).first).to_be_visible()
    found = search(release_of(sample_run), query, 100)
    assert {a.get_attribute("href") for a in hits.locator("a").all()} == {
        f"#/d/{passage.replace('#p', '/p/')}" for passage in found["passage_id"].to_pylist()
    }
    hits.locator("a").first.click()
    expect(page.locator("#text .sought")).to_be_visible()


def test_search_finds_no_part_of_a_word(opened: Opened, sample_report: Path) -> None:
    page = opened(sample_report, "#/search/orge")
    expect(page.locator("#search-summary")).to_have_text("No passage has all of these words.")


def test_every_figure_is_that_of_its_list_and_of_the_command_line(
    opened: Opened, sample_run: Path, sample_report: Path
) -> None:
    page = opened(sample_report)
    counted = {
        "documents": "select count(*) from documents",
        "sources": "select count(*) from sources",
        "addresses": "select count(distinct url) from citations",
        "names": "select count(*) from entities",
        "issues": "select count(*) from issues",
    }
    with osint_ingest.connect(curated=str(sample_run / "curated")) as db:
        for label, sql in counted.items():
            page.goto(f"{sample_report.as_uri()}#/")
            tile = page.locator(".figures a", has=page.locator(".label", has_text=label))
            value = tile.locator(".value").inner_text()
            assert [(int(value.replace(",", "")),)] == db.sql(sql).fetchall(), label
            tile.click()
            expect(page.locator("#table-count")).to_contain_text(f"of {value} rows")
        page.goto(f"{sample_report.as_uri()}#/citations")
        ((evidence,),) = db.sql("select count(*) from sources where role = 'evidence'").fetchall()
        page.get_by_label("Role").select_option(label=f"evidence ({evidence})")
        expect(page.locator("#table-count")).to_contain_text(f"of {evidence} rows")


def test_issues_are_counted_by_kind_and_a_press_shows_one_kind(opened: Opened, sample_report: Path) -> None:
    page = opened(sample_report, "#/issues")
    first = page.locator("#groups button").first
    kind, count = first.inner_text().rsplit(" ", 1)
    first.click()
    expect(page.locator("#table-count")).to_contain_text(f"of {count} row")
    assert {row.inner_text() for row in page.locator("#grid tbody tr td:nth-child(2)").all()} == {kind}
    first.click()
    expect(page.locator("#table-count")).not_to_contain_text(f"of {count} row")


def test_labels_can_be_taken_off_the_text(opened: Opened, sample_report: Path) -> None:
    page = first_report(opened(sample_report))
    shade = "el => getComputedStyle(el).backgroundColor"
    named = page.locator("#text .name-ORG").first
    before = named.evaluate(shade)
    page.get_by_role("checkbox", name="institution").uncheck()
    assert named.evaluate(shade) != before


def show(page: Page, view: str) -> None:
    """Goes to a view, or to a phrase of the country report and what is told of it."""
    leave = "view => { delete document.documentElement.dataset.view; window.location.hash = view }"
    page.evaluate(leave, "#/documents" if view == "document" else view)
    page.wait_for_selector("html[data-view]")
    if view == "document":
        page.get_by_label("Kind").select_option(label="OSOR country report (1)")
        page.locator("#grid tbody th a").first.click()
        page.locator("#text .phrase").first.click()
        expect(page.locator("#source blockquote")).to_be_in_viewport()


def test_axe_finds_nothing_serious(opened: Opened, sample_report: Path) -> None:
    page = opened(sample_report)
    for view in ("#/", "#/issues", "#/search/forge", "#/e/org-corvalia-agency-for-shared-code", "document"):
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        show(page, view)
        assert serious(page) == [], view
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        # nothing else differs in the dark
        assert serious(page, {"runOnly": ["color-contrast"]}) == [], view


def serious(page: Page, options: dict[str, list[str]] | None = None) -> list[tuple[str, list[str]]]:
    """The rules that are broken seriously, with the first elements that break them."""
    found = Axe().run(page, options=options).response["violations"]
    return [
        (v["id"], [node["html"][:160] for node in v["nodes"][:3]])
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def test_the_scheme_follows_the_system_and_can_be_chosen(opened: Opened, sample_report: Path) -> None:
    paper = "() => getComputedStyle(document.body).backgroundColor"
    light, dark = (opened(sample_report, scheme=scheme) for scheme in ("light", "dark"))
    assert light.evaluate(paper) != dark.evaluate(paper)
    for seen in ("Light", "Dark"):
        light.locator("#theme").click()
        expect(light.get_by_role("button", name=f"{seen} colours")).to_contain_text(seen)
    assert light.evaluate(paper) == dark.evaluate(paper)


BROKEN = r"""() => {
  const broken = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.parentElement.checkVisibility() || text.parentElement.closest("svg, .sr-only")) continue;
    for (const word of text.data.matchAll(/(?<!\S)[\p{L}\p{M}]{2,24}(?!\S)/gu)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = [...range.getClientRects()].filter((line) => line.width > 0.5).map((line) => Math.round(line.top));
      if (new Set(lines).size > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""


def test_a_telephone_shows_whole_words_and_every_tab_without_scrolling_sideways(
    opened: Opened, sample_report: Path
) -> None:
    page = opened(sample_report, width=360)
    entity = "#/e/org-corvalia-lirio-abierto"
    for view in ("#/", "#/citations", "#/entities", "#/issues", "#/search/forge", entity, "document"):
        show(page, view)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, view
        assert page.evaluate(BROKEN) == [], view
        for tab in page.locator(".views a").all():
            box = tab.bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= 360, view


def test_it_prints(opened: Opened, sample_report: Path) -> None:
    page = first_report(opened(sample_report))
    page.emulate_media(media="print")
    expect(page.locator(".masthead")).to_be_hidden()
    expect(page.locator("#text")).to_be_visible()
    assert page.pdf().startswith(b"%PDF-")
