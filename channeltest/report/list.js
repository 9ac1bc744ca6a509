// The list of tests, its search and its choices.

// Tests that are in the page at a time.
const TESTS = 50;
// Options of a choice.
const OPTIONS = 100;

const filters = ["status", "consumer", "route"].map(byId);
const search = byId("search");
// The tests that are listed, the first of them that is in the page, and the one that is shown.
let found = [], first = 0, shown = null;

function options(select, counted) {
  const names = [...counted].sort((one, other) => other[1] - one[1]).slice(0, OPTIONS).map(([name]) => name);
  for (const name of names.sort()) select.append(make("option", { value: name }, name || "(none)"));
}

function countOf(column) {
  const counts = new Map();
  for (const value of rows[column]) {
    if (texts[value]) counts.set(texts[value], (counts.get(texts[value]) || 0) + 1);
  }
  return counts;
}

// Which records have a row that is wanted.
function recordsWith(wanted) {
  const hit = rows[0].map((_, row) => wanted(row));
  return records.map((record) => record.some((row) => hit[row]));
}

// The texts as they are searched, once they are.
let lowered = null;

function withText(word) {
  lowered ||= texts.map((text) => text.toLowerCase());
  const hit = lowered.map((text) => text.includes(word));
  const columns = [SOURCE, TARGET, CONSUMER, ROUTE, TITLE, CONTENT].map((number) => rows[number]);
  const having = recordsWith((row) => columns.some((column) => hit[column[row]]));
  return (test) => test.name.toLowerCase().includes(word) || hit[test.textNumber] || having[test.before] || having[test.after];
}

function choose() {
  const [status, consumer, route] = filters.map((each) => each.value);
  const checks = search.value.toLowerCase().split(/\s+/).filter(Boolean).map(withText);
  if (status) checks.push((test) => test.status === status);
  for (const [column, value] of [[CONSUMER, consumer], [ROUTE, route]]) {
    if (!value) continue;
    const having = recordsWith((row) => texts[rows[column][row]] === value);
    checks.push((test) => having[test.before] || having[test.after]);
  }
  found = tests.filter((test) => checks.every((check) => check(test)));
  const all = found.length === tests.length;
  byId("count").textContent = all ? `${tests.length} tests` : `${found.length} of ${tests.length} tests`;
  first = 0;
  list();
}

function item(test) {
  const [path, leaf] = parts(test.name);
  const current = shown === test ? "page" : null;
  return make("li", null, make("a", { href: link(test), "aria-current": current, title: test.name },
    make("span", { class: `sign s-${test.status.replace(" ", "-")}` }, SIGNS[test.status]),
    make("span", { class: "leaf" }, breakable(leaf)),
    make("span", { class: "path" }, path.replace(/[.:]+$/, "") || "\u00a0", make("span", { class: "hidden" }, `, ${test.status}`))));
}

function list() {
  byId("list").replaceChildren(...found.slice(first, first + TESTS).map(item));
  byId("list").start = first + 1;
  byId("pages").replaceChildren(...pager("tests", first, TESTS, found.length, (next) => { first = next; list(); }));
}

function prepareList() {
  for (const status of statuses) {
    const number = tests.filter((test) => test.status === status).length;
    if (number) filters[0].append(make("option", { value: status }, `${status} (${number})`));
  }
  options(filters[1], countOf(CONSUMER));
  options(filters[2], countOf(ROUTE));
  if (uncovered.length) {
    byId("uncovered").append(make("a", { href: "#/uncovered" }, `Not reached by any test: ${uncovered.length}`));
  }
  search.addEventListener("input", choose);
  for (const each of filters) each.addEventListener("change", choose);
  choose();
}

// On a narrow page the list is folded.
const toggle = byId("toggle"), narrow = matchMedia("(max-width: 820px)");

function unfold(open) {
  const chooser = byId("chooser");
  toggle.hidden = !narrow.matches;
  toggle.setAttribute("aria-expanded", String(open));
  chooser.hidden = narrow.matches && !open;
}

function prepareFolding() {
  toggle.addEventListener("click", () => unfold(byId("chooser").hidden));
  narrow.addEventListener("change", () => unfold(false));
  byId("list").addEventListener("click", (event) => { if (event.target.closest("a")) unfold(false); });
  unfold(false);
}
