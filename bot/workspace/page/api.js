// The control API of the workspace, and its stream of changes.

export async function look(what, query = {}) {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== null));
  return answer(await fetch(`/control/${what}?${asked}`));
}

export async function act(verb, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return answer(await fetch(`/control/${verb}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answer(response) {
  const body = await response.json();
  if (!body.ok) throw new Error(body.error || `The workspace answered ${response.status}.`);
  return body;
}

/** Calls `onChange` for every change and `onLink(true|false)` when the stream opens or breaks. */
export function follow(onChange, onLink) {
  const source = new EventSource("/control/feed");
  source.onopen = () => onLink(true);
  source.onerror = () => onLink(false);
  source.onmessage = (event) => onChange(JSON.parse(event.data));
  return source;
}
