"use strict";
// The compiler has laid out every frame; this page shows them. Paths are the ids of the drawing.
const picture = JSON.parse(document.getElementById("picture").textContent);
const world = document.getElementById("world"), stage = document.getElementById("stage");
const card = document.getElementById("card"), panel = document.getElementById("panel");
const search = document.getElementById("search");
const view = { x: 0, y: 0, scale: 1, open: "", query: "", focus: "" };
let restoring = false;

function save() {
  const state = new URLSearchParams();
  for (const key of Object.keys(view))
    if (view[key] !== "") state.set(key, typeof view[key] === "number" ? view[key].toFixed(3) : view[key]);
  if (!restoring) history.replaceState(null, "", "#" + state);
}

function show() {
  world.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  save();
}

// The path as people write it: what has no name in the program adds no step.
function plain(path) { return path.split(".").filter(step => !step.includes("@")).join("."); }

// The ties of all frames, by the plain paths of what they tie; frames of cells are few.
const tied = new Set();
for (const lane of document.querySelectorAll("g.tie"))
  for (const one of lane.querySelectorAll("g.says"))
    tied.add([plain(lane.dataset.frame), one.dataset.target].filter(Boolean).join("."));

// The node of a path, and the picture's frame inside it: names may hold dots, so the longest match goes first.
function find(path) {
  let frame = picture.frames[picture.root], node = null;
  // What a cell that is drawn starts from stands above.
  if (picture.cell && path.startsWith("@from.")) {
    frame = picture.frames[picture.cell.from];
    path = path.slice(6);
  }
  while (path) {
    const fits = frame.nodes.filter(n => path === n.name || path.startsWith(n.name + "."));
    if (!fits.length) return null;
    node = fits.reduce((a, b) => a.name.length >= b.name.length ? a : b);
    path = path.slice(node.name.length + 1);
    if (path && node.inside === null) return null;
    if (path) frame = picture.frames[node.inside];
  }
  return node && { node, frame };
}

function pathOf(element) {
  const group = element.closest("g.node");
  if (!group) return "";
  return group.id || group.dataset.path || "";
}

function add(parent, tag, text) {
  if (!text) return;
  const child = document.createElement(tag);
  child.textContent = text;
  parent.append(child);
}

// The axes of wires, each with its size.
function sizes(wires) {
  const met = new Set(wires.flatMap(w => w.values === null ? w.axes : [...w.axes, w.values]));
  const text = a => a.name + " " + (a.open ? "open" : a.size) + (a.formula && " = " + a.formula);
  const all = picture.axes.filter(a => met.has(a.name)).map(text);
  return all.length ? "sizes  " + all.join(", ") : "";
}

function describe(path, x, y) {
  const found = find(path);
  card.hidden = !found;
  if (!found) return;
  const { node, frame } = found, at = frame.nodes.indexOf(node);
  const wires = side => frame.wires.filter(w => w[side].node === at).map(w => w.type).join(" * ");
  card.replaceChildren();
  add(card, "b", node.label || node.name);
  add(card, "div", path + (node.sub ? "  ·  " + node.sub : ""));
  add(card, "code", node.facts.equation);
  add(card, "div", "type  " + wires("to") + " → " + wires("from"));
  add(card, "div", sizes(frame.wires.filter(w => w.from.node === at || w.to.node === at)));
  if (node.weightNumbers && node.weightNumbers !== "0") add(card, "div", "weights  " + node.weightNumbers);
  if (node.facts.flops) add(card, "div", "flops  " + node.facts.flops);
  if (node.facts.laws.length) {
    add(card, "div", "laws  " + node.facts.laws.map(l => `${l.name} ${l.status} ${l.how}`.trim()).join(", "));
  }
  if (node.facts.licence) add(card, "div", "licence  " + node.facts.licence);
  for (const one of node.facts.algorithms) {
    const of = one.part || (one.fold && "`" + one.fold + "`");
    add(card, "div", `algorithm  ${one.name}${of ? " of " + of : ""}: ${one.reason}`);
    for (const refused of one.refused) add(card, "small", "not " + refused);
  }
  add(card, "div", node.facts.source && "source  " + node.facts.source);
  placeCard(x, y);
}

function describeTie(lane, x, y) {
  card.hidden = false;
  card.replaceChildren();
  const said = [...lane.querySelectorAll("g.says")];
  add(card, "b", said[0].dataset.cell);
  for (const line of lane.querySelector("title").textContent.split("\n")) add(card, "code", line);
  add(card, "div", "ties  " + said.map(one => one.dataset.target).join(", "));
  add(card, "div", "reads  " + [...new Set(said.flatMap(one => one.dataset.sources.split(" ")))].join(", "));
  placeCard(x, y);
}

function placeCard(x, y) {
  card.style.left = Math.max(4, Math.min(x + 14, innerWidth - card.offsetWidth - 12)) + "px";
  card.style.top = Math.max(4, Math.min(y + 14, innerHeight - card.offsetHeight - 12)) + "px";
}

// Names, `axis:Seq`, `assumed`, `proved`, `tied`.
function matches(path, node, frame, index, query) {
  if (query === "tied") {
    const around = plain(path.slice(0, path.length - node.name.length - 1));
    const falling = frame.wires.filter(w => w.kind === "weight" && w.to.node === index).map(w => w.name);
    return [...node.innerWeights.map(w => w.path), ...falling].some(w => tied.has([around, w].filter(Boolean).join(".")));
  }
  if (query.startsWith("axis:")) {
    const axis = query.slice(5);
    return frame.wires.some(w => (w.from.node === index || w.to.node === index) &&
      (w.values === axis || w.axes.includes(axis)));
  }
  if (query === "assumed" || query === "proved") return node.facts.laws.some(law => law.status === query);
  return [node.name, node.label, node.sub].some(text => text.toLowerCase().includes(query.toLowerCase()));
}

// The frame of a box that is open where it stands, or below its row.
function shownInside(path) {
  return [...document.querySelectorAll("g.inside")].find(g => g.dataset.frame === path || g.dataset.outer === path);
}

// Whether something in a frame that is not shown matches; what ties a weight is said of the boxes around it, too.
function holds(index, query, known) {
  if (!known.has(index)) {
    const frame = picture.frames[index];
    known.set(index, query !== "tied" && frame.nodes.some((node, at) =>
      matches(node.name, node, frame, at, query) || (node.inside !== null && holds(node.inside, query, known))));
  }
  return known.get(index);
}

function runSearch() {
  view.query = search.value.trim();
  const known = new Map();
  let count = 0, closed = 0;
  for (const group of document.querySelectorAll("g.node[id]")) {
    const found = view.query && find(group.id);
    const hit = Boolean(found) && matches(group.id, found.node, found.frame, found.frame.nodes.indexOf(found.node), view.query);
    const shown = group.classList.contains("opened") || shownInside(group.id);
    const inside = Boolean(found) && !hit && !shown && found.node.inside !== null &&
      holds(found.node.inside, view.query, known);
    group.classList.toggle("found", hit);
    group.classList.toggle("holds", inside);
    count += hit;
    closed += inside;
  }
  document.getElementById("count").textContent =
    view.query ? count + " found" + (closed ? ", more in " + closed + (closed > 1 ? " boxes" : " box") : "") : "";
  save();
}

// An open frame folds where it stands; a closed box opens below.
function toggle(path) {
  const found = find(path);
  if (!found || found.node.inside === null) return;
  const group = document.getElementById(path);
  const inside = shownInside(path);
  if (group && group.classList.contains("opened") && inside) {
    inside.style.display = inside.style.display ? "" : "none";
    return;
  }
  openPanel(view.open === path ? "" : path);
}

function openPanel(path) {
  const found = path && find(path);
  const template = found && document.getElementById("frame-" + found.node.inside);
  view.open = template ? path : "";
  panel.hidden = !template;
  panel.replaceChildren();
  if (template) {
    add(panel, "h2", path);
    panel.append(template.content.cloneNode(true));
    for (const group of panel.querySelectorAll("g.node[id]")) {
      group.dataset.path = path + "." + group.id;
      group.removeAttribute("id");
    }
  }
  save();
}

function focus(path) {
  for (const old of document.querySelectorAll(".focus")) old.classList.remove("focus");
  const group = document.getElementById(path);
  view.focus = group ? path : "";
  if (!group) return;
  group.classList.add("focus");
  const box = group.getBoundingClientRect();
  describe(path, box.right, box.bottom);
  save();
}

// Arrow keys walk along wires, into boxes and out of them.
function walk(forward) {
  const ids = [...document.querySelectorAll("g.node[id]:not(.is-copy):not(.wrapped)")].map(g => g.id);
  if (!view.focus) return focus(ids[0]);
  const found = find(view.focus);
  if (!found) return;
  const { node, frame } = found, prefix = view.focus.slice(0, view.focus.length - node.name.length);
  let at = frame.nodes.indexOf(node);
  for (let steps = 0; steps < frame.nodes.length; ++steps) {
    const wire = frame.wires.find(w => w.kind === "data" && w[forward ? "from" : "to"].node === at);
    const next = wire ? wire[forward ? "to" : "from"].node : null;
    if (next === null) return;
    at = next;
    if (frame.nodes[at].kind !== "copy") return focus(prefix + frame.nodes[at].name);
  }
}

function zoom(factor, x, y) {
  const scale = Math.max(0.05, Math.min(8, view.scale * factor));
  view.x = x - (x - view.x) * scale / view.scale;
  view.y = y - (y - view.y) * scale / view.scale;
  view.scale = scale;
  show();
}

// A drag pans, and is no click.
let drag = null, dragged = false;
stage.addEventListener("pointerdown", event => {
  dragged = false;
  drag = { x: event.clientX - view.x, y: event.clientY - view.y, from: [event.clientX, event.clientY] };
});
addEventListener("pointerup", () => { drag = null; });
addEventListener("pointermove", event => {
  if (drag && event.buttons) {
    dragged = dragged || Math.hypot(event.clientX - drag.from[0], event.clientY - drag.from[1]) > 3;
    view.x = event.clientX - drag.x;
    view.y = event.clientY - drag.y;
    return show();
  }
  if (!(event.target instanceof Element)) return;
  const lane = event.target.closest("g.tie");
  if (lane) describeTie(lane, event.clientX, event.clientY);
  else describe(pathOf(event.target), event.clientX, event.clientY);
});
stage.addEventListener("wheel", event => { event.preventDefault(); zoom(Math.exp(-event.deltaY / 500), event.clientX, event.clientY); }, { passive: false });
addEventListener("click", event => { if (!dragged && event.target instanceof Element && event.target.closest("svg")) { const path = pathOf(event.target); if (path) toggle(path); } });
// The lanes of all cells that share a weight with this one.
function tieClass(lane) {
  const weights = l => [...l.querySelectorAll("g.says")].flatMap(one => [one.dataset.target, ...one.dataset.sources.split(" ")]);
  const lanes = [...document.querySelectorAll("g.tie")].filter(l => l.dataset.frame === lane.dataset.frame);
  const seen = new Set(weights(lane)), found = new Set([lane]);
  for (let grown = true; grown;) {
    grown = false;
    for (const other of lanes)
      if (!found.has(other) && weights(other).some(weight => seen.has(weight))) {
        found.add(other);
        weights(other).forEach(weight => seen.add(weight));
        grown = true;
      }
  }
  return found;
}

// An axis lights its strands everywhere, a tie its class.
addEventListener("mouseover", event => {
  const target = event.target instanceof Element ? event.target : null;
  const lane = target && target.closest("g.tie"), strand = !lane && target && target.closest(".s");
  const axis = strand && [...strand.classList].find(c => /^a\d+$/.test(c));
  const lanes = lane ? tieClass(lane) : new Set();
  document.body.classList.toggle("lit", Boolean(axis || lane));
  for (const path of document.querySelectorAll(".s"))
    path.classList.toggle("on", Boolean(axis) ? path.classList.contains(axis) : lanes.has(path.closest("g.tie")));
});
search.addEventListener("input", runSearch);
document.getElementById("fit").addEventListener("click", () => { Object.assign(view, { x: 0, y: 0, scale: 1 }); fit(); });
addEventListener("keydown", event => {
  if (event.target === search && event.key !== "Escape") return;
  if (event.key === "/") { event.preventDefault(); search.focus(); }
  else if (event.key === "Escape") { search.blur(); card.hidden = true; openPanel(""); }
  else if (event.key === "ArrowRight" || event.key === "ArrowDown") walk(true);
  else if (event.key === "ArrowLeft" || event.key === "ArrowUp") walk(false);
  else if (event.key === "Enter" && view.focus) toggle(view.focus);
  else if (event.key === "+") zoom(1.25, innerWidth / 2, innerHeight / 2);
  else if (event.key === "-") zoom(0.8, innerWidth / 2, innerHeight / 2);
});

function fit() {
  const svg = world.querySelector("svg");
  view.scale = Math.min(1, innerWidth / svg.width.baseVal.value, innerHeight / svg.height.baseVal.value);
  show();
}

function restore() {
  restoring = true;
  const state = new URLSearchParams(location.hash.slice(1));
  if (state.has("scale")) {
    for (const key of ["x", "y", "scale"]) view[key] = Number(state.get(key)) || (key === "scale" ? 1 : 0);
    show();
  } else fit();
  search.value = state.get("query") || "";
  runSearch();
  openPanel(state.get("open") || "");
  focus(state.get("focus") || "");
  card.hidden = true;
  restoring = false;
}

for (const group of document.querySelectorAll("g.node[id]")) {
  const found = find(group.id);
  if (found && found.node.inside !== null) group.classList.add("openable");
}
restore();
addEventListener("hashchange", restore);
