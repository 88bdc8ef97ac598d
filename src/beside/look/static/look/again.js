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

/** Tell every element that shows one of the names; no names means everything.
 * @param {string[]} changed
 */
function lookAgain(changed) {
  const { htmx } = /** @type {{ htmx?: Htmx }} */ (/** @type {unknown} */ (window));
  for (const element of document.querySelectorAll("[data-again]")) {
    const names = namesOf(element);
    if (changed.length && !names.some((name) => changed.includes(name))) continue;
    htmx?.trigger(element, "look-again", { names: changed });
  }
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
  await look();
}
