// A sheet that slides up over the phone: lists, attachments, menus. Escape and a click beside it close it.

import { find, icon, make } from "./elements.js";

const sheet = find("sheet");

// `entries` are {title, description, section, icon, choose}.
export function openSheet(title, entries) {
  find("sheet-title").textContent = title;
  const groups = new Map();
  for (const entry of entries) groups.set(entry.section ?? "", [...(groups.get(entry.section ?? "") ?? []), entry]);
  find("sheet-body").replaceChildren(...[...groups].map(([name, rows]) => group(name, rows)));
  place();
  sheet.showModal();
}

function group(name, rows) {
  const list = make("ul", {}, ...rows.map((row) => make("li", {}, entryButton(row))));
  return make("section", {}, name ? make("h3", { dir: "auto" }, name) : null, list);
}

function entryButton(entry) {
  const words = make("span", { class: "entry-words" }, make("span", { class: "entry-title", dir: "auto" }, entry.title));
  if (entry.description) words.append(make("span", { class: "entry-description", dir: "auto" }, entry.description));
  const choose = () => {
    sheet.close();
    entry.choose();
  };
  return make("button", { type: "button", class: "entry", onclick: choose }, entry.icon ? icon(entry.icon) : null, words);
}

// A modal dialog belongs to the window; on a wide screen it has to sit on the phone.
function place() {
  const phone = find("phone").getBoundingClientRect();
  sheet.style.left = `${phone.left}px`;
  sheet.style.width = `${phone.width}px`;
  sheet.style.bottom = `${window.innerHeight - phone.bottom}px`;
  sheet.style.maxHeight = `${phone.height * 0.8}px`;
}

window.addEventListener("resize", place);
find("sheet-close").addEventListener("click", () => sheet.close());
sheet.addEventListener("click", (event) => {
  if (event.target === sheet) sheet.close();
});
