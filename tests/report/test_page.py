"""The report of the sample release in a browser: what people do with it, and what it may not do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

Opened = Callable[..., Page]


def first_report(page: Page) -> Page:
    """Goes to the reading view of the country report by way of the table of documents."""
    page.get_by_role("link", name="Documents", exact=True).click()
    page.get_by_label("Kind").select_option(label="OSOR country report")
    page.locator("#grid tbody th a").first.click()
    expect(page.locator("#text sup button").first).to_be_visible()
    return page


def test_the_overview_tells_what_is_in_the_release(opened: Opened, sample_report: Path) -> None:
    page = opened(sample_report)
    expect(page.locator(".figures")).to_contain_text("documents")
    assert page.locator(".chart svg").count() >= 5
    expect(page.locator("#view-overview")).to_contain_text("CC BY 4.0")
    expect(page.locator("#view-overview")).to_contain_text("European Commission")


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
    page.get_by_label("Language").select_option(label="es")
    assert 0 < rows.count() < everything
    page.get_by_label("Language").select_option(label="all")
    links = page.locator("#grid thead th", has_text="Links")
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
    page.locator("#entity-documents a").first.click()
    expect(page.locator("#text")).to_be_visible()


def test_labels_can_be_taken_off_the_text(opened: Opened, sample_report: Path) -> None:
    page = first_report(opened(sample_report))
    shade = "el => getComputedStyle(el).backgroundColor"
    named = page.locator("#text .name-ORG").first
    before = named.evaluate(shade)
    page.get_by_role("checkbox", name="institution").uncheck()
    assert named.evaluate(shade) != before


@pytest.mark.parametrize("view", ["", "#/sources", "document"])
def test_axe_finds_nothing_serious(opened: Opened, sample_report: Path, view: str) -> None:
    page = opened(sample_report, "" if view == "document" else view)
    if view == "document":
        first_report(page)
        page.locator("#text .phrase").first.click()
        expect(page.locator(".sheet").first).to_be_visible()
    assert serious(page) == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    # nothing else differs in the dark
    assert serious(page, {"runOnly": ["color-contrast"]}) == []


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
    for _ in ("light", "dark"):
        light.locator("#theme").click()
    assert light.evaluate(paper) == dark.evaluate(paper)


@pytest.mark.parametrize("view", ["", "#/sources", "#/entities", "document"])
def test_a_telephone_shows_it_without_scrolling_sideways(
    opened: Opened, sample_report: Path, view: str
) -> None:
    page = opened(sample_report, "#/documents" if view == "document" else view, width=360)
    if view == "document":
        page.get_by_label("Kind").select_option(label="OSOR country report")
        page.locator("#grid tbody th a").first.click()
        page.locator("#text .phrase").first.click()
        expect(page.locator("#source blockquote")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_it_prints(opened: Opened, sample_report: Path) -> None:
    page = first_report(opened(sample_report))
    page.emulate_media(media="print")
    expect(page.locator(".masthead")).to_be_hidden()
    expect(page.locator("#text")).to_be_visible()
    assert page.pdf().startswith(b"%PDF-")
