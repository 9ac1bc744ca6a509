// One test: its failure, its comparison, and its records as diagrams.

// Characters of a message that show before it is opened.
const SHORT = 240;

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
    const classes = ["row", `k-${texts[rows[KIND][row]]}`, direction, ...(rows[STEP][row] ? ["step"] : [])];
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
    const [, , isStep] = test.pairs.slice(3 * number, 3 * number + 3);
    const [old, now] = test.pairs.slice(3 * number, 3 * number + 2).map((text) => (text < 0 ? null : texts[text]));
    const { id, href } = anchor(test, "compare/", number);
    const same = old === now;
    return make("li", { id, class: isStep ? "pair step" : "pair" },
      make("a", { class: "no", href, "aria-label": `Link to line ${number + 1} of the comparison` }, `${number + 1}`),
      ...(same ? [make("p", { class: "side both" }, old)] : [side("old", old, now), side("new", now, old)]));
  };
  const heads = make("div", { class: "sides", "aria-hidden": "true" },
    make("span", null, `Recorded (${before})`), make("span", null, "Now"));
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
