/**
 * The service worker: keeps the page, all files of one build, so that it opens without a network. The build puts it beside
 * `index.html`, since it answers for its own folder, and puts the list of files into it.
 *
 * @module
 */

import { PrecacheController } from "workbox-precaching/PrecacheController.js";
import { PrecacheRoute } from "workbox-precaching/PrecacheRoute.js";

/** The worker itself, of which the types here say nothing. @type {any} */
const scope = self;

/**
 * Every file of the page, and a revision that changes with its content.
 * @type {{ url: string, revision: string }[]}
 */
const files = /** @type {any} */ (self).SITE_FILES;

const keeper = new PrecacheController();
keeper.precache(files);

// A file of the page is the same whatever stands behind its address, from a mailing or a course, say.
const { match } = new PrecacheRoute(keeper, { ignoreURLParametersMatching: [/^/] });
const found = /** @type {(asked: { request: Request }) => object | undefined} */ (match);
scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const params = request.method === "GET" && found({ request });
  if (params) event.respondWith(keeper.strategy.handle({ event, request, params }));
});

// A newer build waits for as long as a tab shows the older one, which may still ask for files: two builds do not go
// together. It need not wait if the visitor asks for it.
scope.addEventListener("message", () => scope.skipWaiting());
