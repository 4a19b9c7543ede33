/**
 * The service worker: keeps the page, all files of one build, so that it opens without a network. The build puts it beside
 * `index.html`, since it answers for its own folder, and puts the list of files into it.
 *
 * @module
 */

import { cleanupOutdatedCaches, precacheAndRoute } from "workbox-precaching";

/**
 * Every file of the page, and a revision that changes with its content.
 * @type {{ url: string, revision: string }[]}
 */
const files = /** @type {any} */ (self).SITE_FILES;

// A file of the page is the same whatever stands behind its address, from a mailing or a course, say.
precacheAndRoute(files, { ignoreURLParametersMatching: [/^/] });
cleanupOutdatedCaches();

// A newer build waits for as long as a tab shows the older one, which may still ask for files: two builds do not go
// together. It need not wait if the visitor asks for it.
const scope = /** @type {{ skipWaiting(): Promise<void> }} */ (/** @type {unknown} */ (self));
self.addEventListener("message", () => scope.skipWaiting());
