/** Lengths in the unit the platform counts in. */
import type { TextLimit } from "../api/types.ts";

const encoder = new TextEncoder();

export function measure(text: string, unit: TextLimit["unit"]): number {
  switch (unit) {
    case "bytes":
      return encoder.encode(text).length;
    case "characters":
      return [...text].length;
    case "utf16":
      return text.length;
  }
}

const NAMES: Record<TextLimit["unit"], string> = { bytes: "bytes", characters: "characters", utf16: "characters" };

export interface Counter {
  used: number;
  text: string;
  spoken: string;
  tone: "calm" | "near" | "over";
}

export function counter(text: string, limit: TextLimit): Counter {
  const used = measure(text, limit.unit);
  const unit = NAMES[limit.unit];
  const over = used - limit.max;
  if (over > 0) {
    const words = `${number(over)} ${unit} too long`;
    return { used, text: words, spoken: `${words}. This platform takes ${number(limit.max)}.`, tone: "over" };
  }
  const words = `${number(used)} / ${number(limit.max)} ${unit}`;
  return { used, text: words, spoken: words, tone: used > limit.max * 0.9 ? "near" : "calm" };
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function number(value: number): string {
  return value.toLocaleString("en");
}
