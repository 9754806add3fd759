// The rows as they are known, sorted and filtered, and the part of them that is drawn.
const rows = new Map();
let listed = [];
let chosen = null;
let clockOffset = 0;
const now = () => Date.now() + clockOffset;
const $ = (id) => document.getElementById(id);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function compare(left, right) {
  for (let index = 0; index < left.key.length; index += 1) {
    if (left.key[index] !== right.key[index]) return left.key[index] - right.key[index];
  }
  return left.study < right.study ? -1 : left.study > right.study ? 1 : 0;
}

function kind(row) {
  if (!row.assessed) return "not_assessed";
  if (row.answers.some((answer) => answer.answer === "flagged")) return "flagged";
  return row.answers.some((answer) => answer.answer === "abstained") ? "abstained" : "clear";
}

function matches(row) {
  if (row.key[0] > Number($("least").value)) return false;
  const showing = $("showing").value;
  if (showing === "abstained") {
    if (!row.answers.some((answer) => answer.answer === "abstained")) return false;
  } else if (showing !== "all" && kind(row) !== showing) return false;
  const text = $("find").value.trim().toLowerCase();
  return text === "" || row.study.startsWith(text)
    || row.answers.some((answer) => `${answer.label} ${answer.code}`.toLowerCase().includes(text))
    || row.reasons.some((reason) => code(reason.code).toLowerCase().includes(text));
}

function list() {
  listed = [...rows.values()].filter(matches).sort(compare);
  $("rows").style.height = `${listed.length * rowHeight()}px`;
  $("grid").setAttribute("aria-rowcount", String(listed.length + 1));
  $("count").textContent = say("count", { shown: listed.length, all: rows.size });
  draw();
}

let height = 0;
function rowHeight() {
  if (!height) {
    const probe = element("div");
    probe.style.height = "var(--row)";
    document.body.append(probe);
    height = probe.getBoundingClientRect().height;
    probe.remove();
  }
  return height;
}

// A duration as 1:02:03 or 4:05.
function span(milliseconds) {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours >= 48) return `${Math.floor(hours / 24)} d`;
  const two = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function clock(row) {
  if (row.deadline === undefined) return [say("no_deadline"), "faint"];
  const left = row.deadline - now();
  return left < 0 ? [say("late", { t: span(left) }), "late"] : [say("left", { t: span(left) }), ""];
}

function brief(row) {
  if (row.withdrawn) return say("withdrawn_word");
  if (!row.assessed) return say("not_assessed") + ": " + row.reasons.map((why) => code(why.code)).join(", ");
  const named = (word) => row.answers.filter((answer) => answer.answer === word);
  const parts = [];
  for (const word of ["flagged", "abstained"]) {
    const answers = named(word);
    if (answers.length) parts.push(`${say(word)}: ${answers.map((answer) => answer.label).join(", ")}`);
  }
  const others = named("not_flagged").length;
  if (others) parts.push(say("others", { n: others }));
  return parts.join(" · ");
}

function why(row) {
  const first = row.reasons[0];
  return first ? code(first.code) : "";
}

const short = (row) => row.study.slice(0, 12);

function rowElement(row, index) {
  const made = element("div", undefined, row.fresh > now() ? "row fresh" : "row");
  made.id = `s-${row.study}`;
  made.setAttribute("role", "row");
  made.setAttribute("aria-rowindex", String(index + 2));
  made.setAttribute("aria-selected", String(row.study === chosen));
  made.style.transform = `translateY(${index * rowHeight()}px)`;
  const cell = (child) => {
    const held = element("span");
    held.setAttribute("role", "gridcell");
    held.append(...child);
    made.append(held);
    return held;
  };
  const priority = [element("span", say(row.effective), `badge ${row.effective}`)];
  if (row.ordered !== row.effective) {
    priority.push(element("br"), element("small", say("ordered", { p: say(row.ordered) }), "faint"));
  }
  cell(priority);
  const [text, className] = clock(row);
  cell([element("span", text, `clock ${className}`)]);
  cell([element("code", short(row))]).title = row.study;
  cell([brief(row)]).title = brief(row);
  cell([why(row)]).title = row.reasons.map((reason) => reason.text).join("\n");
  return made;
}

function draw() {
  const grid = $("grid");
  const size = rowHeight();
  const first = Math.max(0, Math.floor(grid.scrollTop / size) - 5);
  const last = Math.min(listed.length, Math.ceil((grid.scrollTop + grid.clientHeight) / size) + 5);
  const drawn = [];
  for (let index = first; index < last; index += 1) drawn.push(rowElement(listed[index], index));
  $("rows").replaceChildren(...drawn);
  const active = chosen && document.getElementById(`s-${chosen}`);
  if (active) grid.setAttribute("aria-activedescendant", active.id);
  else grid.removeAttribute("aria-activedescendant");
}

function drawClocks() {
  for (const made of $("rows").children) {
    const row = rows.get(made.id.slice(2));
    if (!row) continue;
    const [text, className] = clock(row);
    const place = made.querySelector(".clock");
    if (place.textContent !== text) place.textContent = text;
    place.className = `clock ${className}`;
  }
}

function choose(index) {
  if (!listed.length) return;
  const place = Math.max(0, Math.min(listed.length - 1, index));
  chosen = listed[place].study;
  const grid = $("grid");
  const size = rowHeight();
  const heads = grid.querySelector(".heads").offsetHeight;
  if (place * size < grid.scrollTop) grid.scrollTop = place * size;
  const end = (place + 1) * size - (grid.clientHeight - heads);
  if (end > grid.scrollTop) grid.scrollTop = end;
  draw();
  showDetail();
}

const chosenIndex = () => listed.findIndex((row) => row.study === chosen);
