// The figures of the network: what it shows itself with.

/**
 * Make the view of the figures.
 * @param {HTMLElement} element
 * @param {{model: Model, t: Translator, address: Address}} options
 */
export function createFigures(element, { t }) {
  return {
    /** Show them, in the language of the moment. */
    show() {
      element.textContent = t("figures");
    },
  };
}
