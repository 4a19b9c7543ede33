// For everybody, on any screen: nothing cut off, nothing to scroll sideways for, no violation of the rules of access,
// with every view there is, dark and light.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { OWN_DIGITS, draw } from "./drawing.js";
import { makeIdx } from "./idx.js";
import { LAPTOP, PHONE, boxOf, hiddenPixels, openSite, ready, settle, text } from "./site.js";

/** Phones, tablets, laptops, screens; and both sides of each width at which the page is laid out anew. */
const WIDTHS = [360, 390, 600, 759, 760, 959, 960, 1259, 1260, 1366, 1439, 1440, 1920, 2560];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TABS = ["draw", "network", "descent", "weights"];

/** @param {number} width @returns {import("puppeteer-core").Viewport} */
const screen = (width) => (width < 760 ? { ...PHONE, width, height: 740 } : { width, height: Math.max(768, Math.round(width * 0.5625)) });
/** As low as the bars of browser and system leave a laptop's window, magnified or not. */
const LOW = [[1024, 474], [1093, 513], [960, 600], [1024, 641], [1259, 641], [1260, 560], [1280, 593], [1366, 641], [1440, 720], [1100, 749], [1100, 750]].map(([width, height]) => ({ width, height }));

describe("access", () => {
  /** @type {Awaited<ReturnType<typeof openSite>>} */
  let site;
  before(async () => {
    site = await openSite();
  });
  after(() => site?.close());

  /** A page on which everything that can be open is. @param {import("puppeteer-core").Page} page */
  async function openAll(page) {
    await page.evaluate(async () => {
      await descent.train({ steps: 150 });
      /** @param {string} selector */
      const click = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector)).click();
      click("#random-digit");
      click("input[value=solid]");
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    for (const [tab, id] of [["descent", "gradient"], ["network", "network"]]) {
      await page.evaluate((tab) => /** @type {HTMLElement} */ (document.querySelector(`#tab-${tab}`)).click(), tab);
      await page.focus(`#${id}`);
      await page.keyboard.press("ArrowDown");
    }
    await page.waitForFunction(() => !document.querySelector("#neuron")?.hasAttribute("hidden") && !document.querySelector("#nudging")?.hasAttribute("hidden"), {
      timeout: 5_000,
    });
    await settle(page);
  }

  /** Each tab of a phone in turn; elsewhere all is seen at once. @param {import("puppeteer-core").Page} page @param {(name: string) => Promise<void>} look */
  async function eachTab(page, look) {
    if ((page.viewport()?.width ?? 0) >= 760) return look("");
    for (const name of TABS) {
      await page.click(`#tab-${name}`);
      await settle(page);
      await look(` on the tab ${name}`);
    }
  }

  it("nothing is cut off, and nothing scrolls sideways, from 360 to 2560 px", async () => {
    const { page, problems, close } = await site.visit(screen(WIDTHS[0]));
    await openAll(page);
    /** @type {string[]} */
    const wrong = [];
    for (const viewport of [...WIDTHS.map(screen), ...LOW]) {
      await page.setViewport(viewport);
      await settle(page);
      const { width, height } = viewport;
      await eachTab(page, async (where) => {
        const found = await page.evaluate((width) => {
          const { scrollWidth } = document.documentElement;
          const found = scrollWidth > width ? [`the page is ${scrollWidth - width} px too wide`] : [];
          // On a laptop all of the stage is seen at once, whatever is open.
          const tall = /** @type {Element} */ (document.querySelector(".screen")).scrollHeight - innerHeight;
          if (width >= 1260 && tall > 0) found.push(`the stage is ${tall} px too high`);
          const bar = /** @type {Element} */ (document.querySelector(".bar")).getBoundingClientRect();
          if (width >= 960)
            for (const element of document.querySelectorAll(width >= 1260 ? ".panel > *" : "#you > *")) {
              const under = element.getBoundingClientRect().bottom - bar.top;
              if (under > 0) found.push(`#${element.id} ${element.className} lies ${under} px under the bar`);
            }
          for (const element of document.body.querySelectorAll("*")) {
            const box = element.getBoundingClientRect();
            if (!(box.width > 1 && box.height > 1) || !element.checkVisibility({ visibilityProperty: true }) || element.closest("[popover]:not(:popover-open), svg, .u-wrap")) continue;
            const name = `${element.tagName.toLowerCase()}${element.id && `#${element.id}`}.${element.getAttribute("class") ?? ""} \u201c${element.textContent?.trim().slice(0, 30)}\u201d`;
            if (box.left < -0.5 || box.right > width + 0.5) found.push(`${name} from ${box.left} to ${box.right}`);
            // Text that its box hides, at its side or at its foot.
            const { overflowX, overflowY, clipPath } = getComputedStyle(element);
            const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
            if (!own || clipPath !== "none" || element instanceof HTMLSelectElement) continue;
            if (overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1) found.push(`${name}: text cut off`);
            if (overflowY !== "visible" && element.scrollHeight > element.clientHeight + 1) found.push(`${name}: lines cut off`);
          }
          return found;
        }, width);
        wrong.push(...found.map((what) => `at ${width} x ${height} px${where}: ${what}`));
      });
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(problems, []);
    await close();
  });

  it("what is put away hands the focus on to what is near", async () => {
    const { page, problems, close } = await site.visit();
    /** Where the focus is after a key, once what it is on is gone. @param {string} control @param {import("puppeteer-core").KeyInput} key */
    const after = async (control, key) => {
      await page.waitForSelector(control, { visible: true });
      await page.focus(control);
      await page.keyboard.press(key);
      await page.waitForFunction((control) => !document.querySelector(control)?.matches(":enabled") || !document.querySelector(control)?.checkVisibility(), { timeout: 2_000 }, control);
      await settle(page);
      return page.evaluate(() => document.activeElement?.id);
    };
    await openAll(page);
    const found = [await after("#neuron-close", "Escape"), await after("#nudge", "Escape")];
    await page.focus("#gradient");
    await page.keyboard.press("ArrowDown");
    await page.waitForSelector("#nudge", { visible: true });
    await page.focus("#nudge");
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector("#nudge-undo:enabled");
    found.push(await after("#nudge-undo", "Enter"));
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector("#nudge-undo:enabled");
    found.push(await after("#nudge-undo", "r"));
    await page.evaluate(() => descent.train({ steps: 5 }));
    await draw(page, OWN_DIGITS[14], { size: 150, across: 0.5, down: 0.5 });
    found.push(await after("#label-drawing button", "Enter"));
    await page.click("#why");
    found.push(await after("#why-close", "Escape"));
    await page.focus("#history");
    await page.keyboard.press("Home");
    found.push(await after("#status-action", "Enter"));
    found.push(await after("#drawings-forget", "Enter"));
    const { images, labels } = makeIdx(100);
    await page.evaluate((images, labels) => descent.loadData(Uint8Array.from(images).buffer, Uint8Array.from(labels).buffer), Array.from(images), Array.from(labels));
    found.push(await after("#data-shipped", "Enter"));
    assert.deepEqual(found, ["network", "gradient", "nudge", "nudge", "outputs-head", "why", "status", "drawings-file", "data-files"]);
    assert.deepEqual(problems, []);
    await close();
  });

  it("the words that open the batch keep the focus while they tell of something else", async () => {
    const { page, problems, close } = await site.visit();
    await page.evaluate(() => descent.train({ steps: 300 }));
    await page.select("#learning-rate", "30");
    await page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
    await page.focus("#see-batch");
    await page.keyboard.press("s");
    await page.waitForFunction(() => /^Too far/.test(document.querySelector("#slice-words")?.textContent ?? ""), { timeout: 2_000 });
    assert.equal(await page.evaluate(() => document.activeElement?.id), "see-batch");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#batch-images button", { visible: true });
    await page.focus("#batch-images button");
    await page.keyboard.press("s");
    await page.waitForFunction(() => Number(/** @type {HTMLElement} */ (document.querySelector("#step-count")).dataset.value) === 302, { timeout: 2_000 });
    await page.keyboard.press("Escape");
    await page.waitForSelector("#batch-card", { hidden: true });
    assert.equal(await page.evaluate(() => document.activeElement?.id), "see-batch");
    assert.deepEqual(problems, []);
    await close();
  });

  it("the tiles are opened by keys, and take the focus back where the network is not seen", async () => {
    const { page, problems, close } = await site.visit(PHONE);
    await page.click("#tab-weights");
    const title = () => page.$eval("#neuron-title", (element) => element.textContent);
    await page.focus("#weights");
    const titles = [];
    for (const key of /** @type {import("puppeteer-core").KeyInput[]} */ (["Enter", "ArrowRight", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowLeft"])) {
      await page.keyboard.press(key);
      await settle(page);
      titles.push(Number(/(\d+)/.exec((await title()) ?? "")?.[1]));
    }
    const first = titles[0];
    // The picture is as wide as it is high on a phone: sixteen tiles in four rows.
    assert.deepEqual(titles, [first, first + 1, first + 5, first + 1, first, first]);
    await page.focus("#neuron-close");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#neuron", { hidden: true });
    assert.equal(await page.evaluate(() => document.activeElement?.id), "weights");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#neuron-close", { visible: true });
    // Opened by a tile, closed where there are none.
    await page.click("#tab-network");
    await page.focus("#neuron-close");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#neuron", { hidden: true });
    assert.equal(await page.evaluate(() => document.activeElement?.id), "network");
    assert.deepEqual(problems, []);
    await close();
  });

  /** A page after fifty steps, and what it has said since it was last asked. */
  async function listening() {
    const visit = await site.visit();
    const { page } = visit;
    await page.evaluate(() => descent.train({ steps: 50 }));
    await settle(page);
    await page.evaluate(() => {
      const told = /** @type {Element} */ (document.querySelector("#told"));
      /** @type {string[]} */
      const said = [];
      Object.assign(globalThis, { said });
      new MutationObserver(() => told.textContent && said.push(told.textContent)).observe(told, { childList: true, characterData: true, subtree: true });
    });
    return { ...visit, said: () => page.evaluate(() => /** @type {string[]} */ (/** @type {any} */ (globalThis).said.splice(0))) };
  }

  it("keys with modifiers are left to the browser, wherever the focus is", async () => {
    const { page, problems, close } = await site.visit(screen(390));
    await openAll(page);
    await page.evaluate(() => /** @type {Element} */ (document.querySelector("#evaluation")).scrollIntoView());
    await page.waitForSelector("#confusion button");
    const taken = await page.evaluate(() => {
      const controls = ["#tab-draw", "#gradient", "#network", "#plane", "#history", "#confusion button"];
      /** @param {KeyboardEventInit} held */
      const taking = (held) =>
        controls.filter((control) => {
          const event = new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true, cancelable: true, ...held });
          return !document.querySelector(control)?.dispatchEvent(event);
        });
      return [{}, { altKey: true }, { ctrlKey: true }, { metaKey: true }].map(taking).map((these) => these.length || these);
    });
    assert.deepEqual(taken, [6, [], [], []]);
    assert.deepEqual(problems, []);
    await close();
  });

  it("what is chosen by key is said, once, and not again while a run changes it", async () => {
    const { page, problems, close, said } = await listening();
    assert.equal(await page.$eval("#told", (told) => told.closest("[aria-live=polite]") !== null && told.checkVisibility()), true);
    await page.focus("#gradient");
    await page.keyboard.press("ArrowDown");
    await settle(page);
    const name = await text(page, "#nudge-name");
    const chosen = await said();
    assert.equal(chosen.length, 1);
    assert.ok(chosen[0].startsWith(`${name}. It is `), chosen[0]);
    await page.waitForFunction((name) => document.querySelector("#gradient")?.getAttribute("aria-label")?.endsWith(`Chosen: ${name}.`), { timeout: 5_000 }, name);
    await page.focus("#network");
    await page.keyboard.press("ArrowRight");
    await settle(page);
    assert.deepEqual(await said(), ["second layer 1. Draw a digit and see what this neuron adds up."]);
    await page.waitForFunction(() => document.querySelector("#network")?.getAttribute("aria-label")?.endsWith("Opened: second layer 1."), { timeout: 5_000 });
    await page.click("#play");
    await page.waitForFunction(() => Number(/** @type {HTMLElement} */ (document.querySelector("#step-count")).dataset.value) > 80, { timeout: 5_000 });
    assert.deepEqual(await said(), []);
    assert.deepEqual(problems, []);
    await close();
  });

  it("what is read is said once the drawing is done, and not at each flip on the way", async () => {
    const { page, problems, close, said } = await listening();
    // Whoever reads the page hears of no change but those of live regions, which a status is unless it says otherwise.
    assert.equal(await page.$eval("#prediction", (element) => element.getAttribute("aria-live")), "off");
    await draw(page, OWN_DIGITS[14], { size: 150, across: 0.5, down: 0.5 });
    assert.deepEqual(await said(), []);
    await page.waitForFunction(() => /** @type {any} */ (globalThis).said.length > 0, { timeout: 5_000 });
    const [first, ...more] = await said();
    assert.ok(first.startsWith(`The network reads ${await text(page, "#prediction")} with an activation of `), first);
    assert.deepEqual(more, []);
    await page.click("#theme");
    await page.click("#play");
    await delay(3_000);
    assert.deepEqual(await said(), []);
    await page.click("#play");
    await page.waitForFunction(() => /** @type {any} */ (globalThis).said.length > 0, { timeout: 5_000 });
    assert.deepEqual(problems, []);
    await close();
  });

  /** By touch, as phones and tablets are. @param {number} width @param {number} height */
  const touch = (width, height) => ({ width, height, isMobile: true, hasTouch: true });

  it("the answer is above the bar while one draws, also in a low window", async () => {
    const { page, problems, close } = await site.visit(PHONE);
    /** @type {Record<string, number>} */
    const pads = {};
    for (const [width, height] of [[390, 844], [390, 664], [360, 640], [375, 553], [320, 454], [360, 460], [500, 480], [700, 550], [667, 331], [683, 384], [844, 390], [844, 342], [915, 360]]) {
      await page.setViewport(touch(width, height));
      await draw(page, OWN_DIGITS[14], { size: 150, across: 0.5, down: 0.5 });
      const { pad, low, ...found } = await page.evaluate(() => {
        const box = (/** @type {string} */ selector) => /** @type {Element} */ (document.querySelector(selector)).getBoundingClientRect();
        const bar = box(".bar").top;
        // On its side there is room for the tools as well.
        const more = innerWidth < 640 || innerHeight > 499 ? [] : ["#clear", "#noise", "#why", ...(innerWidth < 760 ? [] : ["#network"])];
        const low = ["#pad", "#input-image", "#prediction", ...more].filter((part) => box(part).bottom > bar);
        return { pad: box("#pad").width, low, scrolled: scrollY, across: document.documentElement.scrollWidth - innerWidth };
      });
      assert.deepEqual({ low, ...found }, { low: [], scrolled: 0, across: 0 }, `${width}x${height}`);
      pads[`${width}x${height}`] = pad;
    }
    assert.equal(pads["390x844"], 300);
    assert.ok(Math.min(...Object.values(pads)) >= 140, JSON.stringify(pads));
    assert.deepEqual(problems, []);
    await close();
  });

  it("what opens, and what a choice asks for, comes into sight above the bar", async () => {
    for (const viewport of [{ width: 1093, height: 513 }, { width: 911, height: 427 }, { width: 1366, height: 641 }, touch(390, 664), touch(375, 553)]) {
      const { page, problems, close } = await site.visit(viewport);
      const size = `${viewport.width}x${viewport.height}`;
      await page.evaluate(() => descent.train({ steps: 150 }));
      await page.$eval("#random-digit", (button) => /** @type {HTMLElement} */ (button).click());
      await settle(page);
      /** @type {object[]} */
      const missing = [];
      for (const [tab, opener, part] of [["draw", "#why", "#why-near"], ["descent", "#see-batch", "#batch-images"], ["network", "#network", "#neuron-picture"], ["descent", "#gradient", "#nudge"]]) {
        if (viewport.width < 760) await page.click(`#tab-${tab}`);
        await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
        await settle(page);
        if (opener === "#network" || opener === "#gradient") {
          await page.$eval(opener, (picture) => /** @type {HTMLElement} */ (picture).focus({ preventScroll: true }));
          await page.keyboard.press("ArrowDown");
        } else await page.$eval(opener, (button) => /** @type {HTMLElement} */ (button).click());
        await page.waitForSelector(part, { visible: true });
        await settle(page);
        const hidden = await hiddenPixels(page, part);
        if (hidden.above > 0 || hidden.under > 1) missing.push({ part, ...hidden });
        await page.keyboard.press("Escape");
      }
      assert.deepEqual(missing, [], size);
      assert.deepEqual(problems, []);
      await close();
    }
  });

  it("the stage stays in sight when the keys come to the bar", async () => {
    for (const viewport of [screen(1366), screen(1920), screen(1024), LOW[1], touch(390, 664), touch(844, 390)]) {
      const { page, problems, close } = await site.visit(viewport);
      const moved = await page.evaluate(async () => {
        /** @type {string[]} */
        const moved = [];
        for (const control of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".bar button, .bar select"))) {
          control.focus();
          await new Promise(requestAnimationFrame);
          if (scrollY > 0) moved.push(`${control.id || control.className} by ${scrollY}`);
          scrollTo({ top: 0, behavior: "instant" });
        }
        return moved;
      });
      assert.deepEqual(moved, [], `${viewport.width}x${viewport.height}`);
      assert.deepEqual(problems, []);
      await close();
    }
  });

  it("what does not fit beside the stage comes with the first scrolling", async () => {
    for (const [viewport, part] of /** @type {const} */ ([[{ width: 911, height: 427 }, ".score-sum"], [touch(844, 390), ".score-sum"], [touch(1024, 690), "#label-drawing"]])) {
      const { page, problems, close } = await site.visit(viewport);
      await draw(page, OWN_DIGITS[14], { size: 120, across: 0.5, down: 0.5 });
      const { under: before } = await hiddenPixels(page, part);
      await page.evaluate((before) => scrollTo({ top: Math.max(0, before + 8), behavior: "instant" }), before);
      await settle(page);
      const { under: low } = await hiddenPixels(page, part);
      assert.ok(low <= 0, `${viewport.width}x${viewport.height}: ${part} lies ${low} px under the bar`);
      assert.deepEqual(problems, []);
      await close();
    }
  });

  it("a message with a button is seen on a phone on its side, as is what is held in slow motion", async () => {
    const { page, problems, close } = await site.visit(touch(844, 390));
    const seen = () => page.$eval(".say", (say) => getComputedStyle(say).clipPath === "none");
    await page.evaluate(() => descent.train({ steps: 50 }));
    await settle(page);
    assert.equal(await seen(), false, "a hint");
    await page.focus("#history");
    await page.keyboard.press("Home");
    await page.waitForSelector("#status-action:not([hidden])");
    assert.equal(await seen(), true, "looking back");
    await page.click("#status-action");
    for (const state of ["slow", "held"]) {
      await page.$eval("#slow", (button) => /** @type {HTMLElement} */ (button).click());
      await page.waitForSelector(`[data-tone=${state}]`);
      assert.equal(await seen(), true, state);
    }
    assert.deepEqual(problems, []);
    await close();
  });

  it("four times as large, nothing stays in the way of what is read", async () => {
    const { page, problems, close } = await site.visit({ width: 342, height: 192 });
    const position = (/** @type {string} */ part) => page.$eval(part, (element) => getComputedStyle(element).position);
    assert.notEqual(await position(".bar"), "sticky");
    for (const id of ["options", "explanation"]) {
      await page.evaluate((id) => /** @type {HTMLElement} */ (document.getElementById(id)).showPopover(), id);
      await settle(page);
      const { top, bottom } = await page.$eval(`#${id}`, (sheet) => sheet.getBoundingClientRect().toJSON());
      assert.deepEqual([top, bottom, await position(`#${id} > .head`)], [0, 192, "static"], id);
    }
    assert.deepEqual(problems, []);
    await close();
  });

  it("what a finger has to hit is large enough, and nothing lies over another", async () => {
    for (const [width, height] of [[820, 1180], [1180, 745], [844, 390], [1366, 1024], [390, 844], [390, 664], [412, 760], [360, 640]]) {
      const { page, problems, close } = await site.visit(touch(width, height));
      /** Whether it is in sight or not. @param {string} control */
      const press = (control) => page.$eval(control, (element) => /** @type {HTMLElement} */ (element).click());
      await openAll(page);
      await press("#tab-draw");
      await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
      await draw(page, OWN_DIGITS[14], { size: 150, across: 0.5, down: 0.5 });
      const scores = () => page.$eval("#scores", (element) => JSON.stringify([element.getBoundingClientRect().top - /** @type {Element} */ (document.querySelector("#you")).getBoundingClientRect().top, element.clientHeight]));
      const asked = await scores();
      const answers = await page.$$eval("#label-drawing button", (buttons) => buttons.map((button) => button.getBoundingClientRect().toJSON()));
      const small = answers.filter((box) => Math.min(box.width, box.height) < 44);
      assert.deepEqual([small, new Set(answers.map(({ top }) => top)).size], [[], 2], `${width}x${height}: what was drawn`);
      const flat = await page.$$eval(".lesson :is([data-scene], summary), #nudge", (controls) => controls.filter((control) => (control.id ? parseFloat(getComputedStyle(control).minHeight) : control.getBoundingClientRect().height) < 43.5).map(({ textContent, id }) => textContent || id));
      assert.deepEqual(flat, [], `${width}x${height}: not high enough`);
      /** @type {string[]} */
      const wrong = [];
      // Over the tiles lies an opened neuron, and over that a card.
      for (const [opener, card] of [["#why", "#why-card"], ["#see-batch", "#batch-card"], ["", "#neuron"]]) {
        if (opener) await press(opener);
        await eachTab(page, async (where) => {
          const found = await page.evaluate((card) => {
            const parts = [...document.querySelectorAll(".stage button:not(.why, .link), .stage h2, .bar select, #prediction, #verdict, .score, .score-sum, #scores-note, #pad, #input-image")]
              .filter((part) => part.checkVisibility() && (part.closest(card) || !part.closest("#neuron, #the-weights")))
              .map((part) => ({ part, name: part.id || part.textContent, ...part.getBoundingClientRect().toJSON() }))
              .filter(({ width }) => width > 1);
            const low = parts.filter(({ part, height }) => part.matches(".tools button, .asks button, .keep button, .head .quiet, .bar select") && height < 44);
            const meet = parts.flatMap((a, i) =>
              parts
                .slice(i + 1)
                // The bar lies over whatever the page has there.
                .filter((b) => a.part.closest(".bar") === b.part.closest(".bar") && a.right > b.left + 1 && b.right > a.left + 1 && a.bottom > b.top + 1 && b.bottom > a.top + 1)
                .map((b) => `${a.name} meets ${b.name}`),
            );
            const wide = document.documentElement.scrollWidth - innerWidth;
            return [...low.map(({ name, height }) => `${name} is ${height} px high`), ...meet, ...(wide > 0 ? [`${wide} px too wide`] : [])];
          }, card);
          wrong.push(...found.map((what) => `${card}${where}: ${what}`));
        });
        if (opener) await press(`${card} .quiet`);
      }
      assert.deepEqual(wrong, [], `${width}x${height}`);
      // Once it is said, what is read of the drawing stays where it was.
      await press("#tab-draw");
      await press("#label-drawing button");
      await page.waitForSelector("#label-drawing", { hidden: true });
      assert.equal(await scores(), asked, `${width}x${height}: the outputs move`);
      const below = await page.evaluate(() => {
        const [note, last] = ["#outputs-head", ".score-sum"].map((part) => document.querySelector(part)?.getBoundingClientRect());
        return note && last ? note.top - last.bottom : NaN;
      });
      assert.ok(below >= 0, `${width}x${height}: what is said of the outputs begins ${below} px after them`);
      assert.deepEqual(problems, []);
      await close();
    }
  });

  it("what opens is heard, and does not stay open behind who leaves it", async () => {
    const { page, problems, close, said } = await listening();
    const active = () => page.evaluate(() => document.activeElement?.id);
    const open = () => page.$$eval(":popover-open", (popovers) => popovers.map(({ id }) => id));
    for (const [opener, sheet] of [["more", "options"], ["explain", "explanation"]]) {
      const button = await page.$(`#${opener}`);
      for (const leave of ["Escape", "Close", "Tab"]) {
        await button?.focus();
        await page.keyboard.press("Enter");
        await settle(page);
        assert.deepEqual([await open(), await active()], [[sheet], sheet], opener);
        // The space bar scrolls what is read, and does not play.
        await page.keyboard.press("Space");
        assert.equal(await page.$eval("#play", (play) => play.getAttribute("aria-pressed")), "false");
        if (leave === "Escape") await page.keyboard.press("Escape");
        else if (leave === "Close") await page.click(`#${sheet} .close`);
        else {
          const stops = await page.$$eval(`#${sheet} :is(a, button, input, select)`, (controls) => controls.length);
          for (let i = 0; i <= stops; i++) await page.keyboard.press("Tab");
        }
        await settle(page);
        assert.deepEqual(await open(), [], `${sheet} by ${leave}`);
        if (leave !== "Tab") assert.equal(await active(), opener, `${sheet} by ${leave}`);
      }
    }
    assert.deepEqual(await said(), []);
    for (const time of [1, 2]) {
      await page.focus('[popovertarget="why-batch"]');
      await page.keyboard.press("Enter");
      await settle(page);
      assert.deepEqual([await open(), await said()], [["why-batch"], [await text(page, "#why-batch")]], `time ${time}`);
      await page.keyboard.press("Tab");
      await settle(page);
      assert.deepEqual([await open(), await active()], [[], "preset"]);
    }
    assert.deepEqual(await page.$$eval("[aria-haspopup]", (buttons) => buttons.map(({ id }) => id)), ["explain", "more"]);
    assert.deepEqual(problems, []);
    await close();
  });

  it("who asks for more contrast gets it, in both themes", async () => {
    const { page, problems, close } = await site.visit(PHONE);
    const client = await page.createCDPSession();
    for (const scheme of ["dark", "light"]) {
      await client.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-contrast", value: "more" }, { name: "prefers-color-scheme", value: scheme }, { name: "prefers-reduced-motion", value: "reduce" }] });
      const { muted, text: words, contrast, marks } = await page.evaluate(() => {
        const style = getComputedStyle(document.documentElement);
        const token = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
        // Relative luminance and contrast as WCAG 2 defines them.
        const luminance = (/** @type {string} */ hex) =>
          [0.2126, 0.7152, 0.0722].reduce((sum, part, k) => {
            const value = parseInt(hex.slice(1 + 2 * k, 3 + 2 * k), 16) / 255;
            return sum + part * (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
          }, 0);
        const [low, high] = ["--ground", "--line"].map((name) => luminance(token(name))).sort((a, b) => a - b);
        const chosen = getComputedStyle(/** @type {Element} */ (document.querySelector("#tiles label:has(:checked)")));
        const tab = getComputedStyle(/** @type {Element} */ (document.querySelector("[role=tab][aria-selected=true]")));
        return {
          muted: token("--muted"),
          text: token("--text"),
          contrast: (high + 0.05) / (low + 0.05),
          marks: [chosen.textDecorationLine, chosen.textDecorationThickness, tab.borderBottomWidth, tab.borderBottomColor === tab.color],
        };
      });
      assert.deepEqual([muted, marks], [words, ["underline", "2px", "2px", true]], scheme);
      assert.ok(Math.abs(contrast - 4) < 0.3, `${scheme}: a line of ${contrast}:1`);
    }
    assert.deepEqual(problems, []);
    await close();
  });

  it("its parts are named for who goes from one to the next", async () => {
    const { page, close } = await site.visit();
    const client = await page.createCDPSession();
    const { nodes } = await client.send("Accessibility.getFullAXTree");
    const named = nodes.filter(({ role }) => role?.value === "region").map(({ name }) => name?.value.toLowerCase());
    for (const name of ["training", "the chapter in eight short parts"]) assert.ok(named.includes(name), `${name} among ${named}`);
    await close();
  });

  it("on a large screen all of it is larger, and what is pointed at is what is meant", async () => {
    const { page, problems, close } = await site.visit();
    const sizes = () =>
      page.evaluate(() =>
        [".sentence", "#status", "#scores .score", "h1", ".lesson h3", ".lesson p", "#options label"].map((text) => parseFloat(getComputedStyle(/** @type {Element} */ (document.querySelector(text))).fontSize)),
      );
    const usual = await sizes();
    for (const [width, height, unit] of [[1920, 940, 1.2], [2560, 1300, 1.5], [3840, 2000, 2.25]]) {
      await page.setViewport({ width, height });
      await settle(page);
      assert.deepEqual((await sizes()).map((size) => size.toFixed(2)), usual.map((size) => (unit * size).toFixed(2)), `texts at ${width} px`);
      const outside = await page.evaluate(() => [...document.querySelectorAll(".screen :is(button, select, canvas, p, h2)")].filter((element) => element.getBoundingClientRect().bottom > innerHeight + 1).map(({ id }) => id));
      assert.deepEqual(outside, [], `below the window of ${width} x ${height}`);

      // A stroke from corner to corner is one of the pad's own.
      const pad = await boxOf(page, "#pad");
      await page.mouse.move(pad.x + 0.1 * pad.width, pad.y + 0.1 * pad.height);
      await page.mouse.down();
      await page.mouse.move(pad.x + 0.9 * pad.width, pad.y + 0.9 * pad.height, { steps: 8 });
      await page.mouse.up();
      await settle(page);
      const inked = await page.$eval("#pad", (element) => {
        const pad = /** @type {HTMLCanvasElement} */ (element);
        const copy = new OffscreenCanvas(pad.width, pad.height);
        const ctx = /** @type {OffscreenCanvasRenderingContext2D} */ (copy.getContext("2d", { willReadFrequently: true }));
        ctx.drawImage(pad, 0, 0);
        const at = (/** @type {number} */ share) => [...ctx.getImageData(share * pad.width, share * pad.height, 1, 1).data.slice(0, 3)].join();
        return [0.1, 0.3, 0.5, 0.7, 0.9].every((share) => at(share) === at(0.5)) && at(0.02) !== at(0.5);
      });
      assert.ok(inked, `the stroke lies under the pointer at ${width} px`);
      await page.click("#clear");

      // So is the output that is clicked, the third.
      const { x, y, width: wide, height: high } = await boxOf(page, "#network");
      const pitch = Math.min((high / unit - 36) / 10, 40);
      await page.mouse.click(x + wide - 40 * unit, y + (high / 2 - 8 * unit) - 2.5 * pitch * unit);
      await page.waitForSelector("#neuron:not([hidden])", { timeout: 2_000 });
      assert.match(await text(page, "#neuron-title"), /2/, `at ${width} px`);
      await page.click("#neuron-close");
    }
    assert.deepEqual(problems, []);
    await close();
  });

  it("what is read at length grows with the browser's letters, and the stage stays", async () => {
    const { page, problems, close } = await site.visit();
    await openAll(page);
    const sizes = () =>
      page.evaluate(() => {
        const size = (/** @type {Element} */ element) => parseFloat(getComputedStyle(element).fontSize);
        // Those of the table stay within its cells.
        const read = [...document.querySelectorAll(":is(#below, .sheet, .bubble, #status):not(:empty), :is(#below, .sheet, .bubble) :is(h2, h3, h4, p, li, b, label, summary, button, select, input, kbd, a)")];
        return {
          read: read.filter((element) => !element.closest("#confusion")).map((element) => [`${element.localName}.${element.id} of #${element.closest("[id]")?.id}`, size(element)]),
          stage: [...document.querySelectorAll(".stage *, .bar :not(#status), .top *")].map(size),
        };
      });
    /** With the letters of the root so large. @param {string} root */
    const sizesAt = async (root) => {
      await page.evaluate((root) => void (document.documentElement.style.fontSize = root), root);
      await settle(page);
      return sizes();
    };
    for (const [width, height] of [[1366, 768], [360, 640]]) {
      await page.setViewport({ width, height });
      const [usual, large] = [await sizesAt(""), await sizesAt("200%")];
      assert.ok(usual.read.length > 100, `${usual.read.length} texts`);
      assert.deepEqual(large.stage, usual.stage, `${width} px: the stage`);
      assert.deepEqual(large.read, usual.read.map(([name, size]) => [name, 2 * Number(size)]), `${width} px: the words`);
      for (const id of ["options", "explanation"]) {
        const wide = await page.evaluate((id) => {
          const sheet = /** @type {HTMLElement} */ (document.getElementById(id));
          sheet.showPopover();
          const wide = Math.max(sheet.scrollWidth - sheet.clientWidth, document.documentElement.scrollWidth - innerWidth);
          sheet.hidePopover();
          return wide;
        }, id);
        assert.ok(wide <= 0, `${width} px: #${id} or the page is ${wide} px too wide`);
      }
    }
    assert.deepEqual(problems, []);
    await close();
  });

  it("letters larger than asked for, or further apart, push nothing over the edge, and the bar stays low", async () => {
    const { page, problems, close } = await site.visit();
    await draw(page, OWN_DIGITS[0], { size: 150, across: 0.5, down: 0.5 });
    const rules = {
      "a least size of the browser's": "button, select, label, p, h2, dt, dd, span { font-size: 20px !important }",
      "spaced text": "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }",
    };
    for (const [name, rule] of Object.entries(rules)) {
      const { wrong, bar } = await page.evaluate(async (rule) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(rule);
        document.adoptedStyleSheets = [sheet];
        await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
        const wrong = [...document.querySelectorAll(".tools button, .head:has(.switch) *, .readouts dd")].flatMap((part) => {
          const { right, width } = part.getBoundingClientRect();
          const next = part.closest(".top") && document.querySelector(".top-actions");
          const edge = next ? next.getBoundingClientRect().left : (part.closest(".panel")?.getBoundingClientRect().right ?? innerWidth);
          return width > 0 && part.closest(".unseen") === null && right > edge + 1 ? [`${part.id || part.textContent} ends at ${right}, not ${edge}`] : [];
        });
        return { wrong, bar: /** @type {HTMLElement} */ (document.querySelector(".bar")).offsetHeight };
      }, rule);
      assert.deepEqual(wrong, [], name);
      assert.ok(bar < 160, `${name}: the bar is ${bar} px high`);
    }
    assert.deepEqual(problems, []);
    await close();
  });

  it("what a link asks for is told in the window, however long the word", async () => {
    for (const viewport of [LAPTOP, PHONE]) {
      const { page, close } = await site.visit(viewport);
      for (const hash of ["#learningRate=1e308", `#${"x".repeat(20_000)}=1`]) {
        await page.evaluate((hash) => void (location.hash = hash), hash);
        await page.waitForFunction(() => /not understood/.test(document.querySelector("#status")?.textContent ?? ""), { timeout: 2_000 });
        const { left, right, top, wide } = await page.evaluate(() => {
          const { left, right, top } = /** @type {Element} */ (document.querySelector("#status")).getBoundingClientRect();
          return { left, right, top, wide: document.documentElement.scrollWidth - innerWidth };
        });
        assert.ok(left >= 0 && right <= viewport.width && top > viewport.height / 2 && wide <= 0, `${hash.slice(0, 20)}: ${left} to ${right}, from ${top}`);
        await page.evaluate(() => void (location.hash = ""));
        await page.waitForFunction(() => !/not understood/.test(document.querySelector("#status")?.textContent ?? ""), { timeout: 2_000 });
      }
      await close();
    }
  });

  it("what a translator has put in place of words stays until they are others", async () => {
    const { page, problems, close } = await site.visit();
    // As such translators do it: each text in an element of their own.
    await page.evaluate(() => {
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found = [];
      while (texts.nextNode()) found.push(/** @type {Text} */ (texts.currentNode));
      for (const one of found) {
        if (!one.data.trim() || one.parentElement?.closest("script, option")) continue;
        const font = document.createElement("font");
        font.textContent = `T(${one.data})`;
        one.replaceWith(font);
      }
    });
    await page.click("#play");
    await page.waitForFunction(() => Number(document.getElementById("step-count")?.dataset.value) > 20);
    assert.match(await text(page, "#step-count"), /^[0-9]+$/);
    for (const part of ["#seen-note", "#network-note", "#pad-note", "#step"]) assert.match(await text(page, part), /^T\(/, part);
    await page.click("#play");
    await page.evaluate(() => descent.configure({ layers: [12] }));
    await page.waitForFunction(() => document.getElementById("network-note")?.textContent?.includes("784 \u2192 12"));
    assert.deepEqual(problems, []);
    await close();
  });

  it("what is printed is light, its pictures too, and the page is dark again after it", async () => {
    const { page, problems, close } = await site.visit();
    await draw(page, OWN_DIGITS[0], { size: 150, across: 0.5, down: 0.5 });
    await settle(page);
    /** Without waiting for a frame: the printer does not, either. @param {boolean} printed */
    const pictures = (printed) =>
      page.evaluate((printed) => {
        if (printed) dispatchEvent(new Event("beforeprint"));
        const pictures = ["network", "weights", "gradient"].map((id) => /** @type {HTMLCanvasElement} */ (document.getElementById(id)).toDataURL());
        if (printed) dispatchEvent(new Event("afterprint"));
        return pictures;
      }, printed);
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    const light = await pictures(false);
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
    for (const chosen of [false, true]) {
      if (chosen) for (let presses = 0; presses < 2; presses++) await page.click("#theme");
      await settle(page);
      const dark = await pictures(false);
      assert.ok(dark.every((picture, k) => picture !== light[k]));
      const printed = await pictures(true);
      assert.deepEqual(printed.map((picture, k) => picture === light[k]), [true, true, true]);
      assert.equal(await theme(), chosen ? "dark" : "");
      await settle(page);
      assert.deepEqual((await pictures(false)).map((picture, k) => picture === dark[k]), [true, true, true]);
    }
    assert.deepEqual(problems, []);
    await close();
  });

  it("the chosen theme is worn before anything is painted", async () => {
    const { page, problems, close } = await site.visit();
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
    await page.click("#theme");
    await page.evaluateOnNewDocument(() => {
      // Before there is a body nothing can be painted.
      const observer = new MutationObserver(() => {
        if (!document.body) return;
        observer.disconnect();
        Object.assign(globalThis, { worn: document.documentElement.dataset.theme });
      });
      observer.observe(document, { childList: true, subtree: true });
    });
    await page.reload();
    await ready(page);
    assert.equal(await page.evaluate(() => /** @type {any} */ (globalThis).worn), "light");
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(246, 244, 239)");
    assert.deepEqual(problems, []);
    await close();
  });

  it("with the system's own colours what is chosen and how long a bar is can still be seen", async () => {
    const { page, problems, close } = await site.visit(screen(390));
    const client = await page.createCDPSession();
    await client.send("Emulation.setEmulatedMedia", { features: [{ name: "forced-colors", value: "active" }] });
    await openAll(page);
    await page.evaluate(() => /** @type {Element} */ (document.querySelector("#evaluation")).scrollIntoView());
    await page.waitForSelector("#confusion button");
    await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector("#confusion button")).click());
    await page.waitForSelector("#confusion [aria-pressed=true]");
    /** What has to differ from what. */
    const pairs = {
      "#tiles label:has(:checked)": "#tiles label:not(:has(:checked))",
      "[role=tab][aria-selected=true]": "[role=tab][aria-selected=false]",
      "#confusion [aria-pressed=true]": "#confusion [aria-pressed=false]",
      ".score-bar": ".score-track",
      ".score-winner .score-bar": ".score:not(.score-winner) .score-bar",
      ".score-parts span": ".score-parts",
      ".history-cost": ".history-test",
    };
    const same = await page.evaluate((pairs) => {
      const pixel = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d", { willReadFrequently: true }));
      /** What is seen of it, over the page's ground. */
      const colours = (/** @type {string} */ selector) => {
        const { backgroundColor, color } = getComputedStyle(/** @type {Element} */ (document.querySelector(selector)));
        for (const fill of [getComputedStyle(document.body).backgroundColor, backgroundColor]) {
          pixel.fillStyle = fill;
          pixel.fillRect(0, 0, 1, 1);
        }
        return `${pixel.getImageData(0, 0, 1, 1).data} ${color}`;
      };
      return Object.entries(pairs).filter(([one, other]) => colours(one) === colours(other));
    }, pairs);
    assert.deepEqual(same, []);
    assert.deepEqual(problems, []);
    await close();
  });

  for (const scheme of ["dark", "light"]) {
    for (const width of [360, 1366, 2560]) {
      it(`has no violation of axe's rules at ${width} px, ${scheme}`, async () => {
        const { page, close } = await site.open(screen(width));
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        await page.reload();
        await ready(page);
        await page.evaluate(AXE);
        const check = async (/** @type {string} */ where) => {
          const found = await page.evaluate(async () => {
            // @ts-expect-error axe is what the line above put there
            const { violations } = await axe.run(document, { resultTypes: ["violations"] });
            return violations.map(
              (/** @type {any} */ { id, impact, help, nodes }) => `${impact} ${id}: ${help}: ${nodes.map((/** @type {any} */ n) => n.html.slice(0, 120)).join(" | ")}`,
            );
          });
          assert.deepEqual(found, [], where);
        };
        await check("untouched");
        await openAll(page);
        await eachTab(page, (where) => check(`everything open${where}`));
        for (const id of ["options", "explanation"]) {
          await page.evaluate((id) => /** @type {HTMLElement} */ (document.getElementById(id)).showPopover(), id);
          await check(id);
          await page.evaluate((id) => /** @type {HTMLElement} */ (document.getElementById(id)).hidePopover(), id);
        }
        await close();
      });
    }
  }
});
