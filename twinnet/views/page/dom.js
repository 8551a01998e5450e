// Elements, made so that a text is always a text.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. Properties that begin with "on" are listeners, the others attributes; false, null and undefined
 * leave one out. Children that are strings become text.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/**
 * Make an SVG element, as `h` does.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties} [properties]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function s(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

/** @template {Element} Made @param {Made} element @param {Properties} properties @param {Child[]} children */
function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  const flat = /** @type {Exclude<Child, Child[]>[]} */ (children.flat(3));
  element.append(...flat.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Find an element of the page by its id. @param {string} id @returns {any} */
export function byId(id) {
  return document.getElementById(id);
}

/** A name in its own direction of writing. @param {string} text @param {keyof HTMLElementTagNameMap} [tag] */
export function name(text, tag = "bdi") {
  return h(tag, { dir: "auto" }, text);
}

/** Return an address that may be linked to, or null. @param {string|undefined} address */
export function webAddress(address) {
  try {
    const url = new URL(/^[\w-]+(\.[\w-]+)+/.test(address ?? "") ? `https://${address}` : (address ?? ""));
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
