// After the build: what only readers and the build need leaves the site, and the code becomes small.
// Trunk calls this before it puts the site into dist/.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { env } from "node:process";
import { buildSync } from "esbuild";
import { minify } from "terser";

const site = folder("TRUNK_STAGING_DIR");
const root = folder("TRUNK_SOURCE_DIR");

/** @param {string} name */
function folder(name) {
  const path = env[name];
  if (!path) throw new Error(`expected to be called by trunk, found no ${name}`);
  return path;
}

/** The site's files of one kind, as paths. @param {string} ending @param {string} [folder] */
function files(ending, folder = site) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

// Type declarations are for `tsc`, which looks for those of ../descent.js in target/types.
const types = join(root, "target", "types");
rmSync(types, { recursive: true, force: true });
mkdirSync(types, { recursive: true });
for (const path of files(".d.ts")) {
  if (dirname(path) === site) copyFileSync(path, join(types, path.slice(site.length + 1)));
  rmSync(path);
}

// One module for the page and one for each worker, and one style, at the addresses they have in the sources: fewer
// requests, and a third less to download. The wasm module's glue stays by itself: the workers share it.
const www = join(site, "www");
const entries = ["main.js", "worker.js", "preparer.js", "page.css"].map((name) => join(www, name));
const small = { minify: true, target: "es2022", legalComments: /** @type {const} */ ("inline") };
const { outputFiles } = buildSync({
  ...small,
  entryPoints: entries,
  outdir: www,
  bundle: true,
  format: "esm",
  external: ["../descent.js"],
  write: false,
});
// What starts before the page goes into it, so that it waits for no request.
const first = await script(join(www, "first.js"));
for (const path of [...files(".js", www), ...files(".css", www)]) rmSync(path);
// The bundler leaves blanks in styles that nobody needs.
for (const { path, text } of outputFiles)
  writeFileSync(path, path.endsWith(".js") ? await smaller(text) : text.replace(/ ([*/]) |(?<=--[\w-]+:) /g, "$1"));
for (const folder of readdirSync(www)) {
  const path = join(www, folder);
  if (statSync(path).isDirectory() && readdirSync(path).length === 0) rmSync(path, { recursive: true });
}
const glue = join(site, "descent.js");
writeFileSync(glue, await smaller(readFileSync(glue, "utf8")));

// The names of functions and tools in the wasm module are for debuggers. Its code is left alone: wasm-opt made it
// slower and no smaller. (Stripping it before wasm-bindgen would take away the list of features that it reads.)
const module = join(site, "descent_bg.wasm");
writeFileSync(module, withoutCustomSections(readFileSync(module)));

// The page itself: without comments, without indentation, and without trunk's own instruction, which it leaves
// behind when it injects nothing. Of scripts in the page its policy allows this one, known by its digest.
const page = join(site, "index.html");
const html = replaced(readFileSync(page, "utf8"), {
  '<script src="www/first.js"></script>': `<script>${first}</script>`,
  "script-src 'self'": `script-src 'self' 'sha256-${createHash("sha256").update(first).digest("base64")}'`,
})
  .replace(/<!--.*?-->/gs, "")
  .replace(/<link[^>]*\bdata-trunk\b[^>]*>/g, "")
  .replace(/\s*\n\s*/g, "\n");
writeFileSync(page, html);

// The service worker, last: it knows every file by its content.
const kept = files("")
  .map((path) => ({ url: relative(site, path).split(sep).join("/"), revision: digest(readFileSync(path)) }))
  .sort((a, b) => (a.url < b.url ? -1 : 1));
const keeper = await script(join(root, "www", "sw.js"), {
  define: { "self.SITE_FILES": JSON.stringify(kept), "process.env.NODE_ENV": '"production"' },
  banner: { js: "/*! with Workbox, MIT licence, see www/vendor/workbox-license.txt */" },
});
writeFileSync(join(site, "sw.js"), keeper);

/** A module and what it imports as one script. @param {string} entry @param {import("esbuild").BuildOptions} [options] */
async function script(entry, options) {
  const { outputFiles } = buildSync({ ...small, ...options, entryPoints: [entry], bundle: true, format: "iife", write: false });
  return smaller(outputFiles[0].text);
}

/**
 * A module in fewer bytes: one in twenty less than the bundler makes it. Licences stay. A property that is read and not
 * used is not read: no code here may rely on what reading does. Comparisons stay as they are written, which compresses
 * better. @param {string} code
 */
async function smaller(code) {
  const compress = { passes: 3, pure_getters: true, lhs_constants: false };
  const { code: made } = await minify(code, { module: true, ecma: 2020, compress, format: { comments: /^!/ } });
  if (!made) throw new Error("expected code to be left");
  return made;
}

/** A text with each of these, which must be there, put in another's place. @param {string} text @param {Record<string, string>} changes */
function replaced(text, changes) {
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`expected ${from} in the page`);
    text = text.replace(from, () => to);
  }
  return text;
}

/** @param {Buffer} bytes */
function digest(bytes) {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 16);
}

/**
 * After the header of eight bytes a module is a row of sections: a number (0: custom), a length, the content.
 * @param {Buffer} wasm
 */
function withoutCustomSections(wasm) {
  const parts = [wasm.subarray(0, 8)];
  for (let at = 8; at < wasm.length; ) {
    let [end, length, shift] = [at + 1, 0, 0];
    // LEB128: seven bits a byte, the lowest first, the top bit set on all but the last.
    do {
      length += (wasm[end] & 127) * 2 ** shift;
      shift += 7;
    } while (wasm[end++] & 128);
    end += length;
    if (wasm[at] !== 0) parts.push(wasm.subarray(at, end));
    at = end;
  }
  return Buffer.concat(parts);
}
