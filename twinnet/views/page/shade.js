// Light and dark: as the system has it, until the reader chooses; light on paper.
import { byId } from "./dom.js";

/** @param {() => void} onChange told after the colours have changed */
export function createShade(onChange) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const { dataset } = document.documentElement;
  /** The reader's choice while the page is on paper; null while it is on the screen. @type {string|null} */
  let screen = null;
  const isDark = () => (dataset.theme ? dataset.theme === "dark" : dark.matches);
  const tell = () => byId("dark").setAttribute("aria-pressed", String(isDark()));

  byId("dark").addEventListener("click", () => {
    dataset.theme = isDark() ? "light" : "dark";
    tell();
    onChange();
  });
  dark.addEventListener("change", () => {
    tell();
    onChange();
  });
  tell();
  return {
    /** Paper is light, whatever the screen is. @param {boolean} paper */
    onPaper(paper) {
      if (paper && screen === null) {
        screen = dataset.theme ?? "";
        dataset.theme = "light";
      } else if (!paper && screen !== null) {
        if (screen) dataset.theme = screen;
        else delete dataset.theme;
        screen = null;
      }
    },
  };
}
