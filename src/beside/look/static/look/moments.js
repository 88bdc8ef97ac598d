// Adds "(14:30 for you)" to moments in another zone, for readers whose zone the server does not know.

/** @param {Date} moment @param {string} [zone] @returns {{ day: string, hour: string }} */
function spoken(moment, zone) {
  const language = document.documentElement.lang || "en";
  const day = { weekday: "short", day: "numeric", month: "short", timeZone: zone };
  const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  return {
    day: new Intl.DateTimeFormat(language, /** @type {Intl.DateTimeFormatOptions} */ (day)).format(moment),
    hour: new Intl.DateTimeFormat(language, /** @type {Intl.DateTimeFormatOptions} */ (hour)).format(moment),
  };
}

/** @param {ParentNode} within */
function tell(within) {
  const said = document.documentElement.dataset.forYou ?? "(%s)";
  for (const each of within.querySelectorAll("time[data-zone]:not([data-told])")) {
    const time = /** @type {HTMLTimeElement} */ (each);
    const moment = new Date(time.dateTime);
    const there = spoken(moment, time.dataset.zone);
    const here = spoken(moment);
    time.dataset.told = "";
    if (there.day === here.day && there.hour === here.hour) continue;
    const words = there.day === here.day ? here.hour : `${here.day}, ${here.hour}`;
    time.append(` ${said.replace("%s", words)}`);
  }
}

/** Now, and again for every part that is fetched later. */
export function startMoments() {
  tell(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target instanceof Element) tell(event.target);
  });
}
