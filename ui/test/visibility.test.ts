import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessageItem, ThreadDetail } from "../src/api/types.ts";
import { BLANK, post, refused } from "../src/state/draft.ts";
import { answered, readers } from "../src/state/visibility.ts";

const NOW = Date.parse("2026-01-08T12:00:00Z");
const comment = (id: string, more: Partial<MessageItem> = {}) =>
  ({
    id,
    direction: "incoming",
    at: "2026-01-08T10:00:00Z",
    unsentAt: null,
    privateReply: null,
    ...more,
  }) as MessageItem;
const detail = (refusedWhy: string | null = null) =>
  ({
    contact: { name: "Kim" },
    privateReplies: { text: { max: 2000, unit: "characters" }, seconds: 604_800, refused: refusedWhy },
  }) as ThreadDetail;
const why = (one: MessageItem | undefined, draft = BLANK) => readers(detail(), one, draft, NOW)?.refused;

test("nobody is asked who can read it where there is but one answer", () => {
  assert.equal(readers({ ...detail(), privateReplies: null }, comment("a"), BLANK, NOW), null);
});

test("why a comment cannot be answered privately is said", () => {
  assert.equal(why(comment("a")), null);
  assert.match(why(undefined) ?? "", /Choose the comment/);
  assert.match(why(comment("a", { at: "2026-01-01T12:00:00Z" })) ?? "", /older than seven days/);
  assert.equal(why(comment("a", { at: "2026-01-01T12:00:01Z" })), null);
  const by = { name: "Nora", by: "tm_1", at: "", replyId: "", threadId: "" };
  assert.match(why(comment("a", { privateReply: by })) ?? "", /^Nora answered this comment privately/);
  const file = { id: "med_1", mime: "image/png", name: "a.png", size: 1, url: "/" };
  assert.match(why(comment("a"), { ...BLANK, attachments: [file] }) ?? "", /words alone/);
  assert.equal(readers(detail("Nobody knows who."), comment("a"), BLANK, NOW)?.refused, "Nobody knows who.");
});

test("an answer is for the comment that was named, else for their newest", () => {
  const all = [comment("a"), comment("b"), comment("c", { direction: "outgoing" }), comment("d", { unsentAt: "x" })];
  assert.equal(answered(all, null)?.id, "b");
  assert.equal(answered(all, "a")?.id, "a");
});

test("what was meant for one person is still meant for them when it comes back", () => {
  const sent = post({ ...BLANK, text: "For you", visibility: "private" }, 1, "", () => "reply-01");
  assert.deepEqual([sent.posted?.body.visibility, sent.visibility], ["private", "public"]);
  assert.equal(refused(sent).visibility, "private");
  assert.equal(refused({ ...sent, text: "and for all" }).visibility, "private");
});
