// What the browser keeps of a page: where it keeps nothing, at least until the page is closed.

/**
 * Open the place where a page keeps things. Each thing has a key of its own, so two windows never write over each other.
 * @param {string} page what tells this page from others
 * @param {() => Storage} [open] the browser's storage; it may be forbidden
 */
export function openStore(page, open = () => window.localStorage) {
  const prefix = `twinnet\u001f${page}\u001f`;
  /** @type {Storage|null} */
  let storage = null;
  /** Whether it takes nothing in, as where it is full: what it kept before is still read. */
  let full = false;
  try {
    storage = open();
    storage.setItem(`${prefix}try`, "1");
    storage.removeItem(`${prefix}try`);
  } catch {
    full = true;
  }
  /** @type {Map<string, string>} what the browser does not keep */
  const memory = new Map();

  return {
    /** Whether the browser keeps everything, also when the page is closed. */
    get lasts() {
      return storage !== null && !full && memory.size === 0;
    },
    /** @param {string} key @returns {any} null where there is nothing */
    get(key) {
      try {
        return JSON.parse(memory.get(key) ?? storage?.getItem(prefix + key) ?? "null");
      } catch {
        return null;
      }
    },
    /** @param {string} key @param {any} value that JSON can say */
    set(key, value) {
      const text = JSON.stringify(value);
      try {
        if (!storage) throw new Error("no storage");
        storage.setItem(prefix + key, text);
        memory.delete(key);
        full = false;
      } catch {
        memory.set(key, text);
      }
    },
    /** @param {string} key */
    remove(key) {
      memory.delete(key);
      try {
        storage?.removeItem(prefix + key);
      } catch {
        // What cannot be removed stays.
      }
    },
    /** The keys that begin so, in their order. @param {string} beginning */
    keys(beginning) {
      const found = new Set(memory.keys());
      try {
        for (let i = 0; storage && i < storage.length; i += 1) {
          const key = storage.key(i) ?? "";
          if (key.startsWith(prefix)) found.add(key.slice(prefix.length));
        }
      } catch {
        // What cannot be read is not there.
      }
      return Array.from(found).filter((key) => key.startsWith(beginning)).sort();
    },
    /** Be told when another window changes something. @param {(key: string|null) => void} listener null: everything was removed */
    watch(listener) {
      window.addEventListener("storage", (event) => {
        if (event.key === null) listener(null);
        else if (event.key.startsWith(prefix)) listener(event.key.slice(prefix.length));
      });
    },
  };
}
