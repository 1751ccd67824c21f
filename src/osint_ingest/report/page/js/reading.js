// The reading view: a document's text by its sections, what is marked in it, and its notes.

const hits = new WeakMap();
let shownDocument = null;

/** Shows the text of a document; with `passage`, goes to that one. */
async function showDocument(n, passage) {
  if (shownDocument?.n !== n) {
    const [data, documents] = await Promise.all([chunk(`d-${n}`), chunk("c-docs")]);
    shownDocument = { n, doc: reading(data), documents };
    drawDocument(shownDocument);
  }
  if (passage !== null) {
    const place = byId(`p-${passage}`);
    place?.scrollIntoView({ block: "center" });
    place?.classList.add("sought");
    setTimeout(() => place?.classList.remove("sought"), 2500);
  }
  return shownDocument.documents[n][DOC.title];
}

function drawDocument({ n, doc, documents }) {
  const row = documents[n];
  byId("document-kind").textContent = [readable(row[DOC.kind]), row[DOC.place], row[DOC.year]].filter(Boolean).join(" · ");
  byId("document-title").textContent = row[DOC.title];
  refill(byId("document-facts"), [
    row[DOC.url] && [ "Address ", outLink(row[DOC.url]) ],
    row[DOC.published] && `Published ${row[DOC.published]}`,
    `Captured ${row[DOC.captured]}`,
    row[DOC.pages] && `${row[DOC.pages]} ${row[DOC.pages] === "1" ? "page" : "pages"}`,
    row[DOC.language] && `Language ${row[DOC.language]}`,
    row[DOC.licence] && `Licence ${row[DOC.licence]}`,
    row[DOC.status] === "partial" && "Partial: a page could not be read",
    el("code", {}, row[DOC.id]),
  ].filter(Boolean).map((fact) => el("li", {}, fact)));
  drawLegend(doc);
  const text = byId("text");
  refill(text);
  let list = null;
  const noted = [];
  for (const passage of doc.passages.values()) {
    if (passage.kind === "footnote") { noted.push(passage); continue; }
    const attributes = { id: `p-${passage.ordinal}`, dir: "auto", lang: passage.language };
    const nodes = markedText(doc, passage, hits);
    if (passage.kind === "list_item") {
      list ??= text.appendChild(el("ul", {}));
      list.append(el("li", { ...attributes, class: passage.level > 1 ? "deeper" : null }, nodes));
      continue;
    }
    list = null;
    const depth = passage.kind === "title" ? 2 : Math.min(Math.max((passage.level ?? 1) + 1, 2), 6);
    const heading = passage.kind === "title" || passage.kind === "heading";
    text.append(el(heading ? `h${depth}` : "p", { ...attributes, class: heading ? null : passage.kind }, nodes));
  }
  if (noted.length) text.append(notesOf(doc, noted));
  if (!text.childElementCount) text.append(el("p", { class: "quiet" }, "This document has no text of its own."));
  closeSource();
}

function notesOf(doc, passages) {
  const byPassage = new Map([...doc.notes.values()].map((note) => [note.passage, note]));
  return el("section", { class: "notes", "aria-labelledby": "notes-title" }, el("h2", { id: "notes-title" }, "Notes"),
    el("ul", { class: "plain-list" }, passages.map((passage) => {
      const note = byPassage.get(passage.ordinal);
      const cited = note && doc.allRefs.filter((r) => r.note === note.ordinal);
      return el("li", { id: `p-${passage.ordinal}`, lang: passage.language },
        el("span", { class: "number" }, note?.marker ?? ""),
        el("div", { dir: "auto" }, markedText(doc, passage, hits), cited?.length ? cited.map((r) => [" ", el("a", { href: documentAddress(shownDocument.documents[shownDocument.n][DOC.id], r.passage), "aria-label": `back to marker ${r.marker}` }, "↩")]) : null));
    })));
}

function drawLegend(doc) {
  const counts = new Map();
  for (const { label } of doc.allNames) counts.set(label, (counts.get(label) ?? 0) + 1);
  const toggle = (key, name, count) => el("label", { class: `tag name-${key}` }, el("input", {
    type: "checkbox", checked: true, onchange: (event) => byId("text").classList.toggle(`no-${key}`, !event.target.checked),
  }), `${name} `, el("span", { class: "count" }, figure(count)));
  byId("text").className = "";
  refill(byId("legend"),
    doc.allRefs.length ? toggle("phrase", "phrase with a note", doc.allRefs.length) : null,
    Object.keys(LABELS).filter((label) => counts.has(label)).map((label) => toggle(label, LABELS[label], counts.get(label))));
}

function pressed(target) {
  const hit = target.closest?.(".hit, .marker");
  const found = hit && hits.get(hit);
  if (!found || !shownDocument) return false;
  const { n, doc, documents } = shownDocument;
  if (hit.classList.contains("marker")) showNote(doc, found, hit, () => showSource(n, doc, documents, found, hit));
  else showSource(n, doc, documents, found, hit);
  return true;
}

/** A note's text beside its marker. */
function showNote(doc, found, marker, more) {
  const note = byId("note");
  if (!note.showPopover) { more(); return; }
  refill(note, noteBlock(doc, found.marker), el("p", {}, el("button", { type: "button", class: "plain", onclick: () => { note.hidePopover(); more(); } }, "Where this comes from")));
  note.setAttribute("aria-label", `Note ${found.marker.marker}`);
  note.showPopover();
  const at = marker.getBoundingClientRect();
  const below = at.bottom + 8 + note.offsetHeight < window.innerHeight;
  note.style.left = `${Math.max(8, Math.min(at.left - 24, window.innerWidth - note.offsetWidth - 8))}px`;
  note.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - note.offsetHeight - 8)}px`;
  note.focus();
  note.onkeydown = (event) => { if (event.key === "Escape") marker.focus(); };
}

byId("text").addEventListener("click", (event) => { if (!window.getSelection()?.toString()) pressed(event.target); });
byId("text").addEventListener("keydown", (event) => {
  if ((event.key === "Enter" || event.key === " ") && event.target.matches?.("[role=button]") && pressed(event.target)) event.preventDefault();
});
byId("source-close").addEventListener("click", closeSource);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && byId("source").classList.contains("open")) closeSource();
});
