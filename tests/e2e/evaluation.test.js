// How well it reads, below the stage: counts, the images behind them, the surest mistakes.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { PHONE, settle, text, useSite } from "./site.js";

describe("evaluation", () => {
  const here = useSite();
  before(async () => {
    await here.tab.page.evaluate(() => descent.train({ examples: 40_000 }));
  });

  /** The counts shown, once the whole set is measured. @param {import("puppeteer-core").Page} page @param {number} total */
  async function counts(page, total) {
    await page.$eval("#evaluation", (part) => part.scrollIntoView());
    await page.waitForFunction(
      (total) => {
        const cells = [...document.querySelectorAll("#confusion button")];
        return cells.length === 100 && cells.reduce((sum, cell) => sum + Number((cell.textContent ?? "").replace(/\D/g, "")), 0) === total;
      },
      { timeout: 5_000 },
      total,
    );
    return page.$$eval("#confusion tbody tr", (rows) =>
      rows.map((row) => [...row.querySelectorAll("button")].map((cell) => Number((cell.textContent ?? "").replace(/\D/g, "")))),
    );
  }

  it("shows the counts that the console gives, for unseen and for training images", async () => {
    const { page } = here.tab;
    const unseen = await page.evaluate(() => descent.evaluate("test"));
    assert.deepEqual(await counts(page, 1_000), unseen.confusion);
    assert.match(await text(page, "#evaluation-words"), new RegExp(`${(100 * unseen.accuracy).toFixed(1)}`));
    await page.click('#evaluated [value="train"]');
    const seen = await page.evaluate(() => descent.evaluate("train"));
    assert.deepEqual(await counts(page, 9_000), seen.confusion);
    await page.click('#evaluated [value="test"]');
    await counts(page, 1_000);
  });

  it("a count opens its images, and an image goes before the network", async () => {
    const { page, problems } = here.tab;
    await counts(page, 1_000);
    const mistake = await page.$$eval("#confusion .wrong", (cells) =>
      cells.find((cell) => cell.textContent !== "")?.getAttribute("aria-label"),
    );
    const [, label, read, count] = /^(\d) read as (\d): (\d+)$/.exec(mistake ?? "") ?? [];
    assert.ok(count, mistake ?? "no mistake");
    await page.$$eval("#confusion button", (cells, name) => {
      /** @type {HTMLElement | undefined} */ (cells.find((cell) => cell.getAttribute("aria-label") === name))?.click();
    }, mistake);
    await page.waitForFunction(
      (count) => document.querySelectorAll("#cell-images button").length === count,
      { timeout: 5_000 },
      Math.min(48, Number(count)),
    );
    await page.click("#cell-images button");
    await settle(page);
    assert.equal(await text(page, "#prediction"), read);
    assert.match(await text(page, "#verdict"), new RegExp(`wrong: it is an? ${label}`));
    assert.equal(await page.evaluate(() => scrollY), 0);
    assert.deepEqual(problems, []);
  });

  it("the surest mistakes are mistakes", async () => {
    const { page } = here.tab;
    await counts(page, 1_000);
    const names = await page.$$eval("#mistakes button", (buttons) => buttons.map((button) => button.getAttribute("aria-label") ?? ""));
    assert.equal(names.length, 12);
    const sure = names.map((name) => {
      const [, label, read, score] = /^A (\d) read as (\d) with ([\d.]+):/.exec(name) ?? [];
      assert.notEqual(label, read, name);
      return Number(score);
    });
    assert.deepEqual(sure, [...sure].sort((a, b) => b - a));
  });

  it("goes with the training, once a second at most, and only while it is looked at", async () => {
    const { page } = here.tab;
    const words = () => text(page, "#evaluation-words");
    await page.$eval("#evaluation", (part) => part.scrollIntoView());
    await page.evaluate(() => descent.configure({ seed: 5 }));
    await page.waitForFunction(() => /: \d/.test(document.querySelector("#evaluation-words")?.textContent ?? ""));
    const before = await words();
    await page.select("#speed", "max");
    await page.$eval("#play", (button) => /** @type {HTMLElement} */ (button).click());
    await page.waitForFunction((before) => {
      const now = document.querySelector("#evaluation-words")?.textContent;
      return now !== "" && now !== before;
    }, { timeout: 5_000 }, before);
    await page.evaluate(() => scrollTo(0, 0));
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const left = await words();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.equal(await words(), left);
    await page.$eval("#play", (button) => /** @type {HTMLElement} */ (button).click());
  });

  it("a training image is labelled as the run that is shown is told, also after a restart", async () => {
    const { page, problems } = here.tab;
    const note = async () => (await settle(page), text(page, "#pad-note"));
    await page.evaluate(() => descent.configure({ labels: "shuffled", seed: 1, trainingExamples: 9_000 }));
    await page.click("#see-batch");
    await page.waitForSelector("#batch-images button");
    await page.$eval("#batch-images button", (image) => /** @type {HTMLElement} */ (image).click());
    const told = await note();
    assert.match(told, /^training image labelled \d$/);
    await page.evaluate(() => descent.configure({ labels: "true" }));
    const truly = await note();
    assert.match(truly, /^training image of an? \d$/);
    assert.notEqual(truly.slice(-1), told.slice(-1));
    assert.match(await text(page, "#verdict"), new RegExp(`^(right|wrong: it is an? ${truly.slice(-1)})$`));
    // No longer among those that it learns from.
    await page.evaluate(() => descent.configure({ trainingExamples: 1 }));
    assert.equal(await note(), truly);
    await page.evaluate(() => descent.configure({ labels: "shuffled", seed: 1, trainingExamples: 9_000 }));
    assert.equal(await note(), told);
    await page.click("#batch-close");
    await page.click("#clear");
    await page.evaluate(() => descent.configure({ preset: "video", labels: "true" }));
    assert.deepEqual(problems, []);
  });

  it("arrow keys go from count to count", async () => {
    const { page } = here.tab;
    await page.$eval("#evaluation", (part) => part.scrollIntoView());
    await page.focus('#confusion [tabindex="0"]');
    const name = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
    const [label, read] = /** @type {RegExpExecArray} */ (/^(\d) read as (\d)/.exec(await name())).slice(1).map(Number);
    await page.keyboard.press(read < 9 ? "ArrowRight" : "ArrowLeft");
    assert.match(await name(), new RegExp(`^${label} read as ${read < 9 ? read + 1 : read - 1}`));
    assert.equal(await page.$$eval('#confusion [tabindex="0"]', (cells) => cells.length), 1);
  });

  it("fits a phone, with targets for a finger", async () => {
    const { page, problems, close } = await here.site.visit({ ...PHONE, width: 360, height: 740 });
    await counts(page, 1_000);
    const { across, low } = await page.evaluate(() => ({
      across: document.documentElement.scrollWidth - innerWidth,
      low: Math.min(...[...document.querySelectorAll("#confusion button, #mistakes button")].map((b) => b.getBoundingClientRect().height)),
    }));
    assert.ok(across <= 0, `${across} px too wide`);
    assert.ok(low >= 48, `${low} px high`);
    // An image that is chosen is shown where it now stands.
    await page.click("#tab-descent");
    await page.$eval("#mistakes button", (button) => /** @type {HTMLElement} */ (button).click());
    await settle(page);
    assert.deepEqual(await page.evaluate(() => [document.body.dataset.tab, scrollY, document.activeElement?.id]), ["draw", 0, "clear"]);
    assert.deepEqual(problems, []);
    await close();
  });
});
