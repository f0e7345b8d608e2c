/** Reading the details of a thread's record, whose shape is another for each action. */
import { languageName, topicName, urgencyName } from "./names.ts";

export type Detail = Record<string, unknown>;

/** What a teammate or team is called now: the record keeps their ids. */
export type Called = (id: string) => string | null;

export function record(value: unknown): Detail {
  return typeof value === "object" && value !== null ? (value as Detail) : {};
}

export function text(detail: Detail, name: string): string | null {
  const value = detail[name];
  return typeof value === "string" && value !== "" ? value : null;
}

export function list(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

export function isNobody(value: unknown): boolean {
  return record(value)["type"] === "unassigned";
}

export function owner(value: unknown, called: Called): string {
  const shape = record(value);
  const id = text(shape, "id");
  return (id === null ? null : called(id)) ?? (shape["type"] === "team" ? "a team" : "somebody");
}

const LABELS = ["topic", "urgency", "language"] as const;

export function labels(of: Detail): string {
  const known = LABELS.filter((name) => text(of, name) !== null);
  const parts = known.map((name) =>
    name === "urgency" && of[name] !== "urgent" ? `${label(name, of)} urgency` : label(name, of),
  );
  return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}

/** What was corrected, as in `topic from Returns to Orders`. */
export function correction(from: Detail, to: Detail): string {
  if (Object.keys(from).length === 0) return `labels${labels(to)}`;
  const changes = LABELS.filter((name) => from[name] !== to[name]).map(
    (name) => `${name} from ${label(name, from)} to ${label(name, to)}`,
  );
  return changes.join(", ") || "summary";
}

function label(name: (typeof LABELS)[number], of: Detail): string {
  const value = text(of, name);
  if (value === null) return "none";
  if (name === "topic") return topicName(value);
  if (name === "urgency") return urgencyName(value).toLowerCase();
  return value === "und" ? "an unknown language" : languageName(value);
}
