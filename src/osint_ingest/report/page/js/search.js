// Search: a list of words tells the documents, and their texts tell the passages. Words count whole, as in
// `osint-ingest search`, but for English endings; `begin*` is a beginning, "two words" stand together.

const PASSAGES = 20; // shown at first, and again with each press of the button
const folded = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}+/gu, "");
const wordsIn = (text) => text.match(/[\p{L}\p{N}]+/gu) ?? [];

/** The parts of a search: each a run of words, the last of which may be a beginning. */
function wanted(query) {
  return [...folded(query).matchAll(/"([^"]*)"|([^\s"]+)/g)]
    .map((found) => ({ words: wordsIn(found[1] ?? found[2]), open: (found[2] ?? "").endsWith("*") }))
    .filter((one) => one.words.length);
}

/** Numbers of the documents that have a word, or any that begins so. */
function documentsWith(list, word, open) {
  const found = new Set();
  const start = `\n${word}${open ? "" : " "}`;
  for (let at = list.indexOf(start); at >= 0 && list.startsWith(start, at); at = list.indexOf("\n", at + 1)) {
    let n = 0;
    for (const step of list.slice(list.indexOf(" ", at) + 1, list.indexOf("\n", at + 1)).split(",")) found.add((n += parseInt(step, 36)));
  }
  return found;
}

/** A pattern that finds a part in folded text. */
const patternOf = ({ words, open }) => new RegExp(`(?<![\\p{L}\\p{N}])${words.join("[^\\p{L}\\p{N}]+")}${open ? "" : "(?![\\p{L}\\p{N}])"}`, "gu");

async function showSearch(query) {
  byId("search-words").value = query;
  const [summary, hits, names] = ["summary", "hits", "names"].map((name) => byId(`search-${name}`));
  const parts = wanted(query);
  refill(hits); refill(names); refill(summary);
  byId("search-more").hidden = true;
  const unpacked = Promise.all(["c-words", "c-docs", "t-entities"].map(chunk)); // while the words are still typed
  if (!parts.length) return;
  const [list, documents, entities] = await unpacked;
  const patterns = parts.map(patternOf);
  const named = entities.columns[0].filter((_, row) => patterns.every((pattern) =>
    [entities.columns[0][row][1], entities.columns[2][row], entities.columns[3][row]].some((name) => name && folded(name).search(pattern) >= 0)));
  if (named.length) names.append("Names: ", ...named.slice(0, 8).flatMap(([id, name], at) => [at ? ", " : "", entityLink(id, name)]));
  const sets = parts.flatMap(({ words, open }) => words.map((word, at) => documentsWith(list, word, open && at === words.length - 1)));
  const found = [...sets[0]].filter((n) => sets.every((set) => set.has(n)))
    .sort((a, b) => (documents[b][DOC.year] ?? 0) - (documents[a][DOC.year] ?? 0) || a - b);
  const passages = passagesWith(found, patterns);
  let shown = 0;
  const more = async () => {
    let { value, done } = {};
    for (let i = 0; i < PASSAGES; i += 1) {
      ({ value, done } = await passages.next());
      if (done) break;
      shown += 1;
      hits.append(el("li", {}, excerpt(value.text, patterns), el("span", { class: "quiet" }, " ", documentLink(documents, value.n, value.ordinal), value.page ? `, page ${value.page}` : "")));
    }
    if (byId("search-words").value !== query) return;
    byId("search-more").hidden = Boolean(done);
    byId("search-more").onclick = more;
    summary.textContent = shown ? `${done ? "" : "The first "}${figure(shown)} ${shown === 1 ? "passage" : "passages"}, newest document first` : "No passage has all of these words.";
  };
  await more();
}

async function* passagesWith(numbers, patterns) {
  for (const [at, n] of numbers.entries()) {
    for (const next of numbers.slice(at, at + 8)) chunk(`d-${next}`); // unpacked side by side
    for (const [ordinal, , , text, , page] of (await chunk(`d-${n}`)).p) {
      const plain = folded(text);
      if (patterns.every((pattern) => plain.search(pattern) >= 0)) yield { n, ordinal, text, page };
    }
  }
}

/** A passage cut to what is around its first hit, with all hits marked. */
function excerpt(text, patterns) {
  const letters = [];
  for (const [at, sign] of [...text].entries()) for (const letter of folded(sign)) letters.push([letter, at]);
  const plain = letters.map(([letter]) => letter).join("");
  const signs = Array.from(text);
  const placeOf = (unit) => letters[Array.from(plain.slice(0, unit)).length]?.[1] ?? signs.length;
  const ranges = patterns.flatMap((pattern) => [...plain.matchAll(pattern)].map((hit) => [placeOf(hit.index), placeOf(hit.index + hit[0].length)]))
    .sort((a, b) => a[0] - b[0]);
  const from = Math.max((ranges[0]?.[0] ?? 0) - AROUND, 0);
  const to = Math.min(from + 4 * AROUND, signs.length);
  const nodes = [from ? "…" : ""];
  let at = from;
  for (const [start, end] of ranges) {
    if (start < at || end > to) continue;
    nodes.push(signs.slice(at, start).join(""), el("mark", {}, signs.slice(start, end).join("")));
    at = end;
  }
  return el("span", { dir: "auto" }, nodes, signs.slice(at, to).join(""), to < signs.length ? "…" : "");
}

if (byId("search-form")) {
  byId("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    window.location.hash = `#/search/${encodeURIComponent(byId("search-words").value.trim())}`;
  });
}
