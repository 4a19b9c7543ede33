// The results that criterion has left behind, as one table and one file: `node benches/native.mjs`.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, relative } from "node:path";
import { cwd, env } from "node:process";
import { fileURLToPath } from "node:url";

const target = env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../target", import.meta.url));
const folder = join(target, "criterion");
/** @param {string} path */
const read = (path) => JSON.parse(readFileSync(path, "utf8"));

const results = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(join("new", "benchmark.json")))
  .map((path) => {
    const { group_id: group, function_id: name, throughput } = read(join(folder, path));
    const { median } = read(join(folder, path, "..", "estimates.json"));
    const elements = throughput?.Elements ?? 1;
    return {
      group, name, elements,
      nanoseconds: median.point_estimate / elements,
      from: median.confidence_interval.lower_bound / elements,
      to: median.confidence_interval.upper_bound / elements,
    };
  })
  .sort((a, b) => `${a.group} ${a.name}`.localeCompare(`${b.group} ${b.name}`, "en", { numeric: true }));

/** @param {number} x */
const number = (x) => Number(x.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
console.log(`## Natively, by itself\n\nMedian and its 95 % interval, for each image or example.\n`);
console.log("| | ns | a second |\n| --- | ---: | ---: |");
for (const { group, name, nanoseconds, from, to } of results) {
  console.log(`| ${group}: ${name} | ${number(nanoseconds)} (${number(from)}–${number(to)}) | ${number(1e9 / nanoseconds)} |`);
}
const file = join(target, "bench", "native.json");
mkdirSync(join(target, "bench"), { recursive: true });
const machine = { processor: cpus()[0]?.model, cores: cpus().length, load: loadavg() };
writeFileSync(file, `${JSON.stringify({ date: new Date().toISOString(), machine, results }, null, 1)}\n`);
console.log(`\nThe numbers: ${relative(cwd(), file)}\n`);
