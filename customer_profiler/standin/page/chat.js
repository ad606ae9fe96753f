// The conversation on the screen: bubbles, quick replies, typing.

import { bubble, isQuickReply } from "./bubble.js";
import { find, make } from "./elements.js";
import { openSheet } from "./sheet.js";
import { ask } from "./server.js";
import { say } from "./words.js";

const NEAR_END = 120;

export class Chat {
  constructor(report) {
    this.report = report;
    this.person = null;
    this.messages = new Map();
    this.follows = true;
    this.hands = { tap: (message, button) => this.tap(message, button), openList: (message) => this.openList(message) };
    this.followTheEnd();
  }

  // Pictures come late and chips come and go: who was reading the end goes on reading the end.
  followTheEnd() {
    const scroll = find("scroll");
    let before = 0;
    scroll.addEventListener("scroll", () => {
      const isNearEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END;
      // Only going up is leaving: the end also moves away when something is added.
      if (isNearEnd || scroll.scrollTop < before) this.follows = isNearEnd;
      before = scroll.scrollTop;
    });
    const observer = new ResizeObserver(() => this.follows && this.toEnd());
    observer.observe(scroll);
    observer.observe(find("chat"));
  }

  show(person, profile) {
    this.person = person;
    this.profile = profile;
    this.messages = new Map((person?.messages ?? []).map((message) => [message.id, message]));
    this.draw();
  }

  draw() {
    const items = [...this.messages.values()].map((message) => bubble(message, this.person.channel, this.hands));
    find("chat").replaceChildren(...items);
    this.drawWelcome();
    this.drawChips();
    this.toEnd();
  }

  take(message) {
    const chat = find("chat");
    const before = this.messages.get(message.id);
    const isNew = before === undefined;
    this.messages.set(message.id, message);
    this.drawChips();
    if (before && appearance(before) === appearance(message)) return;
    const item = bubble(message, this.person.channel, this.hands);
    const old = chat.querySelector(`[data-id="${CSS.escape(message.id)}"]`);
    if (old) replace(old, item);
    else chat.append(item);
    if (isNew) this.drawWelcome();
    if (isNew && (this.follows || message.by === "person")) this.toEnd();
  }

  setTyping(isTyping) {
    find("typing").hidden = !isTyping;
    find("presence").textContent = say(isTyping ? "typingShort" : "online");
    if (this.follows) this.toEnd();
  }

  // Quick replies stand below the latest message only, and vanish after a tap.
  drawChips() {
    const latest = [...this.messages.values()].at(-1);
    const replies = latest?.by === "bot" && !latest.tapped ? latest.buttons.filter(isQuickReply) : [];
    find("chips").hidden = replies.length === 0;
    find("chips").replaceChildren(
      ...replies.map((button) =>
        make("button", { type: "button", class: "chip", dir: "auto", onclick: () => this.tap(latest, button) }, button.title || say(button.kind)),
      ),
    );
  }

  drawWelcome() {
    const welcome = find("welcome");
    if (this.messages.size || !this.person) return welcome.replaceChildren();
    return welcome.replaceChildren(...(this.person.channel === "whatsapp" ? this.samples() : this.firstSteps()));
  }

  samples() {
    return say("sample").map((text) => chip(text, () => this.do("writes", { text })));
  }

  firstSteps() {
    const greeting = local(this.profile.greeting, this.person.locale)?.text;
    const breakers = local(this.profile.ice_breakers, this.person.locale)?.call_to_actions ?? [];
    const steps = breakers.map((breaker) =>
      chip(breaker.question, () => this.do("chooses", { title: breaker.question, payload: breaker.payload })),
    );
    const start = chip(say("getStarted"), () => this.do("opens", {}));
    start.classList.add("main");
    start.id = "get-started";
    return [...(greeting ? [make("p", { dir: "auto" }, greeting)] : []), ...steps, start];
  }

  tap(message, button) {
    return this.do("taps", { button: button.payload || button.title, message: message.id });
  }

  openList(message) {
    const entries = message.buttons.map((row) => ({ ...row, choose: () => this.tap(message, row) }));
    openSheet(message.menu, entries);
  }

  async do(deed, body) {
    try {
      await ask("POST", `people/${this.person.id}/${deed}`, body);
    } catch (error) {
      this.report(error.message);
    }
  }

  toEnd() {
    this.follows = true;
    requestAnimationFrame(() => find("scroll").scrollTo({ top: find("scroll").scrollHeight }));
  }
}

export function local(entries, locale) {
  return entries?.find((entry) => entry.locale === locale) ?? entries?.find((entry) => entry.locale === "default");
}

function chip(text, onclick) {
  return make("button", { type: "button", class: "chip", dir: "auto", onclick }, text);
}

// What a message looks like: of the bot's own ticks nothing is seen, and what has not changed must not be drawn again
// under somebody's finger.
function appearance(message) {
  const state = message.by === "bot" ? message.state === "failed" : message.state;
  return JSON.stringify({ ...message, state, raw: null, tapped: null });
}

// Whoever has the focus on a button of the message keeps it.
function replace(old, item) {
  const place = [...old.querySelectorAll("button, a")].indexOf(document.activeElement);
  old.replaceWith(item);
  if (place >= 0) item.querySelectorAll("button, a")[place]?.focus();
}
