// How the drawing becomes what the network sees.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { draw } from "./drawing.js";
import { boxOf, settle, useSite } from "./site.js";

/** A bar that leans to the right by 30 degrees. */
const LEANING = { label: 1, strokes: /** @type {[number, number][][]} */ ([[[0.577, 0], [0, 1]]]) };
const WHERE = { size: 140, across: 0.1, down: 0.1 };

describe("the way to the input", () => {
  const here = useSite();

  const hidden = (/** @type {string} */ id) => here.tab.page.$eval(id, (element) => /** @type {HTMLElement} */ (element).hidden);
  const told = () => here.tab.page.$eval("#journey", (picture) => picture.getAttribute("aria-label") ?? "");
  /** The picture as it is, to be compared. */
  const bytes = () => here.tab.page.$eval("#journey", (picture) => /** @type {HTMLCanvasElement} */ (picture).toDataURL());

  it("moves over the pad from stage to stage and ends as stills, with words and numbers", async () => {
    const { page, problems } = here.tab;
    assert.equal(await hidden("#how"), true);
    await draw(page, LEANING, WHERE);
    assert.equal(await hidden("#how"), false);
    await page.click("#how");
    await page.waitForFunction(() => /cropped/.test(document.querySelector("#journey")?.getAttribute("aria-label") ?? ""));
    assert.equal(await hidden("#journey"), false);
    const first = await bytes();
    const words = await told();
    const pad = await page.$eval("#pad", ({ clientWidth }) => clientWidth);
    const [across, down] = [81, 140].map((length) => Math.round((280 * length) / pad));
    const found = /as drawn, cropped \((\d+) × (\d+) of 280\), scaled \(× \d\.\d\d\), centred \(.* px\), set upright \(30° right\), one size/.exec(words);
    assert.ok(found, words);
    assert.ok(Math.abs(Number(found[1]) - across) <= 1 && Math.abs(Number(found[2]) - down) <= 1, words);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const last = await bytes();
    assert.notEqual(last, first);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(await bytes(), last, "it has come to rest");
    assert.deepEqual(problems, []);
  });

  it("goes when the pen comes down, which draws through it, and by Escape", async () => {
    const { page } = here.tab;
    const pad = await boxOf(page, "#pad");
    await page.mouse.move(pad.x + 150, pad.y + 150);
    await page.mouse.down();
    await page.mouse.move(pad.x + 170, pad.y + 190, { steps: 3 });
    await page.mouse.up();
    await settle(page);
    assert.equal(await hidden("#journey"), true);
    await page.click("#input-image");
    await page.waitForFunction(() => !(/** @type {HTMLElement} */ (document.querySelector("#journey")).hidden));
    await page.keyboard.press("Escape");
    assert.equal(await hidden("#journey"), true);
  });

  it("with reduced motion all stages stand there at once; an image is only straightened", async () => {
    const { page } = here.tab;
    await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
    await page.click("#random-digit");
    await settle(page);
    await page.click("#how");
    await page.waitForFunction(() => /the image, set upright/.test(document.querySelector("#journey")?.getAttribute("aria-label") ?? ""));
    await settle(page);
    const first = await bytes();
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await bytes(), first);
    await page.click("#noise");
    await settle(page);
    assert.equal(await hidden("#journey"), true);
    assert.equal(await hidden("#how"), true);
  });
});
