// Time stamps and day dividers, in the reader's own zone.

import { currentLanguage, t } from "./words.js";

const locale = () => (currentLanguage() === "zh" ? "zh-CN" : "en-GB");
export const moment = (ts) => new Date(Number(ts) * 1000);
export const clock = (ts) => moment(ts).toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
export const full = (ts) => moment(ts).toLocaleString(locale(), { dateStyle: "full", timeStyle: "medium" });
export const dayKey = (ts) => moment(ts).toDateString();

export function dayName(ts) {
  const day = new Date(moment(ts)).setHours(0, 0, 0, 0);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - day) / 86_400_000);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  return moment(ts).toLocaleDateString(locale(), { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

/** `<!date^1700000000^{date} {time}|fallback>` */
export function slackDate(seconds, pattern) {
  const at = new Date(Number(seconds) * 1000);
  const forms = {
    date: { year: "numeric", month: "long", day: "numeric" },
    date_short: { year: "numeric", month: "short", day: "numeric" },
    date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
    date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
    time: { hour: "2-digit", minute: "2-digit" },
    time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => {
    const form = forms[name.replace("_pretty", "")];
    return form ? at.toLocaleString(locale(), form) : whole;
  });
}
