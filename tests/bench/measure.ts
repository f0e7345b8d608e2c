/** Numbers out of measurements, and what the operating system says of a process. */
import { readFileSync } from "node:fs";

export const percentile = (values: number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

export const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};

/** Clock ticks per second of /proc: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Processor time that a process and its threads have used, in seconds. */
export const cpuSeconds = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
};

/** Memory of a process that is in RAM, in bytes. */
export const resident = (pid: number): number => {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1]) * 1024;
};

/** A comparison of two variants: alternating A/B/B/A, each pair giving one ratio. */
export const pairs = async <T>(count: number, a: () => Promise<T>, b: () => Promise<T>): Promise<{ a: T; b: T }[]> => {
  const done: { a: T; b: T }[] = [];
  for (let i = 0; i < count; i++) {
    if (i % 2 === 0) {
      const first = await a();
      done.push({ a: first, b: await b() });
    } else {
      const first = await b();
      done.push({ b: first, a: await a() });
    }
  }
  return done;
};

export const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
