// As much of the W3C WebDriver protocol as the tests of WebKit need; nothing is installed for it.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { env } from "node:process";
import { setTimeout as delay } from "node:timers/promises";

/** The first of these commands that PATH has. @param {string[]} names */
export function findCommand(names) {
  const folders = (env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/** A port that nobody listens on. @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** What WebKit needs here: its driver, its small browser, and a screen that nobody sees. Null when a part is missing. */
export function findWebKit() {
  const driver = findCommand(["WebKitWebDriver"]);
  // Debian has it at /usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser, not on PATH.
  const folders = (/** @type {string} */ folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []);
  const libraries = folders("/usr/lib").filter((name) => name.includes("-linux-"));
  const browser = libraries.flatMap(folders).map((folder) => join(folder, "MiniBrowser")).find((path) => existsSync(path));
  const screen = findCommand(["Xvfb"]);
  return driver && browser && screen ? { driver, browser, screen } : null;
}

/** @param {NonNullable<ReturnType<typeof findWebKit>>} found */
export async function openWebKit({ driver, browser, screen }) {
  const display = `:${90 + (process.pid % 900)}`;
  const own = { ...env, DISPLAY: display, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", LIBGL_ALWAYS_SOFTWARE: "1" };
  const xvfb = spawn(screen, [display, "-screen", "0", "1400x1000x24", "-nolisten", "tcp"], { stdio: "ignore" });
  const port = await freePort();
  const driving = spawn(driver, [`--port=${port}`, "--host=127.0.0.1"], { stdio: "ignore", env: own });
  const end = () => [driving, xvfb].forEach((child) => child.kill());

  /** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
  async function send(method, path, body) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  try {
    const options = { binary: browser, args: ["--automation"] };
    /** @type {{ sessionId: string } | undefined} */
    let session;
    for (let attempt = 0; !session; attempt++) {
      await delay(200);
      try {
        session = await send("POST", "/session", { capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } } });
      } catch (error) {
        // The driver may not listen yet.
        if (attempt > 40 || !(error instanceof TypeError)) throw error;
      }
    }
    const at = `/session/${session?.sessionId}`;
    await send("POST", `${at}/timeouts`, { script: 60_000 });
    return {
      /** @param {string} url */
      goto: (url) => send("POST", `${at}/url`, { url }),
      /**
       * What an async function, given as its source, returns in the page.
       * @param {string} source
       */
      async evaluate(source) {
        const script = `const done = arguments[0]; (${source})().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
        const { value, error } = await send("POST", `${at}/execute/async`, { script, args: [] });
        if (error) throw new Error(error);
        return value;
      },
      /** Presses the mouse at the first place and drags it along the others. @param {[number, number][]} places */
      async drag([[x, y], ...rest]) {
        const move = (/** @type {number[]} */ [x, y]) => ({ type: "pointerMove", duration: 20, origin: "viewport", x: Math.round(x), y: Math.round(y) });
        const actions = [move([x, y]), { type: "pointerDown", button: 0 }, ...rest.map(move), { type: "pointerUp", button: 0 }];
        await send("POST", `${at}/actions`, { actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }] });
        await send("DELETE", `${at}/actions`);
      },
      async close() {
        try {
          await send("DELETE", at);
        } finally {
          end();
        }
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}
