// What every page does once it is there. Each behaviour is a module of its own; none is needed to read or write.
import { startAgain } from "./again.js";
import { startDialogs } from "./dialog.js";
import { startFocus } from "./focus.js";
import { startLeaving } from "./leave.js";
import { startMoments } from "./moments.js";
import { startStill } from "./still.js";
import { startTabs } from "./tabs.js";
import { startTheme } from "./theme.js";

startLeaving();
startTheme();
startDialogs();
startMoments();
startFocus();
startStill();
startTabs();
startAgain();

// A form that came back with questions open: the reader is taken to what is missing.
const missing = document.querySelector("[data-look-here]:not([data-still] *)");
if (missing instanceof HTMLElement) {
  missing.scrollIntoView({ block: "nearest" });
  missing.focus();
}
