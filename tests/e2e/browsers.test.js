// The page in the other engines: it loads, is drawn on, steps, plays, and computes the very same parameters as natively and
// in Chromium. Each test runs where its browser is found and says so where it is not: Firefox (on Debian: firefox-esr), and
// WebKit (webkit2gtk-driver and xvfb).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import puppeteer from "puppeteer-core";
import { serve } from "../../scripts/serve.mjs";
import { BASE, copyFor } from "./site.js";
import { findCommand, findWebKit, openWebKit } from "./webdriver.js";

/** @type {{ options: object, examples: number, sha256: string }[]} */
const REPLAY = JSON.parse(readFileSync(new URL("../replay.json", import.meta.url), "utf8"));

/**
 * @typedef {object} Engine
 * @property {(url: string) => Promise<unknown>} goto
 * @property {(source: string) => Promise<any>} evaluate  what an async function, given as its source, returns in the page
 * @property {(places: [number, number][]) => Promise<void>} drag
 */

/** @param {Engine} engine @param {import("node:test").TestContext} t */
async function tour({ goto, evaluate, drag }, t) {
  // With a core for the second worker: the runs that augment below go through it.
  const { folder, remove } = copyFor(8);
  const server = await serve(folder, { base: BASE });
  try {
    await goto(server.url);
    const took = await evaluate(`async () => {
      globalThis.problems = [];
      addEventListener("error", ({ message }) => problems.push(message));
      addEventListener("unhandledrejection", ({ reason }) => problems.push(String(reason)));
      while (!globalThis.descent) await new Promise((next) => setTimeout(next, 20));
      await descent.ready;
      return performance.now();
    }`);
    t.diagnostic(`ready ${took.toFixed(0)} ms after the navigation`);

    // A seven, as its ghost shows it.
    const { x, y, width } = await evaluate(`async () => document.querySelector("#pad").getBoundingClientRect().toJSON()`);
    await drag(/** @type {[number, number][]} */ ([[0.3, 0.3], [0.5, 0.3], [0.7, 0.3], [0.6, 0.5], [0.5, 0.7], [0.45, 0.8]].map(([a, b]) => [x + a * width, y + b * width])));
    const until = (/** @type {string} */ condition) =>
      evaluate(`async () => {
        const begun = performance.now();
        while (!(${condition})) {
          if (performance.now() - begun > 20000) throw new Error(${JSON.stringify(`waited in vain: ${condition}`)});
          await new Promise((next) => setTimeout(next, 50));
        }
      }`);
    const step = `Number(document.querySelector("#step-count").dataset.value)`;
    await until(`/^[0-9]$/.test(document.querySelector("#prediction").textContent)`);
    // What the network sees is painted: in the frame in which the answer is written, or the next.
    await until(`(({ width, height }) => {
      const copy = new OffscreenCanvas(width, height).getContext("2d");
      copy.drawImage(document.querySelector("#input-image"), 0, 0);
      return new Set(copy.getImageData(0, 0, width, height).data).size > 10;
    })(document.querySelector("#input-image"))`);

    await evaluate(`async () => document.querySelector("#step").click()`);
    await until(`${step} === 1`);
    for (const picture of ["plane", "solid", "slice"]) {
      await evaluate(`async () => {
        document.querySelector("input[value=${picture}]").click();
        document.querySelector("#speed").value = "max";
        document.querySelector("#play").click();
        await new Promise((next) => setTimeout(next, 600));
        document.querySelector("#play").click();
        await descent.options();
      }`);
    }
    const steps = await evaluate(`async () => ${step}`);
    assert.ok(steps > 100, `${steps} steps`);
    // However slow the machine is.
    const play = `async () => document.querySelector("#play").click()`;
    await evaluate(play);
    await until(`Number(document.querySelector("#test-accuracy").dataset.value) > 0.8`);
    await until(`document.querySelector("#prediction").textContent === "7"`);
    await evaluate(play);

    for (const { options, examples, sha256 } of REPLAY) {
      const found = await evaluate(`async () => {
        await descent.configure(${JSON.stringify(options)});
        await descent.train({ examples: ${examples} });
        const digest = await crypto.subtle.digest("SHA-256", (await descent.parameters()).slice().buffer);
        return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
      }`);
      assert.equal(found, sha256, JSON.stringify(options));
    }
    t.diagnostic(`${REPLAY.length} runs as natively, to the last bit; ${steps} steps played`);
    assert.deepEqual(await evaluate(`async () => problems`), []);
    assert.ok(await evaluate(`async () => document.documentElement.scrollWidth <= innerWidth`), "nothing scrolls sideways");

    if (!(await evaluate(`async () => "serviceWorker" in navigator`))) return t.diagnostic("no service workers here");
    await until(`!document.querySelector("#kept").hidden`);
    await server.close();
    await goto(server.url);
    await until(`globalThis.descent`);
    const { step: learnt } = await evaluate(`async () => descent.train({ steps: 5 })`);
    assert.equal(learnt, 5, "without a network");
    t.diagnostic("opened without a network");
  } finally {
    await server.close();
    remove();
  }
}

describe("other browsers", () => {
  const firefox = findCommand(["firefox-esr", "firefox"]);
  it("Firefox", { skip: firefox ? false : "no firefox-esr or firefox on PATH", timeout: 120_000 }, async (t) => {
    const browser = await puppeteer.launch({ browser: "firefox", executablePath: firefox, headless: true });
    try {
      t.diagnostic(await browser.version());
      const page = await browser.newPage();
      await page.setViewport({ width: 1366, height: 768 });
      await tour(
        {
          goto: (url) => page.goto(url),
          evaluate: (source) => page.evaluate(`(${source})()`),
          async drag([first, ...rest]) {
            await page.mouse.move(...first);
            await page.mouse.down();
            for (const place of rest) await page.mouse.move(...place);
            await page.mouse.up();
          },
        },
        t,
      );
    } finally {
      await browser.close();
    }
  });

  const webkit = findWebKit();
  it("WebKit", { skip: webkit ? false : "no WebKitWebDriver, MiniBrowser or Xvfb", timeout: 180_000 }, async (t) => {
    const engine = await openWebKit(/** @type {NonNullable<typeof webkit>} */ (webkit));
    try {
      await tour(engine, t);
    } finally {
      await engine.close();
    }
  });
});
