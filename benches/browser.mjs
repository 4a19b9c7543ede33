// Trains the same network by Descent and by what people would use instead, in one headless browser, in turns.
//
//   node benches/browser.mjs [--quick] [--full] [--rounds 5] [--time 1000]
//
// --quick    everything, but so briefly that only the order of magnitude counts
// --full     with the whole of MNIST, from ../shared/mnist beside this repository, if it is there
// --rounds   how often everybody has a turn
// --time     milliseconds of a turn
//
// Prints tables in Markdown; the numbers behind them are in target/bench/browser.json.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { dirname, join, relative } from "node:path";
import { argv, cwd, env } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { DIST, openSite } from "../tests/e2e/site.js";
import { measurePage } from "./frames.mjs";
import { report } from "./report.mjs";

const { values: options } = parseArgs({
  args: argv.slice(2),
  options: {
    quick: { type: "boolean", default: false },
    full: { type: "boolean", default: false },
    rounds: { type: "string" },
    time: { type: "string" },
  },
});
const ROUNDS = Number(options.rounds ?? (options.quick ? 2 : 5));
const TURN_MS = Number(options.time ?? (options.quick ? 150 : 1_000));
if (!(ROUNDS >= 1 && TURN_MS >= 1)) throw new Error("expected --rounds and --time of 1 and more");

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");
const target = env.CARGO_TARGET_DIR ?? join(root, "target");
const out = join(target, "bench");
const folder = join(out, "site");
const peers = join(here, "node_modules");
const native = join(target, "release", "examples", "train");
const mnist = join(root, "..", "shared", "mnist");

/** The network of the comparison: the video's, with its squares and sigmoids; the rate is that of preset video. */
const VIDEO = { layers: [16, 16], batchSize: 32, rate: 1.5 };
const WIDE = { layers: [64, 32], batchSize: 32, rate: 1.5 };
/** Reads what others have learnt, and says how well. */
const JUDGE = "judge";
/** How much the processor can do at most. */
const PEAK = "peak";
/** The entrant that is easiest to check by eye, once more: what the others compute is compared with it. */
const REFERENCE = "reference";

/**
 * Who takes part.
 * @typedef {object} Who
 * @property {string} name
 * @property {string} file              in entrants/
 * @property {boolean} [own]            this project's, which reads the images by itself
 * @property {boolean} [straighten]     learns from straightened images, not raw ones
 * @property {boolean} [eachByItself]   makes a step after each example, and so not the same steps as the others
 * @property {string[]} code            files that a page has to load for it
 */

/** @type {Who[]} */
const ENTRANTS = [
  { name: "Descent", file: "descent", code: ["descent_bg.wasm", "descent.js"], own: true },
  { name: "Descent, straightened images", file: "descent", straighten: true, code: [], own: true },
  { name: "naive ndarray, wasm simd128", file: "naive-ndarray", code: ["naive_ndarray_bg.wasm", "naive_ndarray.js"] },
  { name: "TensorFlow.js wasm, minimize", file: "tensorflow-wasm", code: ["bench/tensorflow-wasm.js", "bench/tfjs-backend-wasm-simd.wasm"] },
  { name: "TensorFlow.js wasm, model.fit", file: "tensorflow-fit", code: ["bench/tensorflow-fit.js", "bench/tfjs-backend-wasm-simd.wasm"] },
  { name: "TensorFlow.js cpu, minimize", file: "tensorflow-cpu", code: ["bench/tensorflow-cpu.js"] },
  { name: "ConvNetJS", file: "convnet", code: ["bench/convnet.js"] },
  { name: "brain.js", file: "brain", eachByItself: true, code: ["bench/brain.js"] },
  { name: "plain JavaScript, skipping zeros", file: "plain", code: ["bench/plain.js"] },
];

/** @param {string} text */
const say = (text) => console.error(`bench: ${text}`);
/** @param {string} path */
const local = (path) => relative(cwd(), path);

// The site: a copy of the built page, so that a build meanwhile does no harm, and the entrants in bench/ beside it.
if (!existsSync(peers)) throw new Error("the peers are missing: make bench");
rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, "bench"), { recursive: true });
cpSync(DIST, folder, { recursive: true });
for (const name of ["naive_ndarray.js", "naive_ndarray_bg.wasm"]) cpSync(join(out, "naive", name), join(folder, name));
for (const name of readdirSync(join(peers, "@tensorflow/tfjs-backend-wasm/dist"))) {
  if (name.endsWith(".wasm")) cpSync(join(peers, "@tensorflow/tfjs-backend-wasm/dist", name), join(folder, "bench", name));
}
cpSync(join(here, "page"), join(folder, "bench"), { recursive: true });
buildSync({
  entryPoints: [...new Set([...ENTRANTS.map(({ file }) => file), PEAK])].map((file) => join(here, "entrants", `${file}.js`)),
  outdir: join(folder, "bench"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  external: ["../descent.js", "../naive_ndarray.js"],
  logLevel: "error",
});

/** @type {{ images: string, labels: string } | undefined} */
let files;
const idx = { images: join(mnist, "train-images-idx3-ubyte.gz"), labels: join(mnist, "train-labels-idx1-ubyte.gz") };
if (options.full && existsSync(idx.images) && existsSync(idx.labels)) {
  files = { images: "images.idx", labels: "labels.idx" };
  writeFileSync(join(folder, "bench", files.images), gunzipSync(readFileSync(idx.images)));
  writeFileSync(join(folder, "bench", files.labels), gunzipSync(readFileSync(idx.labels)));
} else if (options.full) {
  say(`no MNIST in ${local(mnist)}: the shipped images instead`);
}

const site = await openSite({ folder });
const { page, problems, close } = await site.open();
page.setDefaultTimeout(0);
await page.goto(new URL("bench/", site.url).href);
await page.waitForFunction(() => "bench" in globalThis);

/** Calls a function of page/main.js. @param {string} method @param {any[]} args @returns {Promise<any>} */
function bench(method, ...args) {
  return page.evaluate((method, args) => /** @type {any} */ (globalThis).bench[method](...args), method, args);
}
/** @param {string} name @param {string} method @param {any[]} args */
const ask = (name, method, ...args) => bench("ask", name, method, ...args);

/**
 * Starts an entrant and refuses to go on if it computes something else than the others, or does not learn.
 * @param {Who} who @param {string} problem
 */
async function enter({ name, file, straighten = false, own, eachByItself }, problem) {
  await bench("open", name, file);
  if (own) await ask(name, "load", files);
  if (!straighten && !eachByItself) {
    const apart = await bench("compare", name, problem, REFERENCE);
    if (!(apart < 1e-3)) throw new Error(`${name} computes something else: its first step ends ${apart} step lengths away`);
  }
  const examples = 2 * result.data.counts.train;
  const { start, end } = await bench("learn", name, { problem, straighten, examples, judge: JUDGE });
  if (!(end.cost < start.cost / 2 && end.accuracy > 0.5)) {
    throw new Error(`${name} does not learn: cost ${start.cost} -> ${end.cost}, ${100 * end.accuracy} % after ${examples} examples`);
  }
  return end;
}

/** Everybody has a turn, then everybody the next. @param {(() => Promise<number>)[]} turns @param {number} rounds */
async function takeTurns(turns, rounds) {
  /** @type {number[][]} */
  const all = turns.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, turn] of turns.entries()) all[i].push(await turn());
  }
  return all;
}

/** The same kernels outside of the browser, with 128-bit vectors, too. @param {number} examples */
function trainNatively(examples) {
  const { layers, batchSize, rate } = VIDEO;
  const text = execFileSync(native, [
    "--layers", layers.join("-"), "--batch-size", `${batchSize}`, "--learning-rate", `${rate}`,
    "--straighten", "false", "--examples", `${examples}`,
    ...(files ? ["--images", idx.images, "--labels", idx.labels] : []),
  ], { encoding: "utf8" });
  return Number(/examples\/s +(\d+)/.exec(text)?.[1]);
}

/** @param {string[]} names files of the site */
const gzipped = (names) =>
  names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0);

const started = Date.now();
/** @type {Record<string, any>} */
const result = {
  date: new Date().toISOString(),
  machine: {
    processor: cpus()[0]?.model, cores: cpus().length, load: loadavg(),
    browser: await page.browser().version(), node: process.version,
  },
  settings: { rounds: ROUNDS, milliseconds: TURN_MS, images: files ? "MNIST" : "shipped" },
};

try {
  await bench("open", JUDGE, "descent");
  await bench("open", REFERENCE, "plain");
  await bench("open", PEAK, PEAK);
  result.data = await ask(JUDGE, "load", files);
  const { train } = result.data.counts;

  // The contest.
  say(`everybody learns, from the same parameters, on the same ${train} images`);
  for (const [problem, network] of Object.entries({ video: VIDEO, wide: WIDE })) {
    await bench("set", problem, JUDGE, network);
  }
  result.data.nonzero = await bench("nonzero", "video");
  result.contest = [];
  for (const who of ENTRANTS) {
    const learnt = await enter(who, "video");
    result.contest.push({ name: who.name, own: who.own ?? false, learnt, rates: [], latencies: [] });
  }
  say(`${ROUNDS} rounds of ${TURN_MS} ms each`);
  const withNative = existsSync(native);
  if (!withNative) say("no native build to compare with: cargo build --release --example train");
  const turns = ENTRANTS.map(({ name }) => () => ask(name, "speed", TURN_MS));
  turns.push(() => ask(PEAK, "rate", TURN_MS / 5));
  const nativeTurn = async () => trainNatively(2_500 * TURN_MS);
  const rates = await takeTurns(withNative ? [...turns, nativeTurn] : turns, ROUNDS);
  rates.slice(0, ENTRANTS.length).forEach((rates, i) => (result.contest[i].rates = rates));
  result.peak = rates[ENTRANTS.length];
  if (withNative) result.native = rates[ENTRANTS.length + 1];
  const latencies = await takeTurns(ENTRANTS.map(({ name }) => () => ask(name, "latency", TURN_MS / 5)), ROUNDS);
  latencies.forEach((latencies, i) => (result.contest[i].latencies = latencies));
  for (const [i, { name, code }] of ENTRANTS.entries()) {
    result.contest[i].bytes = gzipped(code);
    await bench("close", name);
  }

  say("the same with a wider network");
  const wide = [ENTRANTS[0], ENTRANTS[3], ENTRANTS[4]];
  result.wide = [];
  for (const who of wide) {
    result.wide.push({ name: who.name, own: who.own ?? false, learnt: await enter(who, "wide") });
  }
  const wideRates = await takeTurns(wide.map(({ name }) => () => ask(name, "speed", TURN_MS)), ROUNDS);
  wideRates.forEach((rates, i) => (result.wide[i].rates = rates));
  for (const name of [...wide.map(({ name }) => name), REFERENCE, PEAK]) await bench("close", name);

  // Descent alone.
  say("how cost grows");
  const batches = [1, 10, 32, 128, 1_000];
  const networks = [[16, 16], [30], [64, 32], [100], [128, 128]];
  // The rate does not matter to the time, and must not lead a long run of single examples astray.
  const grid = networks.flatMap((layers) => batches.map((batchSize) => ({ preset: "video", layers, batchSize, learningRate: 0.1 })));
  const short = TURN_MS / 5;
  const grown = await takeTurns(grid.map((options) => () => ask(JUDGE, "rate", options, short)), Math.min(3, ROUNDS));
  result.growth = { batches, networks, rates: networks.map((_, i) => batches.map((_, j) => grown[i * batches.length + j])) };
  const presets = [
    { name: "video", options: { preset: "video" } },
    { name: "best", options: { preset: "best" } },
    { name: "best, images changed by a second worker", options: { preset: "best" }, how: "rateAhead" },
    { name: "best, without augmentation", options: { preset: "best", augment: false } },
  ];
  const presetTurns = presets.map(({ options, how = "rate" }) => () => ask(JUDGE, how, options, TURN_MS));
  const presetRates = await takeTurns(presetTurns, Math.min(3, ROUNDS));
  result.presets = presets.map(({ name }, i) => ({ name, rates: presetRates[i] }));
  result.questions = await ask(JUDGE, "questions", { preset: "video" });

  say("time to accuracy");
  const goals = [0.9, 0.95, 0.97];
  const seeds = options.quick ? [1] : [1, 2, 3];
  result.reach = { goals, seeds, presets: [] };
  for (const [preset, limit] of /** @type {[string, number][]} */ ([["video", 5_000], ["best", 10_000]])) {
    const times = { slice: 2, limit: options.quick ? 500 : limit };
    const runs = [];
    for (const seed of seeds) runs.push(await ask(JUDGE, "reach", { preset, seed }, goals, times));
    result.reach.presets.push({ name: preset, limit: times.limit, runs });
  }

  say("many images");
  result.images = [];
  const many = { preset: "video", batchSize: 32 };
  const few = await takeTurns([1_000, train].map((trainingExamples) => () => ask(JUDGE, "rate", { ...many, trainingExamples }, short)), Math.min(3, ROUNDS));
  result.images.push({ examples: 1_000, rates: few[0] }, { examples: train, rates: few[1], ...result.data });
  if (!files) {
    const loaded = await ask(JUDGE, "multiply", 70_000);
    const [rates] = await takeTurns([() => ask(JUDGE, "rate", many, short)], Math.min(3, ROUNDS));
    result.images.push({ examples: loaded.counts.train, rates, ...loaded });
  }
  await bench("close", JUDGE);

  say("the page itself");
  result.page = await measurePage(site, page.browser(), { rounds: Math.min(3, ROUNDS), milliseconds: 4 * TURN_MS });

  if (problems.length > 0) throw new Error(problems.join("\n"));
} finally {
  await close();
  await site.close();
}

result.seconds = (Date.now() - started) / 1_000;
result.machine.loadAfter = loadavg();
const json = join(out, "browser.json");
writeFileSync(json, `${JSON.stringify(result, null, 1)}\n`);
console.log(report(result));
console.log(`\nThe numbers: ${local(json)}`);
