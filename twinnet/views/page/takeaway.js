// The menu of what can be taken away: each kind of rows as CSV, what is drawn as a picture.
import { byId } from "./dom.js";
import { columns } from "./columns.js";
import { csv, download, fileName, picture } from "./export.js";
import { lineName } from "./legend.js";
import { createMenu } from "./menu.js";
import { ROWS } from "./state.js";

/**
 * @param {object} options
 * @param {Model} options.model
 * @param {Translator} options.t
 * @param {ReturnType<typeof import("./state.js").createAddress>} options.address
 * @param {ReturnType<typeof import("./table.js").createTable>} options.table
 * @param {ReturnType<typeof import("./legend.js").createLegend>} options.legend
 * @param {() => Record<import("./state.js").Rows, any[]>} options.rows what passes the filters
 * @param {() => Organisation|null} options.town
 */
export function createTakeaway({ model, t, address, table, legend, rows, town }) {
  /** @param {string} what */
  const called = (what) => fileName([model.title, what, town()?.name ?? ""]);

  /** @param {import("./state.js").Rows} kind */
  function sheet(kind) {
    // In the table's view the rows are as they are searched and sorted there.
    const found = (address.state.view === "table" && table.found(kind)) || rows()[kind];
    return {
      label: t(`export.csv.${kind}`),
      detail: t("export.rows", { n: found.length }),
      run: () => {
        const written = columns(t, address.address)[kind];
        const text = csv(written.map((column) => column.label), cells(found, written), t.number(0.5).includes(",") ? ";" : ",");
        download(new Blob([text], { type: "text/csv;charset=utf-8" }), `${called(t(NAMES[kind]))}.csv`);
      },
    };
  }

  async function draw() {
    const { view } = address.state;
    const said = {
      heading: town()?.label ?? model.title,
      subheading: [town() ? model.title : "", t("since", { date: model.today })].filter(Boolean).join(" · "),
      lines: legend.styles.filter((style) => (view === "map" ? legend.on.has(style) : town() !== null)).map((style) => ({ style, label: lineName(style, t) })),
      marks: legend.regions.map((region) => ({ region, label: t(`region.${region}`) })),
      attribution: (byId("attribution").textContent ?? "").replace(/\s+/g, " ").trim(),
    };
    try {
      download(await picture(byId(view), said), `${called(t(view))}.png`);
    } catch {
      window.alert(t("error.picture"));
    }
  }

  createMenu(byId("export"), byId("export-menu"), () => [
    ...ROWS.map(sheet),
    ...(["map", "network"].includes(address.state.view) ? [{ label: t("export.png"), run: () => void draw() }] : []),
  ]);
}

const NAMES = { suggestions: "suggestions", links: "rows.links", towns: "rows.towns" };

/** @param {any[]} rows @param {import("./columns.js").Column[]} written */
function* cells(rows, written) {
  for (const row of rows) yield written.map((column) => column.value(row));
}
