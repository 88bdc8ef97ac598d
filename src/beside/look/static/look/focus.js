// A part that is drawn anew takes whatever had the focus with it. The keyboard then goes on from
// where it was, not from the top of the page. (htmx itself sees to what comes back under its own id.)

const STOPS = "a[href], button, input:not([type=hidden]), select, textarea, summary";

/** What had the focus, what it looked like, and the names of all it stood in, from the inside out.
 * @type {{ element: Element, face: string, within: string[] } | null}
 */
let stood = null;

/** Two things look the same when they are of one kind and say the same words.
 * @param {Element} element
 */
function faceOf(element) {
  return `${element.tagName} ${element.getAttribute("name") ?? ""} ${element.textContent?.trim() ?? ""}`;
}

/** Remember where the keyboard is before something is put in place. */
function remember() {
  const element = document.activeElement;
  if (!element || element === document.body) return;
  const within = [];
  for (let each = /** @type {Element | null} */ (element); each; each = each.parentElement) {
    if (each.id) within.push(each.id);
  }
  stood = { element, face: faceOf(element), within };
}

/** Give the focus to the same thing again; where it is gone, to what it stood in, so that nobody who
 * presses a second time does what they never read.
 */
function standAgain() {
  const was = stood;
  stood = null;
  if (!was || was.element.isConnected || document.activeElement !== document.body) return;
  for (const id of was.within) {
    const place = document.getElementById(id);
    if (!place?.checkVisibility()) continue;
    const same = [...place.querySelectorAll(STOPS)].filter((each) => faceOf(each) === was.face);
    const [only] = same;
    if (same.length === 1 && only instanceof HTMLElement) only.focus({ preventScroll: true });
    if (document.activeElement !== document.body) return;
    if (place.tabIndex < 0) place.tabIndex = -1;
    place.focus({ preventScroll: true });
    if (document.activeElement === place) return;
  }
}

/** Keep the keyboard's place through everything that htmx fetches. */
export function startFocus() {
  document.addEventListener("htmx:beforeSwap", remember);
  document.addEventListener("htmx:afterSwap", standAgain); // before anybody can press again
}
