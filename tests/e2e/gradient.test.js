// Looking closely at a run: the gradient, one weight nudged, one neuron opened, one example's cost, one step slowly.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { OWN_DIGITS, draw } from "./drawing.js";
import { boxOf, fingerprint, ready, settle, shows, text, useSite, value } from "./site.js";

describe("a close look", () => {
  const here = useSite({ fresh: true });

  /** @param {string} selector @param {boolean} visible */
  const seen = (selector, visible) =>
    here.tab.page.waitForFunction(
      (selector, visible) => document.querySelector(selector)?.checkVisibility() === visible,
      { timeout: 2_000 },
      selector,
      visible,
    );

  /** @param {string} selector @param {RegExp} pattern */
  const says = (selector, pattern) =>
    here.tab.page.waitForFunction(
      (selector, source) => new RegExp(source).test(document.querySelector(selector)?.textContent ?? ""),
      { timeout: 2_000 },
      selector,
      pattern.source,
    );

  /** @param {number} change */
  async function nudge(change) {
    await here.tab.page.$eval(
      "#nudge",
      (slider, change) => {
        /** @type {HTMLInputElement} */ (slider).value = String(change);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
      },
      change,
    );
  }

  /** Numbers as the page writes them. @param {string} written */
  const numbers = (written) => (written.match(/[\u2212+]?\d+(\.\d+)?(e[-+]\d+)?/g) ?? []).map((n) => Number(n.replace("\u2212", "-")));

  it("the largest nudge is chosen by key, moves its weight, keeps its promise, and is undone to the last bit", async () => {
    const { page, problems } = here.tab;
    await page.evaluate(() => descent.train({ steps: 50 }));
    await settle(page);
    const before = await fingerprint(page);
    const { largest, values } = await page.evaluate(async () => {
      const gradient = await descent.gradient();
      const sizes = gradient.map(Math.abs);
      const largest = sizes.indexOf(Math.max(...sizes));
      return { largest, values: Array.from(await descent.parameters()) };
    });
    await page.focus("#gradient");
    await page.keyboard.press("ArrowDown");
    await seen("#nudging", true);
    assert.ok((await text(page, "#nudge-name")).length > 5);
    await nudge(0.05);
    await says("#nudge-words", /measured/);
    await settle(page);
    const changed = await page.evaluate(async () => Array.from(await descent.parameters()));
    const moved = changed.flatMap((w, index) => (w === values[index] ? [] : [index]));
    assert.deepEqual(moved, [largest], "that one weight, and no other");
    assert.ok(Math.abs(changed[largest] - values[largest] - 0.05) < 1e-6);
    const [change, predicted, measured] = numbers(await text(page, "#nudge-words"));
    assert.equal(change, 0.05);
    assert.ok(Math.abs(predicted - measured) < 0.1 * Math.abs(measured), `predicted ${predicted}, measured ${measured}`);
    await page.click("#nudge-undo");
    await settle(page);
    assert.equal(await fingerprint(page), before);
    assert.equal(await value(page, "#step-count"), 50);
    await page.keyboard.press("Escape");
    await seen("#nudging", false);
    assert.deepEqual(problems, []);
  });

  it("nudging stops the training", async () => {
    const { page } = here.tab;
    await page.select("#speed", "max");
    await page.click("#play");
    await page.waitForFunction(() => Number(/** @type {HTMLElement} */ (document.querySelector("#step-count")).dataset.value) > 5);
    await page.focus("#gradient");
    await page.keyboard.press("ArrowDown");
    await seen("#nudging", true);
    await nudge(0.3);
    await page.waitForFunction(() => document.querySelector("#play")?.getAttribute("aria-pressed") === "false", { timeout: 2_000 });
    // The run was ahead of what was drawn of it: the nudge is told and can be undone all the same.
    await says("#nudge-words", /^\+0\.300: .*measured/);
    await settle(page);
    assert.match(await text(page, "#nudge-words"), /^\+0\.300: .*measured/);
    const nudged = await fingerprint(page);
    await page.click("#nudge-undo");
    await settle(page);
    assert.notEqual(await fingerprint(page), nudged);
    // A quick hand: Play is pressed before the nudge is answered.
    await page.$eval("#nudge", (slider) => {
      /** @type {HTMLInputElement} */ (slider).value = "0.2";
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      /** @type {HTMLElement} */ (document.querySelector("#play")).click();
    });
    await settle(page);
    assert.equal(await page.$eval("#play", (play) => play.getAttribute("aria-pressed")), "true");
  });

  it("a slider that has the keys goes back to the middle when its nudge is over", async () => {
    const { page, problems } = here.tab;
    await page.focus("#gradient");
    await page.keyboard.press("ArrowDown");
    await page.focus("#nudge");
    for (let k = 0; k < 5; k++) await page.keyboard.press("ArrowRight");
    await says("#nudge-words", /^\+0\.050: .*measured/);
    await page.evaluate(() => descent.train({ steps: 1 }));
    await says("#nudge-words", /^It is/);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "nudge");
    await page.keyboard.press("ArrowRight");
    await says("#nudge-words", /^\+0\.010: .*measured/);
    await page.keyboard.press("r");
    await says("#nudge-words", /^It is/);
    assert.equal(await page.$eval("#nudge", (slider) => /** @type {HTMLInputElement} */ (slider).value), "0");
    assert.deepEqual(problems, []);
  });

  it("nudging goes on after a nudge that was refused, and after one with which the worker died", async () => {
    const { page } = here.tab;
    await page.evaluateOnNewDocument(() => {
      /** @type {Worker[]} */
      const workers = [];
      Object.assign(globalThis, { workers });
      globalThis.Worker = class extends Worker {
        /** @param {[string | URL, WorkerOptions?]} how */
        constructor(...how) {
          super(...how);
          workers.push(this);
        }
      };
    });
    await page.reload();
    await ready(page);
    await page.evaluate(() => descent.train({ steps: 50 }));
    await settle(page);
    await page.focus("#gradient");
    await page.keyboard.press("ArrowDown");
    await seen("#nudging", true);
    /** The next nudge is not answered, but followed by this event. @param {"message" | "error"} type */
    const failing = (type) =>
      page.evaluate((type) => {
        const worker = /** @type {any} */ (globalThis).workers.at(-1);
        worker.postMessage = (/** @type {any} */ { run }) => {
          delete worker.postMessage;
          const refused = { data: { type: "refused", run, message: "expected something else" } };
          worker.dispatchEvent(type === "message" ? new MessageEvent(type, refused) : new ErrorEvent(type, { message: "as a test" }));
        };
      }, type);
    await failing("message");
    await nudge(0.05);
    await says("#status", /expected something else/);
    await nudge(0.06);
    await says("#nudge-words", /^\+0\.060: .*measured/);
    await page.click("#nudge-undo");
    await settle(page);
    // What lies before the network and what led here are as they were.
    await page.click("#random-digit");
    await says("#verdict", /right|wrong/);
    const stands = () => page.evaluate(() => [
      ...["pad-note", "prediction", "verdict", "scores-note", "step-count"].map((id) => document.getElementById(id)?.textContent),
      ...["aria-valuemin", "aria-valuemax"].map((name) => document.getElementById("history")?.getAttribute(name)),
    ]);
    await settle(page);
    const before = await stands();
    assert.deepEqual(before.slice(-2), ["0", "50"]);
    await failing("error");
    await nudge(0.05);
    await says("#status", /taken up again at step 50/);
    await says("#verdict", /right|wrong/);
    await settle(page);
    assert.deepEqual(await stands(), before);
    await nudge(0.07);
    await says("#nudge-words", /^\+0\.070: .*measured/);
  });

  it("a neuron opens by click, by tile and by keys, tells its exact sum, and closes by Escape", async () => {
    const { page, problems } = here.tab;
    await page.click("#random-digit");
    await settle(page);
    const tiles = await boxOf(page, "#weights");
    await page.mouse.click(tiles.x + 30, tiles.y + 30);
    await seen("#neuron", true);
    await says("#neuron-sum", /sigmoid/);
    assert.equal((await text(page, "#neuron-title")).toLowerCase(), "first layer 1");
    await page.focus("#network");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await settle(page);
    assert.match(await text(page, "#neuron-title"), /1/);
    const [sum, bias, weighted, activation] = numbers(await text(page, "#neuron-sum"));
    assert.ok(Math.abs(sum + bias - weighted) < 0.002, `${sum} + ${bias} = ${weighted}`);
    assert.ok(Math.abs(1 / (1 + Math.exp(-weighted)) - activation) < 0.001);
    const score = await page.$eval('[data-digit="1"]', (row) => Number(/** @type {HTMLElement} */ (row).dataset.score));
    assert.ok(Math.abs(score - activation) < 0.001, "the output on the left is the same");
    await page.keyboard.press("Escape");
    await seen("#neuron", false);
    assert.deepEqual(problems, []);
  });

  it("the ten squares add up to the cost of an example, and are there only when it is known what it is", async () => {
    const { page } = here.tab;
    await page.click("#random-digit");
    await settle(page);
    const { scores, label, cost } = await page.evaluate(() => {
      const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-digit]")]);
      const label = rows.findIndex((row) => row.classList.contains("score-wanted"));
      const cost = Number(document.querySelector("#scores-note")?.textContent?.replace("its cost", ""));
      return { scores: rows.map((row) => Number(row.dataset.score)), label, cost };
    });
    const squares = scores.map((score, digit) => (score - (digit === label ? 1 : 0)) ** 2);
    assert.ok(Math.abs(squares.reduce((sum, square) => sum + square) - cost) < 0.001, `${cost}`);
    const shown = await page.$$eval(".score-share", (shares) => shares.map((share) => Number(share.textContent)));
    squares.forEach((square, digit) => assert.ok(Math.abs(square - shown[digit]) < 0.006));
    await page.click("#noise");
    await settle(page);
    assert.equal(await page.$eval(".score-sum", (sum) => sum.checkVisibility({ visibilityProperty: true })), false);
  });

  it("the tiles show the last change instead, by their switch", async () => {
    const { page, problems } = here.tab;
    const pixels = () => page.$eval("#weights", (canvas) => /** @type {HTMLCanvasElement} */ (canvas).toDataURL());
    await page.evaluate(() => descent.train({ steps: 1 }));
    await settle(page);
    const weights = await pixels();
    await page.click("#tiles label:last-child");
    await settle(page);
    assert.notEqual(await pixels(), weights);
    await page.click("#tiles label:first-of-type");
    await settle(page);
    assert.equal(await pixels(), weights);
    assert.deepEqual(problems, []);
  });

  it("the batch: each image of the coming step with its own cost, of which the step's is the mean", async () => {
    const { page, problems } = here.tab;
    await page.evaluate(() => descent.train({ steps: 60 }));
    await page.waitForSelector("#see-batch:enabled");
    await page.click("#see-batch");
    await page.waitForSelector("#batch-images button:nth-of-type(10)", { visible: true });
    await settle(page);
    const costs = await page.$$eval("#batch-images span:last-child", (spans) => spans.map((span) => Number(span.textContent)));
    const mean = costs.reduce((sum, one) => sum + one, 0) / 10;
    const said = Number(/: ([\d.]+)$/.exec(await text(page, "#batch-words"))?.[1]);
    assert.ok(Math.abs(mean - said) < 0.01 * said, `${mean} ${said}`);
    const { cost } = await page.evaluate(() => descent.train({ steps: 1 }));
    assert.ok(Math.abs(cost - said) < 0.001 * said, `${cost} ${said}`);
    // The next step has another batch; one of its images is put before the network.
    await page.waitForFunction((said) => !document.querySelector("#batch-words")?.textContent?.endsWith(said), { timeout: 5_000 }, String(said));
    await page.click("#batch-images button:nth-of-type(3)");
    await page.waitForFunction(() => /^training image of/.test(document.querySelector("#pad-note")?.textContent ?? ""), { timeout: 5_000 });
    await page.click("#why");
    await page.waitForSelector("#why-card", { visible: true });
    await page.waitForSelector("#batch-card", { hidden: true });
    await page.click("#see-batch");
    await page.waitForSelector("#batch-card", { visible: true });
    await page.waitForSelector("#why-card", { hidden: true });
    await page.keyboard.press("Escape");
    await page.waitForSelector("#batch-card", { hidden: true });
    assert.deepEqual(problems, []);
  });

  it("slow motion is held, and led on, by its own button; what is drawn and named is compared with what is wanted", async () => {
    const { page, problems } = here.tab;
    await page.evaluate(() => descent.configure({ seed: 1 }));
    await draw(page, OWN_DIGITS[14], { size: 150, across: 0.5, down: 0.5 });
    await page.waitForSelector("#label-drawing button", { visible: true });
    await page.click("#label-drawing button:nth-of-type(8)");
    await says("#verdict", /wrong: it is a 7|right/);
    await page.click("#slow");
    const phases = [];
    for (let k = 0; k < 5; k++) {
      await page.click("#slow");
      await settle(page);
      phases.push(await page.$eval("body", (body) => body.dataset.slow));
      if (k === 1) {
        assert.match(await text(page, "#status"), /^2\/5 Wanted: 1 at the 7, 0 elsewhere/);
        assert.ok(await page.$eval("#batch-card", (card) => card.checkVisibility()));
      }
      // While the ball is looked at where it has landed, all else is as it was before the step.
      if (k === 3) await new Promise((resolve) => setTimeout(resolve, 1200));
      if (k >= 3) assert.equal(await value(page, "#step-count"), k - 3);
      // Longer than it goes on by itself.
      if (k < 2) await new Promise((resolve) => setTimeout(resolve, 900));
    }
    assert.deepEqual(phases, ["forward", "targets", "gradient", "ball", "weights"]);
    assert.equal(await text(page, "#slow"), "Next");
    await page.click("#slow");
    await says("#status", /predicted .*, got /);
    assert.equal(await page.$eval("#batch-card", (card) => card.checkVisibility()), false);
    assert.equal(await value(page, "#step-count"), 1);
    assert.deepEqual(problems, []);
  });

  it("the first step is slow and makes one step; the next ones are not", async () => {
    const { page, problems } = here.tab;
    await draw(page, OWN_DIGITS[14], { size: 150, across: 0.5, down: 0.5 });
    await page.click("#step");
    // Seen by an image of the batch, whose digit is known; the drawing comes back after it.
    await says("#pad-note", /^from the batch: an? \d$/);
    await page.waitForFunction(() => document.body.dataset.slow === "targets");
    await says("#scores-note", /^its cost /);
    await shows(page, "#step-count", 1);
    await page.waitForFunction(() => !document.body.dataset.slow, { timeout: 5_000 });
    await says("#pad-note", /^draw a digit$/);
    await says("#prediction", /^\d$/);
    await says("#status", /predicted .*, got /);
    await page.click("#step");
    await delay(200);
    assert.equal(await value(page, "#step-count"), 2);
    await page.click("#slow");
    await says("#status", /Forward: /);
    await page.keyboard.press("Shift");
    await shows(page, "#step-count", 3);
    assert.deepEqual(problems, []);
  });

  it("steps asked for in a hurry are all made", async () => {
    const { page } = here.tab;
    for (let k = 0; k < 3; k++) await page.click("#step");
    await shows(page, "#step-count", 3);
  });

  it("with reduced motion a step is a step", async () => {
    const { page } = here.tab;
    await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
    await page.click("#step");
    await delay(300);
    assert.equal(await value(page, "#step-count"), 1);
  });
});
