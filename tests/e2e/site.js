// The built page as a visitor meets it: dist/ served from a folder of a static host, in a browser of its own.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { findBrowser } from "../../scripts/browser.mjs";
import { serve } from "../../scripts/serve.mjs";

/** Nothing of the site may depend on where it lies. */
export const BASE = "/some/folder/";
export const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

export const LAPTOP = { width: 1366, height: 768 };
export const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 3 };

/**
 * @typedef {object} Visit one tab
 * @property {import("puppeteer-core").Page} page
 * @property {string[]} problems warnings, errors, failed requests: a healthy page has none
 * @property {string[]} requests every address asked for, by the page and by its worker
 * @property {() => Promise<void>} close
 */

/**
 * A copy of the site that takes the machine for one of so many cores.
 * @param {number} cores
 * @param {(folder: string) => void} [change]  what else is changed in it
 * @returns {{ folder: string, remove(): void }}
 */
export function copyFor(cores, change = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), "descent-"));
  cpSync(DIST, folder, { recursive: true });
  rewrite(join(folder, "www", "worker.js"), "navigator.hardwareConcurrency", String(cores));
  change(folder);
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** A text that must be in a file, replaced. @param {string} path @param {string} found @param {string} put */
export function rewrite(path, found, put) {
  const text = readFileSync(path, "utf8");
  if (!text.includes(found)) throw new Error(`expected ${found} in ${path}`);
  writeFileSync(path, text.replace(found, put));
}

/** Serves the site and starts a browser with an empty profile. @param {{ folder?: string }} [options] */
export async function openSite({ folder = DIST } = {}) {
  if (!existsSync(folder)) throw new Error(`expected the built page in ${folder}, found nothing: make dist`);
  const server = await serve(folder, { base: BASE });
  const browser = await puppeteer.launch({
    executablePath: findBrowser(),
    headless: true,
    // A service worker that is looked at from outside never rests, and so never makes way for a newer one.
    targetFilter: (target) => target.type() !== "service_worker",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Whatever is not on this machine does not exist: a request elsewhere fails and is seen.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });

  /**
   * A new tab without cache or storage, on the page but not waiting for anything.
   * @param {import("puppeteer-core").Viewport} [viewport]
   * @returns {Promise<Visit>}
   */
  async function open(viewport = LAPTOP) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport(viewport);
    /** @type {string[]} */
    const problems = [];
    /** @type {string[]} */
    const requests = [];
    page.on("console", (message) => {
      if (["warn", "error", "assert"].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`exception: ${error}`));
    page.on("requestfailed", (request) => problems.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
    page.on("response", (response) => {
      if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
    });
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(server.url);
    return { page, problems, requests, close: () => context.close() };
  }

  return {
    url: server.url,
    open,
    /** The same, ready to train. @param {import("puppeteer-core").Viewport} [viewport] */
    async visit(viewport) {
      const tab = await open(viewport);
      await ready(tab.page);
      return tab;
    },
    /** From now on there is no network. */
    unplug: () => server.close(),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/**
 * For the suite in which this is called: the site, opened before its tests and closed after them, and a tab with the page,
 * ready to train.
 * @param {{ fresh?: boolean }} [options] `fresh`: another tab for each test
 */
export function useSite({ fresh = false } = {}) {
  const here = /** @type {{ site: Awaited<ReturnType<typeof openSite>>, tab: Visit }} */ ({});
  const visit = async () => void (here.tab = await here.site.visit());
  before(async () => {
    here.site = await openSite();
    if (!fresh) await visit();
  });
  after(() => here.site?.close());
  if (fresh)
    beforeEach(async () => {
      await here.tab?.close();
      await visit();
    });
  return here;
}

/** Waits until the page says that it can train. @param {import("puppeteer-core").Page} page */
export async function ready(page) {
  await page.waitForFunction(() => "descent" in globalThis, { timeout: 10_000 });
  await page.evaluate(async () => {
    await descent.ready;
  });
}

/**
 * Loads the page again, ready, with all that the worker says from then on also in the global list `heard`.
 * @param {import("puppeteer-core").Page} page
 */
export async function overhear(page) {
  await page.evaluateOnNewDocument(() => {
    /** @type {any[]} */
    const heard = [];
    Object.assign(globalThis, {
      heard,
      Worker: class extends Worker {
        /** @param {string | URL} url @param {WorkerOptions} [options] */
        constructor(url, options) {
          super(url, options);
          this.addEventListener("message", ({ data }) => void heard.push(data));
        }
      },
    });
  });
  await page.reload();
  await ready(page);
}

/**
 * The exact number behind a readout, as soon as there is one: a run that has just begun is measured first.
 * @param {import("puppeteer-core").Page} page @param {string} selector
 */
export async function value(page, selector) {
  await page.waitForFunction(
    (selector) => /** @type {HTMLElement} */ (document.querySelector(selector)).dataset.value,
    { timeout: 5_000 },
    selector,
  );
  return Number(await page.$eval(selector, (element) => /** @type {HTMLElement} */ (element).dataset.value));
}

/** Waits until a readout shows this number. @param {import("puppeteer-core").Page} page @param {string} selector @param {number} number */
export async function shows(page, selector, number) {
  try {
    await page.waitForFunction(
      (selector, number) => Number(/** @type {HTMLElement} */ (document.querySelector(selector)).dataset.value) === number,
      { timeout: 5_000 },
      selector,
      number,
    );
  } catch {
    throw new Error(`expected ${selector} to show ${number}, found ${await value(page, selector)}`);
  }
}

/** The text of an element. @param {import("puppeteer-core").Page} page @param {string} selector */
export function text(page, selector) {
  return page.$eval(selector, (element) => element.textContent?.trim() ?? "");
}

/**
 * How many pixels of an element are not to be seen; less than nothing is room left.
 * @param {import("puppeteer-core").Page} page @param {string} selector
 * @returns {Promise<{ above: number, under: number }>} beyond the top of the window, and under the bar or beyond it
 */
export function hiddenPixels(page, selector) {
  return page.evaluate((selector) => {
    const [box, bar] = [selector, ".bar"].map((part) => /** @type {Element} */ (document.querySelector(part)).getBoundingClientRect());
    return { above: -box.top, under: box.bottom - bar.top };
  }, selector);
}

/**
 * Until the page has drawn what was asked of it: the worker answers in order, and the next frame shows it.
 * @param {import("puppeteer-core").Page} page
 */
export function settle(page) {
  return page.evaluate(async () => {
    for (let i = 0; i < 2; i++) {
      await descent.options();
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    }
  });
}

/** The bits of the parameters, as text. @param {import("puppeteer-core").Page} page @param {"average"} [which] */
export function fingerprint(page, which) {
  return page.evaluate(async (which) => {
    const { buffer, byteOffset, byteLength } = await descent.parameters(which);
    const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(buffer, byteOffset, byteLength).slice());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }, which);
}

/**
 * The message of the Error with which a call in the page rejects. It fails when the call succeeds, rejects with
 * something else than an Error, or does not settle within five seconds.
 * @template {unknown[]} A
 * @param {import("puppeteer-core").Page} page
 * @param {(...values: A) => Promise<unknown>} call
 * @param {A} values
 * @returns {Promise<string>}
 */
export async function refusal(page, call, ...values) {
  const late = Symbol("late");
  let result;
  try {
    result = await Promise.race([page.evaluate(/** @type {any} */ (call), ...values), delay(5_000, late, { ref: false })]);
  } catch (error) {
    // An Error of the page arrives as an Error, anything else that was thrown as itself.
    if (error instanceof Error) {
      // Whatever the built module has no words for would leave a gap.
      if (/ {2}| [,;:]|[([], |\(\)|``| $/.test(error.message)) throw new Error(`expected a message without gaps, found "${error.message}"`);
      return error.message;
    }
    throw new Error(`expected an Error, found ${error} thrown`);
  }
  throw new Error(`expected a refusal, found ${result === late ? "no answer in 5 seconds" : JSON.stringify(result)}`);
}

/** Where an element lies in the window. @param {import("puppeteer-core").Page} page @param {string} selector */
export async function boxOf(page, selector) {
  const box = await (await page.$(selector))?.boundingBox();
  if (!box) throw new Error(`expected ${selector} to be seen`);
  return box;
}
