// What went either way, as it went: webhooks to the bot, and the bot's calls with their answers.

import { find, icon, make } from "./elements.js";
import { say, time } from "./words.js";

const SHOWN = 200;

export class Panel {
  constructor() {
    this.clear();
  }

  clear() {
    this.errors = 0;
    this.items = new Map();
    find("records").replaceChildren();
    this.count();
  }

  // A record comes again when it has changed: a webhook after each attempt.
  take(kind, record) {
    const old = this.items.get(record.number);
    const item = kind === "call" ? callItem(record) : webhookItem(record);
    if (old) {
      item.open = old.open;
      old.replaceWith(item);
    } else {
      find("records").prepend(make("li", { class: isMinor(kind, record) ? "minor" : "" }, item));
      if (isBad(kind, record)) this.errors += 1;
    }
    this.items.set(record.number, item);
    while (find("records").childElementCount > SHOWN) find("records").lastElementChild.remove();
    this.count();
  }

  showMinor(shown) {
    find("records").classList.toggle("with-minor", shown);
  }

  seen() {
    this.errors = 0;
    this.count();
  }

  count() {
    find("panel-empty").hidden = this.items.size > 0;
    find("errors").hidden = this.errors === 0;
    find("errors").textContent = this.errors || "";
    find("errors").setAttribute("aria-label", `${this.errors} ${say("errors")}`);
  }
}

const isBad = (kind, record) => kind === "call" && record.status !== 200;

// Receipts and echoes come by the dozen and say little.
function isMinor(kind, record) {
  if (kind === "call") return Boolean(record.request?.sender_action || record.request?.status) && record.status === 200;
  return /^(status (sent|delivered|read)|delivery|read|echo)$/.test(webhookName(record.body));
}

function callItem(record) {
  const parts = [[say("request"), record.request], [`${say("answer")} ${record.status}`, record.response]];
  if (record.warnings.length) parts.push(["", record.warnings]);
  return item("call", isBad("call", record), record, callName(record), String(record.status), parts);
}

function webhookItem(record) {
  const last = record.attempts.at(-1);
  const status = last ? (last.status || "–").toString() : "…";
  const parts = [[say("webhook"), record.body]];
  if (record.attempts.length > 1 || (last && last.status !== 200)) parts.push([say("attempts"), record.attempts]);
  return item("webhook", Boolean(last) && !record.done, record, webhookName(record.body), status, parts);
}

function item(kind, bad, record, name, status, parts) {
  const summary = make("summary", {},
    make("span", { class: "way" }, kind === "call" ? "◀" : "▶"),
    make("span", { class: "unseen" }, say(kind === "call" ? "fromBot" : "toBot")),
    make("span", { class: "name" }, name),
    make("span", { class: "status" }, status),
    make("time", {}, time(record.at)),
  );
  const blocks = parts.map(([title, value]) => block(title, value));
  return make("details", { class: `record ${kind}${bad ? " bad" : ""}` }, summary, ...blocks);
}

function block(title, value) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const copy = make("button", { type: "button", class: "copy", onclick: () => copyText(copy, text) }, icon("copy"), say("copy"));
  const head = make("div", { class: "block-head" }, make("span", {}, title), copy);
  return make("div", { class: "block" }, head, make("pre", { tabindex: "0", dir: "ltr", role: "group", "aria-label": title }, text ?? ""));
}

async function copyText(button, text) {
  await navigator.clipboard.writeText(text);
  button.lastChild.textContent = say("copied");
  setTimeout(() => (button.lastChild.textContent = say("copy")), 1500);
}

function callName(record) {
  const body = record.request ?? {};
  const last = record.path.split("/").at(-1);
  if (record.method !== "POST" || last !== "messages") return `${record.method} ${last === record.path.split("/")[2] ? "profile" : last}`;
  const what = body.interactive?.type ?? body.template?.name ?? body.sender_action ?? body.type ?? body.status;
  return what ?? body.message?.attachment?.payload?.template_type ?? body.message?.attachment?.type ?? "text";
}

function webhookName(body) {
  const entry = body.entry?.[0] ?? {};
  const value = entry.changes?.[0]?.value;
  if (value?.messages) return `${value.messages[0].type}`;
  if (value?.statuses) return `status ${value.statuses[0].status}`;
  const event = entry.messaging?.[0] ?? {};
  if (event.message) return event.message.is_echo ? "echo" : "message";
  return Object.keys(event).find((key) => !["sender", "recipient", "timestamp"].includes(key)) ?? entry.changes?.[0]?.field ?? "";
}
