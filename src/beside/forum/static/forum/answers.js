// A topic that is open while others write: only what changed is put in place, so that nobody loses
// what they are reading, the button they stand on, or the words they are typing.

/** What a post says, without how long ago it was said.
 * @param {Element} post
 */
function saying(post) {
  const copy = /** @type {Element} */ (post.cloneNode(true));
  for (const time of copy.querySelectorAll("time")) time.remove();
  const pressed = [...copy.querySelectorAll("[aria-pressed]")].map((each) => each.getAttribute("aria-pressed"));
  return `${copy.textContent?.replace(/\s+/g, " ")} ${pressed}`;
}

/** Replace one post, keeping what is unfolded and the button that has the focus.
 * @param {Element} old
 * @param {Element} fresh
 */
function replace(old, fresh) {
  const buttons = [...old.querySelectorAll("button, summary, a")];
  const held = buttons.indexOf(/** @type {Element} */ (document.activeElement));
  const value = held >= 0 ? buttons[held].getAttribute("value") : null;
  old.querySelectorAll("details").forEach((each, place) => {
    const same = fresh.querySelectorAll("details")[place];
    if (same) same.open = each.open;
  });
  old.replaceWith(fresh);
  if (held < 0) return;
  const again = (value && fresh.querySelector(`[value="${CSS.escape(value)}"]`)) || fresh.querySelectorAll("button, summary, a")[held];
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

/** Say how many answers came, where a screen reader hears it.
 * @param {number} count
 */
function say(count) {
  const said = document.getElementById("said");
  if (!said || !count) return;
  said.textContent = count === 1 ? (said.dataset.one ?? "") : (said.dataset.many ?? "%s").replace("%s", String(count));
}

/** Bring what was fetched into the page that is open.
 * @param {Element} thread what stands there
 * @param {Element} fresh what was fetched
 */
export function merge(thread, fresh) {
  let added = 0;
  const list = thread.querySelector("#answers");
  for (const post of [...fresh.querySelectorAll("[data-post]")]) {
    const old = document.getElementById(post.id);
    if (!old) {
      list?.append(post);
      added += 1;
    } else if (saying(old) !== saying(post)) replace(old, post);
    else continue;
    /** @type {any} */ (window).htmx?.process(post);
  }
  for (const rest of thread.querySelectorAll("[data-rest]")) {
    const now = fresh.querySelector(`[data-rest="${rest.getAttribute("data-rest")}"]`);
    if (now && rest.textContent !== now.textContent) rest.replaceChildren(...now.childNodes);
  }
  say(added);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = /** @type {CustomEvent} */ (event);
  const thread = document.getElementById("thread");
  if (detail.target !== thread || !thread || detail.xhr.status !== 200) return;
  const page = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  const fresh = page.getElementById("thread");
  if (!fresh) return;
  detail.shouldSwap = false;
  merge(thread, document.adoptNode(fresh));
});
