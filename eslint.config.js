// What the page's script must hold to, beyond its types. Texts come from others: nothing may be read as HTML or code.
import js from "@eslint/js";
import globals from "globals";

const asHTML = "Texts are text nodes only: make elements with h() of dom.js.";

export default [
  { ignores: ["twinnet/views/bundle/", "twinnet/views/vendor/", "**/.*/", "build/", "dist/", "htmlcov/", "docs/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-script-url": "error",
      "no-shadow-restricted-names": "error",
      "no-unused-vars": ["error", { args: "after-used" }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": ["error", { destructuring: "all" }],
      "prefer-template": "error",
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe", "createContextualFragment"].map((property) => ({ property, message: asHTML })),
        { object: "document", property: "write", message: asHTML },
        { object: "document", property: "writeln", message: asHTML },
      ],
    },
  },
  {
    files: ["twinnet/views/page/**/*.js"],
    languageOptions: { globals: { ...globals.browser, L: "readonly", vis: "readonly" } },
    rules: {
      "no-console": "error",
      // A name that a browser brings along is the page's own only where it is said: `name` and `status` are windows' properties.
      "no-restricted-globals": ["error", "event", "name", "status", "parent", "top", "length", "find", "stop", "close", "open", "print", "self", "history", "location", "origin"],
    },
  },
  {
    files: ["tests/page/**/*.js", "scripts/**/*.mjs", "*.js"],
    languageOptions: { globals: globals.node },
  },
];
