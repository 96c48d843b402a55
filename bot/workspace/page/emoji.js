// The shortcodes that people and bots use most; an unknown one stays as it was written.

const CODES = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", rotating_light: "🚨", no_entry: "⛔",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵",
  white_circle: "⚪", black_circle: "⚫", large_red_square: "🟥", large_green_square: "🟩", small_blue_diamond: "🔹",
  mag: "🔍", mag_right: "🔎", eyes: "👀", eye: "👁️", bell: "🔔", no_bell: "🔕", mega: "📣", loudspeaker: "📢", pushpin: "📌",
  memo: "📝", page_facing_up: "📄", clipboard: "📋", bookmark_tabs: "📑", bar_chart: "📊", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", file_folder: "📁", card_index: "📇", newspaper: "📰", link: "🔗", lock: "🔒", unlock: "🔓",
  closed_lock_with_key: "🔐", key: "🔑", shield: "🛡️", scales: "⚖️", classical_building: "🏛️", office: "🏢", factory: "🏭", bank: "🏦",
  moneybag: "💰", yen: "💴", dollar: "💵", euro: "💶", credit_card: "💳", hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️",
  alarm_clock: "⏰", calendar: "📅", date: "📅", thumbsup: "👍", "+1": "👍", thumbsdown: "👎", "-1": "👎", ok_hand: "👌", wave: "👋",
  pray: "🙏", clap: "👏", raised_hands: "🙌", point_right: "👉", bulb: "💡", question: "❓", grey_question: "❔", exclamation: "❗",
  information_source: "ℹ️", star: "⭐", sparkles: "✨", fire: "🔥", rocket: "🚀", tada: "🎉", heart: "❤️", smile: "😄", slightly_smiling_face: "🙂",
  thinking_face: "🤔", sob: "😭", robot_face: "🤖", gear: "⚙️", wrench: "🔧", wastebasket: "🗑️", repeat: "🔁", arrows_counterclockwise: "🔄",
  arrow_up: "⬆️", arrow_down: "⬇️", arrow_right: "➡️", arrow_left: "⬅️", arrow_upper_right: "↗️", arrow_lower_right: "↘️",
  busts_in_silhouette: "👥", bust_in_silhouette: "👤", speech_balloon: "💬", thought_balloon: "💭", globe_with_meridians: "🌐",
  "flag-cn": "🇨🇳", "flag-us": "🇺🇸", "flag-de": "🇩🇪", "flag-gb": "🇬🇧", cn: "🇨🇳", us: "🇺🇸", de: "🇩🇪", gb: "🇬🇧", inbox_tray: "📥", outbox_tray: "📤",
  package: "📦", truck: "🚚", ship: "🚢", hammer: "🔨", paperclip: "📎", pencil: "✏️", pencil2: "✏️", books: "📚", book: "📖", zap: "⚡",
  one: "1️⃣", two: "2️⃣", three: "3️⃣", four: "4️⃣", five: "5️⃣", black_small_square: "▪️", white_small_square: "▫️", large_blue_square: "🟦",
  large_yellow_square: "🟨", large_orange_square: "🟧", large_purple_circle: "🟣", ballot_box_with_check: "☑️", heavy_minus_sign: "➖", construction: "🚧",
};

export const emoji = (code) => CODES[code.split("::")[0]] || null;
export const withEmoji = (text) => text.replace(/:([a-z0-9_+'-]+):/g, (whole, code) => emoji(code) || whole);

// Signal colours are drawn, so that they look the same on machines without a colour emoji font.
const SHAPES = {
  "🔴": "#d93025", "🟠": "#f28b1e", "🟡": "#f5c518", "🟢": "#1e9e5a", "🔵": "#2f7de1", "🟣": "#8e5bd0", "⚪": "#e8ecea", "⚫": "#2b2f2d",
  "🟥": "#d93025", "🟧": "#f28b1e", "🟨": "#f5c518", "🟩": "#1e9e5a", "🟦": "#2f7de1",
};
const DRAWN = new RegExp(`(${Object.keys(SHAPES).join("|")})`, "u");

/** Text as nodes: shortcodes become characters, signal colours become drawn dots. */
export function glyphs(text) {
  return withEmoji(text).split(DRAWN).filter(Boolean).map((part) => {
    if (!SHAPES[part]) return part;
    const node = document.createElement("span");
    node.className = "🟥🟧🟨🟩🟦".includes(part) ? "glyph square" : "glyph";
    node.style.setProperty("--glyph", SHAPES[part]);
    node.setAttribute("role", "img");
    node.setAttribute("aria-label", part);
    return node;
  });
}
