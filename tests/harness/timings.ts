/** What the tests do not wait for: durations that the product is given shorter than it has them by itself. */
export const timings = { cache: { workspaceTtl: 600 }, jobs: { rulesSettledAfter: 1000 } };

/** Until every isolate goes by the rules, teammates and accounts that were just saved. */
export const seenByAll = (): Promise<void> => new Promise((done) => setTimeout(done, timings.cache.workspaceTtl + 100));
