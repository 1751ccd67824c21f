// Tables that sort, filter and turn pages. All rows stay in memory; one page of them is in the document.

const ROWS = 50;
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Shows a table of the index. */
async function showTable(entry) {
  byId("table-title").textContent = entry.title;
  byId("table-about").textContent = entry.about;
  refill(byId("grid"));
  const [data, documents] = await Promise.all([chunk(`t-${entry.name}`), chunk("c-docs")]);
  const view = { entry, data, documents, order: [...Array(data.rows).keys()], sorted: null, page: 0, chosen: new Map(), words: "" };
  view.texts = null;
  buildFilters(view);
  drawTable(view);
}

/** What a cell says, for sorting and filtering. */
function cellText(view, column, row) {
  const value = view.data.columns[column][row];
  if (value === null || value === undefined) return "";
  switch (view.entry.columns[column][1]) {
    case "document": return view.documents[value]?.[DOC.title] ?? "";
    case "place": return view.documents[value[0]]?.[DOC.title] ?? "";
    case "entity": return value[1] ?? "";
    case "date": return String(value).slice(0, 10);
    default: return String(value);
  }
}

function buildFilters(view) {
  const form = byId("filters");
  refill(form, el("label", { class: "find" }, "Find", el("input", {
    type: "search", id: "find", autocomplete: "off", spellcheck: "false",
    oninput: (event) => { view.words = event.target.value.trim().toLocaleLowerCase(); refilter(view); },
  })));
  form.onsubmit = (event) => event.preventDefault();
  view.entry.columns.forEach(([label, kind], column) => {
    if (kind !== "choice" || column === view.entry.group) return;
    const counts = countsOf(view.data.columns[column]);
    const values = [...counts.keys()].sort(collator.compare);
    if (values.length < 2 || values.length > 300) return;
    const options = [el("option", { value: "" }, "all"), ...values.map((v, i) => el("option", { value: i + 1 }, `${readable(v)} (${figure(counts.get(v))})`))];
    form.append(el("label", {}, label, el("select", {
      onchange: (event) => {
        const place = Number(event.target.value);
        if (place) view.chosen.set(column, values[place - 1]);
        else view.chosen.delete(column);
        refilter(view);
      },
    }, options)));
  });
}

/** Each value of a column, and how often it stands there. */
function countsOf(values) {
  const counts = new Map();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** The values of the column by which a table is grouped, the most frequent first: a press shows their rows alone. */
function drawGroups(view) {
  const column = view.entry.group;
  byId("groups").hidden = column === null;
  if (column === null) return;
  const counts = [...countsOf(view.data.columns[column])].sort((a, b) => b[1] - a[1]);
  refill(byId("groups"), counts.map(([value, count]) => el("li", {}, el("button", {
    type: "button", class: "plain", "aria-pressed": String(view.chosen.get(column) === value),
    onclick: (event) => {
      const place = [...event.currentTarget.closest("ul").children].indexOf(event.currentTarget.closest("li"));
      if (view.chosen.get(column) === value) view.chosen.delete(column);
      else view.chosen.set(column, value);
      refilter(view);
      byId("groups").children[place].firstChild.focus();
    },
  }, readable(value), " ", el("span", { class: "count" }, figure(count))))));
}

function refilter(view) {
  const columns = view.entry.columns.map((_, column) => column);
  view.texts ??= Array.from({ length: view.data.rows }, (_, row) =>
    columns.map((column) => cellText(view, column, row)).join("\n").toLocaleLowerCase());
  view.order = [];
  for (let row = 0; row < view.data.rows; row += 1) {
    if (view.words && !view.texts[row].includes(view.words)) continue;
    if ([...view.chosen].every(([column, value]) => view.data.columns[column][row] === value)) view.order.push(row);
  }
  view.page = 0;
  if (view.sorted) sortRows(view);
  drawTable(view);
}

function sortRows(view) {
  const { column, down } = view.sorted;
  const values = view.data.columns[column];
  const numeric = view.entry.columns[column][1] === "number";
  const keys = numeric ? values : values.map((_, row) => cellText(view, column, row));
  const missing = (key) => key === null || key === undefined || key === "";
  view.order.sort((a, b) => {
    const [x, y] = [keys[a], keys[b]];
    if (missing(x) || missing(y)) return missing(x) - missing(y) || a - b; // what is missing comes last either way
    const before = numeric ? x - y : collator.compare(x, y);
    return (down ? -before : before) || a - b;
  });
}

function drawTable(view) {
  const { entry, order } = view;
  const first = view.page * ROWS;
  const rows = order.slice(first, first + ROWS);
  const head = entry.columns.map(([label, kind], column) => {
    const way = view.sorted?.column === column ? (view.sorted.down ? "descending" : "ascending") : "none";
    return el("th", { scope: "col", "aria-sort": way, class: kind === "number" ? "n" : null }, el("button", {
      type: "button",
      onclick: () => {
        view.sorted = { column, down: way === "ascending" };
        sortRows(view);
        drawTable(view);
        byId("grid").querySelectorAll("thead button")[column].focus();
      },
    }, label, el("span", { class: "way", "aria-hidden": "true" }, way === "ascending" ? "↑" : way === "descending" ? "↓" : "↕")));
  });
  const body = rows.map((row) => el("tr", {}, entry.columns.map(([, kind], column) => {
    const cell = drawCell(view, kind, view.data.columns[column][row]);
    const shape = kind === "number" ? "n" : kind === "date" ? "date" : shapeOf(cell?.textContent ?? "");
    return el(column === 0 ? "th" : "td", { scope: column === 0 ? "row" : null, dir: "auto", class: shape }, cell);
  })));
  refill(byId("grid"), el("table", {}, el("caption", { class: "sr-only" }, entry.title), el("thead", {}, el("tr", {}, head)), el("tbody", {}, body)));
  byId("grid").scrollTop = 0;
  const parts = entry.shown < entry.total ? ` of the first ${figure(entry.shown)} (${figure(entry.total)} are in the Parquet tables)` : "";
  byId("table-count").textContent = order.length
    ? `${figure(first + 1)} to ${figure(first + rows.length)} of ${figure(order.length)} ${order.length === 1 ? "row" : "rows"}${parts}`
    : "No row matches.";
  drawPager(view);
  drawGroups(view);
}

function drawPager(view) {
  const last = Math.max(Math.ceil(view.order.length / ROWS) - 1, 0);
  const pager = byId("pager");
  pager.hidden = last === 0;
  const turn = (page, label, off) => el("button", {
    type: "button", class: "plain", disabled: off,
    onclick: () => { view.page = page; drawTable(view); byId("grid").focus(); },
  }, label);
  refill(pager, turn(0, "First", view.page === 0), turn(view.page - 1, "Previous", view.page === 0),
    el("span", {}, `Page ${view.page + 1} of ${last + 1}`),
    turn(view.page + 1, "Next", view.page === last), turn(last, "Last", view.page === last));
}

function drawCell(view, kind, value) {
  if (value === null || value === undefined || value === "") return null;
  switch (kind) {
    case "document": return documentLink(view.documents, value);
    case "place": return documentLink(view.documents, value[0], value[1]);
    case "entity": return value[0] === null ? value[1] && said(value[1]) : entityLink(value[0], value[1]);
    case "url": return outLink(value);
    case "date": return String(value).slice(0, 10);
    case "number": return figure(value);
    case "choice": return said(readable(value));
    default: return said(value);
  }
}

const documentAddress = (id, passage = null) => `#/d/${encodeURI(id)}${passage === null ? "" : `/p/${passage}`}`;

function documentLink(documents, n, passage = null) {
  const title = documents[n]?.[DOC.title];
  if (title === undefined) return null;
  if (!hasText(n)) return said(title);
  return el("a", { href: documentAddress(documents[n][DOC.id], passage) }, said(title));
}

/** Long words may break; long texts get the room to be read. */
function shapeOf(text) {
  if (/\S{36}/.test(text)) return "long";
  return text.length > 60 ? "prose" : null;
}

const entityLink = (id, name) => el("a", { href: `#/e/${encodeURIComponent(id)}` }, said(name));
