"use strict";
// The page's own script. What a repository wrote is only ever shown as text: nothing here makes HTML of a string.

const ROWS = 25; // of one page
const EXCUSES = 15;
const at = (id) => document.getElementById(id);
let data, words, strings, shown = [], page = 0, opened = -1, order = { key: "outcome", down: false };

function make(name, { text, kind, ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
const put = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (all, name) => String(values[name] ?? all));
const count = (n) => n.toLocaleString("en");
const code = (text) => make("code", { text });

function result(outcome) {
  const sign = make("span", { text: words.signs[outcome] ?? "", kind: "sign", "aria-hidden": "true" });
  return make("span", { kind: `result of-${outcome}` }, sign, ` ${words.outcomes[outcome]}`);
}

// --- the data: columns of numbers, with each string once

async function unpacked() {
  const packed = atob(at("data").textContent);
  const bytes = new Uint8Array(packed.length);
  for (let n = 0; n < packed.length; n++) bytes[n] = packed.charCodeAt(n);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

function prepare(found) {
  data = found;
  ({ words, strings } = found);
  data.names = data.components.flatMap(([, names]) => names);
  const releases = data.repositories.releases, findings = data.releases.findings;
  data.firstRelease = sums(releases);
  data.firstFinding = sums(findings);
  const each = () => new Uint16Array(releases.length);
  data.counts = { error: each(), warning: each(), ask: each() };
  data.said = [];
  for (let n = 0; n < releases.length; n++) countFindings(n);
  data.excused = new Map(data.excuses.finding.map((finding, n) => [finding, n]));
}

function sums(lengths) {
  const starts = [0];
  for (const length of lengths) starts.push(starts[starts.length - 1] + length);
  return starts;
}

function countFindings(repository) {
  const said = [data.repositories.name, data.repositories.target, data.repositories.reason].map((c) => strings[c[repository]]);
  for (const release of releasesOf(repository)) said.push(strings[data.releases.name[release]]);
  data.said.push(said.join("\n").toLowerCase());
  const unmet = data.statuses.indexOf("unmet"), ask = data.statuses.indexOf("ask");
  for (const finding of findingsOf(repository)) {
    const [, severity, status] = kindOf(finding);
    if (status === ask) data.counts.ask[repository]++;
    else if (status === unmet && severity < 2) data.counts[data.severities[severity]][repository]++;
  }
}

function* span(starts, n) {
  for (let one = starts[n]; one < starts[n + 1]; one++) yield one;
}
const releasesOf = (repository) => span(data.firstRelease, repository);
function* findingsOf(repository) {
  for (const release of releasesOf(repository)) yield* span(data.firstFinding, release);
}
const kindOf = (finding) => data.kinds[data.findings.kind[finding] - 1];
const gradeOf = (release, component) => data.grades[data.cells[release * data.names.length + component] - 1];
const isClosed = ([complete, , , cls]) => complete > 3 && !/^(open-|$)/.test(strings[cls]);
const isKept = ([complete, access]) => complete > 3 && !["public", "script", "unknown"].includes(strings[access]);

function lowest(repository, component) {
  let found;
  for (const release of releasesOf(repository)) {
    const grade = gradeOf(release, component);
    if (grade && (!found || grade[0] < found[0])) found = grade;
  }
  return found;
}

// --- filters and order

const asked = () => Object.fromEntries(["text", "result", "component", "grade", "rule", "status"].map((id) => [id, at(id).value]));

function filter() {
  const by = asked(), text = by.text.trim().toLowerCase(), outcome = data.outcomes.indexOf(by.result);
  const component = data.names.indexOf(by.component), fits = gradeTest(by.grade);
  const rule = by.rule && kinds(ruleTest(by.rule, by.status)), said = text && kinds(textTest(text));
  const changed = at("changed")?.checked;
  shown = [];
  for (let n = 0; n < data.said.length; n++) {
    if (outcome >= 0 && data.repositories.outcome[n] !== outcome) continue;
    if (changed && data.repositories.before[n] < 0) continue;
    if (component >= 0 && !hasGrade(n, component, fits)) continue;
    if (rule && !hasKind(n, rule)) continue;
    if (text && !data.said[n].includes(text) && !hasKind(n, said)) continue;
    shown.push(n);
  }
  page = 0;
  opened = -1;
  for (const tile of document.querySelectorAll(".tile")) tile.setAttribute("aria-pressed", tile.dataset.result === by.result);
  at("shown").textContent = put(words.shown, { n: count(shown.length), m: count(data.said.length) });
  remember(by);
  sort();
}

function hasGrade(repository, component, fits) {
  for (const release of releasesOf(repository)) if (fits(gradeOf(release, component))) return true;
  return false;
}

function hasKind(repository, wanted) {
  const kinds = data.findings.kind, last = data.firstFinding[data.firstRelease[repository + 1]];
  for (let n = data.firstFinding[data.firstRelease[repository]]; n < last; n++) if (wanted[kinds[n]]) return true;
  return false;
}

function kinds(test) {
  return Uint8Array.from([0, ...data.kinds.map((kind) => (test(kind) ? 1 : 0))]);
}

function ruleTest(rule, status) {
  const wanted = status === "open" ? ["unmet", "ask"] : [status];
  return (kind) => strings[kind[0]] === rule && wanted.includes(data.statuses[kind[2]]);
}

function textTest(text) {
  const met = data.statuses.indexOf("met");
  return (kind) => kind[2] < met && [kind[0], kind[3], kind[4]].some((n) => strings[n].toLowerCase().includes(text));
}

function gradeTest(wanted) {
  const grade = data.completeness.indexOf(wanted), complete = data.completeness.length - 1;
  if (wanted === "restricted") return (found) => found && isClosed(found);
  if (wanted === "access") return (found) => found && isKept(found);
  return (found) => found && (wanted === "less" ? found[0] < complete : found[0] === grade);
}

function sort() {
  const key = sortKey(order.key), sign = order.down ? -1 : 1, values = new Float64Array(data.said.length);
  for (const n of shown) values[n] = sign * key(n) * 1e6 - data.counts.error[n];
  shown.sort((a, b) => values[a] - values[b] || a - b);
  draw();
}

function sortKey(key) {
  if (key === "name") return (n) => n;
  if (key === "outcome") return (n) => data.repositories.outcome[n];
  if (key in data.counts) return (n) => data.counts[key][n];
  const component = Number(key);
  return (n) => lowest(n, component)?.[0] ?? (order.down ? -1 : 99);
}

function sorted(key, first) {
  order = { key, down: order.key === key ? !order.down : first };
  page = 0;
  sort();
  document.querySelector(`[data-key="${CSS.escape(key)}"]`).focus();
}

// --- the table of repositories

function heading(key, text, down, attributes = {}) {
  const is = order.key === key && (order.down ? "descending" : "ascending");
  const button = make("button", { text, kind: "sort", type: "button", "data-key": key, ...(is && { "data-order": is }) });
  button.addEventListener("click", () => sorted(key, down));
  return make("th", { scope: "col", ...(is && { "aria-sort": is }), ...attributes }, button);
}

function head() {
  const top = make("tr", {}, make("td", { kind: "name" }), make("td", { colspan: 4 }));
  const titles = make("tr", {}, heading("name", words.repository, false, { kind: "name" }), heading("outcome", words.result, false));
  for (const [key, text] of [["error", words.errors], ["warning", words.warnings], ["ask", words.questions]])
    titles.append(heading(key, text, true, { kind: "up" }));
  let place = 0;
  for (const [group, names] of data.components) {
    top.append(make("th", { text: group, scope: "colgroup", colspan: names.length, kind: "first" }));
    names.forEach((name, n) => titles.append(heading(String(place++), name, false, { kind: n ? "up" : "up first" })));
  }
  return make("thead", {}, top, titles);
}

function columns() {
  const made = make("colgroup");
  for (const kind of ["name", "result", "count", "count", "count"]) made.append(make("col", { kind: `c-${kind}` }));
  for (const [, names] of data.components) names.forEach((_, n) => made.append(make("col", { kind: n ? "c-grade" : "c-grade first" })));
  return made;
}

function row(repository) {
  const about = data.repositories, name = strings[about.name[repository]];
  const button = make("button", { text: name, kind: "link", type: "button", "aria-expanded": String(repository === opened) });
  button.addEventListener("click", () => open(repository));
  const made = make("tr", { kind: repository === opened ? "opened" : "", "data-n": repository });
  made.append(make("th", { scope: "row", kind: "name" }, button), make("td", {}, result(data.outcomes[about.outcome[repository]])));
  if (!about.releases[repository]) {
    const text = strings[about.reason[repository]];
    made.append(make("td", { text, kind: "why", colspan: 3 + data.names.length }));
    return made;
  }
  for (const key of ["error", "warning", "ask"]) made.append(make("td", { text: count(data.counts[key][repository]), kind: "n" }));
  let place = 0;
  for (const [, names] of data.components) names.forEach((name, n) => made.append(cell(repository, place++, name, n === 0)));
  return made;
}

function cell(repository, place, name, isFirst) {
  const grade = lowest(repository, place);
  if (!grade) return make("td");
  const [complete, access, license, cls] = grade;
  const what = [data.completeness[complete]];
  const marks = (isClosed(grade) ? "§" : "") + (isKept(grade) ? "×" : "");
  if (complete > 3) what.push(strings[access], strings[license] || strings[cls]);
  if (data.repositories.releases[repository] > 1) what.push(words.lowest);
  const text = what.join(", ");
  return make("td", { text, kind: `cell g${complete}${isFirst ? " first" : ""}`, title: `${name}: ${text}`, ...(marks && { "data-marks": marks }) });
}

function draw() {
  const table = at("matrix"), body = make("tbody"), pages = Math.max(1, Math.ceil(shown.length / ROWS));
  for (const repository of shown.slice(page * ROWS, (page + 1) * ROWS)) {
    body.append(row(repository));
    if (repository === opened) body.append(detail(repository));
  }
  if (!shown.length) body.append(make("tr", {}, make("td", { text: words.none, colspan: 5 + data.names.length })));
  table.replaceChildren(table.caption, columns(), head(), body);
  turns(at("pages"), page, pages, (to) => { page = to; draw(); table.parentElement.scrollTop = 0; });
}

function turns(where, now, pages, turn) {
  const button = (text, label, to) => {
    const made = make("button", { text, type: "button", "aria-label": label });
    made.disabled = to < 0 || to >= pages || to === now;
    made.addEventListener("click", () => { turn(to); where.querySelectorAll("button:not(:disabled)")[0]?.focus(); });
    return made;
  };
  const says = make("span", { text: put(words.page, { n: count(now + 1), m: count(pages) }), role: "status" });
  const n = (to) => put(words.page, { n: to + 1, m: pages });
  where.replaceChildren(button("«", n(0), 0), button("‹", n(now - 1), now - 1), says, button("›", n(now + 1), now + 1), button("»", n(pages - 1), pages - 1));
  where.hidden = pages < 2;
}

// --- what was found in one repository

function open(repository) {
  opened = repository === opened ? -1 : repository;
  draw();
  document.querySelector(`[data-n="${repository}"] .link`)?.focus();
}

function detail(repository) {
  const about = data.repositories, facts = make("p", { kind: "facts" });
  const commit = strings[about.commit[repository]], was = about.before[repository];
  const target = strings[about.target[repository]];
  facts.append(make("span", {}, `${words.target}: `, code(`openness-gate check ${quoted(target)}`)));
  if (commit) facts.append(make("span", {}, `${words.commit}: `, code(commit.slice(0, 12))));
  if (was >= 0) facts.append(make("span", {}, `${words.was}: ${words.outcomes[data.outcomes[was] ?? ""]}`));
  const inside = make("div", {}, facts);
  for (const release of releasesOf(repository)) inside.append(found(release, strings[about.name[repository]]));
  return make("tr", { kind: "detail" }, make("td", { colspan: 5 + data.names.length }, inside));
}

const quoted = (target) => (/^[\w@%+=:,./-]+$/.test(target) ? target : `'${target.replaceAll("'", "'\\''")}'`);

function found(release, repository) {
  const of = data.releases, path = strings[of.path[release]], level = strings[of.level[release]];
  const name = strings[of.name[release]] || repository;
  const title = [path === "." ? name : `${name} (${path})`, strings[of.kind[release]], strings[of.label[release]]];
  if (level) title.push(`${words.level}: ${level}`);
  const all = [...span(data.firstFinding, release)], rest = all.filter((n) => data.statuses[kindOf(n)[2]] !== "met");
  rest.sort((a, b) => kindOf(a)[2] - kindOf(b)[2] || kindOf(a)[1] - kindOf(b)[1] || a - b);
  const met = all.filter((n) => data.statuses[kindOf(n)[2]] === "met").map((n) => strings[kindOf(n)[0]]);
  const inside = make("div", {}, findings(rest, title.join(" · ")));
  if (met.length) inside.append(make("p", { text: `${words.met}: ${met.join(", ")}`, kind: "quiet" }));
  return inside;
}

function findings(rest, title) {
  const titles = [words.rule, words.status, words.what, words.where, words.fix];
  const table = make("table", {}, make("caption", { text: title }));
  if (!rest.length) {
    table.append(make("tbody", {}, make("tr", {}, make("td", { text: words.no_findings }))));
    return table;
  }
  const body = make("tbody");
  for (const finding of rest) body.append(told(finding));
  table.append(make("thead", {}, make("tr", {}, ...titles.map((text) => make("th", { text, scope: "col" })))), body);
  return table;
}

function told(finding) {
  const [rule, severity, status, needs, got, advice] = kindOf(finding), state = data.statuses[status];
  const path = strings[data.findings.path[finding]], line = data.findings.line[finding];
  const what = make("td", {}, `${words.needs} ${strings[needs]}; ${words.got} ${strings[got]}`);
  const excuse = data.excused.get(finding);
  if (excuse !== undefined) {
    const [by, why, until] = ["by", "why", "until"].map((key) => strings[data.excuses[key][excuse]]);
    what.append(make("br"), make("em", { text: `${by}: ${why} (${words.until} ${until})` }));
  }
  const label = state === "unmet" ? `${words.statuses[state]}, ${data.severities[severity]}` : words.statuses[state];
  return make("tr", {}, make("th", { text: strings[rule], scope: "row" }),
    make("td", {}, make("span", { text: label, kind: `result is-${state}` })), what,
    make("td", {}, path ? code(line ? `${path}:${line}` : path) : ""), make("td", { text: strings[advice] }));
}

// --- who answers for what

function waivers() {
  const table = at("waivers-table");
  if (!table) return;
  const owner = new Map();
  for (let n = 0; n < data.said.length; n++) for (const finding of findingsOf(n)) if (data.excused.has(finding)) owner.set(finding, n);
  const rows = data.excuses.finding.map((_, n) => n).sort((a, b) => (until(a) < until(b) ? -1 : until(a) > until(b) ? 1 : a - b));
  const show = (now) => {
    const titles = [words.until, "", words.repository, words.rule, words.status, words.who, words.why];
    const body = make("tbody");
    for (const n of rows.slice(now * EXCUSES, (now + 1) * EXCUSES)) body.append(excuse(n, owner.get(data.excuses.finding[n])));
    const top = make("tr", {}, ...titles.map((text) => make(text ? "th" : "td", text ? { text, scope: "col" } : {})));
    table.replaceChildren(table.caption, make("thead", {}, top), body);
    turns(at("waivers-pages"), now, Math.ceil(rows.length / EXCUSES), show);
  };
  show(0);
}

const until = (n) => strings[data.excuses.until[n]];

function excuse(n, repository) {
  const [rule, , status] = kindOf(data.excuses.finding[n]), state = data.statuses[status];
  const days = Math.round((Date.parse(until(n)) - Date.parse(data.today)) / 864e5);
  const says = days < 0 ? words.ended : days === 0 ? words.today : days <= 14 ? put(words.days, { n: days }) : "";
  return make("tr", {}, make("td", { text: until(n) }), make("td", { kind: `result ${says ? "of-fail" : ""}`, text: says }),
    make("th", { scope: "row", text: strings[data.repositories.name[repository]] }), make("td", { text: strings[rule] }),
    make("td", { text: words.statuses[state] }), make("td", { text: strings[data.excuses.by[n]] }),
    make("td", { kind: "prose", text: strings[data.excuses.why[n]] }));
}

// --- the page: its address remembers the filters

function remember(by) {
  const kept = new URLSearchParams(Object.entries(by).filter(([key, value]) => value && at(key).dataset.first !== value));
  const before = location.hash;
  if (kept.size || /=/.test(before)) history.replaceState(null, "", kept.size ? `#${kept}` : "#repositories");
}

function recall() {
  for (const id of Object.keys(asked())) at(id).dataset.first = at(id).value;
  for (const [key, value] of new URLSearchParams(location.hash.slice(1))) if (value && key in asked()) at(key).value = value;
}

function ask(values) {
  at("filters").reset();
  for (const [key, value] of Object.entries(values)) at(key).value = value;
  filter();
  at("repositories").focus({ preventScroll: true });
  at("repositories").scrollIntoView();
}

function theme() {
  const choice = at("theme");
  const use = () => { document.documentElement.style.colorScheme = choice.value; };
  try { choice.value = localStorage.getItem("openness-gate-theme") || choice.value; } catch { /* a file may have no memory */ }
  choice.addEventListener("change", () => {
    use();
    try { localStorage.setItem("openness-gate-theme", choice.value); } catch { /* the same */ }
  });
  use();
}

function listen() {
  const rules = [...new Set(data.kinds.map((kind) => strings[kind[0]]))].sort();
  at("rule").append(...rules.map((text) => make("option", { text })));
  recall();
  at("filters").addEventListener("input", filter);
  at("filters").addEventListener("submit", (event) => event.preventDefault());
  at("filters").addEventListener("reset", () => setTimeout(filter));
  for (const tile of document.querySelectorAll(".tile"))
    tile.addEventListener("click", () => ask({ result: tile.getAttribute("aria-pressed") === "true" ? "" : tile.dataset.result }));
  for (const one of document.querySelectorAll("[data-rule]")) one.addEventListener("click", () => ask({ rule: one.dataset.rule }));
  for (const one of document.querySelectorAll("[data-component]")) one.addEventListener("click", () => ask({ component: one.dataset.component }));
  filter();
}

theme();
unpacked().then((found) => {
  prepare(found);
  if (at("filters")) listen();
  waivers();
  document.documentElement.dataset.ready = "";
}).catch((error) => {
  if (at("old")) at("old").hidden = false;
  throw error;
});
