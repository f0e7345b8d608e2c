/** What happens to an object's storage while nobody looks: a lost alarm, a table that takes nothing any more. */
import { join } from "node:path";
import "../../tools/wait.ts";
import { Miniflare } from "miniflare";

type Tampering = { sql?: string[]; loseAlarm?: boolean };

/** An object of the same class and name over the same storage, which does as it is told. */
const script = (className: string) => `
import { DurableObject } from 'cloudflare:workers';
export class ${className} extends DurableObject {
  async fetch(request) {
    const { sql = [], loseAlarm } = await request.json();
    for (const statement of sql) this.ctx.storage.sql.exec(statement);
    const alarm = await this.ctx.storage.getAlarm();
    if (loseAlarm) await this.ctx.storage.deleteAlarm();
    return Response.json({ alarm });
  }
  alarm() {}
}
export default { fetch: (request, { OBJECTS }) => OBJECTS.getByName(new URL(request.url).pathname.slice(1)).fetch(request) };
`;

/** Does this to the object of that name; the product must not be running. Tells when its alarm was set for. */
export const tamper = async (
  stateDir: string,
  className: string,
  name: string,
  what: Tampering,
): Promise<{ alarm: number | null }> => {
  const mf = new Miniflare({
    name: "tributary",
    modules: true,
    script: script(className),
    compatibilityDate: "2026-04-26",
    durableObjects: { OBJECTS: { className, useSQLite: true } },
    durableObjectsPersist: join(stateDir, "objects"),
  });
  try {
    const answer = await mf.dispatchFetch(`http://objects/${name}`, { method: "POST", body: JSON.stringify(what) });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as { alarm: number | null };
  } finally {
    await mf.dispose();
  }
};
