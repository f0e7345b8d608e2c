/** Where a person writes: what goes to the customer, what stays with the team, and what has not gone out yet. */
import { screen, waitFor } from "@testing-library/svelte";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import Composer from "../../src/features/thread/Composer.svelte";
import { openPage } from "./harness.ts";

const REPLIES = "/api/v1/threads/thr_omar/replies";
const NOTES = "/api/v1/threads/thr_omar/notes";

async function composing() {
  const harness = await openPage();
  const { thread, detail } = await harness.opened("thr_omar");
  harness.show(Composer, { thread, detail });
  return { ...harness, thread, field: () => screen.getByRole<HTMLTextAreaElement>("textbox") };
}

test("a reply goes out once, by key, with the version that was seen", async () => {
  const { user, field, asked, thread } = await composing();
  const seen = thread.detail?.version;
  await user.type(field(), "On its way.");
  await user.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(field().value).toBe(""));
  expect(asked("POST", REPLIES).map(({ body }) => body)).toEqual([
    expect.objectContaining({ text: "On its way.", expectedVersion: seen }),
  ]);
});

test("Enter alone makes a new line and sends nothing", async () => {
  const { user, field, asked } = await composing();
  await user.type(field(), "One{Enter}two");
  expect(field().value).toBe("One\ntwo");
  expect(asked("POST", REPLIES)).toEqual([]);
});

test("notes never become replies: after one is added, the next words are for the team as well", async () => {
  const { user, field, asked } = await composing();
  await user.click(screen.getByRole("button", { name: "Note" }));
  for (const words of ["Ask the workshop", "They say Friday"]) {
    await user.type(field(), words);
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(field().value).toBe(""));
    expect(screen.getByRole("button", { name: "Note" }).getAttribute("aria-pressed")).toBe("true");
  }
  expect(asked("POST", NOTES).map(({ body }) => body)).toEqual([
    { text: "Ask the workshop" },
    { text: "They say Friday" },
  ]);
  expect(asked("POST", REPLIES)).toEqual([]);
});

test("a note and a reply that are both begun stay apart", async () => {
  const { user, field, asked } = await composing();
  await user.type(field(), "For Omar");
  await user.click(screen.getByRole("button", { name: "Note" }));
  expect(field().value).toBe("");
  await user.type(field(), "For us");
  await user.click(screen.getByRole("button", { name: "Reply" }));
  expect(field().value).toBe("For Omar");
  await user.click(screen.getByRole("button", { name: /^Send(?! and)/ }));
  await waitFor(() => expect(asked("POST", REPLIES)).toHaveLength(1));
  expect(asked("POST", REPLIES)[0]?.body).toMatchObject({ text: "For Omar" });
});

test("a reply without an answer is called unsent, and the next try is the same reply", async () => {
  const { user, field, asked, server, thread, page } = await composing();
  server.use(http.post(`*${REPLIES}`, () => HttpResponse.error(), { once: true }));
  await user.type(field(), "On its way.");
  await user.keyboard("{Control>}{Enter}{/Control}");
  await screen.findByRole("button", { name: "Unsent" });
  expect(page.outbox.isUnsent("thr_omar")).toBe(true);
  expect(page.toasts.shown.at(-1)?.text).toContain("Not sent yet");
  expect(await thread.sendAgain()).toBe(true);
  const [first, second] = asked("POST", REPLIES).map(({ body }) => body as { replyId: string });
  expect(second?.replyId).toBe(first?.replyId);
  await waitFor(() => expect(screen.queryByRole("button", { name: "Unsent" })).toBeNull());
  expect(page.outbox.isUnsent("thr_omar")).toBe(false);
});

test("what somebody wrote meanwhile is shown, and the words are in the field again", async () => {
  const { user, field, played, thread } = await composing();
  played.world.fate = "changed";
  await user.type(field(), "On its way.");
  await user.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(thread.changed).not.toBeNull());
  expect(field().value).toBe("On its way.");
  await screen.findByText(/Wait, I found it!/);
});

test("whoever may only look has no field", async () => {
  const { page, opened, show } = await openPage();
  const { thread, detail } = await opened("thr_omar");
  if (page.session.item === null) throw new Error("nobody is signed in");
  page.session.state = { name: "in", session: { ...page.session.item, role: "viewer" } };
  show(Composer, { thread, detail });
  expect(screen.queryByRole("textbox")).toBeNull();
  screen.getByText("You can view this inbox, but not reply in it.");
});
