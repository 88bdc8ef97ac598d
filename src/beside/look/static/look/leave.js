// "Leave this site quickly": one click, or Shift three times within five seconds.

const PRESSES = 3;
const WITHIN = 5000;
const NAME = "left";

/** Cover the page, stop what listens or films, end the session, and be elsewhere.
 * @param {string} away the neutral address
 * @param {string} end our own address that ends the session
 * @param {boolean} [tell] whether the other open tabs are told
 */
export function leave(away, end, tell = true) {
  const cover = document.createElement("div");
  cover.className = "cover";
  document.body.append(cover);
  document.title = " ";

  dispatchEvent(new Event("beside:leave"));
  for (const media of document.querySelectorAll("video, audio")) {
    const source = /** @type {HTMLMediaElement} */ (media).srcObject;
    if (source instanceof MediaStream) for (const track of source.getTracks()) track.stop();
  }
  try {
    sessionStorage.setItem(NAME, away);
  } catch {
    // Without storage Back asks the server again, and the session has ended.
  }
  if (tell && "BroadcastChannel" in window) new BroadcastChannel("beside-leave").postMessage(NAME);
  if (!navigator.sendBeacon?.(end)) fetch(end, { method: "POST", keepalive: true }).catch(() => {});
  location.replace(away);
}

/** Listen for the link and for Shift. */
export function startLeaving() {
  const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector("[data-leave]"));
  if (!link) return;
  const away = link.dataset.leave || link.href;
  const end = link.href;
  const go = () => leave(away, end);

  link.addEventListener("click", (event) => {
    event.preventDefault();
    go();
  });
  if ("BroadcastChannel" in window) {
    new BroadcastChannel("beside-leave").onmessage = () => leave(away, end, false);
  }
  countShift(go);
}

/** Call `go` when Shift alone is pressed three times within five seconds; say how many are missing.
 * @param {() => void} go
 */
function countShift(go) {
  const said = document.getElementById("presses");
  /** @type {number[]} */
  let pressed = [];
  let alone = false;
  let quiet = 0;

  const say = (/** @type {number} */ missing) => {
    if (!said) return;
    const words = missing === 1 ? said.dataset.once : said.dataset.more;
    said.textContent = missing ? (words ?? "").replace("%s", String(missing)) : "";
    said.toggleAttribute("data-says", missing > 0);
  };
  addEventListener("keydown", (event) => {
    alone = event.key === "Shift";
    // Shift held for a capital letter is writing, not leaving.
    if (event.key !== "Shift") pressed = [];
  });
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    const now = performance.now();
    pressed = [...pressed.filter((at) => now - at < WITHIN), now];
    if (pressed.length >= PRESSES) return go();
    clearTimeout(quiet);
    say(PRESSES - pressed.length);
    quiet = window.setTimeout(() => say(0), WITHIN);
  });
}
