/**
 * Cloudflare's cron triggers, for the local runtime, which knows them but does not fire them.
 * Five fields (minute, hour, day, month, weekday) in UTC; `*`, numbers, lists, ranges and steps.
 */

const ranges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [1, 7], // Cloudflare counts Sunday as 1
] as const;

const matches = (field: string, value: number, [low, high]: readonly [number, number]): boolean =>
  field.split(",").some((part) => {
    const [span = "", step] = part.split("/");
    const [from, to] = span === "*" ? [low, high] : span.split("-").map(Number);
    if (from === undefined || Number.isNaN(from)) throw new Error(`a cron field this runner cannot read: ${field}`);
    const last = to ?? (step ? high : from);
    return value >= from && value <= last && (value - from) % Number(step ?? 1) === 0;
  });

/** Whether `cron` fires in the minute of `at`. */
export const cronMatches = (cron: string, at: Date): boolean => {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== ranges.length) throw new Error(`a cron line has five fields: ${cron}`);
  const values = [at.getUTCMinutes(), at.getUTCHours(), at.getUTCDate(), at.getUTCMonth() + 1, at.getUTCDay() + 1];
  return fields.every((field, index) =>
    matches(field, values[index] as number, ranges[index] as readonly [number, number]),
  );
};

/** Calls `fire` for each of `crons` in the minutes it matches, until the returned function is called. */
export const runCrons = (crons: readonly string[], fire: (cron: string, at: Date) => void): (() => void) => {
  const minute = 60_000;
  let timer: NodeJS.Timeout;
  const arm = () => {
    const next = new Date((Math.floor(Date.now() / minute) + 1) * minute);
    timer = setTimeout(() => {
      for (const cron of crons) if (cronMatches(cron, next)) fire(cron, next);
      arm();
    }, next.getTime() - Date.now());
    timer.unref();
  };
  arm();
  return () => clearTimeout(timer);
};
