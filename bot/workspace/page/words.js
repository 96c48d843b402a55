// The page's own words in English and Chinese; messages are never translated.

const WORDS = {
  en: {
    channels: "Channels", direct: "Direct messages", app: "App", agent: "Your due diligence colleague",
    messages: "Messages", home: "Home", thread: "Thread", close: "Close", send: "Send", attach: "Attach a file",
    reply: "Reply", replies: "{n} replies", reply1: "1 reply", lastReply: "last reply {when}",
    onlyYou: "Only visible to you", edited: "edited", today: "Today", yesterday: "Yesterday",
    writeTo: "Message {where}", writeReply: "Reply in thread …", person: "You are", theme: "Light or dark",
    language: "中文", help: "Keyboard help", connected: "Bonafide is connected", offline: "Bonafide is not connected",
    lost: "Connection to the workspace lost. Trying again …", emptyChannel: "Nothing has been said here yet.",
    emptyDirect: "Ask about a customer, in Chinese or English.", emptyHome: "Home is still empty.",
    emptyHomeHint: "When Bonafide is connected, its overview appears here.", unread: "{n} unread",
    confirm: "Are you sure?", yes: "Yes", cancel: "Cancel", choose: "Choose …", more: "More actions",
    noAnswer: "Bonafide did not answer in time. Try again.", sent: "Done", submit: "Submit", search: "Search",
    filter: "Filter rows", rows: "{from}–{to} of {n}", previous: "Previous", next: "Next", sortBy: "Sort by {what}",
    pending: "Waiting", in_progress: "In progress", complete: "Done", error: "Failed", sources: "Sources",
    working: "is working …", earlier: "{n} earlier messages", stop: "Stop", download: "Download", members: "{n} members", private: "Private channel", menu: "Channels and people",
    guest: "guest", appBadge: "APP", skip: "Go to the message field", good: "Good answer", bad: "Bad answer",
    suggestions: "Suggestions", optional: "optional", newMessage: "New message from {who}", archived: "This channel is archived.",
    keys: "Keyboard", kHelp: "This help", kPerson: "Be the first, second, third … person", kMove: "Move in a list of channels or messages",
    kThread: "Open the thread of a message", kEsc: "Close the thread, a menu or a dialog", kSend: "Send", kLine: "New line",
    kMention: "Complete a name", kCommand: "Slash command", kFocus: "Go to the message field", kTheme: "Light or dark",
    kRegion: "Next part of the page", kReply: "Go to the reply field of the thread", sharedWith: "shared with other firms", removed: "remove",
  },
  zh: {
    channels: "频道", direct: "私信", app: "应用", agent: "您的尽职调查同事",
    messages: "消息", home: "主页", thread: "消息列", close: "关闭", send: "发送", attach: "添加文件",
    reply: "回复", replies: "{n} 条回复", reply1: "1 条回复", lastReply: "最后回复 {when}",
    onlyYou: "仅您可见", edited: "已编辑", today: "今天", yesterday: "昨天",
    writeTo: "发消息到 {where}", writeReply: "在消息列中回复……", person: "当前身份", theme: "浅色或深色",
    language: "English", help: "键盘帮助", connected: "Bonafide 已连接", offline: "Bonafide 未连接",
    lost: "与工作区的连接已断开，正在重试……", emptyChannel: "这里还没有消息。",
    emptyDirect: "用中文或英文询问一位客户。", emptyHome: "主页还是空的。",
    emptyHomeHint: "Bonafide 连接后，概览会显示在这里。", unread: "{n} 条未读",
    confirm: "确定吗？", yes: "确定", cancel: "取消", choose: "请选择……", more: "更多操作",
    noAnswer: "Bonafide 未及时响应，请重试。", sent: "完成", submit: "提交", search: "搜索",
    filter: "筛选行", rows: "第 {from}–{to} 行，共 {n} 行", previous: "上一页", next: "下一页", sortBy: "按{what}排序",
    pending: "等待中", in_progress: "进行中", complete: "完成", error: "失败", sources: "来源",
    working: "正在处理……", earlier: "更早的 {n} 条消息", stop: "停止", download: "下载", members: "{n} 位成员", private: "私有频道", menu: "频道与成员",
    guest: "访客", appBadge: "应用", skip: "跳到消息输入框", good: "回答得好", bad: "回答不好",
    suggestions: "建议", optional: "选填", newMessage: "{who} 发来新消息", archived: "此频道已归档。",
    keys: "键盘", kHelp: "本帮助", kPerson: "切换到第一、二、三……位成员", kMove: "在频道或消息列表中移动",
    kThread: "打开消息的消息列", kEsc: "关闭消息列、菜单或对话框", kSend: "发送", kLine: "换行",
    kMention: "补全姓名", kCommand: "斜杠命令", kFocus: "跳到消息输入框", kTheme: "浅色或深色",
    kRegion: "页面的下一部分", kReply: "跳到消息列的回复框", sharedWith: "与其他公司共享", removed: "移除",
  },
};

let language = "en";

/** Follow a person's locale unless a language was chosen by hand. */
export function setLanguage(locale) {
  const chosen = localStorage.getItem("language");
  language = chosen || (String(locale || "").startsWith("zh") ? "zh" : "en");
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

export function toggleLanguage() {
  localStorage.setItem("language", language === "zh" ? "en" : "zh");
  setLanguage();
}

export const currentLanguage = () => language;

export function t(key, values = {}) {
  const text = WORDS[language][key] ?? WORDS.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
