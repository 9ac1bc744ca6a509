// Where the address leads, and the start.

function missing() {
  const lines = uncovered;
  const list = paged(make("ol", { class: "missing", role: "list" }), lines.length, 0, (number) => make("li", null, lines[number]));
  return make("article", null, make("h2", null, "Routes, handlers and groups that no test reached"),
    make("p", { class: "note" }, `${lines.length} of the project's routing`), list);
}

function go(event) {
  const match = /^#([^/]*)\/?(before\/|compare\/)?(\d*)$/.exec(location.hash);
  let name = null;
  try { name = match && decodeURIComponent(match[1]); } catch { /* it is no name */ }
  const test = tests[numbers.get(name)];
  const at = match ? Number(match[3]) : 0;
  if (location.hash === "#/uncovered" && uncovered.length) {
    shown = null;
    main.replaceChildren(missing());
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

async function start() {
  if (!window.DecompressionStream) {
    byId("tests-title").after(make("p", { class: "note" }, "Search and the other tests need a browser of 2023 or later."));
    return;
  }
  await load();
  prepareFolding();
  prepareList();
  addEventListener("hashchange", go);
  go(null);
  performance.mark("channeltest-ready");
}

start();
