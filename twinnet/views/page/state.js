// What is looked at: kept in the address after the #, so that a link to a town can be sent.

const NAMES = /** @type {const} */ (["town", "view", "kind", "country", "theme", "min"]);
const VIEWS = ["map", "network", "table"];

/** Read the state from the address. @param {string} hash */
export function readState(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const text = (/** @type {string} */ name) => given.get(name) ?? "";
  const min = Number.parseInt(text("min"), 10);
  return {
    town: text("town"),
    view: VIEWS.includes(text("view")) ? text("view") : "map",
    kind: text("kind"),
    country: text("country"),
    theme: text("theme"),
    min: Number.isFinite(min) ? min : null,
  };
}

/** Write the state as an address. @param {State} state */
export function writeState(state) {
  const said = new URLSearchParams();
  for (const name of NAMES) {
    const value = state[name];
    if (value !== "" && value !== null && !(name === "view" && value === "map")) said.set(name, String(value));
  }
  return `#${said.toString()}`;
}
