/** Times in words. `now` is always given, so that everything can be tested and one clock drives the page. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in its largest unit: `25 min`, `3 h`, `2 d`. */
export function span(ms: number): string {
  const length = Math.abs(ms);
  if (length < MINUTE) return "1 min";
  if (length < 90 * MINUTE) return `${Math.round(length / MINUTE)} min`;
  if (length < 36 * HOUR) return `${Math.round(length / HOUR)} h`;
  return `${Math.round(length / DAY)} d`;
}

export type DueTone = "calm" | "soon" | "overdue";

export interface Due {
  text: string;
  spoken: string;
  tone: DueTone;
}

const SOON = 30 * MINUTE;
/** Nearer than this, a list tells when something is due. */
const NEAR = HOUR;

export function isNear(dueAt: string, now: number): boolean {
  return Date.parse(dueAt) - now < NEAR;
}

export function dueWords(dueAt: string, now: number): Due {
  const left = Date.parse(dueAt) - now;
  if (left <= 0) return { text: `${span(left)} late`, spoken: `Overdue by ${span(left)}`, tone: "overdue" };
  return { text: span(left), spoken: `Due in ${span(left)}`, tone: left < SOON ? "soon" : "calm" };
}

/** How long ago, for lists: `now`, `5 min`, `3 h`, then the date. */
export function ago(at: string, now: number): string {
  const past = now - Date.parse(at);
  if (past < MINUTE) return "now";
  if (past < 36 * HOUR) return span(past);
  return shortDate(new Date(at), new Date(now));
}

export function timeOfDay(at: string): string {
  return timeOf.format(new Date(at));
}

export function dateAndTime(at: string): string {
  return full.format(new Date(at));
}

/** A time in the coming days: `Mon 09:00`. */
export function comingTime(at: Date): string {
  return coming.format(at);
}

/** The name of a day, as people say it. */
export function dayName(at: string, now: number): string {
  const day = new Date(at);
  const apart = Math.round((midnight(new Date(now)) - midnight(day)) / DAY);
  if (apart === 0) return "Today";
  if (apart === 1) return "Yesterday";
  if (apart > 1 && apart < 7) return weekday.format(day);
  return shortDate(day, new Date(now));
}

/** The same text for the same local day. */
export function dayKey(at: string): string {
  const day = new Date(at);
  return `${day.getFullYear()}-${day.getMonth()}-${day.getDate()}`;
}

export interface Preset {
  name: string;
  until: Date;
}

/** When a thread may come back. */
export function snoozePresets(now: Date): Preset[] {
  const presets: Preset[] = [{ name: "In an hour", until: new Date(now.getTime() + HOUR) }];
  const evening = at(now, 0, 18);
  if (evening.getTime() - now.getTime() > 2 * HOUR) presets.push({ name: "This evening", until: evening });
  presets.push({ name: "Tomorrow morning", until: at(now, 1, 9) });
  const toMonday = (8 - now.getDay()) % 7 || 7;
  if (toMonday > 1) presets.push({ name: "Monday morning", until: at(now, toMonday, 9) });
  return presets;
}

function at(day: Date, daysOn: number, hour: number): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + daysOn, hour);
}

function midnight(day: Date): number {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}

function shortDate(day: Date, now: Date): string {
  return (day.getFullYear() === now.getFullYear() ? dayAndMonth : dayMonthYear).format(day);
}

const timeOf = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const weekday = new Intl.DateTimeFormat("en", { weekday: "long" });
const coming = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const dayAndMonth = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const dayMonthYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });
