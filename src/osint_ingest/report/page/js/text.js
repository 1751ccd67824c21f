// A passage with what is marked in it: names, links, phrases that a note supports, and the markers.

/** The dots between a heading and its page in a table of contents. */
const LEADERS = /(?:[.·…_] ?){5,}/g;

/** Rows of a chunk as objects, grouped by the passage that they stand in. */
function reading(data) {
  const group = (items) => Map.groupBy ? Map.groupBy(items, (i) => i.passage) : items.reduce((m, i) => m.set(i.passage, [...(m.get(i.passage) ?? []), i]), new Map());
  const passages = data.p.map(([ordinal, kind, level, text, language, page]) => ({ ordinal, kind, level, text, language, page }))
    .sort((a, b) => a.ordinal - b.ordinal);
  const refs = data.r.map(([ordinal, passage, offset, start, end, marker, note, page, box]) => ({ ordinal, passage, offset, start, end, marker, note, page, box }));
  const notes = data.n.map(([ordinal, marker, passage, page, meant]) => ({ ordinal, marker, passage, page, meant }));
  const links = data.l.map(([ordinal, passage, start, end, url, origin, note]) => ({ ordinal, passage, start, end, url, origin, note }));
  const names = data.m.map(([ordinal, passage, start, end, label, entity]) => ({ ordinal, passage, start, end, label, entity }));
  const lines = data.s.map(([passage, start, end, page, x0, top, x1, bottom]) => ({ passage, start, end, page, x0, top, x1, bottom }));
  return {
    passages: new Map(passages.map((p) => [p.ordinal, p])), notes: new Map(notes.map((n) => [n.ordinal, n])),
    allRefs: refs, allNames: names, allLinks: links,
    refs: group(refs), links: group(links), names: group(names), lines: group(lines),
  };
}

/** A text's code points: offsets count these, not JavaScript's units. */
const points = (text) => (/[\ud800-\udfff]/.test(text) ? Array.from(text) : text);
const part = (letters, start, end) => (typeof letters === "string" ? letters.slice(start, end) : letters.slice(start, end).join(""));

/** What stands in a passage as nodes. `hits` remembers for each marked element what it stands for. */
function markedText(doc, passage, hits) {
  const letters = points(passage.text);
  const names = doc.names.get(passage.ordinal) ?? [];
  const links = (doc.links.get(passage.ordinal) ?? []).filter((l) => l.start !== null && l.end !== null);
  const refs = doc.refs.get(passage.ordinal) ?? [];
  const label = passage.kind === "field" ? passage.text.indexOf(": ") : -1;
  const cuts = new Set([0, letters.length]);
  for (const range of [...names, ...links, ...refs]) {
    if (range.start !== null) cuts.add(range.start).add(range.end);
  }
  for (const ref of refs) cuts.add(ref.offset);
  if (label > 0) cuts.add(label + 1);
  const places = [...cuts].filter((c) => c >= 0 && c <= letters.length).sort((a, b) => a - b);
  const nodes = [];
  places.forEach((start, at) => {
    for (const ref of refs) if (ref.offset === start) nodes.push(markerOf(doc, ref, hits));
    const end = places[at + 1];
    if (end === undefined) return;
    const covers = (range) => range.start !== null && range.start <= start && range.end >= end;
    const found = { passage, names: names.filter(covers), links: links.filter(covers), refs: refs.filter(covers) };
    const text = part(letters, start, end).replace(LEADERS, " … ");
    if (found.names.length || found.links.length || found.refs.length) nodes.push(hitOf(found, text, end, hits));
    else nodes.push(label > 0 && end <= label + 1 ? el("b", {}, text) : text);
  });
  return nodes;
}

function hitOf(found, text, end, hits) {
  const name = found.names[0];
  const classes = ["hit"];
  if (found.refs.length) classes.push("phrase");
  if (found.links.length) classes.push("link");
  if (name) classes.push("name", `name-${name.label}`);
  if (name && name.end === end) classes.push("name-end");
  const pressed = (name || found.links.length) && text.trim(); // a space between two links has no name to be read out
  const made = el("span", { class: classes.join(" "), role: pressed ? "button" : null, tabindex: pressed ? 0 : null, "data-label": name?.label }, text);
  hits.set(made, found);
  return made;
}

function markerOf(doc, ref, hits) {
  const made = el("button", { type: "button", class: ref.note === null ? "marker orphan" : "marker", "aria-haspopup": "dialog", "aria-label": `Note ${ref.marker}` }, ref.marker);
  hits.set(made, { passage: doc.passages.get(ref.passage), names: [], links: [], refs: [ref], marker: ref });
  return el("sup", {}, made);
}

/** The text of a note, and of the one that its "ibid." means. */
function noteTexts(doc, ordinal) {
  const texts = [];
  const seen = new Set();
  for (let note = doc.notes.get(ordinal); note && !seen.has(note.ordinal); note = doc.notes.get(note.meant)) {
    seen.add(note.ordinal);
    texts.push({ note, text: doc.passages.get(note.passage)?.text ?? "", links: doc.allLinks.filter((l) => l.note === note.ordinal) });
  }
  return texts;
}
