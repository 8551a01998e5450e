// The tabs of the views: arrow keys go from one to the next.
import { byId } from "./dom.js";
import { VIEWS } from "./state.js";

/** Steps of the keys among the tabs. @type {Record<string, (at: number) => number>} */
const STEPS = {
  ArrowRight: (at) => (at + 1) % VIEWS.length,
  ArrowLeft: (at) => (at + VIEWS.length - 1) % VIEWS.length,
  Home: () => 0,
  End: () => VIEWS.length - 1,
};

/** @param {(view: View) => void} onView */
export function createTabs(onView) {
  VIEWS.forEach((view, at) => {
    const tab = byId(`tab-${view}`);
    tab.addEventListener("click", () => onView(view));
    tab.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const step = STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      const next = VIEWS[step(at)];
      byId(`tab-${next}`).focus();
      onView(next);
    });
  });
  return {
    /** @param {View} shown */
    show(shown) {
      document.body.dataset.view = shown;
      for (const view of VIEWS) {
        const on = view === shown;
        byId(`view-${view}`).hidden = !on;
        byId(`tab-${view}`).setAttribute("aria-selected", String(on));
        byId(`tab-${view}`).tabIndex = on ? 0 : -1;
      }
    },
  };
}
