// The real page at full speed: how long its frames take, and how fast it trains meanwhile.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { LAPTOP, value } from "../tests/e2e/site.js";

/**
 * @param {Awaited<ReturnType<typeof import("../tests/e2e/site.js").openSite>>} site
 * @param {import("puppeteer-core").Browser} browser
 * @param {{ rounds: number, milliseconds: number }} how
 */
export async function measurePage(site, browser, { rounds, milliseconds }) {
  const others = await renderers(browser);
  const { page, problems, close } = await site.visit(LAPTOP);
  /** @type {number[]} */
  const work = [];
  /** @type {number[]} */
  const intervals = [];
  const rates = [];
  const { batchSize } = await page.evaluate(() => descent.options());
  await page.select("#speed", "max");
  await page.click("#play");
  for (let round = 0; round < rounds; round++) {
    await delay(500);
    const [steps, start] = [await value(page, "#step-count"), performance.now()];
    const frames = await page.evaluate(watchFrames, milliseconds);
    rates.push((((await value(page, "#step-count")) - steps) * batchSize * 1_000) / (performance.now() - start));
    work.push(...frames.work);
    intervals.push(...frames.intervals);
  }
  const memory = proportionalSize((await renderers(browser)).filter((pid) => !others.includes(pid)));
  await page.click("#play");
  if (problems.length > 0) throw new Error(problems.join("\n"));
  await close();
  return { viewport: LAPTOP, batchSize, rates, frames: work.length, work: spread(work), intervals: spread(intervals), memory };
}

/**
 * Runs in the page. A frame begins at the time that requestAnimationFrame tells; a message posted then is received when
 * all callbacks have run, styles and layout are made and the picture is handed over to be shown.
 * @param {number} milliseconds
 * @returns {Promise<{ work: number[], intervals: number[] }>}
 */
function watchFrames(milliseconds) {
  return new Promise((resolve) => {
    /** @type {number[]} */
    const work = [];
    /** @type {number[]} */
    const intervals = [];
    const { port1, port2 } = new MessageChannel();
    const end = performance.now() + milliseconds;
    let last = NaN;
    port1.onmessage = ({ data: began }) => {
      work.push(performance.now() - began);
      if (began > end) resolve({ work, intervals: intervals.slice(1) });
    };
    /** @param {number} began */
    const frame = (began) => {
      intervals.push(began - last);
      last = began;
      port2.postMessage(began);
      if (began <= end) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}

/** @param {number[]} values */
function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  /** @param {number} share */
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { median: at(0.5), p95: at(0.95), max: sorted[sorted.length - 1] };
}

/** Processes that show pages. @param {import("puppeteer-core").Browser} browser */
async function renderers(browser) {
  const session = await browser.target().createCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
}

/**
 * Memory of the largest of these processes, with its share of what it has in common with others, where Linux tells.
 * @param {number[]} pids
 */
function proportionalSize(pids) {
  const sizes = pids.map((pid) => {
    try {
      return 1_024 * Number(/^Pss: +(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1]);
    } catch {
      return NaN;
    }
  });
  const known = sizes.filter((size) => size > 0);
  return known.length > 0 ? Math.max(...known) : null;
}
