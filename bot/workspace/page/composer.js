// Writing: Enter sends, Shift+Enter breaks the line, @ completes names, / commands, files.

import { act } from "./api.js";
import { h, icon } from "./dom.js";
import { avatar } from "./message.js";
import { current, model, nameOf } from "./model.js";
import { t } from "./words.js";

const FILE_LIMIT = 20 * 1024 * 1024;

export function composer({ id, thread }) {
  const files = [];
  const area = h("textarea", { id, rows: "1", "aria-autocomplete": "list", "aria-controls": `${id}-list`, "aria-haspopup": "listbox", autocomplete: "off", spellcheck: "true" });
  const list = h("div", { class: "completions", id: `${id}-list`, role: "listbox", hidden: true });
  const chips = h("div", { class: "chips" });
  const error = h("p", { class: "failure", role: "alert", hidden: true });
  const picker = h("input", { type: "file", multiple: true, hidden: true, onchange: () => attach(picker.files) });
  const attachButton = h("button", { type: "button", class: "icon-button", onclick: () => picker.click() }, icon("clip"));
  const sendButton = h("button", { type: "button", class: "icon-button send", onclick: send }, icon("send"));
  const node = h("div", { class: "composer" }, list, chips, h("div", { class: "composer-box" }, attachButton, area, sendButton), error, picker);
  let choices = [];
  let chosen = 0;

  const draftKey = () => `${model.person}/${model.channel}/${thread ? model.thread : ""}`;

  function refresh() {
    const channel = current();
    const where = channel?.is_im ? nameOf(model.bot?.user_id) : `#${channel?.name ?? ""}`;
    area.placeholder = channel?.is_archived ? t("archived") : thread ? t("writeReply") : t("writeTo", { where });
    area.disabled = Boolean(channel?.is_archived);
    area.setAttribute("aria-label", area.placeholder);
    for (const [button, word] of [[attachButton, "attach"], [sendButton, "send"]]) {
      button.title = t(word);
      button.setAttribute("aria-label", t(word));
    }
    const draft = model.drafts.get(draftKey()) || "";
    if (area.value !== draft) area.value = draft;
    grow();
  }

  function grow() {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 220)}px`;
    sendButton.disabled = !area.value.trim() && !files.length;
  }

  async function send() {
    const text = area.value.trim();
    if (!text && !files.length) return;
    const where = { user: model.person, channel: model.channel };
    const sending = files.splice(0);
    const key = draftKey();
    area.value = "";
    model.drafts.delete(key);
    showFiles();
    close();
    grow();
    error.hidden = true;
    const command = !thread && !sending.length && text.match(/^(\/[a-z_-]+)(?:\s+([\s\S]*))?$/i);
    try {
      if (command && model.commands.includes(command[1])) await act("command", { ...where, command: command[1], text: command[2] || "" });
      else {
        const said = await act("say", { ...where, text, thread_ts: thread ? model.thread : undefined, files: sending });
        if (!thread) model.asked = said.ts;
      }
    } catch (problem) {
      model.drafts.set(key, text);
      files.push(...sending);
      refresh();
      showFiles();
      error.textContent = problem.message;
      error.hidden = false;
    }
  }

  async function attach(chosenFiles) {
    for (const file of chosenFiles) {
      if (file.size > FILE_LIMIT) continue;
      const bytes = new Uint8Array(await file.arrayBuffer());
      let binary = "";
      for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
      files.push({ name: file.name, content: btoa(binary) });
    }
    picker.value = "";
    showFiles();
    grow();
    area.focus();
  }

  function showFiles() {
    chips.replaceChildren(...files.map((file, index) => h("span", { class: "chip" }, icon("file"), file.name,
      h("button", { type: "button", class: "icon-button", "aria-label": `${t("removed")} ${file.name}`, onclick: () => {
        files.splice(index, 1);
        showFiles();
        grow();
      } }, icon("close")))));
  }

  /** The word before the caret that begins with @, or a command at the start. */
  function wanted() {
    const before = area.value.slice(0, area.selectionStart);
    const mention = before.match(/@([\p{L}\p{N}._-]*)$/u);
    if (mention) return { sign: "@", query: mention[1].toLowerCase(), length: mention[0].length };
    const command = before.match(/^\/([a-z_-]*)$/i);
    if (command && !thread) return { sign: "/", query: command[1].toLowerCase(), length: command[0].length };
    return null;
  }

  function suggest() {
    const asked = wanted();
    if (!asked) return close();
    if (asked.sign === "/") choices = model.commands.filter((each) => each.slice(1).startsWith(asked.query)).map((each) => ({ text: each, label: each }));
    else {
      const known = [model.bot.user_id, ...model.people].map((id) => ({ id, text: `@${nameOf(id)}`, label: nameOf(id), more: model.users.get(id)?.profile?.title || "" }));
      choices = known.filter((each) => `${each.label} ${model.users.get(each.id)?.real_name} ${model.users.get(each.id)?.name}`.toLowerCase().includes(asked.query));
    }
    if (!choices.length) return close();
    chosen = 0;
    drawChoices();
  }

  function drawChoices() {
    list.hidden = false;
    list.replaceChildren(...choices.map((each, index) => h("div", { role: "option", id: `${id}-choice-${index}`, "aria-selected": String(index === chosen),
      onmousedown: (event) => {
        event.preventDefault();
        take(index);
      } }, each.id && avatar(each.id, "small"), h("strong", {}, each.label), each.more && h("span", { class: "quiet" }, each.more))));
    area.setAttribute("aria-activedescendant", `${id}-choice-${chosen}`);
  }

  function take(index) {
    const asked = wanted();
    if (!asked) return;
    const at = area.selectionStart;
    area.setRangeText(`${choices[index].text} `, at - asked.length, at, "end");
    model.drafts.set(draftKey(), area.value);
    close();
    grow();
  }

  function close() {
    choices = [];
    list.hidden = true;
    area.removeAttribute("aria-activedescendant");
  }

  area.addEventListener("input", () => {
    model.drafts.set(draftKey(), area.value);
    grow();
    suggest();
  });
  area.addEventListener("blur", close);
  area.addEventListener("paste", (event) => event.clipboardData?.files?.length && attach(event.clipboardData.files));
  area.addEventListener("keydown", (event) => {
    // While an input method composes, Enter chooses a Chinese word and must not send.
    if (event.isComposing || event.keyCode === 229) return;
    if (choices.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : choices.length - 1)) % choices.length;
      drawChoices();
    } else if (choices.length && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) {
      event.preventDefault();
      const exact = choices[chosen].text === area.value.trim();
      take(chosen);
      if (exact && event.key === "Enter") send();
    } else if (event.key === "Escape" && choices.length) {
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  });
  return { node, area, refresh, attach };
}
