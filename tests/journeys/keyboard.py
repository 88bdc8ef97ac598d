"""Somebody who has a keyboard and nothing else: Tab to a thing, and press."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

MOST = 200  # presses; no page of ours has as many stops

# Where the focus is: whether on one of these, whether it was here since we began to look, and
# whether somebody who sees can tell. A chip or a pebble shows it for the input that it holds.
STOP = """
(wanted, [run, press]) => {
  const at = document.activeElement;
  if (!at || at === document.body) return {nowhere: true};
  const rings = each => {
    const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(each);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
  };
  // What cannot be pressed and no Tab leads to is only where the keyboard goes on from.
  const seen = at.tabIndex < 0 || [at, at.closest('label, .option')].some(each => {
    if (!each || !each.checkVisibility() || !rings(each)) return false;
    const {width, height, bottom, top} = each.getBoundingClientRect();
    return width > 2 && height > 2 && bottom > 0 && top < innerHeight;
  });
  const again = at.stopped?.run === run && at.stopped.press !== press;
  if (!again) at.stopped = {run, press};
  return {hit: wanted.includes(at), seen, again, what: at.outerHTML.slice(0, 160)};
}
"""


class Keyboard:
    """The keyboard of one person's page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.press, self.type = page.keyboard.press, page.keyboard.type
        self._runs = 0

    def to(self, role: Any, name: str, *, exact: bool = False, back: bool = False) -> None:
        """Press Tab until what has this role and name has the focus.

        Fails when the whole page was walked through without it, when the focus cannot be seen, and
        when it stays where it is.
        """
        wanted = self.page.get_by_role(role, name=name, exact=exact)
        wanted.first.wait_for(state="attached")
        self.page.wait_for_load_state()
        self._walk(wanted, "Shift+Tab" if back else "Tab", f"{role} “{name}”")

    def stands(self, where: str) -> None:
        """Fails unless the focus comes to be on what this selector finds, or within it."""
        self.page.wait_for_function(
            "where => document.activeElement.closest(where) !== null", arg=where
        )

    def unfold(self, words: str) -> None:
        """Go to what unfolds and press Enter."""
        self._walk(self.page.locator("summary", has_text=words), "Tab", f"“{words}”")
        self.press("Enter")

    def choose(self, question: str, words: str) -> None:
        """Go to the answers, which share one stop, and by arrows to the one with these words."""
        answers = self.page.locator(f"input[type=radio][name={question}]")
        wanted = self.page.get_by_role("radio", name=words).and_(answers)
        self._walk(answers, "Tab", question)
        if not answers.and_(self.page.locator(":checked")).count():
            self.press("Space")
        for _ in range(answers.count()):
            if wanted.is_checked():
                return
            self.press("ArrowRight")
        raise AssertionError(f"no arrow leads to {words}")

    def _walk(self, wanted: Locator, key: str, called: str) -> None:
        self._runs += 1
        walked: list[str] = []
        for press in range(MOST):
            stop = self._stop(wanted, press)
            if not stop.get("nowhere"):
                walked.append(stop["what"])
                if stop["hit"]:
                    assert stop["seen"], f"nobody can see that this has the focus: {stop['what']}"
                    return
                # Where the keyboard stood before it began to walk may be out of sight by now.
                assert stop["seen"] or len(walked) == 1, f"nobody can see it: {stop['what']}"
                assert not stop["again"], f"no way to {called} but {walked}"
            self.press(key)
        raise AssertionError(f"no way to {called}: {walked}")

    def _stop(self, wanted: Locator, press: int) -> dict[str, Any]:
        """Where the focus is; the browser has a moment to bring it into sight."""
        for _ in range(20):
            stop: dict[str, Any] = wanted.evaluate_all(STOP, [self._runs, press])
            if press == 0 or stop.get("nowhere") or stop["seen"]:
                break
            self.page.wait_for_timeout(100)
        return stop

    def open(self, role: Any, name: str, *, exact: bool = False) -> None:
        """Go there and press Enter."""
        self.to(role, name, exact=exact)
        self.press("Enter")

    def write(self, name: str, words: str, *, role: Any = "textbox", exact: bool = False) -> None:
        """Go to the field of this name and write."""
        self.to(role, name, exact=exact)
        self.type(words)
