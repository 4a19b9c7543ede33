// @ts-check
/**
 * A promise that the network is ready. Callers that come too early wait; they are refused, with the reason, when it cannot be made.
 *
 * @module
 */

export function createStanding() {
  /** @type {{ resolve(): void, reject(error: Error): void } | null} */
  let settle = null;
  /** @type {Promise<void>} */
  let promise;

  function renew() {
    // Whoever waits already goes on waiting.
    if (settle) return;
    promise = new Promise((resolve, reject) => (settle = { resolve, reject }));
    // Nobody has to wait for it.
    promise.catch(() => {});
  }
  renew();

  return {
    /** Resolves when the network can be trained; rejects with the reason when it cannot be made. */
    get promise() {
      return promise;
    },

    reached() {
      settle?.resolve();
      settle = null;
    },

    /** @param {string} reason */
    failed(reason) {
      renew();
      settle?.reject(new Error(reason));
      settle = null;
    },

    /** It is being made again. */
    renew,
  };
}
