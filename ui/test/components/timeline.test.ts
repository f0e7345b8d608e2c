/** What was said and done, as it is shown: whose words, notes, and replies that did not simply arrive. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import Timeline from "../../src/features/thread/Timeline.svelte";
import { openPage } from "./harness.ts";

/** The replies of the invented conversations that are in trouble. */
const FAILED = "6f1f0f2e-0000-4000-8000-000000000003";
const UNCERTAIN = "6f1f0f2e-0000-4000-8000-000000000002";

async function reading(id: string) {
  const harness = await openPage();
  const { thread, detail } = await harness.opened(id);
  harness.show(Timeline, { thread, detail });
  return { ...harness, thread, region: screen.getByRole("region", { name: "Messages" }) };
}

test("notes stand among the messages and are told apart from what the customer was told", async () => {
  const { region } = await reading("thr_mara");
  const note = within(region).getByText(/Replacement is in the Harbour Street shop/);
  expect(note.closest(".note")).not.toBeNull();
  expect(note.closest(".message")).toBeNull();
  within(region).getByText(/Do you ship the Willow lamp/);
});

test("a failed reply says why, and its words go back into the composer", async () => {
  const { user, asked, thread } = await reading("thr_sofia");
  const trouble = screen.getByRole("group", { name: "About this reply" });
  within(trouble).getByText(/too many messages at this moment/);
  await user.click(within(trouble).getByRole("button", { name: "Rewrite" }));
  await waitFor(() => expect(thread.draft.text).toBe("Buongiorno Sofia, certo. Le mando l'etichetta per il reso."));
  const path = `/api/v1/threads/thr_sofia/replies/${FAILED}/resolve`;
  expect(asked("POST", path).map(({ body }) => body)).toEqual([{ outcome: "discard", attempts: 1 }]);
});

test("a reply whose delivery is unknown is sent again only after it was asked twice", async () => {
  const { user, asked } = await reading("thr_jonas");
  const path = `/api/v1/threads/thr_jonas/replies/${UNCERTAIN}/resolve`;
  const trouble = screen.getByRole("group", { name: "About this reply" });
  within(trouble).getByText("Delivery unknown.");
  await user.click(within(trouble).getByRole("button", { name: /send again…/ }));
  expect(asked("POST", path)).toEqual([]);
  within(trouble).getByText(/the customer gets it twice/);
  await user.click(within(trouble).getByRole("button", { name: "No" }));
  await user.click(within(trouble).getByRole("button", { name: /send again…/ }));
  await user.click(within(trouble).getByRole("button", { name: "Yes, send again" }));
  await waitFor(() =>
    expect(asked("POST", path).map(({ body }) => body)).toEqual([{ outcome: "sendAgain", attempts: 1 }]),
  );
});

test("a reply the server never answered for is shown as not sent, with a try that is the same reply", async () => {
  const { server, user, thread, asked } = await reading("thr_omar");
  const path = "/api/v1/threads/thr_omar/replies";
  server.use(http.post(`*${path}`, () => HttpResponse.error(), { once: true }));
  thread.write({ text: "On its way." });
  await thread.send();
  const trouble = await screen.findByRole("group", { name: "About this reply" });
  within(trouble).getByText("Not sent yet.");
  await user.click(within(trouble).getByRole("button", { name: "Try now" }));
  await waitFor(() => expect(screen.queryByText("Not sent yet.")).toBeNull());
  const ids = asked("POST", path).map(({ body }) => (body as { replyId: string }).replyId);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});

test("taking an unsent reply back puts its words into the composer again", async () => {
  const { server, user, thread } = await reading("thr_omar");
  server.use(http.post("*/api/v1/threads/thr_omar/replies", () => HttpResponse.error()));
  thread.write({ text: "On its way." });
  await thread.send();
  await user.click(await screen.findByRole("button", { name: "Take it back" }));
  await waitFor(() => expect(thread.draft.text).toBe("On its way."));
  expect(screen.queryByText("Not sent yet.")).toBeNull();
});
