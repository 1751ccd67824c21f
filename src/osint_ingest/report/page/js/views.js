// One view at a time, by the address after #: the overview, a table, a document's text (#/d/<document_id>, and
// /p/<passage>), an entity (#/e/<entity_id>), a search (#/search/<words>).

const overviewTitle = document.title;
const views = ["overview", "table", "document", "entity", "search"];
let arrived = false;

async function go() {
  const address = window.location.hash.replace(/^#\/?/, "");
  const [view, ...rest] = address.split("/");
  const [, id, passage] = /^d\/(.+?)(?:\/p\/(\d+))?$/.exec(address) ?? [];
  const entry = index.tables.find((table) => table.name === view);
  let [shown, title] = ["overview", overviewTitle];
  byId("missing").hidden = true;
  try {
    if (entry) { [shown, title] = ["table", entry.title]; await showTable(entry); }
    else if (id) {
      const n = await numberOf(decodeURIComponent(id));
      if (n === undefined) throw new Error(`this release has no document ${decodeURIComponent(id)}`);
      if (!hasText(n)) throw new Error(`the text of ${decodeURIComponent(id)} is not in this page`);
      shown = "document";
      reveal(shown, view);
      title = await showDocument(n, passage ? Number(passage) : null);
    } else if (view === "search" && byId("search-form")) {
      [shown, title] = ["search", "Search"];
      reveal(shown, view);
      await showSearch(decodeURIComponent(rest.join("/")));
    } else if (view === "e") { shown = "entity"; title = await showEntity(decodeURIComponent(rest.join("/"))); }
  } catch (error) {
    [shown, title] = ["overview", overviewTitle];
    byId("missing").textContent = `Nothing is at this address: ${error.message}.`;
    byId("missing").hidden = false;
  }
  reveal(shown, entry ? view : shown);
  if (shown === "search") byId("search-words").focus();
  document.title = title === overviewTitle ? title : `${title} · ${overviewTitle}`;
  if (arrived && !(shown === "document" && passage)) {
    window.scrollTo(0, 0);
    byId(`${shown}-title`).focus({ preventScroll: true });
  }
  arrived = true;
  document.documentElement.dataset.view = shown;
}

function reveal(shown, current) {
  for (const name of views) byId(`view-${name}`).hidden = name !== shown;
  for (const link of document.querySelectorAll(".views a")) {
    if (link.dataset.view === current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

const themes = { auto: "Auto", light: "Light", dark: "Dark" };
function setTheme(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  const button = byId("theme");
  button.dataset.now = name;
  button.querySelector("span").textContent = themes[name];
  button.setAttribute("aria-label", `${themes[name]} colours`); // what is read out begins with what is seen
  try { window.localStorage.setItem("osint-ingest-theme", name); } catch { /* a page from disk may not keep anything */ }
}
byId("theme").addEventListener("click", () => {
  const names = Object.keys(themes);
  setTheme(names[(names.indexOf(byId("theme").dataset.now ?? "auto") + 1) % names.length]);
});
let kept = null;
try { kept = window.localStorage.getItem("osint-ingest-theme"); } catch { /* the same */ }
setTheme(kept in themes ? kept : "auto");

window.addEventListener("hashchange", go);
go();
