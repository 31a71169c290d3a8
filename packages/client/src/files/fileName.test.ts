import { expect, test } from "vitest";
import { extensionOf, safeFileName } from "./fileName.ts";

test.each([
  ["report.pdf", "report.pdf"],
  ["Überblick (2).pdf", "Überblick (2).pdf"],
  ["年度.xlsx", "年度.xlsx"],
  ["../../etc/passwd", "passwd"],
  ["C:\\Users\\me\\a.txt", "a.txt"],
  ["invoice\u202Egpj.exe", "invoicegpj.exe"],
  ["a\u0000b\nc.txt", "abc.txt"],
  [".bashrc", "bashrc"],
  ["evil.txt.", "evil.txt"],
  ["con.txt", "_con.txt"],
  ["a<b>:c|d?*.txt", "abcd.txt"],
  ["..", "file"],
  ["", "file"],
  [`${"x".repeat(300)}.tar.gz`, `${"x".repeat(117)}.gz`],
])("%j is saved as %j", (name, saved) => {
  expect(safeFileName(name)).toBe(saved);
  expect(safeFileName(saved)).toBe(saved);
});

test.each([
  ["a.PDF", "pdf"],
  ["a.tar.gz", "gz"],
  ["none", ""],
  ["dot.", ""],
])("the extension of %j is %j", (name, extension) => {
  expect(extensionOf(name)).toBe(extension);
});
