// The stand-in's control API and its stream of events.

export async function ask(method, path, body) {
  const answer = await fetch(`/phone/api/${path}`, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const values = await answer.json();
  if (!answer.ok) throw new Error(values.error.message);
  return values;
}

// Listens for ever: the browser connects again by itself, and `opened` is called each time.
export function listen(handlers, opened, lost) {
  const events = new EventSource("/phone/api/events");
  for (const [name, handle] of Object.entries(handlers)) {
    events.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  }
  events.addEventListener("open", opened);
  events.addEventListener("error", lost);
}
