/**
 * Holds the running product against its own description with Schemathesis, which makes requests that fit it and
 * requests that do not, and looks at each answer: `tools/schemathesis.sh`, a part of `make soak`.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../../tools/runtime.ts";
import { startProduct } from "../harness/product.ts";

const [program = "schemathesis", ...more] = process.argv.slice(2);
const product = await startProduct({
  team: { mia: "agent", jon: "admin" },
  connect: (platform) => platform === "telegram",
  vars: { TIMINGS: JSON.stringify({ intake: { refusalWindow: 1 } }) },
});
const customer = product.standins.telegram.customer("Ana");
customer.text("Where is my order?");
await product.threadOf(customer, (one) => one.topic !== null);

const args = [
  "run",
  join(root, "shared/wire/openapi.json"),
  "--origin",
  product.url,
  "--header",
  `cookie:${product.owner.cookie ?? ""}`,
  "--phases",
  "examples,coverage,fuzzing",
  "--generation-with-security-parameters",
  "false",
  // What would end the session that all of this is done with.
  "--exclude-name",
  "DELETE /api/v1/session",
  "--exclude-name",
  "DELETE /api/v1/sessions",
  "--exclude-name",
  "DELETE /api/v1/sessions/{session}",
  "--exclude-name",
  "DELETE /api/v1/teammates/{teammate}/sessions",
  "--generation-deterministic",
  "--workers",
  "2",
  "--max-examples",
  "50",
  "--baseline",
  "accepted.json",
  ...more,
];
const child = spawn(program, args, { stdio: "inherit", cwd: join(root, "tests/description") });
const code = await new Promise<number>((done) => child.on("close", (code) => done(code ?? 1)));
await product.stop();
process.exitCode = code;
