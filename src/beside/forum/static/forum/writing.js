// While somebody writes, the house knows that somebody is there; nothing of the words is sent or kept.

const EVERY = 120_000; // two minutes, well under the ten after which a shared device rests

for (const form of document.querySelectorAll("form[data-still]")) {
  const address = /** @type {HTMLElement} */ (form).dataset.still ?? "";
  let told = Date.now();
  form.addEventListener("input", () => {
    if (Date.now() - told < EVERY) return;
    told = Date.now();
    fetch(address, { method: "HEAD" }).catch(() => {});
  });
  // One press sends once. The form's own key makes a second one harmless where scripts are off.
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("data-sent")) event.preventDefault();
    form.setAttribute("data-sent", "");
  });
  addEventListener("pageshow", () => form.removeAttribute("data-sent"));
}
