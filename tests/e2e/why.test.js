// Why it reads what it reads: evidence, likenesses, the other way of seeing.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { OWN_DIGITS, draw } from "./drawing.js";
import { LAPTOP, PHONE, boxOf, settle, text, useSite } from "./site.js";

const WHERE = { size: 170, across: 0.5, down: 0.5 };

describe("why", () => {
  const here = useSite();
  before(async () => {
    await here.tab.page.evaluate(() => descent.train({ examples: 60_000 }));
  });

  /** Waits for a title. @param {import("puppeteer-core").Page} page @param {RegExp} wanted */
  async function title(page, wanted) {
    await page.waitForFunction(
      (source) => new RegExp(source).test(document.querySelector("#why-title")?.textContent ?? ""),
      { timeout: 5_000 },
      wanted.source,
    );
    return /** @type {RegExpExecArray} */ (wanted.exec(await text(page, "#why-title")));
  }

  it("is offered once something is read, and not before", async () => {
    const { page } = here.tab;
    assert.equal(await page.$eval("#why", (button) => /** @type {HTMLElement} */ (button).hidden), true);
    await draw(page, OWN_DIGITS[14], WHERE);
    assert.equal(await page.$eval("#why", (button) => /** @type {HTMLElement} */ (button).hidden), false);
  });

  it("sets the two likeliest digits against each other, with the images most alike", async () => {
    const { page, problems } = here.tab;
    await page.click("#why");
    const [, digit, rival] = await title(page, /^Why (\d), not (\d)\?$/);
    assert.equal(digit, await text(page, "#prediction"));
    const scores = await page.$$eval("#scores [data-digit]", (rows) =>
      rows.map((row) => ({ digit: row.getAttribute("data-digit"), score: Number(row.getAttribute("data-score")) })),
    );
    const ranked = scores.sort((a, b) => b.score - a.score).map((row) => row.digit);
    assert.deepEqual(ranked.slice(0, 2), [digit, rival]);
    assert.match((await page.$eval("#why-picture", (picture) => picture.getAttribute("aria-label"))) ?? "", new RegExp(`Evidence for ${digit} against ${rival}, to first order: its weighted input is ahead by \\+`));
    const alike = await page.$$eval("#why-near button span", (captions) => captions.map((caption) => caption.textContent ?? ""));
    assert.equal(alike.length, 3);
    assert.ok(alike.every((caption) => /^\d · [01]\.\d\d$/.test(caption)), String(alike));
    assert.match(await text(page, "#why-other"), /^Not straightened, it would( also)? read \d\.$/);
    assert.deepEqual(problems, []);
  });

  it("follows the drawing", async () => {
    const { page } = here.tab;
    const before = await page.$$eval("#why-near span", (captions) => captions.map((caption) => caption.textContent).join());
    await draw(page, OWN_DIGITS[2], WHERE);
    await page.waitForFunction(
      (before) => [...document.querySelectorAll("#why-near span")].map((caption) => caption.textContent).join() !== before,
      { timeout: 5_000 },
      before,
    );
    await title(page, new RegExp(`^Why ${await text(page, "#prediction")}, `));
  });

  it("the likest image of a training image is itself, and straightening can be seen the other way round", async () => {
    const { page } = here.tab;
    await page.click("#why-near button");
    await page.waitForFunction(() => /1\.00$/.test(document.querySelector("#why-near span")?.textContent ?? ""), { timeout: 5_000 });
    await page.evaluate(() => descent.configure({ straighten: false }));
    await page.waitForFunction(() => /^Straightened, it would/.test(document.querySelector("#why-other")?.textContent ?? ""), { timeout: 5_000 });
    await page.evaluate(() => descent.configure({ straighten: true }));
  });

  it("closes by Escape, waits open for the next drawing, and the stage needs no scrolling", async () => {
    const { page } = here.tab;
    const hidden = () => page.$eval("#why-card", (card) => /** @type {HTMLElement} */ (card).hidden);
    assert.equal(await hidden(), false);
    const down = await page.evaluate(() => /** @type {Element} */ (document.querySelector(".screen")).scrollHeight - innerHeight);
    assert.ok(down <= 0, `${down} px too high`);
    await page.keyboard.press("Escape");
    assert.equal(await hidden(), true);
    await page.click("#why");
    assert.equal(await hidden(), false);
    await page.click("#clear");
    await title(page, /^Why\? Draw a digit\.$/);
    await page.click("#why");
    assert.equal(await hidden(), true);
  });

  it("makes room for a neuron that is opened, and takes its place; Escape closes one thing at a time", async () => {
    const { page } = here.tab;
    /** What is open, and what the visitor sees where it lies. */
    const seen = () =>
      page.evaluate(() => {
        const open = ["why-card", "neuron", "nudging", "journey"].filter((id) => !document.getElementById(id)?.hidden);
        const { x, y, width, height } = /** @type {Element} */ (document.querySelector("#the-weights")).getBoundingClientRect();
        return { open, top: document.elementFromPoint(x + width / 2, y + height / 2)?.closest("section")?.id };
      });
    await draw(page, OWN_DIGITS[14], WHERE);
    await page.click("#why");
    await title(page, /^Why \d/);
    await page.focus("#network");
    await page.keyboard.press("ArrowDown");
    await settle(page);
    assert.deepEqual(await seen(), { open: ["neuron"], top: "neuron" });
    assert.equal(await page.$eval("#why", (button) => button.getAttribute("aria-expanded")), "false");
    await page.click("#why");
    await settle(page);
    assert.deepEqual(await seen(), { open: ["why-card"], top: "why-card" });
    await page.focus("#gradient");
    await page.keyboard.press("ArrowDown");
    await settle(page);
    assert.deepEqual(await seen(), { open: ["why-card", "nudging"], top: "why-card" });
    await page.click("#how");
    await page.waitForSelector("#journey", { visible: true });
    await page.keyboard.press("Escape");
    await settle(page);
    assert.deepEqual(await seen(), { open: ["why-card", "journey"], top: "why-card" });
    await page.keyboard.press("Escape");
    assert.deepEqual(await seen(), { open: ["journey"], top: "the-weights" });
    await page.keyboard.press("Escape");
    assert.deepEqual(await seen(), { open: [], top: "the-weights" });
  });

  for (const viewport of [{ ...PHONE, width: 360, height: 740 }, { ...LAPTOP, width: 2560, height: 1440 }]) {
    it(`fits ${viewport.width} px`, async () => {
      const { page, problems, close } = await here.site.visit(viewport);
      await draw(page, OWN_DIGITS[14], WHERE);
      await page.click("#why");
      await title(page, /^Why \d/);
      const across = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(across <= 0, `${across} px too wide`);
      const { width, height } = await boxOf(page, "#why-picture");
      assert.ok(width > 200 && height > 100, `${width} x ${height}`);
      assert.deepEqual(problems, []);
      await close();
    });
  }
});
