// Reads calendars with npm ical.js, knowing no zone but those inside each calendar.
// In: one calendar a line, as a JSON string. Out: one line each, its events as JSON.
// Run: node tests/exchange/ical.js < calendars

const ICAL = require("ical.js");
const readline = require("node:readline");

/** @param {string} text */
function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      starts: event.startDate.toUnixTime(),
      ends: event.endDate.toUnixTime(),
      zone: event.startDate.zone.tzid,
      summary: event.summary,
      status: component.getFirstPropertyValue("status"),
      sequence: event.sequence,
      description: event.description,
      location: event.location,
    };
  });
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(`${JSON.stringify(read(JSON.parse(line)))}\n`);
});
