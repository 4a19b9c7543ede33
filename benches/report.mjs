// Tables in Markdown from the numbers of a run: `node benches/report.mjs target/bench/browser.json` prints them again.
import { readFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Three significant digits, thousands set apart. @param {number} x */
function number(x) {
  if (!Number.isFinite(x)) return "–";
  return Number(x.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** Median (least–most). @param {number[]} values */
const spread = (values) => `${number(median(values))} (${number(Math.min(...values))}–${number(Math.max(...values))})`;

/** Round by round, so that what slows all of a round down does not count. @param {number[]} ours @param {number[]} theirs */
const ratios = (ours, theirs) => ours.map((rate, round) => rate / theirs[round]);

/** @param {number} bytes */
const kilobytes = (bytes) => `${(bytes / 1_000).toFixed(1)} KB`;

/** @param {number | null} bytes */
const megabytes = (bytes) => (bytes === null ? "–" : `${Math.round(bytes / 1e6)} MB`);

/** @param {string[]} head @param {(string | number)[][]} rows */
function table(head, rows) {
  const line = (/** @type {(string | number)[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/** @param {string} what @param {number} found @param {number} wanted */
const atLeast = (what, found, wanted) => [what, number(found), `≥ ${number(wanted)}`, found >= wanted ? "met" : "**missed**"];
/** @param {string} what @param {number} found @param {number} wanted */
const atMost = (what, found, wanted) => [what, number(found), `≤ ${number(wanted)}`, found <= wanted ? "met" : "**missed**"];

/** Operations a second, in 128-bit vectors, of the core that the two million examples are wanted on: a Zen 5 at 4 GHz. */
const THEIR_PEAK = 61e9;

/** @param {any} r what browser.mjs measured */
export function report(r) {
  const [descent] = r.contest;
  const [wideDescent] = r.wide;
  const { machine, settings, data, questions } = r;
  const large = r.images[r.images.length - 1];
  const load = (/** @type {number[]} */ loads) => loads.map((x) => x.toFixed(1)).join(" ");

  const contest = r.contest.map((/** @type {any} */ e) => [
    e.name,
    spread(e.rates),
    e === descent ? "1" : `${spread(ratios(descent.rates, e.rates))}`,
    `${e.learnt.cost.toFixed(3)}, ${(100 * e.learnt.accuracy).toFixed(1)} %`,
    spread(e.latencies),
    e === descent ? "1" : number(median(e.latencies) / median(descent.latencies)),
    e.bytes > 0 ? kilobytes(e.bytes) : "the same",
  ]);
  if (r.native) {
    contest.push(["the same code, native, 128 bits", spread(r.native), spread(ratios(descent.rates, r.native)), "–", "–", "–", "–"]);
  }

  const reach = r.reach.presets.flatMap((/** @type {any} */ { name, limit, runs }) =>
    r.reach.goals.map((/** @type {number} */ goal, /** @type {number} */ i) => {
      const reached = runs.map((/** @type {any[]} */ run) => run[i]).filter(Boolean);
      const of = (/** @type {string} */ key) => reached.map((/** @type {any} */ run) => run[key]);
      const some = reached.length > 0;
      const missed = runs.length - reached.length;
      return [
        `${name}, ${100 * goal} %`,
        some ? spread(of("training")) : `not in ${limit / 1_000} s`,
        some ? spread(of("elapsed")) : "–",
        some ? spread(of("examples")) : "–",
        missed > 0 ? `${missed} of ${runs.length}` : "none",
      ];
    }),
  );

  const peer = (/** @type {string} */ start) => r.contest.find((/** @type {any} */ { name }) => name.startsWith(start));
  const times = (/** @type {string} */ start) => median(ratios(descent.rates, peer(start).rates));
  const [video, best, ahead] = r.presets;
  // Many images in one call, in microseconds each: raw ones, as those of the others.
  const inside = (questions.evaluateRaw / questions.train) * 1_000;
  // Multiplications and additions: the first layer's weights forward and in their update, where the input is not zero, and
  // those behind three times, forward, backward and in the gradient.
  const operations = 2 * (2 * 16 * data.nonzero + 3 * (16 * 16 + 16 * 10));
  const onTheirs = median(ratios(descent.rates, r.peak)) * THEIR_PEAK;
  const tensorflow = median(peer("TensorFlow.js wasm, min").latencies);
  const found = [
    ...[
      ["TensorFlow.js wasm, minimize", times("TensorFlow.js wasm, min"), 40],
      ["TensorFlow.js wasm, model.fit", times("TensorFlow.js wasm, model"), 100],
      ["naive ndarray, wasm simd128", times("naive"), 4.5],
      ["ConvNetJS", times("ConvNetJS"), 70],
      ["brain.js", times("brain"), 70],
      ["TensorFlow.js wasm, 784-64-32-10", median(ratios(wideDescent.rates, r.wide[1].rates)), 10],
      ["TensorFlow.js wasm, reading one image, both called from JavaScript", tensorflow / median(descent.latencies), 100],
      ["TensorFlow.js wasm, reading one image, Descent inside the module", tensorflow / inside, 100],
      ...(r.native ? [["the same code, native, 128 bits", median(ratios(descent.rates, r.native)), 0.8]] : []),
    ].map(([what, ratio, wanted]) => atLeast(`times ${what}`, Number(ratio), Number(wanted))),
    atLeast("preset video, examples/s", median(video.rates), 2e6),
    atLeast("784-16-16-10 above, examples/s", median(descent.rates), 2e6),
    atLeast(`the same for each operation that this core can do, on one of ${THEIR_PEAK / 1e9} GFLOP/s`, onTheirs, 2e6),
    atLeast("preset best, examples/s", median(best.rates), 4e5),
    atLeast("preset best, images changed by a second worker, examples/s", median(ahead.rates), 4e5),
    atMost("reading one image inside the module, µs", inside, 1),
    atMost("evaluating 10,000 raw images, ms", 10 * inside, 5),
    atMost("evaluating 10,000 straightened images, ms", (questions.evaluateTrain / questions.train) * 10_000, 5),
    atLeast("points of the landscape a second", questions.pointsPerSecond, 15_000),
    atMost("work of a frame, 95th percentile, ms", r.page.work.p95, 16),
    atLeast("training with all views, as a share of the worker alone", median(r.page.rates) / median(video.rates), 0.7),
    atMost("wasm and glue, gzip, KB", descent.bytes / 1_000, 40),
    atMost(`making records of ${large.counts.train + large.counts.test} images, ms`, large.preparing, 300),
  ];

  return `## Side by side

784-16-16-10, sigmoid, squares, batches of 32, plain descent, ${data.counts.train} ${settings.images} images. ${machine.browser} on ${machine.cores} cores of ${machine.processor}, load before ${load(machine.load)}, after ${load(machine.loadAfter)}. ${settings.rounds} rounds of ${settings.milliseconds} ms each in turn: median (least–most). Ratios are taken round by round.

${table(["", "examples/s", "Descent is so many times as fast", "after two epochs: cost, unseen read", "reading one image, µs", "Descent reads so many times as fast", "code, gzip"], contest)}

All begin with the same parameters and see the same images, raw; Descent alone also shuffles them, and trains in slices of 7 ms as it does on the page. brain.js steps after each example instead of each batch. Reading is called from JavaScript, image by image; inside Descent's module, many in one call, an image takes ${number(inside)} µs with its cost.

This core does ${spread(r.peak.map((/** @type {number} */ rate) => rate / 1e9))} GFLOP/s in the tab at most, in 128-bit vectors, taking turns with the others. An example takes ${number(operations)} multiplications and additions: Descent does ${number((100 * operations * onTheirs) / THEIR_PEAK)} % of what is possible.

784-64-32-10:

${table(["", "examples/s", "Descent is so many times as fast", "after two epochs: cost, unseen read"], r.wide.map((/** @type {any} */ e) => [e.name, spread(e.rates), e === wideDescent ? "1" : spread(ratios(wideDescent.rates, e.rates)), `${e.learnt.cost.toFixed(3)}, ${(100 * e.learnt.accuracy).toFixed(1)} %`]))}

## Time to accuracy

On the ${data.counts.test} images that are never learnt from; ${r.reach.seeds.length} seeds; a look every 2 ms of training.

${table(["preset, accuracy", "ms of training", "ms with the looks", "examples", "seeds that did not"], reach)}

## How cost grows

Examples a second, preset video, straightened images; median of ${r.growth.rates[0][0].length}.

${table(["hidden layers", ...r.growth.batches.map((/** @type {number} */ b) => `batch ${b}`)], r.growth.networks.map((/** @type {number[]} */ layers, /** @type {number} */ i) => [layers.join("-"), ...r.growth.rates[i].map((/** @type {number[]} */ rates) => number(median(rates)))]))}

${table(["preset, with its own batch", "examples/s"], r.presets.map((/** @type {any} */ p) => [p.name, spread(p.rates)]))}

${table(["training images, batch 32", "examples/s", "reading the file, ms", "making records, ms", "with straightening, ms", "wasm memory"], r.images.map((/** @type {any} */ i) => [i.examples, spread(i.rates), ...(i.counts ? [number(i.decoding), number(i.preparing), number(i.straightening), megabytes(i.bytes)] : ["–", "–", "–", "–"])]))}

${table(["a question to the worker, 784-16-16-10", "ms"], [
    [`evaluate(), ${questions.train} images`, number(questions.evaluateTrain)],
    [`evaluate(), ${questions.train} raw images`, number(questions.evaluateRaw)],
    [`evaluate(), ${questions.test} images`, number(questions.evaluateTest)],
    ["slice(), 41 points on the batch and on 1,000 images", number(questions.slice)],
    ["predict(), one image with straightening", number(questions.predict)],
    ["forward(), one image", number(questions.forward)],
    ["gradient()", number(questions.gradient)],
    ["train_step(), observed", number(questions.observedStep)],
  ])}

Further points of a slice: ${number(questions.pointsPerSecond)} a second.

## The page

At full speed, ${r.page.viewport.width}x${r.page.viewport.height}, preset video, batches of ${r.page.batchSize}, ${r.page.frames} frames; tab memory ${megabytes(r.page.memory)}.

${table(["", "median", "95th percentile", "most"], [
    ["work of a frame, ms", number(r.page.work.median), number(r.page.work.p95), number(r.page.work.max)],
    ["from frame to frame, ms", number(r.page.intervals.median), number(r.page.intervals.p95), number(r.page.intervals.max)],
  ])}

${table(["", "examples/s"], [["with all views", spread(r.page.rates)], ["the worker alone", spread(video.rates)]])}

## Wanted and found

${table(["", "found", "wanted", ""], found)}

${r.seconds.toFixed(0)} s in all.`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const file = argv[2];
  if (!file) throw new Error("usage: node benches/report.mjs FILE.json");
  console.log(report(JSON.parse(readFileSync(file, "utf8"))));
}
