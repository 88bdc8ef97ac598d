/**
 * Tiles over the drawn map, from the one server that the operator chose. The drawing stays beneath:
 * whoever has no script, or whose tiles do not come, keeps it.
 */

/** @type {any} */
const leaflet = /** @type {any} */ (window).L;

for (const place of document.querySelectorAll("[data-map]")) {
  if (leaflet && place instanceof HTMLElement) show(place, place.dataset);
}

/**
 * @param {HTMLElement} place
 * @param {DOMStringMap} said
 */
function show(place, said) {
  const point = [Number(said.latitude), Number(said.longitude)];
  const frame = document.createElement("div");
  frame.className = "tiles";
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label", said.label ?? "");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  place.append(frame);
  const map = leaflet.map(frame, {
    zoomControl: false,
    scrollWheelZoom: false,
    attributionControl: false,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    inertia: !calm,
  });
  const tiles = leaflet.tileLayer(said.tiles, { maxZoom: 18, alt: "" });
  tiles.once("tileload", () => place.querySelector("svg")?.setAttribute("hidden", ""));
  tiles.addTo(map);
  leaflet.control
    .zoom({ zoomInTitle: said.closer ?? "", zoomOutTitle: said.further ?? "" })
    .addTo(map);
  leaflet.control.scale({ imperial: false }).addTo(map);
  leaflet.control.attribution({ prefix: false }).addAttribution(plain(said.credit ?? "")).addTo(map);
  map.setView(point, "exact" in said ? 16 : 13);
  const spot = { className: "spot", interactive: false };
  if ("exact" in said) leaflet.circleMarker(point, { ...spot, radius: 10 }).addTo(map);
  else leaflet.circle(point, { ...spot, radius: 700 }).addTo(map);
}

/** @param {string} words */
function plain(words) {
  const made = document.createElement("span");
  made.textContent = words;
  return made.innerHTML;
}
