/**
 * Keeps the state of a small installation as this commit writes it, for `tests/e2e/kept-state.test.ts`:
 *
 *   node --import tsx tests/kept-state/keep.ts
 *
 * Until the first release it is made anew by a commit that changes a stored form. After that it never is: the next one
 * lies beside it. Its keys and its session open nothing but this folder, and the people in it are invented.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startProduct, topicsOf } from "../harness/product.ts";
import { until } from "../harness/until.ts";
import { shown } from "./shown.ts";

const folder = import.meta.dirname;
const product = await startProduct({
  team: { Mia: "agent", Jon: "admin" },
  connect: (platform) => platform === "telegram" || platform === "facebook",
  rules: topicsOf({ orders: "Mia" }),
});
const { owner, standins } = product;
const { telegram, facebook } = standins;
const asks = async (customer: ReturnType<typeof telegram.customer>, text: string) => {
  customer.text(text);
  return product.threadOf(customer, (one) => one.topic !== null && one.owner.type === "teammate");
};

const answered = await asks(telegram.customer("Ana Answered"), "Where is my order?");
await owner.reply(answered.id, "Your parcel left this morning.");
await until("it arrived", async () => !(await owner.thread(answered.id)).needsAnswer);
const noted = await asks(facebook.customer("Nils Noted"), "Where is my parcel?");
await owner.post(`/threads/${noted.id}/notes`, { text: "The parcel is at the depot." });
await owner.post(`/threads/${noted.id}/tags`, { add: ["VIP"], remove: [] });
const closed = await asks(facebook.customer("Clara Closed"), "Where is my order 18?");
await owner.post(`/threads/${closed.id}/close`, {});
telegram.customer("Petra Picture").image();
const picture = await product.threadOf(telegram.customer("Petra Picture"));
await until("its picture is stored", async () =>
  (await owner.messages(picture.id)).some(({ attachments }) => attachments[0]?.state === "stored"),
);
await owner.post("/tokens", { name: "Reports", role: "viewer" });
await standins.idle();
const before = await until("all of it has come to rest", async () => {
  const [one, other] = [
    await shown(product),
    await new Promise((go) => setTimeout(go, 2000)).then(() => shown(product)),
  ];
  return JSON.stringify(one) === JSON.stringify(other) && other;
});
const { SEALING_KEY = "", SETUP_TOKEN = "" } = product.vars;
await product.worker.dispose();
execFileSync("tar", ["-czf", join(folder, "state.tar.gz"), "-C", product.stateDir, "."]);
const kept = { vars: { SEALING_KEY, SETUP_TOKEN }, cookie: owner.cookie, shown: before };
writeFileSync(join(folder, "kept.json"), `${JSON.stringify(kept, null, 2)}\n`);
await product.stop();
