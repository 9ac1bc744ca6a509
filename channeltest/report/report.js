"use strict";
(async () => {
  // Tests, and rows of one record, that are in the page at a time.
  const TESTS = 50, ROWS = 40;
  // Options of a choice.
  const OPTIONS = 100;
  // Characters of a message that show before it is opened.
  const SHORT = 240;
  const SIGNS = { failed: "\u2715", differs: "\u2260", "not run": "\u25cb", new: "+", same: "=", passed: "\u2713" };
  const SOURCE = 1, TARGET = 2, CONSUMER = 3, ROUTE = 4, TITLE = 5, CONTENT = 6, STEP = 7;

  const main = document.getElementById("detail");
  const byId = (id) => document.getElementById(id);

  // An element; texts are never read as HTML.
  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("--")) element.style.setProperty(key, value);
      else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  async function unpack(text) {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let place = 0; place < bytes.length; place++) bytes[place] = binary.charCodeAt(place);
    const stream = new DecompressionStream("deflate");
    const writer = stream.writable.getWriter();
    writer.write(bytes);
    writer.close();
    const parts = [], decoder = new TextDecoder();
    const reader = stream.readable.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(decoder.decode(value, { stream: true }));
    }
    return JSON.parse(parts.join(""));
  }

  if (!window.DecompressionStream) {
    byId("tests-title").after(make("p", { class: "note" }, "Search and the other tests need a browser of 2023 or later."));
    return;
  }
  const data = await unpack(byId("data").textContent);
  // Each number was packed as its distance from the one before it.
  function sums(numbers) {
    for (let place = 1; place < numbers.length; place++) numbers[place] += numbers[place - 1];
    return numbers;
  }
  const { texts, statuses } = data;
  const records = data.records.map(sums);
  const rows = data.rows.map((column, field) => (field === STEP ? column : sums(column)));
  const tests = data.tests.map(([name, status, text, before, after, pairs]) => ({
    name: texts[name], status: statuses[status], text: texts[text], before, after, pairs,
  }));
  const numbers = new Map(tests.map((test, number) => [test.name, number]));

  // Names

  const link = (test) => `#${encodeURIComponent(test.name)}`;

  function parts(name) {
    const cut = Math.max(name.lastIndexOf("."), name.lastIndexOf("::") + 1, 0);
    // The parameters of a test may have dots.
    const start = name.indexOf("[") > 0 ? Math.max(name.lastIndexOf("::", name.indexOf("[")) + 1, 0) : cut;
    return start ? [name.slice(0, start + 1), name.slice(start + 1)] : ["", name];
  }

  // A name that a narrow column may break between its words.
  const breakable = (name) => name.replace(/[a-z](?=[A-Z])|[-_.:/]/g, "$&\u200b");

  // The list of tests

  const filters = ["status", "consumer", "route"].map(byId);
  const search = byId("search");
  let found = [], first = 0;

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

  function withText(word) {
    const hit = texts.map((text) => text.toLowerCase().includes(word));
    const columns = [SOURCE, TARGET, CONSUMER, ROUTE, TITLE, CONTENT].map((number) => rows[number]);
    const having = recordsWith((row) => columns.some((column) => hit[column[row]]));
    return (test, number) => {
      const [, , text] = data.tests[number];
      return test.name.toLowerCase().includes(word) || hit[text] || having[test.before] || having[test.after];
    };
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
    found = tests.filter((test, number) => checks.every((check) => check(test, number)));
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

  // Buttons that show another part of something long.
  function pager(what, start, size, length, go) {
    if (length <= size) return [];
    const button = (text, next) => {
      const off = next < 0 || next >= length;
      return make("button", {
        type: "button", "aria-disabled": off ? "true" : null, "aria-label": `${text} ${what}`, "data-go": text,
        onclick: (event) => {
          if (off) return;
          const box = event.target.closest(".pager").parentNode;
          go(next);
          const again = box.querySelector(`[data-go="${text}"]`);
          if (again) again.focus();
        },
      }, text);
    };
    const end = Math.min(start + size, length);
    return [make("div", { class: "pager" }, button("Previous", start - size),
      make("span", null, `${start + 1}\u2013${end} of ${length}`), button("Next", start + size))];
  }

  // One test

  let shown = null;

  // A list of which one part is in the page. `at` is the number of a line to show, from 1.
  function paged(ordered, length, at, line) {
    const box = make("div", { class: "paged" });
    function show(start) {
      const lines = [];
      for (let number = start; number < Math.min(start + ROWS, length); number++) lines.push(line(number));
      ordered.replaceChildren(...lines);
      ordered.start = start + 1;
      box.replaceChildren(ordered, ...pager("lines", start, ROWS, length, show));
    }
    show(at > 0 && at <= length ? Math.floor((at - 1) / ROWS) * ROWS : 0);
    return box;
  }

  const anchor = (test, place, number) => ({
    id: `${test.name}/${place}${number + 1}`, href: `${link(test)}/${place}${number + 1}`,
  });

  function indented(text) {
    try {
      const value = JSON.parse(text);
      return value !== null && typeof value === "object" ? JSON.stringify(value, null, 2) : text;
    } catch {
      return text;
    }
  }

  function content(text) {
    if (!text) return null;
    if (text.length <= SHORT) return make("code", null, text);
    return make("details", null, make("summary", null, `${text.slice(0, SHORT)}\u2026`), make("pre", null, indented(text)));
  }

  function lanesOf(record) {
    const names = new Set();
    for (const row of record) for (const column of [SOURCE, TARGET]) names.add(texts[rows[column][row]]);
    const rank = (name) => (name === "the test" ? 0 : /^client( |$)/.test(name) ? 1 : 2);
    return [...names].sort((one, other) => rank(one) - rank(other));
  }

  function diagram(test, record, place, at) {
    const names = lanesOf(record);
    const lanes = new Map(names.map((name, number) => [name, number]));
    const line = (number) => {
      const row = record[number], text = (column) => texts[rows[column][row]];
      const source = text(SOURCE), target = text(TARGET), from = lanes.get(source), to = lanes.get(target);
      const { id, href } = anchor(test, place, number);
      const direction = from === to ? "self" : from < to ? "right" : "left";
      const classes = ["row", `k-${texts[rows[0][row]]}`, direction, ...(rows[STEP][row] ? ["step"] : [])];
      return make("li", { id, class: classes.join(" "), "--a": Math.min(from, to), "--b": Math.max(from, to), "--t": to },
        make("a", { class: "no", href, "aria-label": `Link to line ${number + 1}` }, `${number + 1}`),
        make("i", { class: "arrow", "aria-hidden": "true" }),
        make("div", { class: "what" },
          make("p", { class: "title" }, text(TITLE)), " ",
          make("p", { class: "who" }, source === target ? source : `${source} \u2192 ${target}`),
          content(text(CONTENT))));
    };
    const heads = make("div", { class: names.length > 4 ? "lanes many" : "lanes", "aria-hidden": "true" },
      make("div", { class: "names" }, ...names.map((name) => make("span", { title: name }, breakable(name)))));
    const list = paged(make("ol", { role: "list" }), record.length, at, line);
    return make("div", { class: "seq", "--n": Math.max(names.length, 1) }, heads, list);
  }

  // The text with what the other one has not marked.
  function marked(text, other) {
    let start = 0, end = 0;
    const most = Math.min(text.length, other.length);
    while (start < most && text[start] === other[start]) start++;
    while (end < most - start && text[text.length - 1 - end] === other[other.length - 1 - end]) end++;
    const middle = text.slice(start, text.length - end);
    return [text.slice(0, start), ...(middle ? [make("mark", null, middle)] : []), text.slice(text.length - end)];
  }

  function side(kind, text, other) {
    const [sign, spoken] = kind === "old" ? ["\u2212 ", "recorded: "] : ["+ ", "now: "];
    if (text === null) return make("p", { class: `side ${kind} none` }, make("span", { class: "hidden" }, spoken), "(nothing)");
    return make("p", { class: `side ${kind}` }, make("span", { "aria-hidden": "true" }, sign),
      make("span", { class: "hidden" }, spoken), ...(other === null ? [text] : marked(text, other)));
  }

  function comparison(test, at) {
    const line = (number) => {
      const [before, after, isStep] = test.pairs.slice(3 * number, 3 * number + 3);
      const [old, now] = [before, after].map((text) => (text < 0 ? null : texts[text]));
      const { id, href } = anchor(test, "compare/", number);
      const same = old === now;
      return make("li", { id, class: isStep ? "pair step" : "pair" },
        make("a", { class: "no", href, "aria-label": `Link to line ${number + 1} of the comparison` }, `${number + 1}`),
        ...(same ? [make("p", { class: "side both" }, old)] : [side("old", old, now), side("new", now, old)]));
    };
    const heads = make("div", { class: "sides", "aria-hidden": "true" },
      make("span", null, `Recorded (${data.before})`), make("span", null, "Now"));
    return [make("h3", null, "Side by side"), heads,
      paged(make("ol", { role: "list" }), test.pairs.length / 3, at, line)];
  }

  function count(number) {
    return make("small", null, number === 1 ? "1 event" : `${number} events`);
  }

  function section(title, test, number, place, at) {
    const record = records[number];
    const body = record.length ? diagram(test, record, place, at) : make("p", { class: "note" }, "Nothing was sent or received.");
    return [make("h3", null, title, " ", count(record.length)), body];
  }

  // What is closed is made when it is opened.
  function closed(title, test, number, place, at) {
    const box = make("details", { class: "other" },
      make("summary", null, make("h3", null, title), " ", count(records[number].length)));
    const fill = () => { if (box.children.length === 1) box.append(diagram(test, records[number], place, at)); };
    box.addEventListener("toggle", fill);
    if (at > 0) { fill(); box.open = true; }
    return box;
  }

  function steps(test) {
    const place = found.indexOf(test);
    const to = (step, text) => found[place + step] && place >= 0
      ? make("a", { href: link(found[place + step]) }, text) : null;
    return make("p", { class: "steps" }, to(-1, "\u2190 Previous test"), to(1, "Next test \u2192"));
  }

  function article(test, place, at) {
    const [path, leaf] = parts(test.name);
    const children = [steps(test),
      make("p", { class: `badge s-${test.status.replace(" ", "-")}` }, `${SIGNS[test.status]} ${test.status}`),
      make("h2", null, make("span", { class: "path" }, path), leaf)];
    if (test.text) children.push(make("pre", { class: "failure" }, test.text));
    const compare = test.pairs.length > 0;
    if (compare) children.push(...comparison(test, place === "compare/" ? at : 0));
    if (test.after >= 0) {
      const title = compare ? "What happened now" : test.before >= 0 && test.before === test.after ? "What happened, then and now" : "What happened";
      children.push(...section(title, test, test.after, "", place ? 0 : at));
    }
    if (test.before >= 0 && test.before !== test.after) {
      const line = place === "before/" ? at : 0, title = "What was recorded before";
      if (test.after >= 0) children.push(closed(title, test, test.before, "before/", line));
      else children.push(...section(title, test, test.before, "before/", line));
    }
    return make("article", null, ...children);
  }

  function uncovered() {
    const lines = data.uncovered;
    const list = paged(make("ol", { class: "missing", role: "list" }), lines.length, 0, (number) => make("li", null, lines[number]));
    return make("article", null, make("h2", null, "Routes, handlers and groups that no test reached"),
      make("p", { class: "note" }, `${lines.length} of the project's routing`), list);
  }

  // Where the address leads

  function go(event) {
    const match = /^#([^/]*)\/?(before\/|compare\/)?(\d*)$/.exec(location.hash);
    let name = null;
    try { name = match && decodeURIComponent(match[1]); } catch { /* it is no name */ }
    const test = tests[numbers.get(name)];
    const at = match ? Number(match[3]) : 0;
    if (location.hash === "#/uncovered" && data.uncovered.length) {
      shown = null;
      main.replaceChildren(uncovered());
    } else if (test || !event) {
      // Without an address the first test is shown, and where a link leads into the page nothing changes.
      shown = test || tests[0] || null;
      main.replaceChildren(shown ? article(shown, (match && match[2]) || "", at) : make("p", { class: "note" }, "There is no test."));
    } else return;
    const place = found.indexOf(shown);
    if (place >= 0) first = Math.floor(place / TESTS) * TESTS;
    list();
    const line = at && shown ? byId(decodeURIComponent(location.hash.slice(1))) : null;
    for (const each of main.querySelectorAll(".here")) each.classList.remove("here");
    if (line) {
      line.classList.add("here");
      line.scrollIntoView({ block: "center" });
      line.querySelector("a").focus({ preventScroll: true });
    } else if (event) {
      main.focus({ preventScroll: true });
      main.scrollIntoView({ block: "start" });
    }
  }

  const counts = new Map(statuses.map((status) => [status, tests.filter((test) => test.status === status).length]));
  for (const [status, number] of counts) if (number) filters[0].append(make("option", { value: status }, `${status} (${number})`));
  options(filters[1], countOf(CONSUMER));
  options(filters[2], countOf(ROUTE));
  if (data.uncovered.length) {
    byId("uncovered").append(make("a", { href: "#/uncovered" }, `Not reached by any test: ${data.uncovered.length}`));
  }

  const toggle = byId("toggle"), chooser = byId("chooser"), narrow = matchMedia("(max-width: 820px)");
  function unfold(open) {
    toggle.hidden = !narrow.matches;
    toggle.setAttribute("aria-expanded", String(open));
    chooser.hidden = narrow.matches && !open;
  }
  toggle.addEventListener("click", () => unfold(chooser.hidden));
  narrow.addEventListener("change", () => unfold(false));
  unfold(false);

  search.addEventListener("input", choose);
  for (const each of filters) each.addEventListener("change", choose);
  byId("list").addEventListener("click", (event) => { if (event.target.closest("a")) unfold(false); });
  addEventListener("hashchange", go);
  choose();
  go(null);
  performance.mark("channeltest-ready");
})();
