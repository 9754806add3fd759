// What the chosen study says, what a person says of it, and the stream that all comes by.
let status = {};
const said = new Map();
const percent = (value) => `${(value * 100).toLocaleString(locale(), { maximumFractionDigits: 1 })} %`;
const score = (value) => value.toLocaleString(locale(), { maximumFractionDigits: 4 });
const moment = (value) => new Date(value).toLocaleString(locale());

function guarantee(promise) {
  return say(`guarantee_${promise.risk}`, {
    a: percent(promise.alpha), c: percent(1 - promise.delta), n: promise.studies,
    s: say(promise.joint ? "joint" : "single"),
  }) + "; " + say("abstains", { p: percent(promise.abstention) });
}

function answerElement(row, answer) {
  const made = element("article");
  made.append(element("h3", `${answer.label}: ${say(answer.answer)}`));
  if (answer.because) made.append(element("p", answer.because.map(code).join("; ")));
  const figures = [];
  if (answer.probability !== undefined) figures.push(say("probability", { p: score(answer.probability) }));
  if (answer.with_context !== undefined) figures.push(say("with_context", { p: score(answer.with_context) }));
  if (answer.threshold !== undefined) figures.push(say("threshold", { t: score(answer.threshold) }));
  if (answer.calibrated !== undefined) figures.push(say("calibrated", { p: score(answer.calibrated) }));
  if (answer.stratum !== undefined) figures.push(say("stratum", { s: answer.stratum }));
  if (answer.head !== undefined) figures.push(answer.head);
  if (figures.length) made.append(element("p", figures.join(" · "), "faint"));
  made.append(element("p", answer.guarantee ? guarantee(answer.guarantee) : say("no_guarantee"), "faint"));
  if (status.click_word) {
    const verdicts = { flagged: ["agree", "not_there"], not_flagged: ["agree", "missed"] };
    made.append(buttons(row, verdicts[answer.answer] ?? ["missed"], answer));
  }
  return made;
}

function buttons(row, verdicts, answer) {
  const made = element("div", undefined, "says");
  const result = element("span", said.get(`${row.digest} ${answer?.code ?? ""}`) ?? "", "faint");
  for (const verdict of verdicts) {
    const button = element("button", say(verdict));
    button.type = "button";
    if (answer) button.setAttribute("aria-label", `${say(verdict)}: ${answer.label}`);
    button.addEventListener("click", () => tell(row, verdict, answer?.code, result));
    made.append(button);
  }
  made.append(result);
  return made;
}

// Sends a click; a repeat names the same click, so that it is recorded once.
async function tell(row, verdict, finding, place) {
  const note = (text) => {
    said.set(`${row.digest} ${finding ?? ""}`, text);
    place.textContent = text;
    $("polite").textContent = text;
  };
  note(say("sending"));
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const click = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const body = JSON.stringify({ study: row.study, digest: row.digest, verdict, finding, click });
  for (let attempt = 0; attempt < 4; attempt += 1) {
    try {
      const answer = await fetch("feedback", {
        method: "POST", body, credentials: "omit", redirect: "error", headers: {
          ...authority(), "Content-Type": "application/json", "X-Vigil-Click": status.click_word,
        },
      });
      if (answer.ok) return note(say("said", { v: say(verdict) }));
      if (answer.status === 409) return note(say("revised"));
      if (answer.status < 500) return note(say("failed"));
    } catch { /* The next attempt may reach it. */ }
    await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt));
  }
  note(say("failed"));
}

function showDetail() {
  const body = $("detail-body");
  const row = rows.get(chosen);
  if (!row) {
    body.replaceChildren(element("p", say(chosen ? "gone" : "nothing")));
    return;
  }
  const facts = element("dl");
  const fact = (name, ...lines) => {
    facts.append(element("dt", say(name)));
    for (const line of lines) facts.append(element("dd", line));
  };
  fact("study", row.study);
  fact("priority", say(row.effective));
  const orders = [say(row.ordered)];
  if (!row.order_known) orders.push(say("order_unknown"));
  if (row.lowered) {
    orders.push(say("lowered", { from: say(row.lowered.from), to: say(row.lowered.to), why: code(row.lowered.reason) }));
  }
  fact("order", ...orders);
  if (row.deadline !== undefined) fact("deadline", moment(row.deadline));
  facts.append(element("dt", say("why")));
  for (const reason of row.reasons) {
    const place = element("dd", `${code(reason.code)}. `);
    const text = element("span", reason.text, "faint");
    text.lang = "en";
    place.append(text);
    facts.append(place);
  }
  const out = Object.entries(row.left_out);
  if (out.length) fact("left_out", ...out.map(([reason, n]) => say("instances", { n, why: code(reason) })));
  if (row.urgency !== undefined) fact("urgency", score(row.urgency));
  fact("images", String(row.images));
  if (row.flags.length) fact("flags", row.flags.map(code).join(", "));
  if (row.model) {
    const lines = [`${row.model.name} (${row.model.digest}), ${say(row.model.validated ? "validated" : "not_validated")}`];
    if (row.uncalibrated) lines.push(say("uncalibrated"));
    fact("model", ...lines);
    fact("use", row.model.use);
  }
  fact("published", `${moment(row.published)}, ${say("revision", { n: row.revision })}`);
  const parts = [facts];
  if (status.click_word) parts.push(element("p", say("feedback"), "faint"), buttons(row, ["seen"]));
  parts.push(...row.answers.map((answer) => answerElement(row, answer)));
  if (row.answers_untold) parts.push(element("p", say("more_answers", { n: row.answers_untold })));
  body.replaceChildren(...parts);
}

function showStatus() {
  const energy = status.energy;
  if (energy) {
    const unit = (joules) => (joules < 3.6e6
      ? `${joules.toLocaleString(locale(), { maximumFractionDigits: 1 })} J`
      : `${(joules / 3.6e6).toLocaleString(locale(), { maximumFractionDigits: 3 })} kWh`);
    const parts = [
      say("joules", { j: unit(energy.joules), low: unit(energy.low), high: unit(energy.high), n: energy.studies }),
      say("grams", { g: energy.grams.toLocaleString(locale(), { maximumFractionDigits: 3 }) }),
    ];
    if (energy.without_carbon) parts.push(say("some_carbon", { n: energy.without_carbon }));
    if (energy.unmeasured) parts.push(say("unmeasured", { n: energy.unmeasured }));
    $("energy").textContent = parts.join(" · ");
  } else $("energy").textContent = say("no_energy");
  const models = (status.models ?? []).map((model) => {
    const parts = [`${model.name} (${model.digest})`, say(model.validated ? "validated" : "not_validated")];
    if (model.calibration_until !== undefined) {
      parts.push(say(model.calibration_until < now() ? "expired" : "until", { t: moment(model.calibration_until) }));
    } else if (model.uncalibrated) parts.push(say("uncalibrated"));
    parts.push(say("last", { t: moment(model.last) }), say("records", { n: model.records }));
    return element("li", parts.join(" · "));
  });
  $("models").replaceChildren(...(models.length ? models : [element("li", say("no_models"))]));
  const alarms = status.alarms;
  $("alarms-part").hidden = alarms === undefined;
  if (alarms) {
    const made = alarms.shown.map((alarm) => {
      const parts = [alarm.quantity ? `${alarm.quantity} ${alarm.finding ?? ""}`.trim() : say("alarm_unreadable")];
      if (alarm.group) parts.push(alarm.group);
      if (alarm.at !== undefined) parts.push(moment(alarm.at));
      if (!alarm.calibrations) parts.push(say("alarm_all"));
      else if (alarm.calibrations.length) parts.push(say("alarm_against", { names: alarm.calibrations.join(", ") }));
      else parts.push(say("alarm_none"));
      parts.push(alarm.alarm);
      return element("li", parts.join(" · "));
    });
    const rest = alarms.count - alarms.shown.length;
    if (rest > 0) made.push(element("li", say("alarm_more", { n: rest })));
    $("alarms").replaceChildren(...(made.length ? made : [element("li", say("no_alarms"))]));
  }
  const notices = [];
  if (alarms?.crowded) notices.push(say("alarms_crowded"));
  else if (alarms?.count) notices.push(say("alarms_stand", { n: alarms.count }));
  if (status.topics?.finding !== undefined && status.topics.finding !== "current") notices.push(say(status.topics.finding));
  const failing = Object.entries(status.topics ?? {}).filter(([name, how]) => name !== "finding" && how === "failing");
  if (failing.length) notices.push(say("others_failing", { names: failing.map(([name]) => name).join(", ") }));
  if (status.hidden) notices.push(say("hidden", { n: status.hidden }));
  if (status.unreadable) notices.push(say("unreadable", { n: status.unreadable }));
  $("notice").textContent = notices.join(" ");
  $("notice").hidden = notices.length === 0;
}

// The stream.
let lastID = null;
let isWhole = false;
let token = (() => { try { return sessionStorage.getItem("vigil-token"); } catch { return null; } })();
const authority = () => (token ? { Authorization: `Bearer ${token}` } : {});
// What a test reads: rows that came, by their numbers, and what was wrong with them.
const watch = { whole: 0, rows: 0, doubled: 0 };
window.vigilWatch = watch;

let isDue = false;
function soon() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => { isDue = false; list(); if (chosen) showDetail(); });
}

function take(name, data) {
  if (name === "reset") {
    rows.clear();
    isWhole = false;
    return;
  }
  if (name === "status") {
    clockOffset = data.now - Date.now();
    const before = status.click_word;
    status = data;
    showStatus();
    if (before !== status.click_word && chosen) showDetail();
    return;
  }
  const news = [];
  for (const row of data.rows) {
    const known = rows.get(row.study);
    if (known && known.number >= row.number) { watch.doubled += 1; continue; }
    watch.rows += 1;
    const isUrgent = row.effective === "stat" || row.effective === "urgent";
    if (isWhole && isUrgent && (!known || known.key[0] > row.key[0])) {
      row.fresh = now() + 10000;
      news.push(row);
    }
    rows.set(row.study, row);
  }
  for (const study of data.removed) rows.delete(study);
  if (!data.more && !isWhole) {
    isWhole = true;
    watch.whole = performance.now();
  }
  announce(news);
  soon();
}

function announce(news) {
  if (!news.length) return;
  news.sort(compare);
  const values = { n: news.length, s: short(news[0]), p: say(news[0].effective), a: brief(news[0]) };
  $("live").textContent = say(news.length === 1 ? "new_one" : "new_many", values);
}

function link(word) {
  $("link").textContent = say(word);
  $("link").className = word === "lost" ? "link bad" : "link";
  $("link").dataset.word = word;
}

function event(block) {
  let [name, id, data] = ["message", null, ""];
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) name = line.slice(7);
    else if (line.startsWith("id: ")) id = line.slice(4);
    else if (line.startsWith("data: ")) data = line.slice(6);
  }
  if (data) take(name, JSON.parse(data));
  if (id !== null) lastID = id;
}

async function follow() {
  const stop = new AbortController();
  let alive = setTimeout(() => stop.abort(), 30000);
  try {
    const headers = { ...authority(), Accept: "text/event-stream" };
    if (lastID !== null) headers["Last-Event-ID"] = lastID;
    const answer = await fetch("events", {
      headers, cache: "no-store", credentials: "omit", redirect: "error", signal: stop.signal,
    });
    if (answer.status === 401) { clearTimeout(alive); await askForToken(); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    link("connected");
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      clearTimeout(alive);
      alive = setTimeout(() => stop.abort(), 30000);
      text += value;
      let end = text.indexOf("\n\n");
      let start = 0;
      for (; end >= 0; end = text.indexOf("\n\n", start)) {
        event(text.slice(start, end));
        start = end + 2;
      }
      text = text.slice(start);
    }
  } finally { clearTimeout(alive); }
}

function askForToken() {
  return new Promise((resolve) => {
    $("ask-form").onsubmit = (submitted) => {
      submitted.preventDefault();
      token = $("token").value;
      try { sessionStorage.setItem("vigil-token", token); } catch { /* It is asked for again. */ }
      $("ask").close();
      resolve();
    };
    if (!$("ask").open) $("ask").showModal();
  });
}

async function run() {
  let pause = 250;
  link("connecting");
  for (;;) {
    const begun = performance.now();
    try { await follow(); } catch { /* Tried again. */ }
    pause = performance.now() - begun > 10000 ? 250 : Math.min(pause * 2, 8000);
    link("lost");
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random() / 2)));
  }
}

function words() {
  document.documentElement.lang = language;
  for (const place of document.querySelectorAll("[data-say]")) place.textContent = say(place.dataset.say);
  document.title = say("title");
  $("language").textContent = say("language");
  $("language").lang = language === "de" ? "en" : "de";
  $("theme").textContent = say(`theme_${theme}`);
  if ($("link").dataset.word) link($("link").dataset.word);
  showStatus();
  showDetail();
  list();
}

let theme = memory?.getItem("vigil-theme") ?? "auto";
function paint() {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  $("theme").textContent = say(`theme_${theme}`);
}

$("theme").addEventListener("click", () => {
  theme = { auto: "dark", dark: "light", light: "auto" }[theme] ?? "auto";
  memory?.setItem("vigil-theme", theme);
  paint();
});
$("language").addEventListener("click", () => {
  language = language === "de" ? "en" : "de";
  memory?.setItem("vigil-language", language);
  words();
});
for (const id of ["find", "least", "showing"]) $(id).addEventListener("input", () => { $("grid").scrollTop = 0; list(); });
$("filters").addEventListener("submit", (submitted) => submitted.preventDefault());
$("grid").addEventListener("scroll", draw, { passive: true });
$("rows").addEventListener("click", (clicked) => {
  const made = clicked.target.closest(".row");
  if (made) choose(listed.findIndex((row) => row.study === made.id.slice(2)));
});
window.addEventListener("resize", () => { height = 0; list(); });
document.addEventListener("keydown", (pressed) => {
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey || $("ask").open) return;
  const isWriting = ["INPUT", "SELECT", "TEXTAREA"].includes(document.activeElement?.tagName);
  if (pressed.key === "Escape") {
    $("find").value = "";
    $("least").value = "3";
    $("showing").value = "all";
    list();
    $("grid").focus();
  } else if (pressed.key === "/" && !isWriting) {
    $("find").focus();
    pressed.preventDefault();
  } else if (!isWriting || (document.activeElement === $("find") && pressed.key === "ArrowDown")) {
    const page = Math.max(1, Math.floor($("grid").clientHeight / rowHeight()) - 2);
    const at = chosenIndex();
    const places = {
      ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), PageDown: at + page, PageUp: at - page,
      Home: 0, End: listed.length - 1,
    };
    if (pressed.key in places && !$("detail").contains(document.activeElement)) {
      choose(places[pressed.key]);
      $("grid").focus();
      pressed.preventDefault();
    } else if (pressed.key === "Enter" && document.activeElement === $("grid") && chosen) $("detail").focus();
  }
});
setInterval(drawClocks, 1000);
paint();
words();
run();
