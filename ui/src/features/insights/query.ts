/** What is asked, as the address keeps it: a reload, a bookmark and a colleague see the same. */

export const REPORTS = [
  { id: "volume", name: "Volume", about: "Messages in and out, and new threads, by day." },
  {
    id: "answers",
    name: "Answer times",
    about: "How long customers waited for an answer, and how long threads stayed open.",
  },
  { id: "targets", name: "Targets", about: "Answers within the targets of the rules, by day." },
  { id: "load", name: "Load", about: "When customers write, and who answers, by hour of the week." },
  { id: "topics", name: "Topics", about: "What customers wrote about, by day." },
  {
    id: "accuracy",
    name: "Labels",
    about: "How much of what machines labelled people looked at, and left as it was, by week.",
  },
  {
    id: "cost",
    name: "Label cost",
    about: "What all labels cost, by day of universal time (UTC), as the budgets count.",
  },
] as const;

export type ReportId = (typeof REPORTS)[number]["id"];

const FILTERS = ["from", "to", "platform", "surface", "topic", "teammate", "team"] as const;
export type Filter = (typeof FILTERS)[number];

export interface Question {
  report: ReportId;
  filters: Partial<Record<Filter, string>>;
  view: "chart" | "table";
}

export function questionOf(search: string): Question {
  const given = new URLSearchParams(search);
  const report = REPORTS.find(({ id }) => id === given.get("report"))?.id ?? "volume";
  const filters: Question["filters"] = {};
  for (const name of FILTERS) {
    const value = given.get(name);
    if (value) filters[name] = value;
  }
  return { report, filters, view: given.get("view") === "table" ? "table" : "chart" };
}

const OF_DAYS: readonly string[] = ["from", "to"];

/** What labels cost is counted for all of them together. */
export function narrows(report: ReportId): boolean {
  return report !== "cost";
}

/** What the API is asked with. Filters that a report does not take are kept for the others. */
export function paramsOf({ report, filters }: Question): Record<string, string> {
  const taken = Object.entries(filters).filter(([name]) => narrows(report) || OF_DAYS.includes(name));
  return { report, ...Object.fromEntries(taken) };
}

export function searchOf(question: Question): string {
  const params = new URLSearchParams(paramsOf(question));
  if (question.view === "table") params.set("view", "table");
  return `?${params.toString()}`;
}

export function csvOf(question: Question): string {
  return `/api/v1/insights?${new URLSearchParams({ ...paramsOf(question), format: "csv" }).toString()}`;
}

/** A day of the calendar, as the address writes it. */
export function day(at: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export function lastDays(count: number, now: Date): { from: string; to: string } {
  return { from: day(new Date(now.getFullYear(), now.getMonth(), now.getDate() - count + 1)), to: day(now) };
}
