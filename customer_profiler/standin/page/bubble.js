// One message as it looks on the phone. `tap(message, button)` and `openList(message)` are what fingers do.

import { icon, make } from "./elements.js";
import { formatted } from "./formatting.js";
import { say, time } from "./words.js";

const ATTACHMENTS = ["image", "audio", "sticker", "video", "document", "file", "location", "contacts"];
const ICONS = { url: "link", phone: "phone", location: "place", copy: "copy", reply: "reply", template: "reply" };

export function bubble(message, channel, hands) {
  if (message.state === "failed") return failed(message);
  const item = make("li", { class: `message ${message.by} kind-${message.kind}`, "data-id": message.id });
  if (message.kind === "carousel" || message.cards.length) {
    if (message.text) item.append(body(message, channel));
    item.append(carousel(message, channel, hands));
  } else {
    item.append(body(message, channel));
    const below = buttons(message, channel, hands);
    if (below) item.append(below);
  }
  if (message.reaction) item.append(make("span", { class: "reaction" }, message.reaction));
  return item;
}

function body(message, channel) {
  const content = make("div", { class: "bubble" });
  if (message.picture) content.append(make("img", { src: message.picture, alt: say("photoNote"), class: "picture" }));
  else if (ATTACHMENTS.includes(message.kind)) content.append(attachment(message));
  if (message.kind === "referral") content.append(make("p", { class: "footer" }, say("referral")));
  if (message.header) content.append(make("p", { class: "header", dir: "auto" }, message.header));
  if (message.text) content.append(make("p", { class: "text", dir: "auto" }, ...formatted(message.text, channel)));
  if (message.footer) content.append(make("p", { class: "footer", dir: "auto" }, message.footer));
  content.append(stamp(message));
  return content;
}

function attachment(message) {
  const name = message.kind === "contacts" ? "contacts" : message.kind === "location" ? "place" : message.kind;
  return make("p", { class: "attachment" }, icon(name === "file" ? "document" : name), say(message.kind));
}

function stamp(message) {
  const at = make("span", { class: "stamp" }, make("time", { datetime: new Date(message.at * 1000).toISOString() }, time(message.at)));
  if (message.by !== "person") return at;
  const ticks = icon(message.state === "waiting" ? "waiting" : "ticks");
  ticks.classList.add("ticks", message.state);
  at.append(ticks, make("span", { class: "unseen" }, say(message.state)));
  return at;
}

function buttons(message, channel, hands) {
  if (message.menu) {
    const open = make("button", { type: "button", class: "action", onclick: () => hands.openList(message) }, icon("list"));
    open.append(make("span", { dir: "auto" }, message.menu));
    return make("div", { class: "actions" }, open);
  }
  const shown = message.buttons.filter((button) => !isQuickReply(button));
  return shown.length ? actions(shown, message, hands) : null;
}

function actions(shown, message, hands) {
  return make("div", { class: "actions" }, ...shown.map((button) => action(button, message, hands)));
}

function action(button, message, hands) {
  const label = make("span", { dir: "auto" }, button.title);
  const sign = ICONS[button.kind] ? icon(ICONS[button.kind]) : null;
  if (button.kind === "url") {
    return make("a", { class: "action", href: button.url, target: "_blank", rel: "noopener noreferrer" }, sign, label);
  }
  const idle = button.kind === "phone" || button.kind === "copy";
  return make("button", { type: "button", class: "action", disabled: idle, onclick: () => hands.tap(message, button) }, sign, label);
}

function carousel(message, channel, hands) {
  const cards = message.cards.map((card) => {
    const item = make("li", { class: "tile" });
    if (card.picture) item.append(make("img", { src: card.picture, alt: card.title || say("photoNote") }));
    const words = make("div", { class: "tile-words" });
    if (card.title) words.append(make("p", { class: "header", dir: "auto" }, card.title));
    if (card.text) words.append(make("p", { class: "text", dir: "auto" }, ...formatted(card.text, channel)));
    item.append(words, actions(card.buttons, message, hands));
    return item;
  });
  return make("ul", { class: "cards", tabindex: "0", "aria-label": say("cards") }, ...cards);
}

function failed(message) {
  const item = make("li", { class: "message failed", "data-id": message.id });
  item.append(make("p", {}, `${say("notDelivered")}: ${message.failure}`));
  return item;
}

export const isQuickReply = (button) => ["quick_reply", "user_phone_number", "user_email"].includes(button.kind);
