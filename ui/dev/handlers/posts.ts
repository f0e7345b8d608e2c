/** Posts whose comments are held: their pages, and what is done to many comments at once. */
import type { BulkRequest, CommentsModerationRequest, PostComment, PostItem } from "../../src/api/types.ts";
import type { Played } from "../played.ts";
import { http, page, refuse, shaped } from "./http.ts";

export function postHandlers({ world }: Played) {
  const of = (id: string) => {
    const found = world.posts.get(id);
    if (found === undefined) refuse(shaped(404, "post_unknown", "There is no such post."));
    return found;
  };
  const change = (id: string, patch: Partial<PostItem>): PostItem => {
    const post = of(id);
    post.item = { ...post.item, ...patch, version: post.item.version + 1 };
    return post.item;
  };
  return [
    http.get("/api/v1/posts/{post}", ({ params, response }) => response(200).json(of(params.post).item)),
    http.get("/api/v1/posts/{post}/comments", ({ request, params, response }) => {
      const query = new URL(request.url).searchParams;
      const fits = (comment: PostComment) =>
        (query.get("place") === null || comment.place === query.get("place")) &&
        (["question", "link", "known"] as const).every((mark) => query.get(mark) !== "true" || comment[mark]) &&
        (query.get("unseen") !== "true" || !comment.seen) &&
        (comment.text ?? "").toLowerCase().includes((query.get("q") ?? "").toLowerCase());
      const all = of(params.post).comments.filter(fits);
      const from = Number(query.get("cursor") ?? 0);
      const limit = Number(query.get("limit") ?? 50);
      return response(200).json(
        page(all.slice(from, from + limit), from + limit < all.length ? `${from + limit}` : null),
      );
    }),
    http.post("/api/v1/posts/{post}/comments/bulk", async ({ params, request, response }) => {
      const { action, ids }: BulkRequest = await request.json();
      const post = of(params.post);
      const meant = post.comments.filter(({ id, place }) => place === "held" && (ids?.includes(id) ?? true));
      const { counts } = post.item;
      const changed = new Set(meant.map(({ id }) => id));
      post.comments = post.comments.map((one) => {
        if (!changed.has(one.id)) return one;
        return action === "promote" ? { ...one, place: "thread", threadId: "thr_tess" } : { ...one, seen: true };
      });
      const promoted = action === "promote" ? meant.length : 0;
      const item = change(params.post, {
        counts: {
          ...counts,
          threads: counts.threads + promoted,
          held: counts.held - promoted,
          unseen: Math.max(0, counts.unseen - meant.length),
        },
      });
      return response(200).json({ changed: meant.length, more: false, post: item });
    }),
    http.post("/api/v1/posts/{post}/comments/moderation", async ({ params, request, response }) => {
      const { action, ids }: CommentsModerationRequest = await request.json();
      const post = of(params.post);
      const meant = post.comments.filter(({ id, place }) => place === "held" && (ids?.includes(id) ?? true));
      const wanted = new Set(meant.map(({ id }) => id));
      const order = { action, state: "wanted", by: "tm_me", at: new Date().toISOString(), trouble: null } as const;
      post.comments = post.comments.map((one) => (wanted.has(one.id) ? { ...one, moderation: [order] } : one));
      const item = change(params.post, { moderation: { waiting: meant.length, failed: 0 } });
      return response(202).json({ changed: meant.length, more: false, post: item });
    }),
    http.delete("/api/v1/posts/{post}/comments/moderation", ({ params, response }) => {
      const post = of(params.post);
      post.comments = post.comments.map((one) => ({ ...one, moderation: [] }));
      return response(200).json(change(params.post, { moderation: { waiting: 0, failed: 0 } }));
    }),
    http.post("/api/v1/posts/{post}/close", ({ params, response }) =>
      response(200).json(change(params.post, { status: "closed" })),
    ),
    http.post("/api/v1/posts/{post}/reopen", ({ params, response }) =>
      response(200).json(change(params.post, { status: "open" })),
    ),
  ];
}
