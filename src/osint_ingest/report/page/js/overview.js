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
