// What is drawn on the pad is read: by the page's own pointer events, at any place and size.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { OWN_DIGITS, draw, realDigits } from "./drawing.js";
import { createRandom } from "./random.js";
import { LAPTOP, PHONE, boxOf, ready, settle, text, useSite } from "./site.js";

/** How many of the real digits are drawn, and how many of them must be read. */
const DRAWN = 300;
const READ = 0.92;
/** Longer side of a drawing, CSS pixels. */
const SIZES = { least: 90, most: 230 };
/** An empty pad is answered by this. */
const NOTHING = "\u2013";

describe("drawing", () => {
  const here = useSite();
  before(() =>
    here.tab.page.evaluate(async () => {
      await descent.configure({ preset: "best", seed: 1, budget: 300_000 });
      await descent.train({ examples: 300_000 });
    }),
  );

  /** Seeded places and sizes. @param {number} seed */
  function places(seed) {
    const random = createRandom(seed);
    return () => ({
      size: SIZES.least + (SIZES.most - SIZES.least) * random(),
      across: random(),
      down: random(),
    });
  }

  it("nothing drawn is answered by a dash, and Clear brings it back", async () => {
    const { page } = here.tab;
    assert.equal(await text(page, "#prediction"), NOTHING);
    await draw(page, OWN_DIGITS[0], { size: 150, across: 0.5, down: 0.5 });
    assert.match(await text(page, "#prediction"), /^\d$/);
    await page.click("#clear");
    await settle(page);
    assert.equal(await text(page, "#prediction"), NOTHING);
  });

  it("Undo takes the last stroke back", async () => {
    const { page } = here.tab;
    const seven = /** @type {import("./drawing.js").Digit} */ ({ label: 7, strokes: [[[0, 0], [0.6, 0], [0.3, 1]]] });
    const middle = { size: 150, across: 0.5, down: 0.5 };
    await draw(page, seven, middle);
    const before = await scores(page);
    await page.mouse.move(...(await corner(page)));
    await page.mouse.down();
    await page.mouse.move(...(await corner(page, 60)), { steps: 5 });
    await page.mouse.up();
    await settle(page);
    assert.notDeepEqual(await scores(page), before);
    await page.click("#undo");
    await settle(page);
    assert.deepEqual(await scores(page), before);
    await page.click("#undo");
    await settle(page);
    assert.equal(await text(page, "#prediction"), NOTHING);
  });

  it("a single dot does no harm", async () => {
    const { page, problems } = here.tab;
    await page.click("#clear");
    await page.mouse.click(...(await corner(page, 80)));
    await settle(page);
    assert.match(await text(page, "#prediction"), /^\d$/);
    assert.ok((await scores(page)).every(Number.isFinite));
    assert.deepEqual(problems, []);
  });

  it("the ten outputs are shown with the drawing, the largest is the prediction", async () => {
    const { page } = here.tab;
    await draw(page, OWN_DIGITS[6], { size: 180, across: 0.3, down: 0.7 });
    const shown = await scores(page);
    assert.equal(shown.length, 10);
    assert.equal(await text(page, "#prediction"), String(shown.indexOf(Math.max(...shown))));
  });

  it("sixteen looks at a drawing give one answer, always the same, and evaluate looks as often", async () => {
    const { page } = here.tab;
    await draw(page, OWN_DIGITS[6], { size: 180, across: 0.3, down: 0.7 });
    const once = await scores(page);
    const plain = await page.evaluate(() => descent.evaluate("test"));
    const look = () => page.$eval("#average-views", (tick) => /** @type {HTMLElement} */ (tick).click());
    await look();
    await settle(page);
    const averaged = await scores(page);
    assert.notDeepEqual(averaged, once);
    assert.ok(Math.abs(averaged.reduce((sum, share) => sum + share, 0) - 1) < 1e-4);
    const mean = await page.evaluate(() => descent.evaluate("test"));
    assert.notEqual(mean.cost, plain.cost);
    assert.ok(mean.accuracy > plain.accuracy - 0.01, `${mean.accuracy}, once ${plain.accuracy}`);
    // The run itself does not know of it, and a restart keeps it.
    await page.evaluate(() => descent.configure({}));
    assert.notDeepEqual(await page.evaluate(() => descent.evaluate("test").then(({ cost }) => cost)), plain.cost);
    await look();
    await page.evaluate(async () => {
      await descent.configure({ preset: "best", seed: 1, budget: 300_000 });
      await descent.train({ examples: 300_000 });
    });
    await settle(page);
    assert.deepEqual(await scores(page), once);
  });

  it("the project's own digits are read at several places and sizes", async (t) => {
    const place = places(7);
    const { read, total, misread } = await drawAll([...OWN_DIGITS, ...OWN_DIGITS, ...OWN_DIGITS], place);
    t.diagnostic(`${read} of ${total} read; ${misread.join(", ")}`);
    assert.ok(read >= 0.95 * total, `${read} of ${total}: ${misread}`);
  });

  it("digits by many writers are read", async (t) => {
    const all = realDigits();
    if (!all) return t.skip("the strokes of many writers are not beside the project; STROKES=folder names them");
    // Drawn from all of them by a seeded shuffle.
    const random = createRandom(2);
    const digits = all.map((digit) => ({ digit, key: random() })).sort((a, b) => a.key - b.key);
    const started = performance.now();
    const { read, total, misread } = await drawAll(digits.slice(0, DRAWN).map(({ digit }) => digit), places(3));
    const seconds = (performance.now() - started) / 1_000;
    t.diagnostic(`${read} of ${total} read (${((100 * read) / total).toFixed(1)} %) in ${seconds.toFixed(0)} s`);
    assert.equal(total, DRAWN);
    assert.ok(read >= READ * total, `${read} of ${total}: ${misread}`);
  });

  it("Test digit shows an unseen image with its label, Noise shows noise", async () => {
    const { page, problems } = here.tab;
    let right = 0;
    for (let i = 0; i < 10; i++) {
      await page.click("#random-digit");
      await settle(page);
      assert.match(await text(page, "#prediction"), /^\d$/);
      const label = /^unseen image of an? (\d)$/.exec(await text(page, "#pad-note"))?.[1];
      assert.ok(label, await text(page, "#pad-note"));
      const judged = (await text(page, "#prediction")) === label;
      assert.match(await text(page, "#verdict"), judged ? /^right$/ : new RegExp(`^wrong: it is an? ${label}$`));
      right += Number(judged);
    }
    assert.ok(right >= 7, `${right} of 10 read by a trained network`);
    await page.click("#noise");
    await settle(page);
    assert.match(await text(page, "#prediction"), /^\d$/);
    await page.click("#clear");
    await settle(page);
    assert.equal(await text(page, "#prediction"), NOTHING);
    assert.deepEqual(problems, []);
  });

  it("a drawing keeps its place when the pad changes its size", async () => {
    const { page, problems } = here.tab;
    /** Where the ink lies, as shares of the pad; the paper is what the corner shows. */
    const ink = () =>
      page.$eval("#pad", (pad) => {
        const { width, height } = /** @type {HTMLCanvasElement} */ (pad);
        const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
        if (!copy) throw new Error("expected a second canvas");
        copy.drawImage(/** @type {HTMLCanvasElement} */ (pad), 0, 0);
        const { data } = copy.getImageData(0, 0, width, height);
        const box = [1, 1, 0, 0];
        for (let at = 0; at < data.length; at += 4) {
          if (Math.abs(data[at] - data[0]) < 100) continue;
          const [x, y] = [((at / 4) % width) / width, Math.floor(at / 4 / width) / height];
          box.splice(0, 4, Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y));
        }
        return { side: pad.clientWidth, box };
      });
    await draw(page, OWN_DIGITS[0], { size: 180, across: 1, down: 1 });
    const [first, read] = [await ink(), await scores(page)];
    for (const viewport of [{ width: 390, height: 844 }, { width: 844, height: 390 }, LAPTOP]) {
      await page.setViewport(viewport);
      await settle(page);
      const { side, box } = await ink();
      if (viewport !== LAPTOP) assert.notEqual(side, first.side);
      assert.ok(box.every((edge, k) => Math.abs(edge - first.box[k]) < 0.015), `${viewport.width} px: ${box}, at first ${first.box}`);
      assert.deepEqual(await scores(page), read);
    }
    assert.deepEqual(problems, []);
  });

  it("pictures that the browser has dropped, as with a graphics card that went, are drawn anew", async () => {
    const { page, problems, close } = await here.site.open({ ...LAPTOP, deviceScaleFactor: 2 });
    await page.evaluateOnNewDocument(() => {
      /** @type {Set<any>} */
      const contexts = new Set();
      const { getContext } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.getContext = /** @type {any} */ (/** @this {HTMLCanvasElement} */ function (/** @type {any} */ kind) {
        const context = getContext.call(this, kind);
        contexts.add(context);
        return context;
      });
      /** Empties the pictures and the layers in them, as the browser does, and says so. */
      const drop = () => {
        for (const context of contexts) context.reset();
        for (const { canvas } of contexts) canvas.dispatchEvent(new Event("contextrestored"));
      };
      Object.assign(globalThis, { drop });
    });
    await page.reload();
    await ready(page);
    await draw(page, OWN_DIGITS[0], { size: 180, across: 1, down: 1 });
    await settle(page);
    /** What is drawn, seen from so far away that only the blacker corner of a line looks different. */
    const pictures = () =>
      page.$$eval("canvas", (all) =>
        all.filter(({ width }) => width > 0).map((canvas) => {
          const small = new OffscreenCanvas(32, 32).getContext("2d", { willReadFrequently: true });
          if (!small) throw new Error("expected a second canvas");
          Object.assign(small, { imageSmoothingQuality: "high" }).drawImage(canvas, 0, 0, 32, 32);
          return { id: canvas.id, pixels: [...small.getImageData(0, 0, 32, 32).data] };
        }));
    const before = await pictures();
    assert.ok(before.length > 6);
    await page.evaluate(() => /** @type {any} */ (globalThis).drop());
    await settle(page);
    const after = await pictures();
    const changes = before.map(({ id, pixels }, k) => ({ id, most: Math.max(...pixels.map((value, at) => Math.abs(value - after[k].pixels[at]))) }));
    assert.deepEqual(changes.filter(({ most }) => most > 16), []);
    assert.deepEqual(problems, []);
    await close();
  });

  it("nothing on the stage moves when something comes on the pad or goes from it", async () => {
    /** Where everything is that stays. @param {import("puppeteer-core").Page} page */
    const places = (page) =>
      page.$$eval(".stage canvas, .tools button, #scores, .score, #prediction, #history-chart, .drive button, #fields select, #more", (elements) =>
        elements.filter((element) => element.checkVisibility()).map((element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          return `${element.id || element.getAttribute("data-digit")}: ${[x, y, width, height].map(Math.round)}`;
        }),
      );
    for (const viewport of [PHONE, { ...PHONE, width: 360, height: 740 }, { width: 1024, height: 768 }, { width: 1280, height: 720 }, { width: 1280, height: 593 }, LAPTOP]) {
      const { page, close } = await here.site.visit(viewport);
      await settle(page);
      const before = await places(page);
      assert.ok(before.length > 20, `${before.length} places`);
      for (const id of ["noise", "random-digit", "noise", "clear", "a stroke", "clear"]) {
        const [x, y] = await corner(page, 60);
        if (id === "a stroke") {
          await page.mouse.move(x, y);
          await page.mouse.down();
          await page.mouse.move(x + 30, y + 90);
          await page.mouse.up();
        } else await page.evaluate((id) => document.getElementById(id)?.click(), id);
        await settle(page);
        assert.deepEqual(await places(page), before, `${id} at ${viewport.width} px`);
      }
      await close();
    }
  });

  it("a finger draws on a phone, and the page does not scroll away under it", async () => {
    // The second as high as the bars of a browser leave the first.
    for (const viewport of [PHONE, { ...PHONE, height: 664 }, { ...PHONE, width: 412, height: 760 }]) {
      const phone = await here.site.visit(viewport);
      const { page, problems } = phone;
      const [x, y] = await corner(page, 60);
      const finger = await page.touchscreen.touchStart(x, y);
      for (let i = 1; i <= 20; i++) await finger.move(x + 2 * i, y + 6 * i);
      await finger.end();
      await settle(page);
      assert.match(await text(page, "#prediction"), /^\d$/);
      assert.equal(await page.evaluate(() => scrollY), 0);
      // What the network makes of it is in sight meanwhile: all ten outputs, above the bar.
      const under = await page.$$eval(".score", (outputs) => {
        const bar = /** @type {Element} */ (document.querySelector(".bar")).getBoundingClientRect().top;
        const hidden = outputs.filter((output) => {
          const { top, bottom } = output.getBoundingClientRect();
          return (top + bottom) / 2 > bar;
        });
        return hidden.map((output) => output.getAttribute("data-digit"));
      });
      assert.deepEqual(under, []);
      assert.deepEqual(problems, []);
      await phone.close();
    }
  });

  /**
   * @param {import("./drawing.js").Digit[]} digits
   * @param {() => { size: number, across: number, down: number }} place
   */
  async function drawAll(digits, place) {
    const misread = [];
    for (const digit of digits) {
      await draw(here.tab.page, digit, place());
      const found = await text(here.tab.page, "#prediction");
      if (found !== String(digit.label)) misread.push(`${digit.label} as ${found}`);
    }
    return { read: digits.length - misread.length, total: digits.length, misread };
  }
});

/** The outputs shown. @param {import("puppeteer-core").Page} page */
function scores(page) {
  return page.$$eval("#scores [data-digit]", (bars) =>
    bars
      .map((bar) => /** @type {HTMLElement} */ (bar).dataset)
      .sort((a, b) => Number(a.digit) - Number(b.digit))
      .map(({ score }) => Number(score)),
  );
}

/** A point of the pad, so many pixels right of and below its corner. @param {import("puppeteer-core").Page} page @returns {Promise<[number, number]>} */
async function corner(page, inward = 12) {
  const pad = await boxOf(page, "#pad");
  return [pad.x + inward, pad.y + inward];
}
