// Two things that a form cannot do by itself: this device's time zone, and "near me". Neither is needed.

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form.questions"));

function ask() {
  form?.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Shows times as this device keeps them, unless somebody chose otherwise. */
function useOwnZone() {
  const select = /** @type {HTMLSelectElement | null} */ (document.querySelector("[data-browser-zone]"));
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!select || !own || select.value === own) return;
  if (![...select.options].some((option) => option.value === own)) return;
  select.value = own;
  ask();
}

/** @param {HTMLElement} box */
function offerNear(box) {
  const button = /** @type {HTMLButtonElement} */ (box.querySelector("button"));
  const said = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));
  const near = /** @type {HTMLInputElement} */ (form?.elements.namedItem("near"));
  const place = /** @type {HTMLInputElement} */ (form?.elements.namedItem("place"));
  if (!("geolocation" in navigator) || !near || !place) return;
  box.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        near.value = `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`;
        place.value = "";
        said.textContent = box.dataset.there ?? "";
        ask();
      },
      () => {
        said.textContent = box.dataset.refused ?? "";
        place.focus();
      },
      { enableHighAccuracy: false, maximumAge: 600_000, timeout: 10_000 },
    );
  });
  place.addEventListener("input", () => {
    near.value = "";
    said.textContent = "";
  });
}

// The list is new after every answer; how many there are is said once, quietly.
document.addEventListener("htmx:afterSwap", () => {
  const heard = document.getElementById("heard");
  if (heard) heard.textContent = document.getElementById("how-many")?.textContent ?? "";
});
const box = /** @type {HTMLElement | null} */ (document.querySelector("[data-near]"));
if (box) offerNear(box);
// htmx listens once the page is there; a module may run before it does.
if (document.readyState === "complete") useOwnZone();
else window.addEventListener("load", useOwnZone);

export {};
