// The wire: names of things that changed, never what they say. A page that hears one looks again.

/** @typedef {{ always?: boolean }} Manner  `always`: also while the page is hidden (a call, say) */
/** @typedef {(names: string[]) => void} Changed */
/** @typedef {{ names: Set<string>, changed: Changed, always: boolean, waiting: Set<string> }} Watcher */
/** @typedef {{ watch: (names: string[]) => void, stop: (names: string[]) => void, close: () => void }} Line */

const SOCKET = "/wire/";
const STREAM = "/wire/events/";
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const LONGEST_AGE = 30_000;
const HIDDEN_FOR = 5 * 60_000;
const ENDED = 4401;

/** @type {Set<Watcher>} */
const watchers = new Set();
/** @type {Line | null} */
let line = null;
/** @type {Set<string>} */
let told = new Set();
let wasOpen = false;
let failures = 0;
let useStream = false;
let ended = false; // the session is over, or its device rests
let resting = false; // nobody looks at this page
/** @type {ReturnType<typeof setTimeout> | undefined} */
let later;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let falling;

/** Hear of these names until the returned function is called. `changed` gets the names that changed.
 *
 * While the page is hidden nothing is called; what was missed is told when it is shown again.
 * After a lost connection every name counts as changed.
 * @param {string[]} names
 * @param {Changed} changed
 * @param {Manner} [manner]
 * @returns {() => void}
 */
export function watch(names, changed, manner = {}) {
  const watcher = {
    names: new Set(names),
    changed,
    always: Boolean(manner.always),
    waiting: /** @type {Set<string>} */ (new Set()),
  };
  watchers.add(watcher);
  connect();
  settle();
  return () => {
    watchers.delete(watcher);
    settle();
  };
}

/** All names that somebody on this page watches. */
function wanted() {
  return new Set([...watchers].flatMap((watcher) => [...watcher.names]));
}

/** Tell the server of what is new and what is no longer watched. */
function settle() {
  if (!line) return;
  const now = wanted();
  const fresh = [...now].filter((name) => !told.has(name));
  const gone = [...told].filter((name) => !now.has(name));
  told = now;
  if (gone.length) line.stop(gone);
  if (fresh.length) line.watch(fresh);
}

/** Pass on what changed; no names means everything.
 * @param {string[]} names
 */
function pass(names) {
  for (const watcher of [...watchers]) {
    const mine = names.length ? names.filter((name) => watcher.names.has(name)) : [...watcher.names];
    for (const name of mine) watcher.waiting.add(name);
    deliver(watcher);
  }
}

/** @param {Watcher} watcher */
function deliver(watcher) {
  if (!watcher.waiting.size || (document.hidden && !watcher.always)) return;
  const names = [...watcher.waiting];
  watcher.waiting.clear();
  watcher.changed(names);
}

function connect() {
  if (line || later !== undefined || ended || resting || !watchers.size) return;
  if (useStream || !("WebSocket" in window)) openStream();
  else openSocket();
}

/** How long ago this page was asked for, in seconds: the server says what changed since. */
function age() {
  return (Math.min(performance.now(), LONGEST_AGE) / 1000).toFixed(1);
}

/** The line stands: say what is watched and, when it had been lost, that anything may have changed. */
function opened() {
  failures = 0;
  told = new Set();
  settle();
  if (wasOpen) pass([]);
  wasOpen = true;
}

/** @param {string} text */
function heard(text) {
  const said = JSON.parse(text);
  if (Array.isArray(said.again)) pass(said.again);
}

/** A line broke: come back, each browser after a different wait.
 * @param {Line} broken
 */
function lost(broken) {
  if (line !== broken) return;
  line = null;
  if (ended || resting || !watchers.size) return;
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures) * (0.5 + Math.random());
  failures += 1;
  later = setTimeout(comeBack, wait);
}

function comeBack() {
  clearTimeout(later);
  later = undefined;
  connect();
}

function openSocket() {
  const address = new URL(SOCKET, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(address);
  let stood = false;
  /** @param {object} said */
  const say = (said) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(said));
  };
  const mine = {
    watch: (/** @type {string[]} */ names) => say({ watch: names, age: Number(age()) }),
    stop: (/** @type {string[]} */ names) => say({ stop: names }),
    close: () => socket.close(),
  };
  line = mine;
  socket.addEventListener("open", () => {
    stood = true;
    opened();
  });
  socket.addEventListener("message", (event) => heard(event.data));
  socket.addEventListener("close", (event) => {
    if (event.code === ENDED) ended = true;
    // A network that lets no WebSocket through fails before it ever opens.
    if (!stood && !wasOpen && failures >= 1) useStream = true;
    lost(mine);
  });
}

function openStream() {
  const names = [...wanted()];
  const address = new URL(STREAM, location.href);
  for (const name of names) address.searchParams.append("watch", name);
  address.searchParams.set("age", age());
  const stream = new EventSource(address);
  const again = () => {
    if (line !== mine) return;
    line = null;
    wasOpen = false;
    stream.close();
    connect();
  };
  const mine = {
    // The names stand in the address: other names need another stream.
    watch: (/** @type {string[]} */ fresh) => {
      if (fresh.some((name) => !names.includes(name))) queueMicrotask(again);
    },
    stop: () => {},
    close: () => stream.close(),
  };
  line = mine;
  stream.addEventListener("open", opened);
  stream.addEventListener("message", (event) => heard(event.data));
  stream.addEventListener("end", () => {
    ended = true;
    stream.close();
  });
  stream.addEventListener("error", () => {
    stream.close();
    lost(mine);
  });
}

/** Let go of the line, and come back only when the page is looked at. */
function rest() {
  const open = line;
  resting = true;
  line = null;
  clearTimeout(later);
  later = undefined;
  open?.close();
}

function wake() {
  clearTimeout(falling);
  resting = ended = false; // somebody may have signed in again meanwhile
  comeBack();
  for (const watcher of [...watchers]) deliver(watcher);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    wake();
  } else if (![...watchers].some((watcher) => watcher.always)) {
    falling = setTimeout(rest, HIDDEN_FOR);
  }
});

// The network is there again: nobody waits for what is left of a long wait.
window.addEventListener("online", () => {
  failures = 0;
  comeBack();
});

// A page kept for the Back button holds no line; when it is shown again, everything may be old.
window.addEventListener("pagehide", rest);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) wake();
});
