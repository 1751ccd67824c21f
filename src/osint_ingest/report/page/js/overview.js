// What a mark of a chart says, beside the pointer. The table below each chart says the same.

const tip = byId("said");
document.addEventListener("pointermove", (event) => {
  const mark = event.target.closest?.("[data-said]");
  tip.hidden = !mark;
  if (!mark) return;
  tip.textContent = mark.getAttribute("data-said");
  const right = event.clientX + 16 + tip.offsetWidth > window.innerWidth;
  tip.style.left = `${Math.max(right ? event.clientX - tip.offsetWidth - 12 : event.clientX + 14, 4)}px`;
  tip.style.top = `${event.clientY + 16}px`;
});

/** An entity and the documents that name it. */
async function showEntity(id) {
  const [known, where, documents] = await Promise.all([entityRow(id), chunk("c-where"), chunk("c-docs")]);
  if (!known) throw new Error(`this page does not list ${id}`);
  byId("entity-kind").textContent = LABELS[known.label] ?? known.label;
  byId("entity-title").textContent = known.name;
  refill(byId("entity-facts"), [
    known.acronym && said(known.acronym),
    known.native && known.native !== known.name && said(known.native),
    known.country,
    known.homepage && ["Homepage ", outLink(known.homepage)],
    `Named ${times(known.mentions)}`,
    el("code", {}, known.id),
  ].filter(Boolean).map((fact) => el("li", {}, fact)));
  const numbers = where[known.row] ?? [];
  refill(byId("entity-documents"), numbers.slice(0, 500).map((n) => el("li", {}, documentLink(documents, n),
    el("span", { class: "quiet" }, ` ${[readable(documents[n][DOC.kind]), documents[n][DOC.place]].filter(Boolean).join(" · ")}`))));
  if (numbers.length > 500) byId("entity-documents").append(el("li", {}, `and ${figure(numbers.length - 500)} more`));
  return known.name;
}
