// A shared device that nobody touched for ten minutes: what stands on its open page is seen no more.
// The house says whether it rests; here it is only asked. Words that were not sent stay beneath.

const AGAIN = 30_000;

/** @type {HTMLDialogElement | null} */
const lock = document.querySelector("dialog.lock");

/** @param {HTMLDialogElement} lock */
function start(lock) {
  const due = Date.now() + Number(lock.dataset.restsIn) * 1000;
  let asks = 0;

  async function look() {
    window.clearTimeout(asks);
    if (Date.now() < due) return later(due - Date.now());
    if (await rests(lock.dataset.asks || "")) return cover(lock);
    later(AGAIN);
  }

  /** @param {number} wait */
  function later(wait) {
    asks = window.setTimeout(look, wait + 500);
  }

  document.addEventListener("visibilitychange", () => document.hidden || look());
  look();
}

/**
 * Whether this session has ended. Asked as a part of a page is, which counts as nobody being there.
 *
 * @param {string} address
 */
async function rests(address) {
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, redirect: "manual" });
    return answer.type === "opaqueredirect" || answer.headers.has("HX-Redirect");
  } catch {
    return false; // no connection: asked again
  }
}

/** @param {HTMLDialogElement} lock */
function cover(lock) {
  const form = [...document.forms].find(holdsWords);
  if (!form) return window.location.replace(lock.dataset.rested || "/");
  document.documentElement.classList.add("locked");
  lock.addEventListener("close", () => lock.showModal()); // by Escape
  lock.querySelector("[data-goes-on]")?.addEventListener("click", () => {
    // As it is, not as a part of a page: the closed door answers it with a sign-in that keeps it.
    form.action = form.getAttribute("hx-post") || form.action;
    form.method = "post";
    HTMLFormElement.prototype.submit.call(form);
  });
  for (const other of document.querySelectorAll("dialog[open]")) {
    if (other instanceof HTMLDialogElement) other.close();
  }
  lock.showModal();
}

/** @param {HTMLFormElement} form */
function holdsWords(form) {
  if (form.method !== "post" && !form.hasAttribute("hx-post")) return false;
  return [...form.elements].some(
    (field) =>
      (field instanceof HTMLTextAreaElement ||
        (field instanceof HTMLInputElement && ["text", "search"].includes(field.type))) &&
      field.value.trim() !== "" &&
      field.value !== field.defaultValue,
  );
}

if (lock) start(lock);
