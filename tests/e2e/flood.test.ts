/** A post under which more is written than anybody reads: some become threads, the rest is held on the post's page. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import type { PostComment, PostItem } from "../harness/types.ts";
import { until } from "../harness/until.ts";
import { withEntryModule } from "../harness/with-entry-module.ts";
import { HOUR } from "../standins/index.ts";
import { storm } from "../standins/wall/storm.ts";
import type { WallPost } from "../standins/wall/model.ts";

const few = (text: string): string =>
  `${text}\n[channels.facebook.comments]\nthreads_per_hour = 2\n[channels.instagram.comments]\nthreads_per_hour = 0\n`;

/** How long the first comments take to come in. */
const ARRIVAL_MS = 20_000;
/** The rules count by the hours of the clock: what is counted to the thread begins in an hour that lasts. */
const inOneHour = () => until("the hour lasts", () => Date.now() % HOUR < HOUR - ARRIVAL_MS, (2 * ARRIVAL_MS) / 1000);

type Bulk = { changed: number; more: boolean; post: PostItem };
type Found = { items: { thread: { id: string } | null; post: { id: string } | null; excerpt: string }[] };

describe("a small flood", () => {
  let product: Product;
  let post: WallPost;
  let item: PostItem;
  before(async () => {
    product = await startProduct({ connect: (platform) => platform === "facebook", rules: few });
    const wall = product.standins.facebook.wall;
    post = wall.post("Autumn sale");
    await inOneHour();
    for (const n of [1, 2, 3, 4, 5])
      wall.comment(`Person Number${n}`, post, n === 5 ? "blue velvet, see www.example.com" : "nice");
    wall.comment("Person Number6", post, "how much?");
    item = await until("a row with four held comments", async () =>
      (await product.owner.posts()).find(({ counts }) => counts.held + counts.threads === 6),
    );
  });
  after(() => product?.stop());

  const comments = async (query = ""): Promise<PostComment[]> =>
    (await product.owner.get<{ items: PostComment[] }>(`/posts/${item.id}/comments?limit=100&${query}`)).items;
  const now = () => product.owner.get<PostItem>(`/posts/${item.id}`);
  const bulk = (body: object) => product.owner.post<Bulk>(`/posts/${item.id}/comments/bulk`, body);

  it("opens as many threads as the rules have it, more for questions, and shows the rest as one row", async () => {
    assert.deepEqual(
      { threads: item.counts.threads, held: item.counts.held, unseen: item.counts.unseen },
      { threads: 3, held: 3, unseen: 3 },
    );
    assert.equal(item.status, "open");
    assert.equal((await product.owner.threads("queue=all&surface=comments")).length, 3);
    assert.equal((await product.owner.posts("queue=unassigned&surface=comments&platform=facebook")).length, 1);
    assert.equal((await product.owner.posts("queue=all&platform=instagram")).length, 0);
    assert.equal((await product.owner.posts("queue=all&surface=messages")).length, 0);
  });

  it("shows them on its page, newest first, narrowed and in pages", async () => {
    const held = await comments("place=held");
    assert.deepEqual(
      held.map(({ place }) => place),
      ["held", "held", "held"],
    );
    assert.deepEqual(
      (await comments("place=held&link=true")).map(({ text }) => text),
      ["blue velvet, see www.example.com"],
    );
    assert.deepEqual(
      (await comments("question=true")).map(({ place, text }) => `${place} ${text}`),
      ["thread how much?"],
    );
    assert.equal((await comments("place=held&q=VELVET")).length, 1);
    assert.equal((await comments()).length, 6);
    const all = await product.owner.all<PostComment>(`/posts/${item.id}/comments?limit=4&place=held`);
    assert.deepEqual(
      all.map(({ id }) => id),
      held.map(({ id }) => id),
    );
  });

  it("finds their words, until they are deleted or in a thread", async () => {
    const found = async () => (await product.owner.get<Found>("/search?q=velvet")).items;
    const hit = await until("the held comment is found", async () => (await found())[0]);
    assert.deepEqual([hit.thread, hit.post?.id], [null, item.id]);
    const [velvet] = await comments("q=velvet");
    const { changed } = await bulk({ action: "promote", ids: [velvet!.id] });
    assert.equal(changed, 1);
    const moved = await until("its thread is found", async () => (await found()).find(({ thread }) => thread !== null));
    assert.equal((await product.owner.messages(moved.thread!.id)).at(-1)?.text, "blue velvet, see www.example.com");
    assert.equal((await found()).length, 1);
    assert.equal((await bulk({ action: "promote", ids: [velvet!.id] })).changed, 0, "again, nothing changes");
  });

  it("is seen, closed, and open again with the next that is held", async () => {
    const seen = await bulk({ action: "seen", filter: {} });
    assert.deepEqual([seen.changed, seen.more, seen.post.counts.unseen, seen.post.dueAt], [2, false, 0, null]);
    assert.equal((await product.owner.post<PostItem>(`/posts/${item.id}/close`)).status, "closed");
    await product.owner.post(`/posts/${item.id}/close`);
    await until("it leaves the list", async () => (await product.owner.posts()).length === 0);
    product.standins.facebook.wall.comment("Person Number7", post, "lovely");
    await until("it is back", async () => (await product.owner.posts()).length === 1);
    const entries = (await product.owner.all<{ action: string; detail: unknown }>("/audit?limit=100")).filter(
      ({ action }) => /^(comments|post)/.test(action),
    );
    assert.deepEqual(
      entries.map(({ action }) => action).sort(),
      ["commentsPromoted", "commentsSeen", "postClosed"],
      "each once, whatever was asked twice",
    );
  });

  it("forgets what is deleted", async () => {
    const wall = product.standins.facebook.wall;
    const last = wall.comment("Person Number8", post, "purple corduroy");
    const found = async () => (await product.owner.get<Found>("/search?q=corduroy")).items.length;
    await until("it is found", async () => (await found()) === 1);
    wall.remove(last, "author");
    await until("it is not", async () => (await found()) === 0);
    assert.equal((await now()).counts.gone, 1);
  });

  it("is reckoned with: what is in threads and what is held", async () => {
    const { counts } = await now();
    const costs = () => product.owner.get<{ mix: { comments: number; held: number } }>("/costs");
    await until("they are counted", async () => {
      const { mix } = await costs();
      return mix.comments === counts.threads && mix.held === counts.held && counts.held > 0;
    });
  });

  it("is whole again where the index had lost it", async () => {
    await product.rows("DELETE FROM threads WHERE id = ?1", item.id);
    product.standins.facebook.wall.comment("Person Number9", post, "once more");
    await until("its row is back", async () => (await product.owner.posts()).some(({ id }) => id === item.id));
  });
});

describe("twenty thousand comments in one go", () => {
  const COUNT = Number(process.env.FLOOD ?? 20_000);
  /** Who wrote before: their comments stand at the quarters of the storm, the last of them at its very end. */
  const KNOWN = ["Nora Known", "Nils Known", "Nele Known", "Noah Known"];
  /** So many times slower is the machine than two cores that do nothing else. */
  const SLOWER = Number(process.env.SLOWER ?? 1);
  let product: Product;
  before(async () => {
    product = await startProduct({
      connect: (platform) => platform === "facebook",
      config: withEntryModule("tests/costs/counting.js"),
    });
  });
  after(() => product?.stop());

  type Counted = { objectRequests: number; d1RowsWritten: number };
  const counted = async () => (await (await fetch(`${product.url}/api/v1/__counted`)).json()) as Counted;
  /** Every thread that the roster ever heard of. */
  const roster = async (): Promise<string[]> => {
    const namespace = await product.worker.mf.getDurableObjectNamespace("ROSTER");
    const object = namespace.get(namespace.idFromName("roster")) as unknown as { ask(text: string): Promise<string> };
    const asked = JSON.stringify({ register: { from: "", to: "~" } });
    return (JSON.parse(await object.ask(asked)) as { threads: string[] }).threads;
  };

  /** When our edge had answered for the delivery with this comment. */
  const acknowledgedAt = (comment: string): number => {
    const delivery = product.standins.delivery.log.find(({ body }) => body.includes(comment));
    const answered = delivery?.attempts.find(({ status }) => status === 200);
    assert.ok(answered, `${comment} was delivered`);
    return answered.at + answered.ms;
  };

  it("open two hundred threads at most; who is known has a thread in five seconds; nothing is lost", async (t) => {
    const wall = product.standins.facebook.wall;
    for (const name of KNOWN) {
      const customer = product.standins.facebook.customer(name);
      customer.text("Where is my parcel?");
      await product.threadOf(customer);
    }
    const post = wall.post("Everything for nothing");
    const before = await counted();
    const begun = Date.now();
    const { knownComments } = storm(product.standins.facebook, post, {
      count: COUNT,
      questions: 0.2,
      known: KNOWN.length / COUNT,
      batch: 500,
      parallel: 4,
    });
    // The index is asked itself: here the API shares its one thread with all that takes the storm in.
    const seen = new Map<string, number>();
    const look = async () => {
      const threads = await product.rows<{ name: string }>(
        `SELECT item ->> '$.contact.name' AS name FROM threads WHERE item ->> '$.surface' = 'comments' AND id LIKE 'thr_%'`,
      );
      for (const { name } of threads) if (KNOWN.includes(name) && !seen.has(name)) seen.set(name, Date.now());
      return seen.size === KNOWN.length;
    };
    await until("the known customers' threads", look, 120, 100);
    const waited = KNOWN.map((name, n) => {
      const acknowledged = acknowledgedAt(knownComments[n] ?? "");
      t.diagnostic(
        `${name}: acknowledged after ${acknowledged - begun} ms, the thread ${(seen.get(name) ?? 0) - acknowledged} ms later`,
      );
      return (seen.get(name) ?? 0) - acknowledged;
    });
    assert.ok(Math.max(...waited) <= 5000 * SLOWER, `${Math.max(...waited)} ms from the acknowledgement to the thread`);
    const item = await until(
      "every comment has its place",
      async () => {
        const [one] = await product.owner.posts();
        if (one === undefined) return false;
        const { counts } = await product.owner.get<PostItem>(`/posts/${one.id}`);
        return counts.threads + counts.held + counts.gone === COUNT && { ...one, counts };
      },
      300,
    );
    t.diagnostic(`all of them after ${Date.now() - begun} ms: ${JSON.stringify(item.counts)}`);
    // The rules count by the hours of the clock, and another may have begun meanwhile.
    const hours = Math.floor(Date.now() / HOUR) - Math.floor(begun / HOUR) + 1;
    assert.ok(item.counts.threads <= 200 * hours, `${item.counts.threads} threads in ${hours} hours`);
    const threads = await product.count("threads", "id LIKE 'thr_%'");
    assert.equal(threads, item.counts.threads + KNOWN.length, "one for each, and the direct messages");
    const again = Date.now();
    wall.comment(KNOWN[0] ?? "", post, "I am here too");
    await until("it is in her thread", async () => {
      const threads = await product.owner.threads("queue=all&surface=comments");
      const thread = threads.find(({ contact }) => contact.name === KNOWN[0]);
      return (
        thread !== undefined && (await product.owner.messages(thread.id)).some(({ text }) => text === "I am here too")
      );
    });
    t.diagnostic(`another of hers after ${Date.now() - again} ms`);
    // Of twenty thousand in one second some share a place in the index of words; there is one in four million.
    await until(
      "the index has the words of what is held",
      async () => (await product.count("search", "direction = 'held'")) > item.counts.held * 0.99,
      120,
    );
    t.diagnostic(`their words after ${Date.now() - begun} ms`);
    await until("the roster knows the threads", async () => (await roster()).length >= threads, 180);
    assert.equal((await roster()).length, threads, "and nothing of what is held");
    const after = await counted();
    const [rows, requests] = [after.d1RowsWritten - before.d1RowsWritten, after.objectRequests - before.objectRequests];
    t.diagnostic(`${rows} rows of the index written, ${requests} requests of objects`);
    // What is held has its words in the index, and nothing of its own is asked for it.
    assert.ok(rows <= 1.1 * COUNT + 50 * threads, `${rows} rows of the index written`);
    assert.ok(requests <= 0.1 * COUNT + 40 * threads, `${requests} requests of objects`);
  });
});
