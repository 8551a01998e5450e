// What is taken away opens in a spreadsheet as it was shown, and runs nothing there.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { csv, fileName, harmless } from "../../twinnet/views/page/export.js";

describe("a text in a spreadsheet", () => {
  it("is no formula", () => {
    for (const text of ["=1+1", "+cmd|' /C calc'!A0", "-2+3*cell", "@SUM(A1)", "\t=1", "  =1", "＝1", "\n=1", "\r=1", "\u00a0=1"]) {
      assert.equal(harmless(text)[0], "'", JSON.stringify(text));
    }
  });
  it("stays as it is where it is no formula: names, numbers, telephones", () => {
    for (const text of ["Zenica", "L’Aquila", "-", "+387 32 123 456", "-12.5", "+", "a=b", "'s-Hertogenbosch", ""]) assert.equal(harmless(text), text);
  });
});

describe("CSV", () => {
  it("begins with the mark of UTF-8, ends its lines as the standard says", () => assert.equal(csv(["a", "b"], [["1", "2"]]), "\uFEFFa,b\r\n1,2\r\n"));
  it("quotes what needs it", () => assert.equal(csv(["a"], [['say "no", please'], ["two\r\nlines"]]), '\uFEFFa\r\n"say ""no"", please"\r\n"two\nlines"\r\n'));
  it("writes numbers plainly, also those below nothing, and nothing for what is not known", () => assert.equal(csv(["a", "b", "c"], [[-1234.5, null, 0]]), "\uFEFFa,b,c\r\n-1234.5,,0\r\n"));
  it("parts cells as the language's spreadsheets do, and quotes both marks", () => assert.equal(csv(["a", "b"], [["1;2", "3,4"]], ";"), '\uFEFFa;b\r\n"1;2";"3,4"\r\n'));
  it("of no rows is its header", () => assert.equal(csv(["a"], []), "\uFEFFa\r\n"));
});

describe("a file's name", () => {
  it("is made of letters and digits of every script", () => assert.equal(fileName(["My network", "Сарајево / Αθήνα", "map"]), "My-network-Сарајево-Αθήνα-map"));
  it("leads nowhere else", () => assert.equal(fileName(["../../etc/passwd", "C:\\x"]), "etc-passwd-C-x"));
  it("is never empty, and never very long", () => {
    assert.equal(fileName(["…", ""]), "twinnet");
    assert.ok(fileName(["x".repeat(1000)]).length <= 60);
  });
});
