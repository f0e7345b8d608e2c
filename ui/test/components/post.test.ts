/** A post's page: what is held is narrowed, picked, and dealt with by the many; and the post above its comments. */
import { screen, waitFor, within } from "@testing-library/svelte";
import { http, HttpResponse } from "msw";
import { expect, test } from "vitest";
import PostPane from "../../src/features/post/PostPane.svelte";
import About from "../../src/features/thread/Post.svelte";
import { Post } from "../../src/state/post.svelte.ts";
import { openPage } from "./harness.ts";

const BULK = "/api/v1/posts/pst_sale/comments/bulk";
const MODERATION = "/api/v1/posts/pst_sale/comments/moderation";

async function opened() {
  const harness = await openPage();
  const { client, inbox, toasts } = harness.page;
  const post = new Post("pst_sale", client, inbox, toasts);
  harness.show(PostPane, { post });
  await screen.findAllByRole("listitem");
  return {
    ...harness,
    post,
    boxes: () => within(screen.getByRole("region", { name: "Comments" })).getAllByRole("checkbox"),
  };
}

test("what is picked is marked as seen, and nothing else", async () => {
  const { user, asked, boxes, post } = await opened();
  const [first, second] = boxes();
  await user.click(first as HTMLElement);
  await user.click(second as HTMLElement);
  await user.click(screen.getByRole("button", { name: "Mark as seen" }));
  await waitFor(() => expect(asked("POST", BULK)).toHaveLength(1));
  await waitFor(() =>
    expect(asked("POST", BULK)[0]?.body).toEqual({ action: "seen", ids: ["msg_held0", "msg_held1"] }),
  );
  await waitFor(() => expect(post.picked.size).toBe(0));
});

test("what is picked is hidden, and what has not begun can be stopped", async () => {
  const { user, asked, boxes, post } = await opened();
  const [first, second] = boxes();
  await user.click(first as HTMLElement);
  await user.click(second as HTMLElement);
  await user.click(screen.getByRole("button", { name: /^Hide from others/ }));
  await screen.findByText("2 to go");
  expect(asked("POST", MODERATION)[0]?.body).toEqual({ action: "hide", ids: ["msg_held0", "msg_held1"] });
  expect(await screen.findAllByText("Hiding…")).toHaveLength(2);
  await user.click(screen.getByRole("button", { name: "Stop" }));
  await waitFor(() => expect(asked("DELETE", MODERATION)).toHaveLength(1));
  await waitFor(() => expect(screen.queryByText("Hiding…")).toBeNull());
  expect(post.item?.moderation.waiting).toBe(0);
});

test("what is hidden is shown again, and nothing is offered that the channel cannot do", async () => {
  const { page, played, user, asked, boxes, post } = await opened();
  await page.platforms.read();
  const flooded = played.world.posts.get("pst_sale")!;
  flooded.comments = flooded.comments.map((one, n) => (n < 2 ? { ...one, hidden: true } : one));
  await post.read();
  await user.click(boxes()[0] as HTMLElement);
  await user.click(boxes()[1] as HTMLElement);
  expect(screen.queryByRole("button", { name: /^Hide from others/ })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Show to others" }));
  await waitFor(() =>
    expect(asked("POST", MODERATION)[0]?.body).toEqual({ action: "unhide", ids: ["msg_held0", "msg_held1"] }),
  );
  post.item = { ...post.item!, platform: "telegram", surface: "comments" };
  await waitFor(() => expect(screen.queryByRole("button", { name: /others|Delete/ })).toBeNull());
});

test("to delete is asked for twice, however few", async () => {
  const { user, asked, boxes } = await opened();
  await user.click(boxes()[0] as HTMLElement);
  await user.click(screen.getByRole("button", { name: "Delete…" }));
  expect(asked("POST", MODERATION)).toHaveLength(0);
  await user.click(screen.getByRole("button", { name: "Yes, delete 1 picked: answers below go too" }));
  await waitFor(() => expect(asked("POST", MODERATION)[0]?.body).toEqual({ action: "delete", ids: ["msg_held0"] }));
});

test("a comment to which it was done in vain says why", async () => {
  const { played, post } = await opened();
  const flooded = played.world.posts.get("pst_sale")!;
  const trouble = { code: "permission", detail: "The account lacks the permission for this.", attempts: 0 };
  const item = { action: "hide", state: "failed", by: "tm_me", at: new Date().toISOString(), trouble } as const;
  flooded.comments = flooded.comments.map((one, n) => (n === 0 ? { ...one, moderation: [item] } : one));
  await post.read();
  await screen.findByText("Not hidden.");
  screen.getByText(/lacks the permission/);
});

test("to open threads for very many is asked for twice", async () => {
  const { user, asked } = await opened();
  await user.click(screen.getByRole("button", { name: /^Open threads/ }));
  expect(asked("POST", BULK)).toHaveLength(0);
  await user.click(screen.getByRole("button", { name: "Yes, for all held" }));
  await waitFor(() => expect(asked("POST", BULK)[0]?.body).toEqual({ action: "promote", filter: {} }));
  await screen.findByText("Nothing is held here");
});

test("filters narrow what is shown, and what is done to all that fit", async () => {
  const { user, asked, post } = await opened();
  await user.click(screen.getByRole("button", { name: "With a link" }));
  await waitFor(() => expect(post.comments.every(({ link }) => link)).toBe(true));
  await user.click(screen.getByRole("button", { name: /^Mark as seen/ }));
  await waitFor(() => expect(asked("POST", BULK)[0]?.body).toEqual({ action: "seen", filter: { link: true } }));
});

test("it goes on while there is more, and stops when it is told to", async () => {
  const { server, post } = await opened();
  let asked = 0;
  server.use(
    http.post(`*${BULK}`, () => {
      asked += 1;
      if (asked === 3) post.stop();
      return HttpResponse.json({
        changed: 100,
        more: true,
        post: { ...post.item, version: (post.item?.version ?? 0) + 1 },
      });
    }),
  );
  await post.change("seen");
  expect(asked).toBe(3);
  expect(post.progress).toBeNull();
});

test("what comes while it is read does not move it: it is shown when asked for", async () => {
  const { page, played, user } = await opened();
  const flooded = played.world.posts.get("pst_sale")!;
  const [newest] = flooded.comments;
  flooded.comments = [{ ...newest!, id: "msg_new", text: "Just now" }, ...flooded.comments];
  flooded.item = { ...flooded.item, version: 8 };
  await page.inbox.rereadPost("pst_sale");
  const button = await screen.findByRole("button", { name: "Show what came since" });
  expect(screen.queryByText("Just now")).toBeNull();
  await user.click(button);
  await screen.findByText("Just now");
});

test("a page that cannot be loaded says so, and is loaded by a second try", async () => {
  const { page, played, server, show, user } = await openPage();
  server.use(http.get("*/api/v1/posts/pst_sale", () => HttpResponse.error(), { once: true }));
  show(PostPane, { post: new Post("pst_sale", page.client, page.inbox, page.toasts) });
  await screen.findByText("The post could not be loaded");
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await screen.findByText(/124 held/);
  expect(played.world.posts.size).toBe(1);
});

test("a post says whether it is an ad, and that comments are switched off", async () => {
  const { show, page } = await openPage();
  const context = await page.client.context("thr_juno");
  show(About, { context, platform: "instagram", failed: false });
  screen.getByText("Ad");
  screen.getByText("Autumn lamps, cold audience");
  screen.getByText("Comments are switched off");
  expect(screen.getByRole("link", { name: "Open on Instagram" }).getAttribute("href")).toBe(context.post?.permalink);
});

test("a post of which nothing is known says why, and one without words that it has none", async () => {
  const { show, page } = await openPage();
  const { post } = await page.client.context("thr_juno");
  const nothing = { text: null, picture: null, permalink: null, author: null, publishedAt: null };
  const says = (changes: object, words: string) => {
    show(About, { context: { post: { ...post!, ...changes }, comments: [] }, platform: "instagram", failed: false });
    screen.getByText(words);
  };
  says({ text: null }, "A post without words");
  says(nothing, "Instagram does not show us this ad");
  says({ ...nothing, ad: null }, "Instagram does not show us this post");
  says({ ...nothing, readAt: null }, "Instagram has not shown us this post yet");
});
