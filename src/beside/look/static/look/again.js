// "Look again": the wire says which things changed, and the parts that show them are fetched anew.

/** @typedef {{ watch: (names: string[], changed: (names: string[]) => void) => unknown }} Wire */
/** @typedef {{ trigger: (element: Element, name: string, detail?: object) => void }} Htmx */

/** The names an element shows: data-again="topic:KEY group:KEY".
 * @param {Element} element
 * @returns {string[]}
 */
function namesOf(element) {
  return (element.getAttribute("data-again") ?? "").split(/\s+/).filter(Boolean);
}

/** An element that is being fetched or put in place: what htmx hears from it now goes with it. */
const BUSY = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added";

/** Names that were said to an element while it was busy; they are said again when it has settled.
 * @type {Set<string>}
 */
const later = new Set();

/** Tell every element that shows one of the names; no names means everything.
 * @param {string[]} changed
 */
function lookAgain(changed) {
  const { htmx } = /** @type {{ htmx?: Htmx }} */ (/** @type {unknown} */ (window));
  for (const element of document.querySelectorAll("[data-again]")) {
    const names = namesOf(element);
    if (changed.length && !names.some((name) => changed.includes(name))) continue;
    if (element.closest(BUSY)) for (const name of names) later.add(name);
    else htmx?.trigger(element, "look-again", { names: changed });
  }
}

/** Say again what was said to a busy element, once nothing is being put in place any more. */
function sayAgain() {
  const names = [...later];
  later.clear();
  if (names.length) lookAgain(names);
}

/** See to it that what was said during a request is heard, however the request ends.
 * @param {CustomEvent} event
 */
function loseNothing({ detail: { elt, xhr } }) {
  xhr.addEventListener("readystatechange", () => {
    // Something else took the element's place meanwhile: its answer falls on nobody.
    if (xhr.readyState === XMLHttpRequest.DONE && !elt.isConnected)
      for (const name of namesOf(elt)) later.add(name);
  });
  xhr.addEventListener("loadend", () => setTimeout(sayAgain));
}

/** Give htmx the form's key for requests that come from outside a form. */
function bringKeys() {
  document.addEventListener("htmx:configRequest", (event) => {
    const { detail } = /** @type {CustomEvent} */ (event);
    if (detail.verb === "get") return;
    const key = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (key instanceof HTMLInputElement) detail.headers["X-CSRFToken"] = key.value;
  });
}

/** Watch what this page shows, now and after every part that is fetched. */
export async function startAgain() {
  bringKeys();
  const asked = new Set();
  /** @type {Wire | null} */
  let wire = null;

  const look = async () => {
    const names = [...document.querySelectorAll("[data-again]")].flatMap(namesOf);
    const fresh = [...new Set(names)].filter((name) => !asked.has(name));
    if (!fresh.length) return;
    const address = document.documentElement.dataset.wire;
    if (!address) return;
    wire ??= /** @type {Wire} */ (await import(address));
    for (const name of fresh) asked.add(name);
    wire.watch(fresh, lookAgain);
  };
  document.addEventListener("htmx:load", look);
  document.addEventListener("htmx:beforeSend", (event) => loseNothing(/** @type {CustomEvent} */ (event)));
  document.addEventListener("htmx:afterSettle", () => setTimeout(sayAgain));
  await look();
}
