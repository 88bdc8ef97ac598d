// Adds "(14:30 for you)" to moments in another zone, for readers whose zone the server does not know.
// Where it knows it and the device keeps another clock, somebody is away from home: then the city is
// named, and the hour on this device is said.

// What browsers say that hide where they are.
const isHidden = ["UTC", "Atlantic/Reykjavik"].includes(new Intl.DateTimeFormat().resolvedOptions().timeZone);

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
  const { forYou = "(%s)", onDevice = "(%s)" } = document.documentElement.dataset;
  for (const each of within.querySelectorAll("time[data-zone]:not([data-told])")) {
    const time = /** @type {HTMLTimeElement} */ (each);
    const moment = new Date(time.dateTime);
    const { zone, reader, zoned } = time.dataset;
    time.dataset.told = "";
    if (reader) {
      if (isHidden || same(moment, reader)) continue;
      time.textContent = zoned ?? "";
    }
    if (same(moment, zone)) continue;
    const there = spoken(moment, zone);
    const here = spoken(moment);
    const words = there.day === here.day ? here.hour : `${here.day}, ${here.hour}`;
    time.append(` ${(reader ? onDevice : forYou).replace("%s", words)}`);
  }
}

/** Whether this device shows the same as the clocks of a zone. @param {Date} moment @param {string} [zone] */
function same(moment, zone) {
  const there = spoken(moment, zone);
  const here = spoken(moment);
  return there.day === here.day && there.hour === here.hour;
}

/** Now, and again for every part that is fetched later. */
export function startMoments() {
  tell(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.target instanceof Element) tell(event.target);
  });
}
