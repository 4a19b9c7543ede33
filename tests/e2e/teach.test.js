// The visitor's own drawings: labelled, kept, read, learnt from, taken along and brought back.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { OWN_DIGITS, draw } from "./drawing.js";
import { PHONE, fingerprint, ready, settle, text, useSite } from "./site.js";

const WHERE = { size: 150, across: 0.5, down: 0.5 };
/** Two bars: no digit of the data set looks like that. */
const SIGN = { label: 3, strokes: /** @type {[number, number][][]} */ ([[[0, 0], [1, 0]], [[0, 1], [1, 1]]]) };

describe("teach it yours", () => {
  const here = useSite();
  const folder = mkdtempSync(join(tmpdir(), "descent-"));
  before(() => here.tab.page.evaluate(() => descent.train({ examples: 60_000 })));
  after(() => rmSync(folder, { recursive: true }));

  /** Says what is on the pad. @param {number} digit */
  async function label(digit) {
    await here.tab.page.$$eval("#label-drawing button", (buttons, digit) => buttons[digit].click(), digit);
    await settle(here.tab.page);
  }

  /** @param {RegExp} wanted */
  async function counted(wanted) {
    await here.tab.page.$eval("#teach", (part) => part.scrollIntoView());
    await here.tab.page.waitForFunction(
      (source) => new RegExp(source).test(document.querySelector("#drawings-count")?.textContent ?? ""),
      { timeout: 5_000 },
      wanted.source,
    );
    const found = await text(here.tab.page, "#drawings-count");
    await here.tab.page.evaluate(() => scrollTo(0, 0));
    return found;
  }

  /** @param {string} id */
  const press = (id) => here.tab.page.$eval(id, (button) => /** @type {HTMLElement} */ (button).click());
  const kept = () => here.tab.page.evaluate(() => JSON.parse(localStorage.getItem("drawings") ?? '{"drawings":[]}').drawings.length);

  it("asks what a drawing is, and keeps it by one tap", async () => {
    const { page, problems } = here.tab;
    assert.equal(await page.$eval("#label-drawing", (row) => /** @type {HTMLElement} */ (row).hidden), true);
    await draw(page, OWN_DIGITS[14], WHERE);
    assert.equal(await page.$eval("#label-drawing", (row) => /** @type {HTMLElement} */ (row).hidden), false);
    await label(OWN_DIGITS[14].label);
    assert.equal(await page.$eval("#label-drawing", (row) => /** @type {HTMLElement} */ (row).hidden), true);
    assert.equal(await kept(), 1);
    await draw(page, SIGN, WHERE);
    await label(SIGN.label);
    await counted(/of your 2 drawings/);
    const captions = await page.$$eval("#drawings button span", (spans) => spans.map((span) => span.textContent));
    assert.equal(captions.length, 2);
    assert.match(String(captions[0]), /^3 → \d$/);
    // The one just kept can be forgotten at once, and asked about again.
    await press("#drawings-forget");
    await counted(/of your 1 drawing:/);
    assert.equal(await page.$eval("#label-drawing", (row) => /** @type {HTMLElement} */ (row).hidden), false);
    await label(SIGN.label);
    await counted(/of your 2 drawings/);
    assert.deepEqual(problems, []);
  });

  it("learns from them, replayably, and again without them", async () => {
    const { page, problems } = here.tab;
    await press("#drawings-learn");
    await page.waitForFunction(async () => (await descent.options()).trainingExamples === 9_020);
    await page.evaluate(() => descent.train({ examples: 100_000 }));
    const first = await fingerprint(page);
    await counted(/It reads 2 of your 2 drawings: 100\.0/);
    await page.evaluate(async () => {
      await descent.configure({});
      await descent.train({ examples: 100_000 });
    });
    assert.equal(await fingerprint(page), first);
    await press("#drawings-learn");
    await page.waitForFunction(async () => (await descent.options()).trainingExamples === 9_000);
    assert.deepEqual(problems, []);
  });

  it("one that is kept while a new worker loads is read with the others", async () => {
    const { page, problems, close } = await here.site.visit();
    await page.evaluateOnNewDocument(() => {
      globalThis.Worker = class extends Worker {
        /** @param {[string | URL, WorkerOptions?]} how */
        constructor(...how) {
          super(...how);
          Object.assign(globalThis, { worker: this });
        }
      };
    });
    await page.reload();
    await ready(page);
    for (const place of [0, 1]) {
      await draw(page, OWN_DIGITS[place], WHERE);
      await page.evaluate((dies) => {
        if (dies) /** @type {any} */ (globalThis).worker.dispatchEvent(new ErrorEvent("error", { message: "as a test" }));
        /** @type {HTMLElement} */ (document.querySelector("#label-drawing button")).click();
      }, place === 1);
    }
    await page.$eval("#teach", (part) => part.scrollIntoView());
    await page.waitForFunction(() => /of your 2 drawings/.test(document.querySelector("#drawings-count")?.textContent ?? ""), { timeout: 5_000 });
    const captions = await page.$$eval("#drawings button span", (spans) => spans.map((span) => span.textContent));
    assert.equal(captions.length, 2);
    for (const caption of captions) assert.match(String(caption), /^0( \u2192 \d)?$/);
    assert.deepEqual(problems, []);
    await close();
  });

  it("a kept drawing goes back on the pad, and can be forgotten", async () => {
    const { page } = here.tab;
    await draw(page, OWN_DIGITS[2], WHERE);
    await label(OWN_DIGITS[2].label);
    await counted(/of your 3 drawings/);
    await page.click("#clear");
    await press("#drawings button");
    await settle(page);
    assert.match(await text(page, "#prediction"), /^\d$/);
    await press("#drawings-forget");
    await counted(/of your 2 drawings/);
    assert.equal(await kept(), 2);
  });

  it("goes on without those that are forgotten, and with others in their place", async () => {
    const { page, problems } = here.tab;
    /** @param {string} words @param {boolean} [disabled] */
    const offers = (words, disabled = false) =>
      page.waitForFunction(
        (words, disabled) => {
          const button = /** @type {HTMLButtonElement} */ (document.querySelector("#drawings-learn"));
          return button.textContent === words && button.disabled === disabled;
        },
        { timeout: 5_000 },
        words,
        disabled,
      );
    await press("#drawings-learn");
    await page.waitForFunction(async () => (await descent.options()).trainingExamples === 9_020);
    await offers("Learn without them");
    // Another in the place of one: as many, but not the same.
    await counted(/of your 2 drawings/);
    await press("#drawings button");
    await settle(page);
    await press("#drawings-forget");
    await draw(page, OWN_DIGITS[4], WHERE);
    await label(OWN_DIGITS[4].label);
    await counted(/of your 2 drawings/);
    await offers("Learn from these instead");
    for (const left of [/of your 2 drawings/, /of your 1 drawing/]) {
      await counted(left);
      await press("#drawings button");
      await settle(page);
      await press("#drawings-forget");
      await settle(page);
    }
    await page.waitForFunction(() => /None yet/.test(document.querySelector("#drawings-count")?.textContent ?? ""));
    await offers("Learn without them");
    await press("#drawings-learn");
    await page.waitForFunction(async () => (await descent.options()).trainingExamples === 9_000);
    await offers("Learn from them too", true);
    for (const digit of [OWN_DIGITS[4], SIGN]) {
      await draw(page, digit, WHERE);
      await label(digit.label);
    }
    await counted(/of your 2 drawings/);
    assert.deepEqual(problems, []);
  });

  it("they are there at the next visit", async () => {
    const { page, problems } = here.tab;
    await page.reload();
    await ready(page);
    await counted(/of your 2 drawings/);
    assert.deepEqual(problems, []);
  });

  it("opens a file of drawings, and refuses others with what was expected and found", async () => {
    const { page } = here.tab;
    const input = /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (await page.$("#drawings-file"));
    /** @param {string} name @param {unknown} content @param {RegExp} told */
    async function open(name, content, told) {
      const path = join(folder, name);
      writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
      await input.uploadFile(path);
      await page.waitForFunction((source) => new RegExp(source).test(document.querySelector("#drawings-words")?.textContent ?? ""), { timeout: 5_000 }, told.source);
    }
    const good = { format: "descent drawings", drawings: OWN_DIGITS.slice(0, 5) };
    await open("text.json", "seven", /text\.json: drawings: expected a JSON file, found "seven"/);
    await open("other.json", { drawings: [] }, /expected a file of format "descent drawings", found undefined/);
    await open("label.json", { ...good, drawings: [{ ...OWN_DIGITS[0], label: 10 }] }, /expected drawing 1 with a label from 0 to 9, found 10/);
    await open("empty.json", { ...good, drawings: [{ label: 1, strokes: [] }] }, /drawing 1 with a list of strokes, found 0 entries/);
    await open("point.json", { ...good, drawings: [{ label: 1, strokes: [[[1, "x"]]] }] }, /points \[x, y\] of finite numbers/);
    assert.equal(await kept(), 2);
    await open("good.json", good, /5 drawings taken from good\.json/);
    await counted(/of your 7 drawings/);
  });

  it("takes such a file dropped anywhere, and the stage says so", async () => {
    const { page, problems } = here.tab;
    /** @param {string} content @param {RegExp} told */
    async function drop(content, told) {
      await page.evaluate((content) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([content], "dropped.json"));
        document.querySelector("#network")?.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
      }, content);
      await page.waitForFunction((source) => new RegExp(source).test(document.querySelector("#status")?.textContent ?? ""), { timeout: 5_000 }, told.source);
    }
    await drop("{}", /^dropped\.json: drawings: expected a file of format "descent drawings", found undefined\. The drawings before are still there\.$/);
    await drop(JSON.stringify({ format: "descent drawings", drawings: OWN_DIGITS.slice(5, 7) }), /^2 drawings taken from dropped\.json\.$/);
    await counted(/of your 9 drawings/);
    assert.deepEqual(problems, []);
  });

  it("fits a phone, with targets for a finger", async () => {
    const { page, problems, close } = await here.site.visit({ ...PHONE, width: 360, height: 740 });
    await draw(page, OWN_DIGITS[14], WHERE);
    const { across, low } = await page.evaluate(() => ({
      across: document.documentElement.scrollWidth - innerWidth,
      low: Math.min(...[...document.querySelectorAll("#label-drawing button, #teach .row > *:not(input)")].map((b) => b.getBoundingClientRect().height)),
    }));
    assert.ok(across <= 0, `${across} px too wide`);
    assert.ok(low >= 48, `${low} px high`);
    assert.deepEqual(problems, []);
    await close();
  });

  it("two tabs keep their drawings together", async () => {
    const { page, problems } = here.tab;
    const before = await kept();
    const other = await page.browserContext().newPage();
    await other.goto(page.url());
    await ready(other);
    await draw(other, OWN_DIGITS[4], WHERE);
    await other.$$eval("#label-drawing button", (buttons, digit) => buttons[digit].click(), OWN_DIGITS[4].label);
    await other.waitForFunction((count) => JSON.parse(localStorage.getItem("drawings") ?? "{}").drawings?.length === count, { timeout: 5_000 }, before + 1);
    await other.close();
    await page.bringToFront();
    await counted(new RegExp(`of your ${before + 1} drawings`));
    await draw(page, OWN_DIGITS[6], WHERE);
    await label(OWN_DIGITS[6].label);
    await counted(new RegExp(`of your ${before + 2} drawings`));
    assert.equal(await kept(), before + 2);
    assert.deepEqual(problems, []);
  });

  it("one that cannot be read costs no other, and is told", async () => {
    const { page, problems } = here.tab;
    const before = await kept();
    await page.evaluate(() => {
      const file = JSON.parse(localStorage.getItem("drawings") ?? "{}");
      file.drawings[0].label = 10;
      localStorage.setItem("drawings", JSON.stringify(file));
    });
    await page.reload();
    await ready(page);
    await counted(new RegExp(`of your ${before - 1} drawings`));
    assert.equal(await text(page, "#drawings-words"), "1 of the drawings kept here could not be read.");
    assert.deepEqual(problems, []);
  });
});
