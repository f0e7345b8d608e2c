/** What an installation shows to its owner, without what depends on when it is asked. */
import type { Product } from "../harness/product.ts";

export const shown = async ({ owner }: Product) => {
  const threads = (
    await Promise.all(["open", "snoozed", "closed"].map((status) => owner.threads(`queue=all&status=${status}`)))
  ).flat();
  const read = threads
    .sort((one, other) => (one.id < other.id ? -1 : 1))
    .map(async ({ id, platform, status, topic, urgency, tags, contact, owner: whose }) => ({
      ...{ id, platform, status, topic, urgency, tags, contact: contact.name, owner: whose.name },
      messages: (await owner.messages(id)).map(({ direction, text, attachments }) => ({
        ...{ direction, text },
        files: attachments.map(({ state }) => state),
      })),
      history: (await owner.audit(id)).map(({ action, detail }) => ({ action, detail })),
    }));
  const { version, text } = await owner.get<{ version: number; text: string }>("/rules");
  const { items: people } = await owner.get<{ items: { email: string; role: string }[] }>("/teammates");
  const { items: accounts } = await owner.get<{ items: { id: string; state: string }[] }>("/accounts");
  return {
    threads: await Promise.all(read),
    rules: { version, text },
    people: people.map(({ email, role }) => ({ email, role })),
    accounts: accounts.map(({ id, state }) => ({ id, state })),
    found: (await owner.all<{ threadId: string }>("/search?q=parcel")).length,
    tokens: (await owner.all<{ name: string }>("/tokens")).map(({ name }) => name),
  };
};
