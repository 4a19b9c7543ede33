// Pictures of the built page: `node scripts/screenshots.mjs FOLDER [--size 1366x768]... [--theme dark]...
// [--state trained]...`. Without options: laptop and phone, both themes, and all states.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { argv, exit } from "node:process";
import { parseArgs } from "node:util";
import { OWN_DIGITS, draw } from "../tests/e2e/drawing.js";
import { openSite, ready, settle } from "../tests/e2e/site.js";

const STATES = ["untrained", "running", "surface", "relief", "trained"];
/** Which picture of the descent belongs to a state; the slice to the others. */
const PICTURES = new Map([["surface", "plane"], ["relief", "solid"]]);

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: {
    size: { type: "string", multiple: true, default: ["1366x768", "390x844"] },
    theme: { type: "string", multiple: true, default: ["dark", "light"] },
    state: { type: "string", multiple: true, default: STATES },
    full: { type: "boolean", default: false },
  },
});
const [folder] = positionals;
if (!folder || values.state.some((state) => !STATES.includes(state))) {
  console.error(`usage: screenshots FOLDER [--size 1366x768]... [--theme dark|light]... [--state ${STATES.join("|")}]... [--full]`);
  exit(1);
}

mkdirSync(folder, { recursive: true });
const site = await openSite();
try {
  for (const size of values.size) {
    const [width, height] = size.split("x").map(Number);
    const phone = width < 600;
    for (const theme of values.theme) {
      const { page, problems, close } = await site.open({
        width,
        height,
        deviceScaleFactor: phone ? 2 : 1,
        isMobile: phone,
        hasTouch: phone,
      });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
      await page.reload();
      await ready(page);
      for (const state of values.state) {
        await page.evaluate(() => descent.configure({ preset: "video", seed: 1 }));
        await draw(page, OWN_DIGITS[14], { size: 190, across: 0.5, down: 0.5 });
        if (state !== "untrained") {
          // By the page's own buttons, so that the history has every step of it.
          const { speed, steps } = state === "trained" ? { speed: "max", steps: 3_600 } : { speed: "60", steps: 180 };
          await page.select("#speed", speed);
          await page.click("#play");
          await page.waitForFunction(
            (steps) => Number(/** @type {HTMLElement} */ (document.querySelector("#step-count")).dataset.value) >= steps,
            {},
            steps,
          );
        }
        if (state === "trained") {
          await page.click("#play");
          await page.click("#step");
          await new Promise((resolve) => setTimeout(resolve, 1_000));
        }
        await page.evaluate((picture) => {
          /** @type {HTMLInputElement} */ (document.querySelector(`#descent-picture [value="${picture}"]`)).click();
        }, PICTURES.get(state) ?? "slice");
        // The surface is measured from coarse to fine.
        if (PICTURES.has(state)) await new Promise((resolve) => setTimeout(resolve, 1_000));
        await settle(page);
        const file = join(folder, `${size}-${theme}-${state}.png`);
        await page.screenshot({ path: /** @type {`${string}.png`} */ (file), fullPage: values.full });
        console.log(file);
        if (state !== "untrained" && state !== "trained") await page.click("#play");
      }
      if (problems.length > 0) console.error(`problems: ${problems.join("; ")}`);
      await close();
    }
  }
} finally {
  await site.close();
}
