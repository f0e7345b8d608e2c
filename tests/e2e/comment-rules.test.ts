/** What the rules say of comments: how urgent a machine may call them, who labels them, and which are held. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProduct, type Product } from "../harness/product.ts";
import { seenByAll, timings } from "../harness/timings.ts";
import type { PostItem, ThreadItem } from "../harness/types.ts";
import { remains, until } from "../harness/until.ts";
import { HOUR } from "../standins/index.ts";
import type { WallPost } from "../standins/wall/model.ts";

let product: Product;
/** The document without anything about comments. */
let plain: string;
before(async () => {
  product = await startProduct({
    connect: (platform) => platform === "facebook" || platform === "telegram",
    model: true,
    // What the post's alarm sees to, it sees to at once.
    vars: { TIMINGS: JSON.stringify({ ...timings, thread: { publishRetryAfter: 300 } }) },
  });
  ({ text: plain } = await product.owner.get<{ text: string }>("/rules"));
});
after(() => product?.stop());

const wall = () => product.standins.facebook.wall;

/** Has these rules hold for comments on Facebook, and nothing else of them. */
const ruled = async (comments: string, more = ""): Promise<void> => {
  const { version, text } = await product.owner.get<{ version: number; text: string }>("/rules");
  const wanted = `${plain}\n[channels.facebook.comments]\n${comments}\n${more}`;
  if (text === wanted) return;
  await product.owner.put("/rules", { text: wanted, expectedVersion: version });
  await seenByAll();
};

const threads = async () => product.owner.threads("queue=all&platform=facebook&surface=comments");
const labelled = (name: string): Promise<ThreadItem> =>
  until(`a labelled thread of ${name}`, async () =>
    (await threads()).find(({ contact, topic }) => contact.name === name && topic !== null),
  );
const says = (name: string, words: string, post = wall().post(`A post for ${name}`)): Promise<ThreadItem> => {
  wall().comment(name, post, words);
  return labelled(name);
};
const source = async (thread: ThreadItem): Promise<unknown> =>
  (await product.owner.audit(thread.id)).filter((one) => one.action === "labelled").at(-1)?.detail.source;
const postOf = (held: number): Promise<PostItem> =>
  until(`a post with ${held} held comments`, async () =>
    (await product.owner.posts("queue=all")).find(({ counts }) => counts.held === held),
  );
const clear = async (): Promise<void> => {
  for (const post of await product.owner.posts("queue=all")) await product.owner.post(`/posts/${post.id}/close`);
};

describe("most_urgency", () => {
  const words = "This is urgent, I need it immediately!!";

  it("bounds what a model calls a comment, and leaves messages alone", async () => {
    await ruled('most_urgency = "normal"');
    const thread = await says("Ursula Urgent", words);
    assert.deepEqual([thread.urgency, thread.labelSource], ["normal", "model"]);
    const said = product.standins.bedrock.calls.at(-1)?.output as { urgency?: string };
    assert.equal(said.urgency, "urgent", "the model said so");
    const customer = product.standins.telegram.customer("Ulrich Urgent");
    customer.text(words);
    assert.equal((await product.threadOf(customer, ({ topic }) => topic !== null)).urgency, "urgent");
  });

  it("is high where nobody says otherwise", async () => {
    await ruled('ads = "queue"');
    assert.equal((await says("Udo Urgent", words)).urgency, "high");
  });

  it("is what the floors of the rules may go above", async () => {
    await ruled('most_urgency = "low"', '[[urgency.floors]]\nwords = ["zebra"]\nat_least = "urgent"\n');
    assert.equal((await says("Flora Floor", "a zebra, please")).urgency, "urgent");
    assert.equal((await says("Frida Free", words)).urgency, "low");
  });

  it("bounds what the built-in labeler says as well", async () => {
    await ruled('most_urgency = "normal"\nlabel = false');
    const thread = await says("Bea Built", words);
    assert.deepEqual([thread.urgency, thread.labelSource], ["normal", "builtIn"]);
  });
});

describe("label = false", () => {
  it("asks no model about comments, which the history tells; messages are still read by it", async () => {
    await ruled("label = false");
    const asked = product.standins.requests("bedrock").length;
    const thread = await says("Lea Label", "Where is my order 4821?");
    assert.equal(thread.labelSource, "builtIn");
    assert.deepEqual(await source(thread), { builtIn: { reason: "byRules" } });
    wall().comment("Lea Label", wall().post("Another"), "And where is my parcel?");
    await until(
      "both are labelled",
      async () =>
        (await threads()).filter(({ contact, topic }) => contact.name === "Lea Label" && topic !== null).length === 2,
    );
    assert.equal(product.standins.requests("bedrock").length, asked, "no model was asked");
    const customer = product.standins.telegram.customer("Max Message");
    customer.text("Where is my order 4821?");
    assert.equal((await product.threadOf(customer, ({ topic }) => topic !== null)).labelSource, "model");
  });

  it("ends with the next rules: what is written then is read by the model", async () => {
    await ruled("label = true");
    assert.equal((await says("Tilda True", "Where is my order 4821?")).labelSource, "model");
  });
});

describe("comments under ads", () => {
  const ad = (): WallPost => wall().post("Half price until Sunday", { ad: { title: "Autumn" } });

  it("become threads as others do", async () => {
    await ruled('ads = "queue"');
    const thread = await says("Quinn Queue", "how much?", ad());
    assert.equal(thread.status, "open");
  });

  it("are held where the rules say so, whoever writes, until somebody looks; those under posts are not", async () => {
    await ruled('ads = "hold"');
    const customer = product.standins.facebook.customer("Nora Known");
    customer.text("Where is my parcel?");
    await product.threadOf(customer);
    const post = ad();
    for (const name of ["Hanna Held", "Nora Known"]) wall().comment(name, post, "how much?");
    await says("Paul Post", "how much?");
    const item = await postOf(2);
    assert.ok(item.about.ad, "it is known for an ad");
    const { items } = await product.owner.get<{ items: { id: string; known: boolean }[] }>(
      `/posts/${item.id}/comments?place=held`,
    );
    assert.deepEqual(items.map(({ known }) => known).sort(), [false, true]);
    assert.equal((await threads()).filter(({ contact }) => contact.name === "Hanna Held").length, 0);
    await product.owner.post(`/posts/${item.id}/comments/bulk`, { action: "promote", filter: {} });
    await labelled("Hanna Held");
    // Whoever has a thread goes on in it.
    wall().comment("Hanna Held", post, "and in blue?");
    await until("it is in her thread", async () => (await labelled("Hanna Held")).preview === "and in blue?");
    assert.equal((await product.owner.get<PostItem>(`/posts/${item.id}`)).counts.held, 0);
  });
});

describe("mentions", () => {
  it("elsewhere become threads", async () => {
    await ruled("mentions = true");
    wall().mention("Mona Mention", "look at this", "comment");
    await labelled("Mona Mention");
  });

  it("are held where the rules say so", async () => {
    await clear();
    await ruled("mentions = false");
    wall().mention("Milo Mention", "look at that", "comment");
    const item = await postOf(1);
    assert.equal(item.status, "open");
    assert.equal((await threads()).filter(({ contact }) => contact.name === "Milo Mention").length, 0);
    await says("Petra Post", "how much?");
  });
});

describe("the team's channel", () => {
  const told = () => product.standins.channel.posts.filter(({ text }) => text.includes("on fire"));

  it("hears once an hour of a post, with a link to it and without a word of anybody", async () => {
    await clear();
    await ruled("threads_per_hour = 1", '[[urgency.floors]]\nwords = ["lawyer"]\nat_least = "high"\n');
    const hour = () => Math.floor(Date.now() / HOUR);
    const [begun, before] = [hour(), told().length];
    const post = wall().post("Our new secret tent");
    for (let n = 0; n < 9; n++) wall().comment(`Fire Person${n}`, post, "my lawyer will write about the xylophone");
    const item = await postOf(5);
    await until("the channel hears", () => told().length > before);
    wall().comment("Fire Late", post, "my lawyer too");
    await postOf(6);
    await remains("it hears no more", () => told().length === before + 1 || hour() !== begun);
    const [notice] = told().slice(before);
    const { kind, link } = notice?.body as { kind?: string; link?: string };
    assert.deepEqual([kind, link], ["flood", `${product.url}/p/${item.id}`]);
    assert.match(notice?.text ?? "", /^A post of .+ on Facebook is on fire: .* \d+ of its comments are held/);
    assert.doesNotMatch(JSON.stringify(notice?.body), /xylophone|lawyer|Person|tent/);
    // Another post is another notice.
    const other = wall().post("Another");
    for (let n = 0; n < 9; n++) wall().comment(`Fire Person${n}`, other, "my lawyer will write");
    await until("the channel hears of the other", () => told().length >= before + 2);
    const kept = await product.owner.get<{ items: { kind: string; state: string }[] }>("/notices");
    assert.ok(kept.items.filter((one) => one.kind === "flood" && one.state === "sent").length >= 2);
  });

  it("is not told of what nobody needs at once", async () => {
    await ruled("threads_per_hour = 1");
    const before = told().length;
    const post = wall().post("A quiet one");
    for (let n = 0; n < 8; n++) wall().comment(`Quiet Person${n}`, post, "nice");
    await postOf(7);
    await remains("it hears nothing", () => told().length === before, 1000);
  });
});

describe("a dry run", () => {
  type ChangedPost = {
    postId: string;
    platform: string;
    comments: number;
    threadsFrom: number;
    threadsTo: number;
    heldFrom: number;
    heldTo: number;
  };
  type DryRun = {
    posts: number;
    moreComments: boolean;
    changedPosts: ChangedPost[];
    changed: { threadId: string; urgencyFrom: string; urgencyTo: string }[];
  };
  const tried = async (comments: string, when: object = {}): Promise<DryRun> =>
    product.owner.post<DryRun>("/rules/dry-run", {
      text: `${plain}\n[channels.facebook.comments]\n${comments}\n`,
      ...when,
    });
  const numbers = ({ comments, threadsFrom, threadsTo, heldFrom, heldTo }: ChangedPost) => [
    comments,
    [threadsFrom, threadsTo],
    [heldFrom, heldTo],
  ];

  it("tells of a post how many threads its comments would have opened, and how many would be held", async () => {
    await clear();
    await ruled("threads_per_hour = 2");
    const [post, ad] = [wall().post("Tried"), wall().post("Tried ad", { ad: { title: "Tried" } })];
    for (let n = 0; n < 6; n++) wall().comment(`Tried Person${n}`, post, "nice");
    const item = await postOf(4);
    wall().comment("Tried Ad", ad, "nice");
    await labelled("Tried Ad");
    const of = ({ changedPosts }: DryRun, fits = ({ postId }: ChangedPost) => postId === item.id) =>
      changedPosts.filter(fits).map(numbers);
    for (const when of [{}, { days: 1 }]) {
      assert.deepEqual(of(await tried("threads_per_hour = 4", when)), [[6, [2, 4], [4, 2]]]);
      assert.deepEqual(of(await tried("threads_per_hour = 0", when)), [[6, [2, 0], [4, 6]]]);
      const same = await tried("threads_per_hour = 2", when);
      assert.deepEqual([same.changedPosts, same.posts > 1], [[], true]);
    }
    // Threads by name bring their posts.
    const thread = await labelled("Tried Ad");
    const held = 'threads_per_hour = 2\nads = "hold"';
    const named = await tried(held, { threads: [thread.id] });
    assert.deepEqual([named.posts, named.moreComments], [1, false]);
    assert.deepEqual(
      of(named, () => true),
      [[1, [1, 0], [0, 1]]],
    );
    assert.deepEqual(of(await tried(held)), [], "the other is under no ad");
    assert.equal((await product.owner.get<PostItem>(`/posts/${item.id}`)).counts.held, 4, "nothing has changed");
  });

  it("bounds the urgency of comments by the rules that are tried", async () => {
    await ruled("threads_per_hour = 50");
    const thread = await says("Trudi Urgent", "This is urgent, I need it immediately!!");
    assert.equal(thread.urgency, "high");
    const { changed } = await tried('threads_per_hour = 50\nmost_urgency = "low"', { threads: [thread.id] });
    assert.deepEqual(
      changed.map(({ urgencyFrom, urgencyTo }) => [urgencyFrom, urgencyTo]),
      [["high", "low"]],
    );
    assert.deepEqual((await tried("threads_per_hour = 50", { threads: [thread.id] })).changed, []);
  });
});
