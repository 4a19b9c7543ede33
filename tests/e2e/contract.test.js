// window.descent: what each call gives, and how it refuses.
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { OWN_DIGITS } from "./drawing.js";
import { makeIdx, patched } from "./idx.js";
import { fingerprint, openSite, refusal, shows } from "./site.js";

describe("window.descent", () => {
  /** @type {Awaited<ReturnType<typeof openSite>>} */
  let site;
  /** @type {import("puppeteer-core").Page} */
  let page;
  /** @type {string[]} */
  let problems;
  before(async () => {
    site = await openSite();
    ({ page, problems } = await site.visit());
  });
  after(async () => {
    await site?.close();
    assert.deepEqual(problems, []);
  });
  beforeEach(() => page.evaluate(() => descent.configure({ preset: "video", seed: 1 })));

  /** Everything a refused call must leave alone. */
  async function state() {
    return { options: await page.evaluate(() => descent.options()), parameters: await fingerprint(page) };
  }

  it("configure takes any subset and gives the preset for the rest", async () => {
    const options = await page.evaluate(async () => {
      await descent.configure({ preset: "best", layers: [20, 12], seed: 5, learningRate: 0.004 });
      return descent.options();
    });
    assert.equal(options.preset, "best");
    assert.deepEqual(options.layers, [20, 12]);
    assert.equal(options.seed, 5);
    assert.ok(Math.abs(options.learningRate - 0.004) < 1e-9);
    assert.equal(options.activation, "silu");
    assert.deepEqual(
      Object.keys(options).sort(),
      ["activation", "augment", "average", "batchSize", "budget", "cost", "labels", "layers", "learningRate",
        "optimizer", "preset", "schedule", "seed", "straighten", "trainingExamples"],
    );
    assert.equal(await page.evaluate(async () => (await descent.parameters()).length), 784 * 20 + 20 + 20 * 12 + 12 + 12 * 10 + 10);
    await shows(page, "#step-count", 0);
  });

  it("options come back as they were given", async () => {
    const given = { preset: "video", budget: 50_000, labels: 0.1, learningRate: 0.7, average: true };
    const options = await page.evaluate((given) => descent.configure(/** @type {any} */ (given)), given);
    // The cosine runs wherever there is a budget for it.
    for (const [name, value] of Object.entries({ ...given, schedule: "cosine" })) assert.equal(/** @type {any} */ (options)[name], value, name);
  });

  it("what is called after a restart is about the run it begins, awaited or not", async () => {
    const found = await page.evaluate(async () => {
      await descent.train({ steps: 30 });
      const saved = await descent.save();
      const values = (await descent.parameters()).fill(0.25);
      const rows = [];
      for (let round = 0; round < 10; round++) {
        descent.configure({ seed: 2 + round });
        const { step } = await descent.train({ steps: 7 });
        descent.restore(saved);
        const next = await descent.train({ steps: 1 });
        descent.configure({ seed: 1 });
        descent.setParameters(values);
        const [weight] = await descent.parameters();
        rows.push([step, next.step, weight]);
      }
      return rows;
    });
    for (const row of found) assert.deepEqual(row, [7, 31, 0.25]);
  });

  it("every activation, cost and optimizer trains", async () => {
    const lowered = await page.evaluate(async () => {
      const outcomes = [];
      for (const activation of ["sigmoid", "relu", "silu", "tanh"]) {
        for (const cost of ["squares", "cross-entropy"]) {
          for (const optimizer of ["descent", "momentum", "adam"]) {
            const learningRate = optimizer === "adam" ? 0.003 : optimizer === "momentum" ? 0.01 : 0.1;
            await descent.configure({ preset: "video", activation, cost, optimizer, learningRate, batchSize: 32, seed: 3 });
            const before = (await descent.evaluate("test")).cost;
            await descent.train({ examples: 20_000 });
            const after = (await descent.evaluate("test")).cost;
            if (!(after < before)) outcomes.push({ activation, cost, optimizer, before, after });
          }
        }
      }
      return outcomes;
    });
    assert.deepEqual(lowered, []);
  });

  it("a seed decides the run", async () => {
    const run = async (/** @type {number} */ seed) => {
      await page.evaluate((seed) => descent.configure({ preset: "video", seed }), seed);
      const first = await fingerprint(page);
      await page.evaluate(() => descent.train({ examples: 2_000 }));
      return [first, await fingerprint(page)];
    };
    const once = await run(11);
    assert.deepEqual(await run(11), once);
    const other = await run(12);
    assert.notEqual(other[0], once[0]);
    assert.notEqual(other[1], once[1]);
  });

  it("wrong options are refused by name and change nothing", async () => {
    await page.evaluate(() => descent.train({ steps: 3 }));
    const before = await state();
    const wrong = [
      { learningrate: 1 },
      { preset: "fast" },
      { activation: "step" },
      { cost: "hinge" },
      { optimizer: "sgd" },
      { schedule: "linear" },
      { layers: [] },
      { layers: [0] },
      { layers: [129] },
      { layers: [8, 8, 8, 8] },
      { layers: [1.5] },
      { layers: "16" },
      { learningRate: 0 },
      { learningRate: -1 },
      { learningRate: "fast" },
      { batchSize: 0 },
      { batchSize: 2.5 },
      { seed: -1 },
      { seed: 0.5 },
      { seed: 2 ** 32 },
      { labels: "wrong" },
      { labels: 2 },
      { trainingExamples: 0 },
      { trainingExamples: 9_001 },
      { budget: -1 },
      { straighten: "yes" },
      { preset: null },
      { learningRate: null },
    ];
    /** @type {Record<string, string>} */
    const unclear = {};
    for (const options of wrong) {
      const text = JSON.stringify(options);
      try {
        const message = await refusal(page, (options) => descent.configure(/** @type {any} */ (options)), options);
        if (!message.includes(Object.keys(options)[0]) || !/expected/i.test(message)) unclear[text] = message;
      } catch (error) {
        unclear[text] = String(error);
        await page.evaluate(() => descent.configure({ preset: "video", seed: 1 }));
      }
    }
    assert.deepEqual(unclear, {});
    for (const values of [NaN, Infinity]) {
      // JSON has no such numbers, so the page makes them.
      const message = await refusal(page, (text) => descent.configure({ learningRate: Number(text) }), String(values));
      assert.match(message, /learningRate/);
    }
    for (const options of [null, 3, "video", []]) {
      const message = await refusal(page, (options) => descent.configure(/** @type {any} */ (options)), options);
      assert.match(message, /expected/);
    }
    assert.deepEqual(await state(), before);
    assert.equal(await page.evaluate(async () => (await descent.train({ steps: 1 })).step), 4);
  });

  it("values that no option can have are refused, and the run goes on", async () => {
    const messages = await page.evaluate(async () => {
      await descent.train({ steps: 3 });
      /** @type {any[]} */
      const within = [];
      within.push(within);
      const refused = [];
      for (const options of [{ seed: within }, { layers: within }, { labels: { within } }, { seed: () => 1 }, { budget: Symbol("s") }, { preset: [[]] }])
        refused.push(await descent.configure(/** @type {any} */ (options)).then(String, (error) => error.message));
      return refused;
    });
    for (const message of messages) assert.match(message, /^option \w+: expected a number, .*, found /);
    assert.equal(await page.evaluate(async () => (await descent.train({ steps: 1 })).step), 4);
    // A frame has lists and buffers of its own.
    const steps = await page.evaluate(async () => {
      const frame = document.createElement("iframe");
      document.body.append(frame);
      const { Array, Uint8Array } = /** @type {any} */ (frame.contentWindow);
      const saved = await descent.save();
      await descent.configure({ layers: Array.of(16, 8) });
      const layers = (await descent.options()).layers.join();
      await descent.restore(Uint8Array.from(new globalThis.Uint8Array(saved)).buffer);
      frame.remove();
      return [layers, (await descent.train({ steps: 1 })).step];
    });
    assert.deepEqual(steps, ["16,8", 5]);
  });

  it("what a call has done can be read on the page when it ends", async () => {
    const told = await page.evaluate(async () => {
      const read = () => ["step-count", "cost", "train-accuracy", "test-accuracy"].map((id) => document.getElementById(id)?.dataset.value);
      const measured = async () => {
        const [train, test] = [await descent.evaluate("train"), await descent.evaluate("test")];
        return [train.cost, train.accuracy, test.accuracy].map(String);
      };
      /** @type {any[]} */
      const told = [];
      /** @param {string} call @param {number} step @param {unknown} answer */
      const note = async (call, step, answer) => {
        await answer;
        const shown = read();
        told.push({ call, shown, found: [String(step), ...(await measured())] });
      };
      const first = await descent.parameters();
      for (let seed = 2; seed < 5; seed++) await note("configure", 0, descent.configure({ preset: "video", seed }));
      await note("train", 1, descent.train({ steps: 1 }));
      await note("train", 3_000, descent.train({ steps: 2_999 }));
      const saved = await descent.save();
      await note("setParameters", 3_000, descent.setParameters(first));
      await note("train", 3_007, descent.train({ steps: 7 }));
      await note("restore", 3_000, descent.restore(saved));
      return told;
    });
    for (const { call, shown, found } of told) assert.deepEqual(shown, found, call);
  });

  it("train counts steps and examples", async () => {
    const [first, second] = await page.evaluate(async () => {
      await descent.configure({ preset: "video", batchSize: 32 });
      return [await descent.train({ steps: 10 }), await descent.train({ examples: 320 })];
    });
    assert.equal(first.step, 10);
    assert.equal(first.examples, 320);
    assert.equal(second.step, 20);
    assert.equal(second.examples, 640);
    assert.ok(Math.abs(second.epoch - 640 / 9_000) < 0.01, `${second.epoch}`);
    assert.ok(Number.isFinite(second.cost) && second.seconds >= 0);
    await shows(page, "#step-count", 20);
  });

  it("train answers when the page shows where the run is", async () => {
    const found = await page.evaluate(async () => {
      const shown = (/** @type {string} */ id) => Number(document.getElementById(id)?.dataset.value);
      const rows = [];
      for (const amount of [{ steps: 400 }, { steps: 1 }, { steps: 1 }, { examples: 5_000 }]) {
        const { step } = await descent.train(amount);
        // In the same breath: nothing has been waited for.
        const row = [shown("step-count"), shown("cost"), shown("train-accuracy"), shown("test-accuracy")];
        const [train, test] = [await descent.evaluate("train"), await descent.evaluate("test")];
        rows.push({ row, measured: [step, train.cost, train.accuracy, test.accuracy] });
      }
      return rows;
    });
    for (const { row, measured } of found) assert.deepEqual(row, measured);
  });

  it("a training that diverges says where the run is shown, and the page is there", async () => {
    const { message, shown, after } = await page.evaluate(async () => {
      await descent.configure({ preset: "video", activation: "silu", learningRate: 1000, seed: 1 });
      const message = await descent.train({ steps: 50 }).then(String, (error) => error.message);
      const shown = Number(document.getElementById("step-count")?.dataset.value);
      return { message, shown, after: (await descent.train({ steps: 1 }).catch(() => ({ step: 0 }))).step };
    });
    assert.match(message, /diverged at step \d+: expected a finite cost and finite parameters, found .*; the state before that step is kept/);
    assert.ok(message.endsWith(`, and step ${shown} is shown, before the one that went too far`), `${message}, shown ${shown}`);
    assert.equal(after, shown + 1);
  });

  it("train refuses what is no amount", async () => {
    for (const amount of [undefined, {}, { steps: 0 }, { steps: -1 }, { steps: 1.5 }, { epochs: 1 }, { steps: 1, examples: 1 }]) {
      const message = await refusal(page, (amount) => descent.train(/** @type {any} */ (amount)), amount);
      assert.match(message, /expected .*found/s);
    }
  });

  it("evaluate refuses another set", async () => {
    const message = await refusal(page, (set) => descent.evaluate(/** @type {any} */ (set)), "validation");
    assert.match(message, /expected .*found/s);
  });

  it("predict reads 784 grey levels and refuses anything else", async () => {
    const reading = await page.evaluate(async () => {
      const pixels = Array.from({ length: 784 }, (_, i) => (i % 28 > 12 && i % 28 < 16 && i > 112 && i < 672 ? 255 : 0));
      const { digit, scores, input } = await descent.predict(pixels);
      const again = await descent.predict(Uint8Array.from(pixels));
      return { digit, scores: Array.from(scores), input: Array.from(input), again: again.digit };
    });
    assert.equal(reading.scores.length, 10);
    assert.equal(reading.input.length, 784);
    assert.ok(reading.input.every((ink) => ink >= 0 && ink <= 1));
    assert.equal(reading.digit, reading.scores.indexOf(Math.max(...reading.scores)));
    assert.equal(reading.again, reading.digit);
    for (const pixels of [[], Array(783).fill(0), Array(785).fill(0), Array(784).fill(256), Array(784).fill(-1), Array(784).fill(null), "x", undefined]) {
      const message = await refusal(page, (pixels) => descent.predict(/** @type {any} */ (pixels)), pixels);
      assert.match(message, /expected .*found/s);
    }
  });

  it("predict sees the bare pixels when straightening is off", async () => {
    const off = await page.evaluate(async () => {
      await descent.configure({ preset: "video", straighten: false });
      const pixels = Array.from({ length: 784 }, (_, i) => i % 256);
      const { input } = await descent.predict(pixels);
      return Math.max(...pixels.map((byte, i) => Math.abs(byte / 255 - input[i])));
    });
    assert.ok(off < 1e-6, `${off}`);
  });

  it("predictStrokes reads a drawing of any place and scale", async () => {
    for (const { label, strokes } of OWN_DIGITS) {
      const [small, large] = await page.evaluate(async (strokes) => {
        const moved = strokes.map((stroke) => stroke.map(([x, y]) => /** @type {[number, number]} */ ([1e7 + 512 * x, -1e7 + 512 * y])));
        const [a, b] = [await descent.predictStrokes(strokes), await descent.predictStrokes(moved)];
        return [a, b].map(({ digit, scores, input }) => ({ digit, scores: Array.from(scores), ink: Array.from(input) }));
      }, strokes);
      assert.equal(small.digit, large.digit, `drawn as ${label}`);
      assert.ok(small.ink.some((ink) => ink > 0.5) && small.ink.every((ink) => ink >= 0 && ink <= 1));
      // On average over the pixels: where the brush just touches a sample, the last bit decides.
      const apart = small.ink.reduce((sum, ink, i) => sum + Math.abs(ink - large.ink[i]), 0) / small.ink.length;
      assert.ok(apart < 0.001, `${apart}`);
    }
  });

  it("predictStrokes refuses what is no drawing", async () => {
    for (const strokes of [undefined, "7", [1], [[1, 2]], [[[0]]], [[[0, "x"]]], [[[0, null]]]]) {
      const message = await refusal(page, (strokes) => descent.predictStrokes(/** @type {any} */ (strokes)), strokes);
      assert.match(message, /expected .*found/s);
    }
    const message = await refusal(page, () => descent.predictStrokes([[[-1e308, 0], [1e308, 1]]]));
    assert.match(message, /strokes: expected coordinates from -1e300 to 1e300, found/);
  });

  it("setParameters puts back what parameters gave", async () => {
    const same = await page.evaluate(async () => {
      const start = await descent.parameters();
      await descent.train({ steps: 50 });
      await descent.setParameters(start);
      const back = await descent.parameters();
      return back.length === 13_002 && back.every((w, i) => Object.is(w, start[i]));
    });
    assert.ok(same);
    for (const length of [0, 13_001, 13_003]) {
      const message = await refusal(page, (length) => descent.setParameters(new Float32Array(length)), length);
      assert.match(message, /13002/);
    }
    const message = await refusal(page, () => descent.setParameters(new Float32Array(13_002).fill(NaN)));
    assert.match(message, /expected .*found/s);
  });

  it("the gradient is the slope of the cost", async () => {
    // The cost of a batch that is the whole set is the cost that evaluate("train") gives, so that central
    // differences along the gradient's own direction are a check from outside.
    const { slope, measured } = await page.evaluate(async () => {
      await descent.configure({ preset: "video", trainingExamples: 100, batchSize: 100, seed: 2 });
      const start = await descent.parameters();
      const gradient = await descent.gradient();
      const norm = Math.hypot(...gradient);
      const h = 0.01;
      const at = async (/** @type {number} */ t) => {
        await descent.setParameters(start.map((w, i) => w + (t * gradient[i]) / norm));
        return (await descent.evaluate("train")).cost;
      };
      return { slope: norm, measured: ((await at(h)) - (await at(-h))) / (2 * h) };
    });
    assert.ok(Math.abs(slope - measured) < 0.002 * slope, `${slope} and ${measured}`);
  });

  it("restore goes on exactly where save stood", async () => {
    for (const preset of ["video", "best"]) {
      const go = async () => {
        await page.evaluate(() => descent.train({ steps: 100 }));
        return fingerprint(page);
      };
      await page.evaluate((preset) => descent.configure({ preset, seed: 9 }), preset);
      await page.evaluate(async () => {
        await descent.train({ steps: 137 });
        Object.assign(globalThis, { saved: await descent.save() });
      });
      const once = await go();
      await page.evaluate(() => descent.configure({ preset: "video", layers: [8], seed: 1 }));
      // @ts-expect-error saved is what the page put there above
      await page.evaluate(() => descent.restore(globalThis.saved));
      assert.equal((await page.evaluate(() => descent.options())).preset, preset);
      await shows(page, "#step-count", 137);
      assert.equal(await go(), once);
    }
  });

  it("restore refuses a damaged state and keeps the run", async () => {
    await page.evaluate(() => descent.train({ steps: 5 }));
    const before = await fingerprint(page);
    for (const damage of ["empty", "cut", "changed", "foreign"]) {
      const message = await refusal(
        page,
        async (damage) => {
          const bytes = new Uint8Array(await descent.save());
          if (damage === "changed") bytes[bytes.length >> 1] ^= 0x55;
          const broken = {
            empty: new Uint8Array(0),
            cut: bytes.slice(0, bytes.length - 9),
            changed: bytes,
            foreign: new TextEncoder().encode("this is no saved run, but it is long enough to look like one"),
          };
          await descent.restore(broken[/** @type {keyof typeof broken} */ (damage)].buffer);
        },
        damage,
      );
      assert.match(message, /expected .*found/s, damage);
    }
    assert.equal(await fingerprint(page), before);
  });

  describe("loadData", () => {
    /** @param {Uint8Array} images @param {Uint8Array} labels */
    const load = (images, labels) => page.evaluate(loadInPage, base64(images), base64(labels));
    /** @param {Uint8Array} images @param {Uint8Array} labels */
    const refused = (images, labels) => refusal(page, loadInPage, base64(images), base64(labels));
    const { images, labels } = makeIdx(600);

    for (const packing of ["plain", "gzip"]) {
      it(`takes IDX files, ${packing}`, async () => {
        const pack = (/** @type {Uint8Array} */ file) => (packing === "gzip" ? new Uint8Array(gzipSync(file)) : file);
        const counts = await load(pack(images), pack(labels));
        assert.equal(counts.train + counts.test, 600);
        assert.ok(counts.test > 0);
        const test = await page.evaluate(async () => {
          await descent.configure({ preset: "video", seed: 1, straighten: false });
          await descent.train({ examples: 60_000 });
          return descent.evaluate("test");
        });
        assert.equal(test.confusion.flat().reduce((sum, n) => sum + n, 0), counts.test);
        assert.ok(test.accuracy > 0.95, `${test.accuracy}`);
      });
    }

    it("refuses broken files, says why, and the data before stays", async () => {
      const { train, test } = await load(images, labels);
      const few = makeIdx(500);
      /** @type {Record<string, [Uint8Array, Uint8Array]>} */
      const broken = {
        "nothing": [new Uint8Array(0), new Uint8Array(0)],
        "a text": [new TextEncoder().encode("not an IDX file at all"), labels],
        "the two files exchanged": [labels, images],
        "images cut": [images.slice(0, -1), labels],
        "images with a byte too many": [new Uint8Array([...images.slice(0, 16 + 784 * 600), 0]), labels],
        "labels cut": [images, labels.slice(0, -1)],
        "one header only": [images.slice(0, 16), labels.slice(0, 8)],
        "other counts": [images, few.labels],
        "another size": [makeIdx(600, { side: 32 }).images, labels],
        "floats": [patched(images, 2, [0x0d]), labels],
        "a label of 10": [images, patched(labels, 8 + 77, [10])],
        "a count of four thousand million": [patched(images, 4, [255, 255, 255, 255]), patched(labels, 4, [255, 255, 255, 255])],
        "gzip cut": [new Uint8Array(gzipSync(images)).slice(0, -20), labels],
        "gzip changed": [patched(new Uint8Array(gzipSync(images)), 400, [1, 2, 3, 4]), labels],
      };
      for (const [what, files] of Object.entries(broken)) {
        const message = await refused(...files);
        assert.match(message, /expected .*found/s, what);
        const { confusion } = await page.evaluate(() => descent.evaluate("test"));
        assert.equal(confusion.flat().reduce((sum, n) => sum + n, 0), test, what);
      }
      const { epoch } = await page.evaluate((n) => descent.train({ examples: n }), train);
      assert.ok(Math.abs(epoch - 1) < 0.1, `${epoch}`);
      const message = await refusal(page, () => descent.loadData(/** @type {any} */ ("images"), new ArrayBuffer(8)));
      assert.match(message, /expected .*found/s);
    });
  });
});

/** @param {Uint8Array} bytes */
function base64(bytes) {
  return Buffer.from(bytes).toString("base64");
}

/** Runs in the page. @param {string} images @param {string} labels */
async function loadInPage(images, labels) {
  const [a, b] = [images, labels].map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  return descent.loadData(a, b);
}
