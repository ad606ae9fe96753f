// Builds every WhatsApp message of standard input, one JSON a line, anew with two libraries of others. What a library
// refuses, or builds differently from what we would send, is printed: one JSON a line, with the number of the line.
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";
import { WhatsAppClient } from "@kapso/whatsapp-cloud-api";
import { Image, Text } from "whatsapp-api-js/messages";
import {
  ActionButtons, ActionList, Body, Button, Header, Interactive, ListSection, Row,
} from "whatsapp-api-js/messages/interactive";

const plain = (value) => JSON.parse(JSON.stringify(value));

// --- whatsapp-api-js: its constructors throw when a limit is broken

function withClasses(body) {
  const content = body[body.type];
  switch (body.type) {
    case "text":
      return new Text(content.body);
    case "image":
      return new Image(content.link, false, content.caption);
    case "interactive":
      return new Interactive(action(content), new Body(content.body.text), header(content.header));
    default:
      throw new Error(`type ${body.type} is not known`);
  }
}

function action({ type, action }) {
  if (type === "button") {
    return new ActionButtons(...action.buttons.map(({ reply }) => new Button(reply.id, reply.title)));
  }
  const sections = action.sections.map(
    ({ title, rows }) =>
      new ListSection(title, ...rows.map(({ id, title, description }) => new Row(id, title, description))),
  );
  return new ActionList(action.button, ...sections);
}

function header(given) {
  return given && new Header(new Image(given.image.link));
}

// --- @kapso/whatsapp-cloud-api: it checks with schemas, and sends what we catch instead

let caught;
const client = new WhatsAppClient({
  accessToken: "none",
  fetch: async (_, { body }) => {
    caught = JSON.parse(body);
    return new Response(JSON.stringify({ messages: [{ id: "wamid.1" }] }), {
      headers: { "Content-Type": "application/json" },
    });
  },
});

async function withClient(body) {
  const { messages } = client;
  const content = body[body.type];
  const to = { phoneNumberId: "1", to: "34600000000" };
  if (body.type === "text") {
    await messages.sendText({ ...to, body: content.body });
  } else if (body.type === "image") {
    await messages.sendImage({ ...to, image: content });
  } else if (content.type === "button") {
    const buttons = content.action.buttons.map(({ reply }) => reply);
    await messages.sendInteractiveButtons({ ...to, bodyText: content.body.text, header: content.header, buttons });
  } else {
    const { button, sections } = content.action;
    await messages.sendInteractiveList({ ...to, bodyText: content.body.text, buttonText: button, sections });
  }
  const { to: _, ...sent } = caught;
  return sent;
}

const libraries = {
  "whatsapp-api-js": async (body) => ({ ...body, [body.type]: plain(withClasses(body)) }),
  "@kapso/whatsapp-cloud-api": withClient,
};

let line = 0;
for await (const text of createInterface({ input: process.stdin })) {
  line += 1;
  const body = JSON.parse(text);
  for (const [library, build] of Object.entries(libraries)) {
    let objection = "";
    try {
      const built = await build(body);
      if (!isDeepStrictEqual(built, body)) objection = `builds ${JSON.stringify(built)}`;
    } catch (error) {
      objection = error.message;
    }
    if (objection) console.log(JSON.stringify({ line, library, objection }));
  }
}
console.log(JSON.stringify({ checked: line }));
