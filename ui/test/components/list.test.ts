/** The list of threads and its rows: states, keys, and what stands in a row. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import Keys from "../../src/features/Keys.svelte";
import List from "../../src/features/inbox/List.svelte";
import Row from "../../src/features/inbox/Row.svelte";
import { threadItem } from "../item.ts";
import { openPage } from "./harness.ts";

async function listed(queue = "mine") {
  const harness = await openPage();
  harness.page.place.go({ name: "queue", queue });
  await harness.page.inbox.open(queue).catch(() => {});
  harness.show(List, {});
  return { ...harness, rows: () => screen.getAllByRole("link").filter((one) => one.dataset["thread"] !== undefined) };
}

test("the soonest due is first, and the arrows' keys move from row to row and stop at the ends", async () => {
  // The document lays nothing out, so that nothing would count as visible.
  Element.prototype.getClientRects = () => [new DOMRect(0, 0, 10, 10)] as unknown as DOMRectList;
  const { rows, page, user, show } = await listed();
  show(Keys, { stores: page });
  expect(within(rows()[0] as HTMLElement).getByText("Mara Lindqvist")).toBeDefined();
  await user.keyboard("j");
  await waitFor(() => expect(document.activeElement).toBe(rows()[0]));
  await user.keyboard("j");
  await waitFor(() => expect(document.activeElement).toBe(rows()[1]));
  await user.keyboard("kkk");
  await waitFor(() => expect(document.activeElement).toBe(rows()[0]));
  expect(page.inbox.selected).toBe("thr_mara");
});

test("a key closes the thread of its row, and the focus goes to the next", async () => {
  Element.prototype.getClientRects = () => [new DOMRect(0, 0, 10, 10)] as unknown as DOMRectList;
  const { rows, page, user, asked, show } = await listed();
  show(Keys, { stores: page });
  const next = rows()[1]?.dataset["thread"];
  await user.keyboard("je");
  await waitFor(() => expect(rows()[0]?.dataset["thread"]).toBe(next));
  await waitFor(() => expect(document.activeElement).toBe(rows()[0]));
  await waitFor(() => expect(asked("POST", "/api/v1/threads/thr_mara/close")).toHaveLength(1));
});

test("an empty queue says what would be there", async () => {
  const { played, page, show } = await openPage();
  played.world.threads.clear();
  played.world.posts.clear();
  await page.inbox.open("unassigned");
  show(List, {});
  screen.getByText("Every thread has an owner");
});

test("a list that cannot be loaded says so, and is loaded by a second try", async () => {
  const harness = await openPage();
  harness.played.weather = "broken";
  await harness.page.inbox.open("all").catch(() => {});
  harness.show(List, {});
  screen.getByText("The list could not be loaded");
  harness.played.weather = "fine";
  await harness.user.click(screen.getByRole("button", { name: "Try again" }));
  await screen.findAllByText("Mara Lindqvist");
});

test("a row says who waits, for how long, what is wrong, and whose it is", async () => {
  const { show, page } = await openPage();
  const at = new Date(page.clock.now - 5 * 60_000).toISOString();
  const item = threadItem({ unread: 2, lastMessageAt: at, trouble: true, linked: ["thr_2"], topic: "order-status" });
  show(Row, { item });
  const link = screen.getByRole("link");
  for (const words of ["2 unread.", "Mara", "Hello", "Order status", "Check this reply", "Also on another channel."])
    expect(link.textContent).toContain(words);
  expect(link.textContent).toContain("Owner: Ines");
  expect(link.getAttribute("href")).toBe("/t/thr_1");
});

test("a comment that was not hidden or deleted as wanted is marked on its row", async () => {
  const { show } = await openPage();
  show(Row, { item: threadItem({ moderationFailed: true }) });
  screen.getByText("Check this comment");
});

test("a reply that is not sent yet is marked on its row, before anything else is", async () => {
  const { show, page } = await openPage();
  const body = { replyId: "rep_1", text: "Hi", attachments: [], replyTo: null, expectedVersion: 1, templateId: null };
  page.outbox.put("thr_1", { body, attachments: [], at: new Date().toISOString(), phase: "unanswered" });
  show(Row, { item: threadItem({ trouble: true }) });
  screen.getByText("Unsent");
  expect(screen.queryByText("Check this reply")).toBeNull();
});

test("answered rows are told apart from waiting ones by whose words they end with", async () => {
  const { show } = await openPage();
  const author = { type: "teammate" as const, id: "tm_ines", name: "Ines Almeida" };
  show(Row, { item: threadItem({ needsAnswer: false, lastDirection: "outgoing", lastAuthor: author }) });
  const link = screen.getByRole("link");
  expect(link.classList.contains("answered")).toBe(true);
  expect(link.textContent).toContain("You:");
});

test("a click opens the thread without leaving the page, and with Ctrl leaves it to the browser", async () => {
  const { show, page, user } = await openPage();
  page.place.go({ name: "queue", queue: "all" });
  show(Row, { item: threadItem({ id: "thr_mara" }) });
  let left = 0;
  addEventListener("click", (event) => {
    if (!event.defaultPrevented) left += 1;
    event.preventDefault();
  });
  await user.keyboard("{Control>}");
  await user.click(screen.getByRole("link"));
  await user.keyboard("{/Control}");
  expect([left, page.place.openThread]).toEqual([1, null]);
  await user.click(screen.getByRole("link"));
  expect([left, page.place.openThread]).toEqual([1, "thr_mara"]);
});

test("a search that fails says so", async () => {
  const { server, page, show } = await openPage();
  server.use(http.get("*/api/v1/search", () => HttpResponse.error()));
  show(List, {});
  page.search.type("lamp");
  await screen.findByText("The search failed");
});
