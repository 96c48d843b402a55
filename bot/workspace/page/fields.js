// Input blocks of modals and Home: label, control, hint, error.

import { h } from "./dom.js";
import { allOptions, choices, searchSelect, selectNode } from "./elements.js";
import { textObject } from "./mrkdwn.js";
import { t } from "./words.js";

let serial = 0;

export function field(block, ctx) {
  const item = block.element;
  const id = `field-${++serial}`;
  const known = ctx.values?.[block.block_id]?.[item.action_id];
  const remember = (value) => {
    ctx.remember?.(block, item, value);
    if (block.dispatch_action) ctx.act(block, item, value);
  };
  const control = (KINDS[item.type] || textInput("text"))(item, known, remember, ctx, block);
  const target = control.matches("input, select, textarea") ? control : control.querySelector("input, select, textarea") || control;
  target.id = id;
  target.dataset.key = `${block.block_id}/${item.action_id}`;
  target.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
  // The label names the field; a group of choices is named as a whole.
  const group = control.matches(".choices");
  if (group) control.setAttribute("aria-labelledby", `${id}-label`);
  else target.removeAttribute("aria-label");
  if (!block.optional) target.setAttribute("aria-required", "true");
  return h("div", { class: "field" },
    h(group ? "span" : "label", { class: "label", id: `${id}-label`, for: group ? null : id }, textObject(block.label), block.optional && h("span", { class: "quiet" }, ` (${t("optional")})`)),
    control,
    h("p", { class: "field-error", id: `${id}-error`, role: "alert", hidden: !ctx.errors?.[block.block_id] }, ctx.errors?.[block.block_id] || ""),
    block.hint && h("p", { class: "hint", id: `${id}-hint` }, textObject(block.hint)));
}

const placeholder = (item) => item.placeholder?.text;

function textInput(type) {
  return (item, known, remember) => {
    const value = known ?? item.initial_value ?? "";
    const common = { class: "text-input", placeholder: placeholder(item), maxlength: item.max_length || 3000, value };
    const node = item.multiline ? h("textarea", { ...common, rows: "4" }) : h("input", { ...common, type });
    node.addEventListener("input", () => remember(node.value));
    if (item.focus_on_load) node.dataset.focusFirst = "";
    return node;
  };
}

function picked(type, initial) {
  return (item, known, remember) => {
    const node = h("input", { type, class: "text-input", value: known ?? item[initial] ?? "" });
    node.addEventListener("change", () => remember(node.value));
    return node;
  };
}

function chosen(kind) {
  return (item, known, remember) => {
    const initial = (item.initial_options || (item.initial_option ? [item.initial_option] : [])).map((each) => each.value);
    const node = choices(kind, item, known === undefined ? initial : [known].flat(), () => {
      const values = [...node.querySelectorAll("input:checked")].map((each) => each.value);
      remember(kind === "radio" ? values[0] : values);
    });
    return node;
  };
}

function select(item, known, remember) {
  const node = selectNode(item, known, () => remember(node.value));
  return node;
}

function multiSelect(item, known, remember) {
  const asOptions = { ...item, options: allOptions(item) };
  return chosen("checkbox")(asOptions, known, remember);
}

function external(item, known, remember, ctx, block) {
  return searchSelect(item, known, (query) => ctx.options(block, item, query), remember);
}

function people(item, known, remember, ctx) {
  const options = ctx.look.people().map((user) => ({ value: user.id, text: { text: user.name } }));
  return select({ ...item, options, initial_option: item.initial_user && { value: item.initial_user } }, known, remember);
}

const KINDS = {
  plain_text_input: textInput("text"), email_text_input: textInput("email"), url_text_input: textInput("url"), number_input: textInput("number"),
  static_select: select, external_select: external, multi_static_select: multiSelect, users_select: people,
  radio_buttons: chosen("radio"), checkboxes: chosen("checkbox"),
  datepicker: picked("date", "initial_date"), timepicker: picked("time", "initial_time"),
};
