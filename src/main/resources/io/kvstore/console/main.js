/** The console: shows the view that belongs to the address of the page. */
import * as announcement from "./announce.js";
import { ChartsView } from "./charts.js";
import * as conflict from "./conflict.js";
import { undoLast } from "./deletion.js";
import { byId } from "./dom.js";
import * as editor from "./editor.js";
import { KeyList } from "./key-list.js";
import { KeyView } from "./key-view.js";
import { LiveView } from "./live.js";
import { go, KEYS, NEW, ofKey, parse } from "./routes.js";
import * as shortcuts from "./shortcuts.js";
import * as token from "./token.js";

const TITLES = { keys: "Keys", key: "Keys", new: "New key", live: "Live", charts: "Charts" };

const keys = new KeyList((key) => open(ofKey(key)));
const detail = new KeyView(byId("detail"), () => keys.refresh());
const live = new LiveView();
const charts = new ChartsView();

let shown = null;
let searching = false;

/** Moves the focus to the search field, switching to the list of keys if necessary. */
function search() {
  if (byId("prefix").checkVisibility()) {
    keys.focusSearch();
  } else {
    searching = true;
    go(KEYS);
  }
}

/** Goes to an address, or shows its view again if it is the current one. */
function open(hash) {
  if (window.location.hash === hash) {
    show();
  } else {
    go(hash);
  }
}

function show() {
  if (window.location.hash !== shown && !editor.mayLeave()) {
    window.history.replaceState(null, "", shown);
    return;
  }
  const first = shown === null;
  shown = window.location.hash;
  const { view, key } = parse(shown);
  const lists = view === "keys" || view === "key" || view === "new";
  byId("keys-view").hidden = !lists;
  byId("keys-view").classList.toggle("with-detail", view === "key" || view === "new");
  byId("live-view").hidden = view !== "live";
  byId("charts-view").hidden = view !== "charts";
  for (const link of document.querySelectorAll("nav a")) {
    const here = link.dataset.view === (lists ? "keys" : view);
    link.toggleAttribute("aria-current", here);
    if (here) {
      link.setAttribute("aria-current", "page");
    }
  }
  document.title = `${key ?? TITLES[view]} – KVStore`;
  view === "live" ? live.open() : live.close();
  view === "charts" ? charts.open() : charts.close();
  keys.choose(key);
  if (view === "key") {
    detail.open(key);
  } else if (view === "new") {
    detail.create(keys.prefix);
  } else {
    detail.close();
  }
  if (searching) {
    searching = false;
    keys.focusSearch();
  } else if (view === "keys" && !first) {
    keys.focus();
  } else if (!lists) {
    byId(`${view}-title`).focus();
  }
}

/** Reloads all views, because another token may have other permissions. */
function reloadAll() {
  announcement.clearMessage();
  live.close();
  keys.search();
  show();
}

conflict.start();
token.start(reloadAll);
byId("message-close").addEventListener("click", announcement.clearMessage);
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
shortcuts.start([
  { key: "/", what: "Search", run: search },
  { key: "n", what: "New key", run: () => open(NEW) },
  { key: "e", what: "Edit the open key", run: () => detail.edit() },
  { key: "d", what: "Delete the open key", run: () => detail.delete() },
  { key: "u", what: "Undo the last deletion", run: undoLast },
  { key: "r", what: "Refresh the list of keys", run: () => keys.refresh() },
  { key: "p", what: "Pause or resume the live view", run: () => live.togglePause() },
  { key: "1", what: "Keys", run: () => open(KEYS) },
  { key: "2", what: "Live", run: () => open("#/live") },
  { key: "3", what: "Charts", run: () => open("#/charts") },
  { key: "Escape", what: "Back to the list", run: () => open(KEYS) },
  { key: "?", what: "Keyboard shortcuts", run: () => byId("help-dialog").showModal() },
]);
window.addEventListener("hashchange", show);
show();
keys.search();
