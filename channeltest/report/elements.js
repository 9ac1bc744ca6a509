// What all parts of the page are made of.

// Rows of one record that are in the page at a time.
const ROWS = 40;

const byId = (id) => document.getElementById(id);
const main = byId("detail");

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
