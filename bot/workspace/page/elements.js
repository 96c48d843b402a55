// Interactive elements: buttons, menus, selects, dates, feedback. A choice goes to `ctx.act`.

import { confirmChoice } from "./dialogs.js";
import { h, icon, safeUrl } from "./dom.js";
import { glyphs, withEmoji } from "./emoji.js";
import { textObject } from "./mrkdwn.js";
import { t } from "./words.js";

const say = (text) => withEmoji(typeof text === "string" ? text : text?.text || "");
const keyOf = (block, element) => `${block.block_id}/${element.action_id}`;

export function element(block, item, ctx) {
  const make = KINDS[item.type];
  if (!make) return h("span", { class: "quiet" }, `[${item.type}]`);
  if (item.visible_to_user_ids && !item.visible_to_user_ids.includes(ctx.person)) return h("span", { hidden: true });
  const node = make(block, item, ctx);
  node.dataset.action = item.action_id;
  const target = node.matches("button, select, input, textarea") ? node : node.querySelector("button, select, input, textarea");
  if (target) target.dataset.key = keyOf(block, item);
  return node;
}

/** Ask first when the element wants that, then act and show on the control that it is under way. */
async function use(node, block, item, ctx, value) {
  if (item.confirm && !(await confirmChoice(item.confirm))) return false;
  node.setAttribute("aria-busy", "true");
  node.classList.add("busy");
  try {
    await ctx.act(block, item, value);
  } finally {
    node.removeAttribute("aria-busy");
    node.classList.remove("busy");
  }
  return true;
}

function button(block, item, ctx) {
  const style = item.style ? `button ${item.style}` : "button";
  const label = item.accessibility_label;
  const node = h("button", { type: "button", class: style, "aria-label": label, onclick: async () => {
    if (node.classList.contains("busy")) return;
    const done = await use(node, block, item, ctx, item.value);
    const url = done && item.url && safeUrl(item.url);
    if (url) window.open(url, "_blank", "noopener");
  } }, glyphs(item.text?.text || ""));
  return node;
}

function iconButton(block, item, ctx) {
  const node = h("button", { type: "button", class: "icon-button", title: say(item.text), "aria-label": item.accessibility_label || say(item.text),
    onclick: () => use(node, block, item, ctx, item.value) }, icon(item.icon === "trash" ? "trash" : "more"));
  return node;
}

function feedback(block, item, ctx) {
  const side = (each, name, fallback) => {
    const node = h("button", { type: "button", class: "icon-button", title: say(each.text), "aria-label": each.accessibility_label || say(each.text) || fallback,
      "aria-pressed": String(ctx.chosen?.get(keyOf(block, item)) === each.value),
      onclick: () => {
        ctx.chosen?.set(keyOf(block, item), each.value);
        for (const other of node.parentNode.children) other.setAttribute("aria-pressed", String(other === node));
        use(node, block, item, ctx, each.value);
      } }, icon(name));
    return node;
  };
  return h("span", { class: "feedback" }, side(item.positive_button, "up", t("good")), side(item.negative_button, "down", t("bad")));
}

export function allOptions(item) {
  return [...(item.options || []), ...(item.option_groups || []).flatMap((group) => group.options)];
}

function option(each, chosen) {
  return h("option", { value: each.value, selected: each.value === chosen }, say(each.text));
}

/** A native select: it is the one that every keyboard and screen reader knows. */
export function selectNode(item, chosen, onchange) {
  const initial = chosen ?? item.initial_option?.value ?? "";
  return h("select", { class: "select", "aria-label": say(item.placeholder) || t("choose"), onchange },
    h("option", { value: "", selected: !initial }, say(item.placeholder) || t("choose")),
    item.option_groups
      ? item.option_groups.map((group) => h("optgroup", { label: say(group.label) }, group.options.map((each) => option(each, initial))))
      : (item.options || []).map((each) => option(each, initial)));
}

function staticSelect(block, item, ctx) {
  const known = ctx.values?.[block.block_id]?.[item.action_id];
  const node = selectNode(item, known, async () => {
    const before = ctx.values?.[block.block_id]?.[item.action_id] ?? item.initial_option?.value ?? "";
    if (!node.value) return;
    ctx.remember?.(block, item, node.value);
    if (!(await use(node, block, item, ctx, node.value))) {
      node.value = before;
      ctx.remember?.(block, item, before);
    }
  });
  return node;
}

/** Type to ask the app for options; a datalist would hide that the app must be asked. */
export function searchSelect(item, known, ask, choose) {
  const input = h("input", { class: "text-input", type: "search", placeholder: say(item.placeholder) || t("search"), "aria-label": say(item.placeholder) || t("search"), autocomplete: "off",
    value: known?.text?.text ?? item.initial_option?.text?.text ?? "" });
  const list = h("div", { class: "suggestions", role: "listbox", hidden: true });
  let asked = 0;
  input.addEventListener("input", async () => {
    const turn = ++asked;
    list.hidden = true;
    if (input.value.length < (item.min_query_length ?? 3)) return;
    const options = await ask(input.value);
    if (turn !== asked) return;
    list.hidden = !options.length;
    list.replaceChildren(...options.map((each) => h("button", { type: "button", role: "option", onclick: () => {
      input.value = each.text.text;
      list.hidden = true;
      input.focus();
      choose(each);
    } }, each.text.text)));
    list.classList.remove("up");
    list.classList.toggle("up", !list.hidden && list.getBoundingClientRect().bottom > lowerEdge(list));
  });
  const node = h("div", { class: "external" }, input, list);
  node.addEventListener("keydown", (event) => {
    const entries = [...list.children];
    const at = entries.indexOf(document.activeElement);
    if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      list.hidden = true;
      input.focus();
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      (entries[next] || input).focus();
    }
  });
  return node;
}

function externalSelect(block, item, ctx) {
  const known = ctx.values?.[block.block_id]?.[item.action_id];
  const node = searchSelect(item, known, (query) => ctx.options(block, item, query), (each) => {
    ctx.remember?.(block, item, each);
    use(node, block, item, ctx, each);
  });
  return node;
}

function peopleSelect(block, item, ctx) {
  const options = ctx.look.people().map((user) => ({ value: user.id, text: { text: user.name } }));
  const initial = item.initial_user && { value: item.initial_user };
  return staticSelect(block, { ...item, options, initial_option: initial }, ctx);
}

function channelSelect(block, item, ctx) {
  const options = ctx.look.channels().map((each) => ({ value: each.id, text: { text: `#${each.name}` } }));
  return staticSelect(block, { ...item, options, initial_option: null }, ctx);
}

function dated(kind, initial) {
  return (block, item, ctx) => {
    const known = ctx.values?.[block.block_id]?.[item.action_id] ?? item[initial] ?? "";
    const node = h("input", { type: kind, class: "select", value: known, "aria-label": say(item.placeholder) || t("choose"), onchange: () => {
      if (!node.value) return;
      ctx.remember?.(block, item, node.value);
      use(node, block, item, ctx, node.value);
    } });
    return node;
  };
}

export function choices(kind, item, chosen, onchange) {
  const name = `choice-${Math.random().toString(36).slice(2)}`;
  return h("div", { class: "choices", role: kind === "radio" ? "radiogroup" : "group" },
    item.options.map((each) => h("label", { class: "choice" },
      h("input", { type: kind, name, value: each.value, checked: chosen.includes(each.value), onchange }),
      h("span", {}, textObject(each.text), each.description && h("small", {}, textObject(each.description))))));
}

function choiceElement(kind) {
  return (block, item, ctx) => {
    const initial = (item.initial_options || (item.initial_option ? [item.initial_option] : [])).map((each) => each.value);
    const known = ctx.values?.[block.block_id]?.[item.action_id];
    const node = choices(kind, item, known === undefined ? initial : [known].flat(), () => {
      const picked = [...node.querySelectorAll("input:checked")].map((each) => each.value);
      const value = kind === "radio" ? picked[0] : picked;
      ctx.remember?.(block, item, value);
      use(node, block, item, ctx, value);
    });
    return node;
  };
}

function overflow(block, item, ctx) {
  return menuButton(item.options.map((each) => ({
    label: glyphs(each.text?.text || ""),
    choose: async (toggle) => {
      await use(toggle, block, item, ctx, each.value);
      const url = each.url && safeUrl(each.url);
      if (url) window.open(url, "_blank", "noopener");
    },
  })));
}

/** A button with three dots that opens a menu; entries are {label, choose}. */
export function menuButton(entries) {
  const toggle = h("button", { type: "button", class: "icon-button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": t("more"), title: t("more"), onclick: () => open(menu.hidden) }, icon("more"));
  const menu = h("div", { class: "menu", role: "menu", hidden: true }, entries.map((each) =>
    h("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: async () => {
      open(false);
      toggle.focus();
      await each.choose(toggle);
    } }, each.label)));
  function open(yes) {
    menu.hidden = !yes;
    toggle.setAttribute("aria-expanded", String(yes));
    if (!yes) return;
    // Near the lower edge the menu opens upwards.
    menu.classList.remove("up");
    menu.classList.toggle("up", menu.getBoundingClientRect().bottom > lowerEdge(menu));
    menu.firstChild?.focus();
  }
  const node = h("span", { class: "overflow" }, toggle, menu);
  node.addEventListener("keydown", (event) => {
    const items = [...menu.children];
    const at = items.indexOf(document.activeElement);
    if (event.key === "Escape" && !menu.hidden) {
      event.stopPropagation();
      open(false);
      toggle.focus();
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && !menu.hidden) {
      event.preventDefault();
      event.stopPropagation();
      items[(at + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length].focus();
    }
  });
  node.addEventListener("focusout", (event) => !node.contains(event.relatedTarget) && open(false));
  return node;
}

const lowerEdge = (node) => node.closest(".messages, .home-pane, .dialog-body")?.getBoundingClientRect().bottom ?? innerHeight;

const KINDS = {
  button, workflow_button: button, icon_button: iconButton, feedback_buttons: feedback, static_select: staticSelect, overflow,
  external_select: externalSelect,
  users_select: peopleSelect, conversations_select: channelSelect, channels_select: channelSelect,
  datepicker: dated("date", "initial_date"), timepicker: dated("time", "initial_time"),
  radio_buttons: choiceElement("radio"), checkboxes: choiceElement("checkbox"),
};
