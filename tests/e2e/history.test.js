// Looking back along the history, going on from there, and taking its numbers along.
import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { LAPTOP, PHONE, boxOf, fingerprint, openSite, settle, shows, text, value } from "./site.js";

/** @type {Awaited<ReturnType<typeof openSite>>} */
let site;
/** @type {import("./site.js").Visit} */
let tab;
/** @type {string} */
let folder;
before(async () => {
  site = await openSite();
  tab = await site.visit();
  folder = await mkdtemp(join(tmpdir(), "descent-"));
  const client = await tab.page.createCDPSession();
  await client.send("Browser.setDownloadBehavior", {
    behavior: "allow",
    downloadPath: folder,
    browserContextId: tab.page.browserContext().id,
  });
});
after(async () => {
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Presses a button and reads the file it saves. @param {string} button @param {string} end of the file's name */
async function saved(button, end) {
  for (const name of await readdir(folder)) await rm(join(folder, name));
  await tab.page.click(button);
  for (let tries = 0; tries < 100; tries++) {
    const name = (await readdir(folder)).find((name) => name.endsWith(end));
    if (name) return { name, bytes: await readFile(join(folder, name)) };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`expected a file *${end}, found none`);
}

/** The history as the visitor gets it, a row of numbers for each step. */
async function table() {
  const { bytes } = await saved("#history-csv", ".csv");
  const [head, ...rows] = bytes.toString().trimEnd().split("\r\n");
  return { head: head.split(","), rows: rows.map((row) => row.split(",").map(Number)) };
}

/** A run with a history, standing still. A thousand training images: all of them are measured every time. */
async function trained(seed = 3) {
  const { page } = tab;
  await page.evaluate((seed) => descent.configure({ preset: "video", seed, trainingExamples: 1000 }), seed);
  await page.select("#speed", "max");
  await page.click("#play");
  await page.waitForFunction(() => Number(/** @type {HTMLElement} */ (document.querySelector("#step-count")).dataset.value) > 5_000);
  await page.click("#play");
  await new Promise((resolve) => setTimeout(resolve, 400));
  await settle(page);
}

const cost = () => tab.page.evaluate(async () => (await descent.evaluate("train")).cost);

describe("the history", () => {
  it("a drag brings back a step's weights, which give the recorded cost to the last bit", async (t) => {
    const { page, problems } = tab;
    const fresh = await fingerprint(page);
    await page.evaluate(() => descent.configure({ preset: "video", seed: 3, trainingExamples: 1000 }));
    const first = await fingerprint(page);
    assert.notEqual(first, fresh);
    await trained();
    const now = { print: await fingerprint(page), step: await value(page, "#step-count") };
    const { rows } = await table();
    const recorded = new Map(rows.map(([step, , , cost, train, unseen]) => [step, { cost, train, unseen }]));

    const box = await boxOf(page, "#history");
    await page.mouse.move(box.x + 0.8 * box.width, box.y + box.height / 2);
    await page.mouse.down();
    const seen = [];
    for (const share of [0.7, 0.55, 0.4, 0.25]) {
      await page.mouse.move(box.x + share * box.width, box.y + box.height / 2, { steps: 3 });
      await settle(page);
      const step = await value(page, "#step-count");
      assert.ok(step < now.step && step < (seen.at(-1) ?? Infinity), `${step}`);
      seen.push(step);
      assert.equal(await value(page, "#cost"), recorded.get(step)?.cost);
      assert.equal(await value(page, "#test-accuracy"), recorded.get(step)?.unseen);
      assert.equal(await cost(), recorded.get(step)?.cost, `step ${step}`);
      assert.equal(await page.evaluate(async () => (await descent.evaluate("test")).accuracy), recorded.get(step)?.unseen);
    }
    await page.mouse.up();
    t.diagnostic(`of ${now.step} steps looked at ${seen}`);
    assert.match(await text(page, "#status"), /^Step [\d\u202f]+ of [\d\u202f]+\. Play goes on here\.$/);

    assert.equal(await page.evaluate(() => document.activeElement?.id), "history", "what was dragged has the keys");
    await page.keyboard.press("Home");
    await shows(page, "#step-count", 0);
    assert.equal(await fingerprint(page), first);
    await page.keyboard.press("ArrowRight");
    await settle(page);
    const one = await value(page, "#step-count");
    assert.ok(one > 0 && recorded.has(one), `${one}`);
    await page.keyboard.press("ArrowLeft");
    await shows(page, "#step-count", 0);
    await page.keyboard.press("Escape");
    await shows(page, "#step-count", now.step);
    assert.equal(await fingerprint(page), now.print);
    await page.keyboard.press("ArrowLeft");
    await settle(page);
    assert.ok((await value(page, "#step-count")) < now.step);
    await page.click("#status-action");
    await shows(page, "#step-count", now.step);
    assert.equal(await fingerprint(page), now.print);
    assert.deepEqual((await table()).rows, rows, "looking changes nothing");
    assert.deepEqual(problems, []);
  });

  it("a step from there goes on as the run did, and what came after is forgotten", async () => {
    const { page, problems } = tab;
    const box = await boxOf(page, "#history");
    await page.mouse.click(box.x + 0.4 * box.width, box.y + box.height / 2);
    await settle(page);
    const step = await value(page, "#step-count");
    await page.keyboard.press("s");
    await shows(page, "#step-count", step + 1);
    await page.keyboard.press("s");
    await shows(page, "#step-count", step + 2);
    const print = await fingerprint(page);
    await new Promise((resolve) => setTimeout(resolve, 400));
    const { rows } = await table();
    assert.equal(rows.at(-1)?.[0], step + 2);
    assert.equal(rows[0][0], 0);
    await page.evaluate(async (steps) => {
      await descent.configure({ preset: "video", seed: 3, trainingExamples: 1000 });
      await descent.train({ steps });
    }, step + 2);
    assert.equal(await fingerprint(page), print);
    assert.deepEqual(problems, []);
  });

  it("the way back to now stays while something else is said, and what is said goes again", async () => {
    const { page, problems } = tab;
    await page.evaluate(() => descent.train({ steps: 40 }));
    await page.focus("#history");
    await page.keyboard.press("Home");
    await page.waitForSelector("#status-action", { visible: true });
    await page.click("#share");
    await page.waitForFunction(() => /The link/.test(document.querySelector("#status")?.textContent ?? ""), { timeout: 2_000 });
    assert.equal(await text(page, "#status-action"), "Back to now");
    await page.waitForFunction(() => /Play goes on here/.test(document.querySelector("#status")?.textContent ?? ""), { timeout: 10_000 });
    await page.click("#status-action");
    await page.waitForSelector("#status-action", { hidden: true });
    assert.deepEqual(problems, []);
  });

  it("the way back, pressed once more as it goes away, ends nothing", async () => {
    const { page, problems } = tab;
    const step = await page.evaluate(async () => {
      await descent.configure({ preset: "video", seed: 1 });
      const training = descent.train({ steps: 1000 });
      /** @type {HTMLElement} */ (document.querySelector("#status-action")).click();
      return (await training).step;
    });
    assert.equal(step, 1000);
    assert.deepEqual(problems, []);
  });

  it("dragging is felt at once", async (t) => {
    const { page } = tab;
    await trained();
    const box = await boxOf(page, "#history");
    await page.mouse.move(box.x + 0.8 * box.width, box.y + box.height / 2);
    await page.mouse.down();
    const times = await page.evaluate(
      ({ x, y, width }) =>
        new Promise((resolve) => {
          const over = /** @type {Element} */ (document.elementFromPoint(x + 0.5 * width, y));
          const counter = /** @type {HTMLElement} */ (document.querySelector("#step-count"));
          /** @type {number[]} */
          const times = [];
          let begun = 0;
          let waiting = false;
          let share = 0.8;
          const next = () => {
            if (times.length === 20) return resolve(times);
            begun = performance.now();
            waiting = true;
            share -= 0.03;
            // The mouse is the first of all pointers.
            over.dispatchEvent(new PointerEvent("pointermove", { pointerId: 1, clientX: x + share * width, clientY: y, bubbles: true }));
          };
          const seen = () => {
            if (!waiting) return;
            waiting = false;
            times.push(performance.now() - begun);
            setTimeout(next, 20);
          };
          new MutationObserver(seen).observe(counter, { attributes: true });
          next();
        }),
      { x: box.x, y: box.y + box.height / 2, width: box.width },
    );
    await page.mouse.up();
    const sorted = /** @type {number[]} */ (times).sort((a, b) => a - b);
    t.diagnostic(`from pointer to page: median ${sorted[10].toFixed(1)} ms, most ${sorted[19].toFixed(1)} ms`);
    assert.ok(sorted[10] < 50, `${sorted}`);
    await page.keyboard.press("Escape");
  });

  it("a kept run stays beside the next one, with a legend, until it is dropped", async () => {
    const { page, problems } = tab;
    const legend = () => page.$eval(".history-kept", (element) => (/** @type {HTMLElement} */ (element).hidden ? null : element.textContent));
    assert.equal(await legend(), null);
    await page.click("#keep-run");
    await page.evaluate(() => descent.configure({ learningRate: 0.3 }));
    await page.evaluate(() => descent.train({ steps: 300 }));
    await page.click('#descent-picture [value="plane"]');
    assert.match((await legend()) ?? "", /^kept to [\d\u202f]{4,6} \u2192: the video\u2019s, 1000 images, rate 1\.5, batch 10, seed 3$/);
    await page.waitForFunction(() => /Kept to compare with: the video/.test(document.querySelector("#history[role=slider]")?.getAttribute("aria-description") ?? ""), { timeout: 10_000 });
    await page.waitForFunction(() => /^Bluer is lower\. Of 13\u202f002 dimensions two hold [89]\d\.\d.* of the path\. Try random directions$/.test(document.querySelector("#plane-words")?.textContent ?? ""));
    await page.click("#plane-directions");
    await page.waitForFunction(() => /random directions hold \d\.\d.* of the path\. Back to the path\u2019s own$/.test(document.querySelector("#plane-words")?.textContent ?? ""));
    await page.click("#plane-directions");
    await page.click('#descent-picture [value="slice"]');
    await page.click("#keep-run");
    await settle(page);
    assert.equal(await legend(), null);
    await page.evaluate(() => descent.configure({ preset: "video", seed: 3, trainingExamples: 1000 }));
    await trained();
    assert.deepEqual(problems, []);
  });

  it("the table holds what was recorded, named and with units; the picture is one", async () => {
    const { page, problems } = tab;
    const { head, rows } = await table();
    assert.deepEqual(head, [
      "step", "examples seen", "epoch", "cost (sum of squares per image)", "training images read (share)",
      "unseen images read (share)", "training images measured",
    ]);
    const last = rows.at(-1) ?? [];
    assert.deepEqual(
      [last[0], last[3], last[4], last[5]],
      [await value(page, "#step-count"), await value(page, "#cost"), await value(page, "#train-accuracy"), await value(page, "#test-accuracy")],
    );
    assert.deepEqual([last[1], last[2], last[6]], [10 * last[0], last[0] / 100, 1000]);
    assert.equal(last[3], await cost());
    const { name, bytes } = await saved("#history-png", ".png");
    assert.match(name, /^descent-video-seed-3-step-\d+\.png$/);
    assert.deepEqual([...bytes.subarray(1, 4)], [...Buffer.from("PNG")]);
    assert.ok(bytes.readUInt32BE(16) >= 300 && bytes.readUInt32BE(20) >= 120);
    assert.deepEqual(problems, []);
  });

  it("a rate that is too large stops the run, shows the step that went too far, and one click undoes it", async (t) => {
    const { page, problems } = tab;
    await page.evaluate(async () => {
      await descent.configure({ preset: "video", seed: 3 });
      await descent.train({ steps: 2_000 });
    });
    await settle(page);
    const good = await value(page, "#cost");
    await page.select("#learning-rate", "30");
    await page.click("#play");
    await page.waitForFunction(() => !(/** @type {HTMLElement} */ (document.querySelector("#status-action")).hidden), { timeout: 10_000 });
    await settle(page);
    const words = await text(page, "#status");
    t.diagnostic(words);
    assert.match(words, /^Step (2\d{3}) was longer than the valley is wide: uphill again after [\d.]+\u202f% of the way\. Its images\u2019 cost went from/);
    assert.equal(await page.$eval("#play", (element) => element.getAttribute("aria-pressed")), "false");
    // The page stands where that step was made; the slice there shows that the step leads uphill.
    const fatal = Number(/^Step (\d+)/.exec(words)?.[1]);
    assert.equal(await value(page, "#step-count"), fatal - 1);
    assert.match(await text(page, "#slice-words"), /^Longer than the valley is wide: uphill again after [\d.]+\u202f% of the way/);
    assert.ok(await page.evaluate(async () => (await descent.parameters()).every(Number.isFinite)));
    // The words cover nothing of the descent that they speak of.
    const [wordsEnd, descentBegins] = await page.evaluate(() =>
      [".say", "#the-descent"].map((part, k) => /** @type {Element} */ (document.querySelector(part)).getBoundingClientRect()[k === 0 ? "right" : "left"]),
    );
    assert.ok(wordsEnd <= descentBegins, `${wordsEnd} > ${descentBegins}`);
    // Nor of the network, in a window that is low.
    await page.setViewport({ width: 1366, height: 641 });
    const [said, network] = [await boxOf(page, ".say"), await boxOf(page, "#network-title")];
    assert.ok(said.y >= 0 && said.y + said.height <= network.y, `${said.y} + ${said.height} > ${network.y}`);
    await page.setViewport(LAPTOP);
    await page.click("#status-action");
    await settle(page);
    await new Promise((resolve) => setTimeout(resolve, 400));
    const rate = Number(await page.$eval("#learning-rate", (element) => /** @type {HTMLSelectElement} */ (element).value));
    assert.ok(rate < 30 && rate > 0, `${rate}`);
    assert.ok((await value(page, "#step-count")) <= 2_000);
    assert.ok((await value(page, "#cost")) < 1.3 * good);
    const { cost } = await page.evaluate(async () => (await descent.train({ steps: 500 }), descent.evaluate("train")));
    // Guessing one answer for all images costs 0.9. The rate is still a large one: the cost may rise for a while.
    assert.ok(cost < 0.9 / 2, `${cost} after ${good}: it is far from guessing`);
    assert.deepEqual(problems, []);
  });

  it("dead neurons are counted, struck out in the pictures and said", async () => {
    const { page, problems } = tab;
    await page.evaluate(() => descent.configure({ preset: "video", seed: 3, activation: "relu", learningRate: 1.5, batchSize: 1 }));
    await settle(page);
    assert.doesNotMatch(await text(page, "#network-note"), /dead/);
    await page.evaluate(() => descent.train({ steps: 300 }).catch(() => {}));
    await page.waitForFunction(() => /\d+ of 32 neurons dead/.test(document.querySelector("#network-note")?.textContent ?? ""), { timeout: 5_000 });
    await page.waitForFunction(() => /\d+ of 32 hidden neurons are struck out/.test(document.querySelector("#network")?.getAttribute("aria-label") ?? ""), { timeout: 8_000 });
    assert.deepEqual(problems, []);
  });

  it("what a run came through while the history was out of sight is drawn when it comes into sight", async () => {
    const { page, problems, close } = await site.visit(PHONE);
    const show = (/** @type {string} */ tab) => page.click(`#tab-${tab}`);
    assert.ok(await page.$("canvas#history"), "it is there before it is seen");
    await show("descent");
    await settle(page);
    await show("draw");
    await page.evaluate(() => descent.train({ steps: 800 }));
    await settle(page);
    await show("descent");
    await settle(page);
    // The curve of the unseen digits climbs through the upper half, where there was nothing before.
    const blue = await page.$eval("#history", (element) => {
      const canvas = /** @type {HTMLCanvasElement} */ (element);
      const { width, height } = canvas;
      const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(0.25 * width, 0.1 * height, 0.5 * width, 0.4 * height);
      let blue = 0;
      for (let k = 0; k < data.length; k += 4) if (data[k + 3] > 200 && data[k + 2] > data[k] + 60) blue++;
      return blue;
    });
    assert.ok(blue > 100, `${blue} pixels`);
    assert.deepEqual(problems, []);
    await close();
  });

  it("a run that has learnt nothing at its rate goes back to before it", async () => {
    const { page, problems } = tab;
    await page.evaluate(() => descent.configure({ preset: "video", seed: 1, learningRate: 30 }));
    await page.evaluate(() => descent.train({ steps: 3_000 }).catch(() => {}));
    await page.waitForSelector("#status-action", { visible: true });
    await page.click("#status-action");
    await shows(page, "#step-count", 0);
    await settle(page);
    await page.evaluate(() => descent.train({ steps: 1_000 }));
    assert.ok((await value(page, "#test-accuracy")) > 0.8);
    assert.deepEqual(problems, []);
  });
});
