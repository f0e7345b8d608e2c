/** Cells of reports in words. */

export type Cell = string | number | null;

export interface Column {
  key: string;
  title: string;
  unit: string;
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

export function span(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `${tenth.format(seconds / 3600)} h`;
  return `${tenth.format(seconds / 86_400)} d`;
}

/** Money, with as many places as its size wants. */
export function money(dollars: number): string {
  const places = dollars === 0 || Math.abs(dollars) >= 0.995 ? 2 : Math.abs(dollars) >= 0.01 ? 3 : 5;
  return `$${dollars.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: places })}`;
}

export function number(value: number): string {
  return value > 0 && value < 10 && !Number.isInteger(value) ? tenth.format(value) : whole.format(value);
}

export function inUnit(value: number, unit: string): string {
  if (unit === "seconds") return span(value);
  if (unit === "dollars") return money(value);
  if (unit === "percent") return `${tenth.format(value)}%`;
  return number(value);
}

const dayOf = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });
const longDay = new Intl.DateTimeFormat("en", { weekday: "short", day: "numeric", month: "long", timeZone: "UTC" });

export function shortDay(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? day : dayOf.format(at);
}

export function fullDay(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? day : longDay.format(at);
}

export function cellText(value: Cell | undefined, column: Column): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") return column.key === "day" || column.key === "week" ? fullDay(value) : value;
  return column.key === "hour" ? `${String(value).padStart(2, "0")}:00` : inUnit(value, column.unit);
}
