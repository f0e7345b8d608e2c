/** The forms by which accounts are connected, as the server describes them. */
import type { PlatformItem } from "../../api/types.ts";

export type Form = PlatformItem["connect"];
export type Field = Form["fields"][number];

/** What is chosen before anybody chooses. */
export function chosen(form: Form): Record<string, string> {
  return Object.fromEntries(form.fields.flatMap(({ name, choices: [first] }) => (first ? [[name, first.value]] : [])));
}

/** The fields that are asked for, given what was answered so far. */
export function asked(form: Form, given: Record<string, string>): readonly Field[] {
  return form.fields.filter(({ when }) => when == null || given[when.field] === when.is);
}

/** The account's id, where one of the credentials begins with it. */
export function idIn(form: Form, given: Record<string, string>): string | null {
  return form.idFrom == null ? null : (/^\s*(\d+):/.exec(given[form.idFrom] ?? "")?.[1] ?? null);
}

/** What is left to be done at the platform once the account is connected; empty where nothing is. */
export function stepLeft({ dashboard }: Form): string {
  if (dashboard == null) return "";
  const events = new Intl.ListFormat("en-GB", { type: "conjunction" }).format(dashboard.events);
  return (
    `Once per app, at ${dashboard.place}: give this address and the ${dashboard.verifyToken} of your ` +
    `deployment, and subscribe to ${events}.`
  );
}
