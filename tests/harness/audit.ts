/** Holding a thread's history against the promise: numbered without gaps, each entry chained to the one before. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { AuditItem } from "./types.ts";

type Rows = { rows<T>(sql: string, ...values: unknown[]): Promise<T[]> };

/** Recomputes the chain by code of our own from the index's copies, and sees that the API shows the same. */
export const assertChained = async (index: Rows, thread: string, shown: AuditItem[]): Promise<void> => {
  const stored = await index.rows<{ entry: string }>("SELECT entry FROM audit WHERE thread = ?", thread);
  const entries = stored
    .map(({ entry }) => ({ text: entry, ...(JSON.parse(entry) as { sequence: number; hash: string; action: string }) }))
    .sort((a, b) => a.sequence - b.sequence);
  assert.deepEqual(
    entries.map((entry) => entry.sequence),
    entries.map((_, place) => place + 1),
    "numbered from 1 without gaps",
  );
  let before = "";
  for (const { text, hash, sequence } of entries) {
    const unhashed = text.replace(`"hash":"${hash}"`, `"hash":"${before}"`);
    assert.equal(
      createHash("sha256").update(unhashed).digest("hex"),
      hash,
      `entry ${sequence} follows from the one before`,
    );
    before = hash;
  }
  assert.deepEqual(
    shown.map((entry) => [entry.sequence, entry.action, entry.hash]),
    entries.map((entry) => [entry.sequence, entry.action, entry.hash]),
    "the API shows what is stored",
  );
};
