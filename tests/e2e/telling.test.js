// What is told to those who do not see the page: steps, runs, nudges, readings.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openSite, text } from "./site.js";

describe("telling", () => {
  /** @type {Awaited<ReturnType<typeof openSite>>} */
  let site;
  before(async () => {
    site = await openSite();
  });
  after(() => site?.close());

  /** @param {import("puppeteer-core").Page} page @param {RegExp} words */
  const told = (page, words) =>
    page.waitForFunction((source) => new RegExp(source).test(document.querySelector("#told")?.textContent ?? ""), { timeout: 8_000 }, words.source);

  it("each step by hand, where a run was paused, and where it begins anew", async () => {
    const { page, problems, close } = await site.visit();
    await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
    await page.click("#step");
    await told(page, /^Step 1\. Cost: slope predicted .*, got /);
    await page.click("#step");
    await told(page, /^Step 2\. Cost: slope predicted .*, got /);
    await page.select("#speed", "max");
    await page.click("#play");
    await page.waitForFunction(() => Number(document.querySelector("#step-count")?.textContent?.replace(/\D/g, "")) > 500);
    await page.click("#play");
    await told(page, /^Paused at step .*: cost 0\.\d+, \d\d\.\d.% of unseen digits read\.$/);
    assert.match(await text(page, "#told"), new RegExp((await text(page, "#cost")).replace(".", "\\.")), "the same numbers as on the page");
    await page.click("#reset");
    await told(page, /^Back at step 0\.$/);
    assert.deepEqual(problems, []);
    await close();
  });

  it("what a nudge has done, what a neuron adds up, and what the batch costs", async () => {
    const { page, problems, close } = await site.visit();
    await page.click("#random-digit");
    await page.waitForFunction(() => document.querySelector("#prediction")?.textContent !== "\u2013");
    await page.focus("#gradient");
    await page.keyboard.press("ArrowDown");
    await page.waitForSelector("#nudge", { visible: true });
    await page.focus("#nudge");
    await page.keyboard.press("ArrowRight");
    await told(page, /^\+0\.010: this batch.s cost predicted .*, measured /);
    await page.focus("#network");
    await page.keyboard.press("ArrowDown");
    await told(page, /^first layer \d+\. Σ w·a \+ b = /);
    await page.click("#see-batch");
    await told(page, /^The batch: 10 images, their mean cost is the step.s: /);
    assert.deepEqual(problems, []);
    await close();
  });

  it("an image asked for before anything else was drawn is read", async () => {
    const { page, problems, close } = await site.open();
    await page.evaluate(async () => {
      await descent.ready;
      /** @type {HTMLElement} */ (document.querySelector("#random-digit")).click();
    });
    await page.waitForFunction(() => document.querySelector("#prediction")?.textContent !== "\u2013", { timeout: 3_000 });
    await page.waitForFunction(() => /^On the pad: unseen image of/.test(document.querySelector("#pad")?.getAttribute("aria-label") ?? ""), { timeout: 2_000 });
    await page.click("#noise");
    await page.waitForFunction(() => /: (it cannot say|not sure)/.test(document.querySelector("#scores-text")?.textContent ?? ""), { timeout: 5_000 });
    assert.deepEqual(problems, []);
    await close();
  });
});
