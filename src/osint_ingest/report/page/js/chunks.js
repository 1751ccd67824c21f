// Data of the page lie squeezed in elements that no browser runs, and are unpacked when they are asked for.

const index = JSON.parse(byId("index").textContent);
const unpacked = new Map();

/** The data of a chunk; rejects where the page has none of that name. */
function chunk(id) {
  if (!unpacked.has(id)) unpacked.set(id, unpack(id));
  return unpacked.get(id);
}

async function unpack(id) {
  const packed = byId(id);
  if (!packed) throw new Error(`this page has no ${id}`);
  const letters = atob(packed.textContent);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

// columns of the chunk of documents, as build.py writes them
const DOC = { id: 0, title: 1, kind: 2, place: 3, language: 4, url: 5, captured: 6, year: 7, pages: 8, licence: 9, status: 10, published: 11 };

let numbers = null;
/** The number of a document by its id; undefined where the release has none of that id. */
async function numberOf(id) {
  numbers ??= new Map((await chunk("c-docs")).map((row, n) => [row[DOC.id], n]));
  return numbers.get(id);
}

const hasText = (n) => byId(`d-${n}`) !== null;
const pictureOf = (n, page) => byId(`x-${n}-${page}`);

let entityPlaces = null;
/** The row of an entity in its table, by its id; null where the page does not list it. */
async function entityRow(id) {
  const table = await chunk("t-entities");
  entityPlaces ??= new Map((table.columns[0] ?? []).map((cell, row) => [cell[0], row]));
  const row = entityPlaces.get(id);
  if (row === undefined) return null;
  const [name, label, acronym, native, country, documents, cited, mentions, homepage] = table.columns.map((c) => c[row]);
  return { row, id, name: name[1], label, acronym, native, country, documents, cited, mentions, homepage };
}
