// Where something in a text comes from: the note, its address, the name, and the place on the printed page.

const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
let sourceOpener = null;

/** Shows where a marked piece of text comes from, beside the text. */
async function showSource(n, doc, documents, found, opener) {
  sourceOpener = opener;
  const [aside, body] = [byId("source"), byId("source-body")];
  aside.classList.add("open");
  const { passage } = found;
  const ref = found.marker ?? found.refs[0] ?? null;
  const parts = [];
  if (ref?.start !== null && ref) parts.push(el("blockquote", { dir: "auto" }, part(points(passage.text), ref.start, ref.end)));
  for (const each of found.marker ? [found.marker] : found.refs) parts.push(noteBlock(doc, each));
  for (const link of found.links) parts.push(el("div", { class: "block" }, el("h3", {}, "Address"), el("p", {}, outLink(link.url))));
  const inside = ref && ref.start !== null ? (doc.names.get(passage.ordinal) ?? []).filter((m) => m.start >= ref.start && m.end <= ref.end) : [];
  const names = [...new Map([...found.names, ...inside].map((m) => [m.entity ?? `${m.start}`, m])).values()];
  const blocks = await Promise.all(names.map((m) => nameBlock(passage, m)));
  parts.push(...blocks, placeBlock(documents[n], passage, ref, found));
  refill(body, parts, figuresOf(n, doc, passage, ref, found));
  for (const frame of body.querySelectorAll(".sheet")) toBoxes(frame);
  aside.scrollTop = 0;
  byId("source-title").focus({ preventScroll: window.innerWidth > 1000 });
}

function closeSource() {
  byId("source").classList.remove("open");
  refill(byId("source-body"), el("p", { class: "quiet" }, "Click a marked phrase, a name or a note’s number: its note, address, name and place in the document appear here."));
  if (sourceOpener?.isConnected) sourceOpener.focus();
  sourceOpener = null;
}

function noteBlock(doc, ref) {
  if (ref.note === null) return el("div", { class: "block" }, el("h3", {}, `Marker ${ref.marker}`), el("p", {}, "This document has no note for it."));
  return noteTexts(doc, ref.note).map(({ note, text, links }, at) => el("div", { class: "block" },
    el("h3", {}, at ? `which means note ${note.marker}` : `Note ${note.marker}`),
    text && !links.some((link) => link.url === text.trim()) && el("p", { dir: "auto" }, text),
    links.map((link) => el("p", { class: "address" }, outLink(link.url)))));
}

async function nameBlock(passage, mention) {
  const text = part(points(passage.text), mention.start, mention.end);
  const known = mention.entity ? await entityRow(mention.entity).catch(() => null) : null;
  return el("div", { class: "block" },
    el("h3", {}, el("span", { class: `tag name-${mention.label}` }, LABELS[mention.label] ?? mention.label), " ", said(known?.name ?? text)),
    known && el("p", { class: "quiet" }, known.native && known.native !== known.name ? [said(known.native), ". "] : null, `Named ${times(known.mentions)} in ${figure(known.documents)} ${known.documents === 1 ? "document" : "documents"}. `, el("a", { href: `#/e/${encodeURIComponent(known.id)}` }, "Where else")),
    known?.homepage && el("p", { class: "address" }, outLink(known.homepage)));
}

function placeBlock(row, passage, ref, found) {
  const id = ref ? `${row[DOC.id]}#r${ref.ordinal}` : found.links[0] ? `${row[DOC.id]}#l${found.links[0].ordinal}` : `${row[DOC.id]}#m${found.names[0].ordinal}`;
  const range = ref?.start !== null && ref ? ref : found.names[0] ?? found.links[0];
  return el("div", { class: "block" }, el("h3", {}, "Place"), el("p", { class: "quiet" },
    passage.page ? `Page ${passage.page}, p` : "P", `assage ${passage.ordinal}`, range ? `, characters ${range.start} to ${range.end}` : "", ". ",
    "In the tables: ", el("code", {}, id)));
}

/** The pages of the document on which the phrase and its note stand, with their boxes. */
function figuresOf(n, doc, passage, ref, found) {
  const boxes = [];
  const range = ref && ref.start !== null ? ref : found.names[0] ?? found.links[0];
  if (range) boxes.push(...boxesOf(doc, passage, range.start, range.end).map((b) => ({ ...b, kind: ref ? "phrase" : found.names.length ? "name" : "link" })));
  if (ref?.box?.[0] != null && ref.page) {
    const [x0, top, x1, bottom] = ref.box;
    boxes.push({ page: ref.page, x0, top, x1, bottom, kind: "mark" });
  }
  const note = ref?.note != null ? doc.notes.get(ref.note) : null;
  const noteText = note && doc.passages.get(note.passage);
  if (noteText) boxes.push(...boxesOf(doc, noteText, 0, points(noteText.text).length).map((b) => ({ ...b, kind: "note" })));
  if (!boxes.length) return null;
  const pages = [...new Set(boxes.map((b) => b.page))];
  return pages.map((page) => sheetOf(n, page, boxes.filter((b) => b.page === page), pages.length));
}

/** Where characters of a passage lie: on each printed line the part they take, letters taken as equally wide. */
function boxesOf(doc, passage, start, end) {
  const turned = RTL.test(passage.text);
  return (doc.lines.get(passage.ordinal) ?? []).filter((l) => l.start < end && l.end > start).map((line) => {
    const wide = (line.x1 - line.x0) / Math.max(line.end - line.start, 1);
    const [from, to] = [Math.max(start, line.start) - line.start, Math.min(end, line.end) - line.start];
    return { page: line.page, top: line.top, bottom: line.bottom, x0: turned ? line.x0 : line.x0 + from * wide, x1: turned ? line.x1 : line.x0 + to * wide };
  });
}

function sheetOf(n, page, boxes) {
  const picture = pictureOf(n, page);
  if (!picture) return el("p", { class: "quiet" }, `There is no picture of page ${page} in this file.`);
  const [width, height] = picture.dataset.size.split(" ").map((v) => Number(v) * 10);
  const frame = el("div", { class: "sheet", tabindex: 0, role: "group", "aria-label": `Page ${page}` },
    el("div", { class: "sheet-page" },
      el("img", { src: `data:image/png;base64,${picture.textContent}`, alt: `Page ${page} of the document, with ${kinds(boxes)} framed`, width: Math.round(width * 0.1167), height: Math.round(height * 0.1167) }),
      boxes.map((box) => {
        const made = el("span", { class: `box box-${box.kind}` });
        made.style.left = `${(100 * box.x0) / width}%`;
        made.style.top = `${(100 * box.top) / height}%`;
        made.style.width = `${(100 * (box.x1 - box.x0)) / width}%`;
        made.style.height = `${(100 * (box.bottom - box.top)) / height}%`;
        return made;
      })));
  const whole = el("button", { type: "button", class: "plain", "aria-pressed": "false", onclick: () => {
    const on = frame.classList.toggle("whole");
    whole.setAttribute("aria-pressed", String(on));
    if (!on) toBoxes(frame);
  } }, "Whole page");
  return el("figure", { class: "printed" }, frame, el("figcaption", {}, `Page ${page}: ${kinds(boxes)}`, whole));
}

const kinds = (boxes) => {
  const words = { phrase: "the phrase", name: "the name", link: "the link", mark: "its marker", note: "its note" };
  return Object.keys(words).filter((k) => boxes.some((b) => b.kind === k)).map((k) => words[k]).join(", ");
};

function toBoxes(frame) {
  const boxes = [...frame.querySelectorAll(".box")];
  if (!boxes.length) return;
  const first = boxes.filter((box) => box.className === boxes[0].className);
  frame.scrollTop = Math.max(first[0].offsetTop - frame.clientHeight / 3, 0);
  frame.scrollLeft = Math.max(Math.min(...first.map((box) => box.offsetLeft)) - 24, 0);
}
