// Runs before anything is drawn: a tab that was left quickly shows nothing when somebody presses Back.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  /** @param {boolean} returned */
  const guard = (returned) => {
    let away = null;
    try {
      away = sessionStorage.getItem("left");
      if (away && !returned) sessionStorage.removeItem("left");
    } catch {
      // Storage may be turned off; then the ended session alone keeps private pages shut.
    }
    if (away && returned) {
      root.classList.add("gone");
      location.replace(away);
    }
  };
  const [visit] = performance.getEntriesByType("navigation");
  guard(/** @type {PerformanceNavigationTiming | undefined} */ (visit)?.type === "back_forward");
  addEventListener("pageshow", (event) => {
    if (event.persisted) guard(true);
  });
})();
