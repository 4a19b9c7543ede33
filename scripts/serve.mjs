// A small static server: `node scripts/serve.mjs FOLDER [PORT]`. The end-to-end tests use it too, from a sub-path.
import { createServer } from "node:http";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";
import sirv from "sirv";

/**
 * Serves a folder on loopback under `base`; everything outside of it is "not found".
 * @param {string} folder
 * @param {{ port?: number, base?: string }} [options] port 0, the default: any that is free
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve(folder, { port = 0, base = "/" } = {}) {
  // dev: look at the disk at each request, so that a new build is seen at once.
  const files = sirv(folder, { dev: true, etag: true });
  const server = createServer((request, response) => {
    const notFound = () => {
      response.statusCode = 404;
      response.end("not found");
    };
    if (!request.url?.startsWith(base)) return notFound();
    request.url = request.url.slice(base.length - 1);
    files(request, response, notFound);
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(undefined));
  });
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}${base}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = "dist", text = "8080"] = argv.slice(2);
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    console.error(`serve: expected a port from 1 to 65535, found "${text}"`);
    exit(1);
  }
  try {
    const { url } = await serve(folder, { port });
    console.log(`Descent is at ${url} (Ctrl+C ends it)`);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const why = code === "EADDRINUSE" ? "is in use" : code === "EACCES" ? "is not allowed for this user" : undefined;
    if (!why) throw error;
    console.error(`serve: port ${port} ${why}; choose another one: make serve PORT=${port + 1}`);
    exit(1);
  }
}
