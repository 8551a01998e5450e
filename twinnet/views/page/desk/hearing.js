// Elements that hear of what is decided, as long as they stand in the page: nothing holds them when they are gone.

/** @type {WeakMap<Element, (keys: Set<string>) => void>} */
const hearers = new WeakMap();

/** Tell an element of the matters that changed. @template {Element} Hearer @param {Hearer} element @param {(keys: Set<string>) => void} run */
export function hears(element, run) {
  hearers.set(element, run);
  element.classList.add("hears");
  return element;
}

/** Let all elements hear what happens at a desk. @param {Desk} desk */
export function tellElements(desk) {
  desk.listen((keys) => {
    if (keys.size > 0) for (const element of document.querySelectorAll(".hears")) hearers.get(element)?.(keys);
  });
}
