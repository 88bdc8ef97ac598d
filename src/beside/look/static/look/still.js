// While somebody writes, the house knows that somebody is there; nothing of the words is sent or kept.

const EVERY = 120_000; // two minutes, well under the ten after which a shared device rests

/** Say so, at most every two minutes, for whatever is written in a form that will be sent. */
export function startStill() {
  const address = document.documentElement.dataset.stillHere;
  if (!address) return;
  let told = Date.now();
  document.addEventListener("input", ({ target }) => {
    const writes = target instanceof Element && target.closest("form[method=post]");
    if (!writes || Date.now() - told < EVERY) return;
    told = Date.now();
    fetch(address, { method: "HEAD", redirect: "manual" }).catch(() => {});
  });
}
