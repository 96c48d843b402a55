// The bar above: workspace, who one is, light or dark, language, help.

import { fill, h, icon } from "./dom.js";
import { avatar } from "./message.js";
import { model, nameOf, user } from "./model.js";
import { showHelp } from "./dialogs.js";
import { t } from "./words.js";

const dark = matchMedia("(prefers-color-scheme: dark)");

export function applyTheme() {
  const chosen = localStorage.getItem("theme");
  document.documentElement.dataset.theme = chosen || (dark.matches ? "dark" : "light");
}

export function toggleTheme() {
  localStorage.setItem("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  applyTheme();
}

dark.addEventListener("change", applyTheme);

export function drawTop(node, { become, switchLanguage, toggleMenu }) {
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const isDark = document.documentElement.dataset.theme === "dark";
  const person = (id, index) => {
    const waiting = model.others.get(id) || 0;
    return h("button", {
      type: "button", role: "radio", class: "person", "aria-checked": String(id === model.person), tabindex: id === model.person ? "0" : "-1",
      "data-person": id, "data-key": `person/${id}`, title: `${nameOf(id)} · ${user(id)?.profile?.title || ""} · Alt+${index + 1}`, onclick: () => become(id),
    }, avatar(id, "small"), h("span", { class: "person-name" }, nameOf(id)), waiting > 0 && h("span", { class: "count", "aria-label": t("unread", { n: waiting }) }, waiting));
  };
  fill(node,
    h("button", { type: "button", class: "icon-button menu-toggle", "aria-label": t("menu"), title: t("menu"), "data-key": "menu", onclick: toggleMenu }, icon("menu")),
    h("div", { class: "workspace-name" }, h("img", { src: "mark.svg", alt: "", width: "24", height: "24" }), h("span", {}, model.team.name)),
    h("div", { class: "people", role: "radiogroup", "aria-label": t("person") }, model.people.map(person)),
    h("div", { class: "top-tools" },
      h("button", { type: "button", class: "text-button", "data-key": "language", onclick: switchLanguage }, t("language")),
      h("button", { type: "button", class: "icon-button", "data-key": "theme", "aria-label": t("theme"), title: `${t("theme")} · Alt+T`, "aria-pressed": String(isDark), onclick: () => {
        toggleTheme();
        drawTop(node, { become, switchLanguage, toggleMenu });
      } }, icon(isDark ? "sun" : "moon")),
      h("button", { type: "button", class: "icon-button", "data-key": "help", "aria-label": t("help"), title: `${t("help")} · ?`, onclick: showHelp }, icon("help"))),
    !model.linked && h("div", { class: "banner", role: "alert" }, t("lost")));
  node.querySelector('[role="radiogroup"]').addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = model.people[(model.people.indexOf(model.person) + step + model.people.length) % model.people.length];
    become(next).then(() => node.querySelector(`[data-person="${CSS.escape(next)}"]`)?.focus());
  });
  if (focused) node.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}
