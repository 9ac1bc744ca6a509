// The data of the page.

// The columns of rows.
const KIND = 0, SOURCE = 1, TARGET = 2, CONSUMER = 3, ROUTE = 4, TITLE = 5, CONTENT = 6, STEP = 7;

const SIGNS = { failed: "\u2715", differs: "\u2260", "not run": "\u25cb", new: "+", same: "=", passed: "\u2713" };

// Texts; rows by columns, whose values are numbers of texts; records, each a list of row numbers.
let texts, rows, records;
// Tests, and their numbers by name; the names of results; the old record's name, and what no test reached.
let tests, numbers, statuses, before, uncovered;

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

// Each number was packed as its distance from the one before it.
function sums(numbers) {
  for (let place = 1; place < numbers.length; place++) numbers[place] += numbers[place - 1];
  return numbers;
}

async function load() {
  const data = await unpack(byId("data").textContent);
  ({ texts, statuses, before, uncovered } = data);
  records = data.records.map(sums);
  rows = data.rows.map((column, field) => (field === STEP ? column : sums(column)));
  tests = data.tests.map(([name, status, text, old, now, pairs]) => ({
    name: texts[name], status: statuses[status], text: texts[text], textNumber: text, before: old, after: now, pairs,
  }));
  numbers = new Map(tests.map((test, number) => [test.name, number]));
}

const link = (test) => `#${encodeURIComponent(test.name)}`;

function parts(name) {
  const cut = Math.max(name.lastIndexOf("."), name.lastIndexOf("::") + 1, 0);
  // The parameters of a test may have dots.
  const start = name.indexOf("[") > 0 ? Math.max(name.lastIndexOf("::", name.indexOf("[")) + 1, 0) : cut;
  return start ? [name.slice(0, start + 1), name.slice(start + 1)] : ["", name];
}

// A name that a narrow column may break between its words.
const breakable = (name) => name.replace(/[a-z](?=[A-Z])|[-_.:/]/g, "$&\u200b");
