// Taking away what is shown: rows as CSV, the map or the network as a picture.
import { h } from "./dom.js";
import { GLYPHS, LINES, MARKS, colours, traceGlyph, traceMark } from "./shapes.js";

const FORMULA = new Set("=+-@\t\n＝＋－＠");
const SIGNED_NUMBER = /^[+-](?:[ (]*\d[\d ().,/-]*)?$/;

/**
 * Return a text that no spreadsheet takes for a formula: one that begins like one begins with an apostrophe. A number
 * with its sign, and a telephone number, stay as they are.
 * @param {string} text
 */
export function harmless(text) {
  const plain = text.replace(/\r\n?/g, "\n");
  const first = Array.from(plain)[0] ?? "";
  const hidden = /^\s/.test(plain) && FORMULA.has(Array.from(plain.trimStart())[0] ?? "");
  return (FORMULA.has(first) || hidden) && !SIGNED_NUMBER.test(plain) ? `'${plain}` : plain;
}

/**
 * Return a table as CSV (RFC 4180), with the mark by which spreadsheets know UTF-8; null is an empty cell.
 * @param {string[]} header
 * @param {Iterable<(string|number|null)[]>} rows
 * @param {string} [between] what parts cells: a semicolon where people write a comma in numbers, as spreadsheets there do
 */
export function csv(header, rows, between = ",") {
  /** @param {string|number|null} value */
  const cell = (value) => {
    if (value === null) return "";
    const text = typeof value === "number" ? String(value) : harmless(value);
    return /[",;\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [header.map(cell).join(between)];
  for (const row of rows) lines.push(row.map(cell).join(between));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

/** Return words as a part of a file's name: letters and digits, hyphens between. @param {string[]} words */
export function fileName(words) {
  return words.map((word) => Array.from(word).slice(0, 60).join("").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, ""))
    .filter(Boolean).join("-") || "twinnet";
}

/** Give the reader a file. @param {Blob} blob @param {string} called */
export function download(blob, called) {
  const address = URL.createObjectURL(blob);
  const link = h("a", { href: address, download: called, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the address after the click; some take their time.
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif";
const EDGE = 20;
const HEADER = 66;
const STEP = 24;
/** A picture is at least so wide, for the legend to have room. */
const LEAST_WIDTH = 640;

/**
 * Draw what an element's canvases show as one picture, with its heading, legend and attribution.
 * @param {HTMLElement} element
 * @param {{heading: string, subheading: string, lines: {style: LineStyle, label: string}[], marks: {region: Region, label: string}[], attribution: string}} said
 * @returns {Promise<Blob>}
 */
export async function picture(element, { heading, subheading, lines, marks, attribution }) {
  const frame = element.getBoundingClientRect();
  const scale = Math.max(1, window.devicePixelRatio || 1);
  const look = colours();
  const width = Math.max(LEAST_WIDTH, Math.round(frame.width));
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas"));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

  const entries = [...lines, ...marks].map((entry) => ({ ...entry, x: 0, y: 0 }));
  context.font = `13px ${FONT}`;
  let [x, y] = [EDGE, 0];
  for (const entry of entries) {
    const wide = ("style" in entry ? 44 : 26) + context.measureText(entry.label).width + 22;
    if (x > EDGE && x + wide > width - EDGE) [x, y] = [EDGE, y + STEP];
    Object.assign(entry, { x, y });
    x += wide;
  }
  context.font = `11px ${FONT}`;
  const credits = wrap(context, attribution, width - 2 * EDGE);
  const legend = entries.length ? y + STEP : 0;
  const height = HEADER + Math.round(frame.height) + 14 + legend + credits.length * 16 + 12;
  canvas.width = width * scale;
  canvas.height = height * scale;
  context.scale(scale, scale);

  context.fillStyle = look.surface;
  context.fillRect(0, 0, width, height);
  context.fillStyle = look.text;
  context.textBaseline = "middle";
  context.font = `650 19px ${FONT}`;
  context.fillText(fitting(context, heading, width - 2 * EDGE), EDGE, 24);
  context.fillStyle = look.muted;
  context.font = `13px ${FONT}`;
  context.fillText(fitting(context, subheading, width - 2 * EDGE), EDGE, 48);

  context.save();
  context.beginPath();
  context.rect(0, HEADER, width, frame.height);
  context.clip();
  context.fillStyle = look.sea;
  context.fillRect(0, HEADER, width, frame.height);
  const left = (width - frame.width) / 2;
  for (const part of element.querySelectorAll("canvas")) {
    const at = part.getBoundingClientRect();
    if (part.width > 0 && at.width > 0) context.drawImage(part, at.x - frame.x + left, at.y - frame.y + HEADER, at.width, at.height);
  }
  context.restore();

  const top = HEADER + frame.height + 14;
  context.font = `13px ${FONT}`;
  for (const entry of entries) {
    const middle = top + entry.y + STEP / 2;
    if ("style" in entry) {
      const { dash, width: stroke } = LINES[entry.style];
      context.strokeStyle = look[entry.style];
      context.lineWidth = stroke;
      context.setLineDash(dash);
      context.beginPath();
      context.moveTo(entry.x, middle);
      context.lineTo(entry.x + 34, middle);
      context.stroke();
      context.setLineDash([]);
      if (GLYPHS[entry.style] || entry.style === "revitalise") {
        traceGlyph(context, entry.style, entry.x + 17, middle, 4.2);
        context.lineWidth = entry.style === "revitalise" ? 2 : 1.4;
        context.fillStyle = entry.style === "revitalise" ? look.surface : look[entry.style];
        context.strokeStyle = entry.style === "revitalise" ? look[entry.style] : look.surface;
        context.fill();
        context.stroke();
      }
    } else {
      traceMark(context, MARKS[entry.region], entry.x + 8, middle, 5);
      context.fillStyle = look[entry.region];
      context.fill();
    }
    context.fillStyle = look.text;
    context.fillText(entry.label, entry.x + ("style" in entry ? 42 : 24), middle);
  }
  context.fillStyle = look.muted;
  context.font = `11px ${FONT}`;
  credits.forEach((line, at) => context.fillText(line, EDGE, top + legend + at * 16 + 8));

  // Not toBlob, which waits until the browser has nothing else to do, up to seconds.
  const letters = atob(canvas.toDataURL("image/png").split(",")[1]);
  return new Blob([Uint8Array.from({ length: letters.length }, (_, i) => letters.charCodeAt(i))], { type: "image/png" });
}

/** Cut a text that is wider than its place. @param {CanvasRenderingContext2D} context @param {string} text @param {number} width */
function fitting(context, text, width) {
  const letters = Array.from(text);
  if (context.measureText(text).width <= width) return text;
  let [fits, most] = [0, letters.length];
  while (fits < most) {
    const half = Math.ceil((fits + most) / 2);
    if (context.measureText(`${letters.slice(0, half).join("")}…`).width <= width) fits = half;
    else most = half - 1;
  }
  return `${letters.slice(0, fits).join("")}…`;
}

/** Break a text into lines. @param {CanvasRenderingContext2D} context @param {string} text @param {number} width */
function wrap(context, text, width) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
