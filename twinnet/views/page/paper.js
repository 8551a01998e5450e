// Printing: the page is told when it is laid out for paper, and when for the screen again.
import { byId } from "./dom.js";

/** @param {(paper: boolean) => void} onPaper */
export function createPaper(onPaper) {
  byId("print").addEventListener("click", () => window.print());
  window.addEventListener("beforeprint", () => onPaper(true));
  window.addEventListener("afterprint", () => onPaper(false));
  window.matchMedia("print").addEventListener("change", (event) => onPaper(event.matches));
}
