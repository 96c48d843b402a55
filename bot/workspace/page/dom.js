// Building DOM nodes. Nothing in this page ever parses a message as HTML.

/** A node: `h("p", { class: "x", onclick: f, "aria-label": "…" }, "text", child)`. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "selected") node[name] = value;
    else if (name === "style") for (const [key, each] of Object.entries(value)) node.style.setProperty(key, each);
    else node.setAttribute(name, value === true ? "" : value);
  }
  append(node, children);
  return node;
}

export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

const PATHS = {
  hash: "M9 4 7 20M17 4l-2 16M4 9h17M3 15h17",
  lock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
  close: "M6 6l12 12M18 6 6 18",
  thread: "M5 5h14v10H11l-4 4v-4H5z",
  send: "M4 12l16-8-6 16-3-7z",
  moon: "M19 14.5A8 8 0 0 1 9.5 5a8 8 0 1 0 9.5 9.5z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2",
  menu: "M4 7h16M4 12h16M4 17h16",
  more: "M6 11.800v.4M12 11.800v.4M18 11.800v.4",
  clip: "M20 11l-8 8a5 5 0 0 1-7-7l8-8a3.4 3.4 0 0 1 5 5l-8 8a1.700 1.700 0 0 1-3-2l7-7",
  check: "M5 12.500l4.500 4.500L19 7.500",
  up: "M7 11v9H4v-9zM7 11l4-8c2 0 2.500 1.500 2.500 3L13 10h5.500a2 2 0 0 1 2 2.400l-1.300 6A2 2 0 0 1 17.200 20H7",
  down: "M7 13V4H4v9zM7 13l4 8c2 0 2.500-1.500 2.500-3L13 14h5.500a2 2 0 0 0 2-2.400l-1.300-6A2 2 0 0 0 17.200 4H7",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  warn: "M12 4 2.500 20h19zM12 10v4M12 17h.01",
  sort: "M8 4v16M4.500 16.500 8 20l3.500-3.500M16 20V4M12.500 7.500 16 4l3.500 3.500",
  help: "M9 9a3 3 0 1 1 4.500 2.600c-1 .6-1.500 1.200-1.500 2.400M12 17.500h.01",
  stop: "M7 7h10v10H7z",
  back: "M14 6l-6 6 6 6",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name] || PATHS.more);
  svg.append(path);
  return svg;
}

/** Only web addresses become links: `javascript:` and the like stay text. */
export function safeUrl(url) {
  try {
    const parsed = new URL(url, location.href);
    return ["http:", "https:", "mailto:", "tel:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

export function link(url, ...children) {
  const href = safeUrl(url);
  if (!href) return h("span", {}, children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, children);
}

export function announce(text) {
  const node = document.getElementById("announcer");
  node.textContent = "";
  requestAnimationFrame(() => (node.textContent = text));
}
