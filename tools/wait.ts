/**
 * Miniflare speaks with its worker thread through a flag: the thread answers, sets it, and notifies. A thread that is
 * put aside between the two notifies late, which wakes the wait for the next answer before there is one; every call of
 * that Miniflare fails from then on with `false == true`. Known as
 * https://github.com/cloudflare/workers-sdk/pull/15552, and not rare where two cores do more than they can. So a wait
 * goes on until the value that it waits for has changed.
 */
const { wait } = Atomics;

Atomics.wait = ((array: Int32Array, index: number, value: number, timeout?: number) => {
  let woken = wait(array, index, value, timeout);
  while (timeout === undefined && woken === "ok" && Atomics.load(array, index) === value) {
    woken = wait(array, index, value);
  }
  return woken;
}) as typeof wait;
