// An entity: its names and roles, what it is cited for, its homepage with the evidence, and where it is named.

const MOST_SHOWN = 30;
const AROUND = 90; // characters before and after a name

async function showEntity(id) {
  const known = await entityRow(id);
  if (!known) throw new Error(`this page does not list ${id}`);
  const [documents, ...lists] = await Promise.all(["docs", "where", "names", "roles", "sites"].map((name) => chunk(`c-${name}`)));
  const [where, names, roles, sites] = lists.map((list) => list[known.row] ?? []);
  byId("entity-kind").textContent = LABELS[known.label] ?? known.label;
  byId("entity-title").textContent = known.name;
  refill(byId("entity-facts"), [
    known.country,
    `Named ${times(known.mentions)} in ${figure(known.documents)} ${known.documents === 1 ? "document" : "documents"}`,
    el("code", {}, known.id),
  ].filter(Boolean).map((fact) => el("li", {}, fact)));
  const place = ([n, passage]) => documentLink(documents, n, passage);
  const body = byId("entity-body");
  refill(body,
    listOf("Names", names, ([kind, name]) => [said(name), el("span", { class: "quiet" }, ` ${kind}`)]),
    listOf("Roles", roles, ([role, ...at]) => [readable(role), " in ", place(at)]),
    known.homepage && el("h2", {}, "Homepage"), known.homepage && el("p", {}, outLink(known.homepage)),
    listOf(null, sites, ([url, ...at]) => [outLink(url), " cited in ", place(at)]),
    await sourcesOf(id, documents));
  const mentions = fill(body, el("h2", {}, "Mentions"), el("ul", { class: "plain-list", id: "entity-mentions" })).lastChild;
  await drawMentions(id, where, documents, mentions);
  body.append(listOf("Documents that name it", where, (n) => [documentLink(documents, n),
    el("span", { class: "quiet" }, ` ${[readable(documents[n][DOC.kind]), documents[n][DOC.place]].filter(Boolean).join(" · ")}`)], 500));
  return known.name;
}

/** A heading and a list, or nothing where there is nothing to list. */
function listOf(title, items, told, most = MOST_SHOWN) {
  if (!items.length) return el("div");
  return el("section", {}, title && el("h2", {}, title),
    el("ul", { class: "plain-list" }, items.slice(0, most).map((item) => el("li", {}, told(item))),
      items.length > most ? el("li", { class: "quiet" }, `and ${figure(items.length - most)} more`) : null));
}

async function sourcesOf(id, documents) {
  const [place, phrase, , url, about, note, role, , page] = (await chunk("t-citations")).columns;
  const rows = about.flatMap((entity, row) => (entity[0] === id && role[row] === "evidence" ? [row] : []));
  return listOf("Sources", rows, (row) => [said(phrase[row] ?? ""), " ", url[row] ? outLink(url[row]) : said(note[row] ?? ""),
    el("span", { class: "quiet" }, " ", documentLink(documents, ...place[row]), page[row] ? `, page ${page[row]}` : "")]);
}

/** The words around each mention, document by document as long as there is text, up to MOST_SHOWN. */
async function drawMentions(id, where, documents, list) {
  for (const n of where.filter(hasText)) {
    if (list.childElementCount >= MOST_SHOWN) break;
    const { p, m } = await chunk(`d-${n}`);
    const texts = new Map(p.map(([ordinal, , , text]) => [ordinal, text]));
    for (const [, passage, start, end, , entity] of m) {
      if (entity !== id || list.childElementCount >= MOST_SHOWN) continue;
      const text = points(texts.get(passage) ?? "");
      list.append(el("li", {}, el("span", { dir: "auto" },
        start > AROUND ? "…" : "", part(text, Math.max(start - AROUND, 0), start), el("mark", {}, part(text, start, end)),
        part(text, end, end + AROUND), end + AROUND < text.length ? "…" : ""),
      el("span", { class: "quiet" }, " ", documentLink(documents, n, passage))));
    }
  }
  if (!list.childElementCount) list.append(el("li", { class: "quiet" }, "The texts that name it are not in this page."));
}
