/** Waiting for what the product does on its own time: asking again and again, never sleeping for a guess. */

/** Between two looks: what comes at once is seen at once, and what takes long is not asked for all the time. */
const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 300;
const pause = (waitedMs: number): number => Math.min(Math.max(waitedMs / 5, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
const STILL_PAUSE_MS = 100;
/** Longer than anything takes on a slow machine that does other things too. */
const PATIENCE_SECONDS = Number(process.env.PATIENCE_SECONDS ?? 60);

/** What an answer is when it is not "not yet". */
type Found<T> = Exclude<T, false | null | undefined | "" | 0>;

/** What `ask` gives, as soon as it neither throws nor gives a falsy value. Tells the last reason when time is up. */
export const until = async <T>(
  what: string,
  ask: () => T | Promise<T>,
  seconds = PATIENCE_SECONDS,
  pauseMs?: number,
): Promise<Found<T>> => {
  const start = Date.now();
  const end = start + seconds * 1000;
  let why: unknown = "it was never so";
  for (;;) {
    try {
      const value = await ask();
      if (value) return value as Found<T>;
      why = `the last answer was ${JSON.stringify(value)}`;
    } catch (error) {
      why = error;
    }
    if (Date.now() > end) break;
    await new Promise((go) => setTimeout(go, pauseMs ?? pause(Date.now() - start)));
  }
  throw new Error(`not within ${seconds} s: ${what} (${why instanceof Error ? why.message : String(why)})`, {
    cause: why,
  });
};

/** Sees that something stays as it is for a while. The one place where time is let pass. */
export const remains = async (what: string, holds: () => boolean | Promise<boolean>, ms = 1500): Promise<void> => {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    if (!(await holds())) throw new Error(`no longer so: ${what}`);
    await new Promise((go) => setTimeout(go, STILL_PAUSE_MS));
  }
};
