// Runs the rows of semantics.txt under Node.js and says where its answers differ. Skipped where node is missing.
import { readFileSync } from "node:fs";

const [scopeFile, casesFile] = process.argv.slice(2);
const scope = JSON.parse(readFileSync(scopeFile, "utf8"));
const names = Object.keys(scope);
let rows = 0;
let wrong = 0;
for (const line of readFileSync(casesFile, "utf8").split("\n")) {
  const place = line.lastIndexOf(" ==> ");
  if (line.startsWith("#") || place < 0) continue;
  const expression = line.slice(0, place).trimEnd();
  const expected = line.slice(place + 5);
  ++rows;
  let answer;
  try {
    const evaluate = new Function(...names, `"use strict"; return (\n${expression}\n);`);
    answer = JSON.stringify(evaluate(...Object.values(scope)) ?? null);
  } catch (error) {
    answer = String(error);
  }
  if (answer !== expected) {
    ++wrong;
    console.log(`${expression}\n  expected ${expected}\n  node     ${answer}`);
  }
}
console.log(`${rows} rows, ${wrong} differ`);
process.exit(wrong === 0 && rows > 0 ? 0 : 1);
