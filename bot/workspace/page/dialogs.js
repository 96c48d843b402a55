// The browser's own <dialog>: it keeps the focus inside and gives it back.

import { h } from "./dom.js";
import { textObject } from "./mrkdwn.js";
import { t } from "./words.js";

/** A confirm object; resolves to true for yes. */
export function confirmChoice(confirm) {
  return new Promise((resolve) => {
    const style = confirm.style === "danger" ? "button danger" : "button primary";
    const node = h("dialog", { class: "dialog small", "aria-labelledby": "confirm-title" },
      h("h2", { id: "confirm-title" }, textObject(confirm.title || t("confirm"))),
      h("div", { class: "prose" }, textObject(confirm.text)),
      h("div", { class: "dialog-foot" },
        h("button", { type: "button", class: "button", onclick: () => finish(false) }, confirm.deny?.text || t("cancel")),
        h("button", { type: "button", class: style, onclick: () => finish(true) }, confirm.confirm?.text || t("yes"))));
    function finish(answer) {
      resolve(answer);
      node.close();
      node.remove();
    }
    node.addEventListener("cancel", (event) => {
      event.preventDefault();
      finish(false);
    });
    document.body.append(node);
    node.showModal();
  });
}

const KEYS = [
  ["?", "kHelp"], ["Alt + 1 … 4", "kPerson"], ["↑ ↓", "kMove"], ["Enter / →", "kThread"], ["Esc", "kEsc"], ["F6", "kRegion"],
  ["M", "kFocus"], ["R", "kReply"], ["Enter", "kSend"], ["Shift + Enter", "kLine"], ["@", "kMention"], ["/", "kCommand"], ["Alt + T", "kTheme"],
];

export function showHelp() {
  if (document.getElementById("help")) return;
  const node = h("dialog", { class: "dialog small", id: "help", "aria-labelledby": "help-title" },
    h("div", { class: "dialog-head" }, h("h2", { id: "help-title" }, t("keys"))),
    h("dl", { class: "keys" }, KEYS.map(([key, word]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(word))])),
    h("div", { class: "dialog-foot" }, h("button", { type: "button", class: "button primary", onclick: () => node.close() }, t("close"))));
  node.addEventListener("close", () => node.remove());
  document.body.append(node);
  node.showModal();
}
