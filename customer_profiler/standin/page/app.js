// Puts the page together: who chats on which channel, and what happens when something is pressed.

import { Chat, local } from "./chat.js";
import { find, make } from "./elements.js";
import { Panel } from "./panel.js";
import { ask, listen } from "./server.js";
import { openSheet } from "./sheet.js";
import { say, speak } from "./words.js";

const LOCALES = { en: "en_US", es: "es_ES" };
const KEPT = ["channel", "language", "person-whatsapp", "person-facebook"];

const kept = Object.fromEntries(KEPT.map((name) => [name, sessionStorage.getItem(name)]));
const people = new Map();
const panel = new Panel();
const chat = new Chat(report);
let profile = {};
let bot = { url: "" };
let noticeTimer = 0;

function keep(name, value) {
  kept[name] = value;
  sessionStorage.setItem(name, value);
}

const channel = () => document.querySelector("input[name=channel]:checked").value;
const person = () => people.get(kept[`person-${channel()}`]);

async function refresh() {
  const state = await ask("GET", "state");
  people.clear();
  for (const one of state.people) people.set(one.id, one);
  profile = state.profile;
  bot = state.bot;
  panel.clear();
  const [calls, webhooks] = await Promise.all([ask("GET", "calls"), ask("GET", "webhooks")]);
  const records = [...calls.map((record) => ["call", record]), ...webhooks.map((record) => ["webhook", record])];
  records.sort((one, other) => one[1].number - other[1].number);
  for (const [kind, record] of records) panel.take(kind, record);
  panel.seen();
  await choose();
}

// Shows the person last chatted with on this channel, or a new one.
async function choose() {
  find("phone").dataset.channel = channel();
  document.body.dataset.channel = channel();
  if (!person()) await addPerson();
  drawPeople();
  chat.show(person(), profile);
  chat.setTyping(person().typing);
  drawBot();
  drawLink();
}

async function addPerson() {
  const added = await ask("POST", "people", { channel: channel(), locale: LOCALES[find("language").value] });
  people.set(added.id, { ...added, messages: people.get(added.id)?.messages ?? [] });
  keep(`person-${channel()}`, added.id);
}

function drawPeople() {
  const shown = [...people.values()].filter((one) => one.channel === channel());
  find("person").replaceChildren(...shown.map((one) => make("option", { value: one.id, selected: one === person() }, one.name)));
  const { number, hidden, user_id: id, window_open: open, messages } = person();
  const parts = [hidden ? say("hidden") : number && `+${number}`, id && (hidden || !number) ? id : ""];
  if (!open && messages.length) parts.push(say("windowClosed"));
  find("known").textContent = parts.filter(Boolean).join(" · ");
  find("hide-number").disabled = hidden;
  find("later").disabled = !open;
  const menu = local(profile.persistent_menu, person().locale);
  find("persistent-menu").hidden = channel() === "whatsapp" || !menu;
}

function drawBot() {
  const state = bot[channel()] ?? "waiting";
  const text = say(`bot${state[0].toUpperCase()}${state.slice(1)}`, bot);
  find("bot").textContent = text;
  find("bot").dataset.state = state;
  clearTimeout(noticeTimer);
  find("notice").hidden = !["unreachable", "refused"].includes(state);
  find("notice").textContent = text;
}

function drawLink() {
  const reference = find("reference").value;
  const address = channel() === "whatsapp" ? `wa.me/15550001111?text=${reference}` : `m.me/200000000000002?ref=${reference}`;
  find("link-shown").textContent = address;
}

function report(text) {
  find("notice").textContent = text;
  find("notice").hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(drawBot, 6000);
}

async function changePerson(changes) {
  try {
    await ask("PATCH", `people/${person().id}`, changes);
  } catch (error) {
    report(error.message);
  }
}

function speakLanguage(language) {
  speak(language);
  find("language").value = language;
  keep("language", language);
}

// Events

listen(
  {
    message(message) {
      const whose = people.get(message.person);
      if (!whose) return;
      const place = whose.messages.findIndex((one) => one.id === message.id);
      if (place < 0) whose.messages.push(message);
      else whose.messages[place] = message;
      if (whose !== person()) return;
      chat.take(message);
      if (message.by === "bot" && place < 0) chat.setTyping(false);
    },
    person(changed) {
      const known = people.get(changed.id);
      people.set(changed.id, Object.assign(known ?? { messages: [] }, changed));
      if (changed.channel !== channel() || !person()) return;
      drawPeople();
      if (changed.id === person().id) chat.setTyping(changed.typing);
    },
    call: (record) => panel.take("call", record),
    webhook: (record) => panel.take("webhook", record),
    profile(changed) {
      profile = changed;
      choose();
    },
    bot(changed) {
      bot = changed;
      drawBot();
    },
    cleared: () => refresh(),
  },
  () => refresh().catch((error) => report(error.message)),
  () => {
    clearTimeout(noticeTimer);
    find("notice").textContent = say("standInGone");
    find("notice").hidden = false;
  },
);

// Fingers

for (const radio of document.querySelectorAll("input[name=channel]")) {
  radio.addEventListener("change", () => {
    keep("channel", channel());
    choose();
  });
}

find("language").addEventListener("change", () => {
  speakLanguage(find("language").value);
  if (channel() === "facebook") changePerson({ locale: LOCALES[find("language").value] });
  choose();
});

find("person").addEventListener("change", () => {
  keep(`person-${channel()}`, find("person").value);
  choose();
});

find("new-person").addEventListener("click", async () => {
  await addPerson();
  await choose();
  find("text").focus();
});

find("hide-number").addEventListener("click", () => changePerson({ hidden: true }));
find("later").addEventListener("click", () => changePerson({ hours_later: 25 }));
find("reference").addEventListener("input", drawLink);
find("open-ad").addEventListener("click", () => chat.do("opens", { referral: find("reference").value, ad: true }));

find("open-link").addEventListener("click", () => {
  close("settings");
  if (channel() === "facebook") return chat.do("opens", { referral: find("reference").value });
  // A wa.me link only puts the text there; sending is the person's deed.
  find("text").value = find("reference").value;
  return find("text").focus();
});

find("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find("text").value;
  if (!text.trim()) return;
  find("text").value = "";
  grow();
  chat.do("writes", { text });
});

find("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  find("composer").requestSubmit();
});

find("text").addEventListener("input", grow);

function grow() {
  find("text").style.height = "auto";
  find("text").style.height = `${Math.min(find("text").scrollHeight, 120)}px`;
}

find("attach").addEventListener("click", () => {
  const kinds = ["image", "audio", "sticker", "location", "document", "contacts"];
  const offered = channel() === "whatsapp" ? kinds : kinds.slice(0, 5);
  const icons = { location: "place" };
  const entries = offered.map((kind) => ({
    title: say(kind),
    icon: icons[kind] ?? kind,
    choose: () => chat.do("sends", { kind }),
  }));
  openSheet(say("attach"), entries);
});

find("persistent-menu").addEventListener("click", () => {
  const entries = local(profile.persistent_menu, person().locale).call_to_actions.map((entry) => ({
    title: entry.title,
    icon: entry.type === "web_url" ? "link" : "reply",
    choose: () => (entry.type === "web_url" ? window.open(entry.url, "_blank", "noopener") : chat.do("chooses", { title: entry.title, payload: entry.payload })),
  }));
  openSheet(say("menu"), entries);
});

find("show-minor").addEventListener("change", () => panel.showMinor(find("show-minor").checked));

find("clear-panel").addEventListener("click", async () => {
  await ask("DELETE", "calls");
  panel.clear();
});

// On a narrow screen settings and payloads lie over the phone.

function open(id) {
  find(id).classList.add("open");
  find("phone").inert = true;
  find(id).querySelector("[data-close]").focus();
  if (id === "panel") panel.seen();
}

function close(id) {
  const was = find(id).classList.contains("open");
  find(id).classList.remove("open");
  find("phone").inert = false;
  if (was) find(`show-${id}`).focus();
}

for (const id of ["settings", "panel"]) find(`show-${id}`).addEventListener("click", () => open(id));
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => close(button.dataset.close));
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const id of ["settings", "panel"]) close(id);
});

const wanted = kept.language ?? (navigator.language.startsWith("es") ? "es" : "en");
speakLanguage(wanted);
if (kept.channel) document.querySelector(`input[name=channel][value=${kept.channel}]`).checked = true;
