// Elements are made by name and filled with text: nothing that a document says is ever parsed as markup.

const byId = (id) => document.getElementById(id);

/** An element with attributes and children; a child that is no element becomes text, null is left out. */
function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  return fill(made, ...children);
}

function fill(parent, ...children) {
  parent.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return parent;
}

function refill(parent, ...children) {
  parent.replaceChildren();
  return fill(parent, ...children);
}

/** Text that keeps its own direction and cannot turn that of its neighbours. */
const said = (text) => el("bdi", {}, String(text));

/** The address if it is one of the web, else null: other schemes are shown, never followed. */
function webAddress(text) {
  try {
    const address = new URL(text);
    return address.protocol === "https:" || address.protocol === "http:" ? address.href : null;
  } catch {
    return null;
  }
}

/** Marks that turn the direction of text can make an address look like another one. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** A link that leaves this page when it is clicked, and tells nobody where from. */
function outLink(url) {
  const href = webAddress(url);
  const text = href && TURNING.test(url) ? href : url;
  if (!href) return el("span", { class: "no-link", title: "not an address of the web: not linked" }, said(text));
  return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow", class: "out" }, said(text));
}

const number = new Intl.NumberFormat("en");
/** 12,345, but 2021 for a year. */
const figure = (value) => (Math.abs(value) < 10000 ? String(value) : number.format(value));

const readable = (code) => String(code).replaceAll("_", " ").replace(/\b(osor|ogp|irm|pdf)\b/g, (word) => word.toUpperCase());
const times = (count) => (count === 1 ? "once" : `${figure(count)} times`);
