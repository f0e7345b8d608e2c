/**
 * The demo team: an owner, three teammates with shifts and topics, and one account per stand-in platform.
 * Everything goes through the public API; a second start finds what the first one made.
 */
import type { Miniflare } from "miniflare";
import type { Standins } from "../tests/standins/index.ts";
import { signInLink } from "./link.ts";

const owner = { name: "Robin Vale", email: "robin@tributary.example" };

const team = [
  { name: "Mia Santos", email: "mia@tributary.example", role: "agent" },
  { name: "Jon Aker", email: "jon@tributary.example", role: "agent" },
  { name: "Lena Roth", email: "lena@tributary.example", role: "admin" },
];

const rules = (text: string) =>
  text
    .replace('name = "Our team"', 'name = "Harbour & Pine"')
    .replace(
      '# [teams.orders]\n# name = "Orders"\n# channel = "support"',
      '[teams.orders]\nname = "Orders"\n\n[teams.care]\nname = "Customer care"',
    )
    .replace(
      "[pins]",
      '[teammates."mia@tributary.example"]\nteams = ["orders"]\nlanguages = ["en", "pt", "es"]\n\n[teammates."jon@tributary.example"]\nteams = ["orders", "care"]\n\n[teammates."lena@tributary.example"]\nteams = ["care"]\n\n[pins]',
    )
    .replace("[topics.orders]", '[topics.orders]\nteam = "orders"\nbackup = "care"')
    .replace("[topics.complaint]", '[topics.complaint]\nteam = "care"')
    .replace("recipients = []", 'recipients = ["robin@tributary.example", "lena@tributary.example"]');

type Answer<T> = { status: number; body: T; cookie?: string | undefined };

/** Calls the API as a browser on the same origin would. */
const api =
  (url: string, cookie?: string) =>
  async <T>(method: string, path: string, body?: unknown): Promise<Answer<T>> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(cookie ? { cookie } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text ? JSON.parse(text) : undefined) as T,
      cookie: response.headers.getSetCookie()[0]?.split(";")[0],
    };
  };

const expect = <T>(what: string, answer: Answer<T>, ...allowed: number[]): T => {
  if (!allowed.includes(answer.status)) throw new Error(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
};

/** Sets the demo up, once, and makes a fresh sign-in link for the owner at each start. */
export const seedDemo = async (
  url: string,
  standins: Standins,
  vars: Record<string, string>,
  mf: Miniflare,
): Promise<{ signInLink: string }> => {
  const setup = await api(url)("POST", "/setup", { setupToken: vars.SETUP_TOKEN, ...owner });
  if (setup.status !== 410) {
    expect("setup", setup, 201);
    await furnish(url, standins, setup.cookie ?? "");
  }
  const link = signInLink(url, owner.email);
  const database = await mf.getD1Database("DB");
  await database
    .prepare(link.sql)
    .bind(...link.values)
    .run();
  return { signInLink: link.url };
};

const furnish = async (url: string, standins: Standins, cookie: string): Promise<void> => {
  const call = api(url, cookie);
  for (const teammate of team) {
    const { link } = expect(
      `invite ${teammate.name}`,
      await call<{ link: { url: string } }>("POST", "/teammates", teammate),
      201,
    );
    // Whoever has never signed in gets no threads.
    expect(
      `${teammate.name} signs in`,
      await api(url)("POST", "/session", { token: link.url.split("#token=")[1] }),
      201,
    );
  }
  const now = expect("rules", await call<{ version: number; text: string }>("GET", "/rules"), 200);
  const change = { text: rules(now.text), expectedVersion: now.version, note: "The demo team" };
  expect("save rules", await call("PUT", "/rules", change), 200);
  for (const { platform, platformAccountId, name, kind, credentials } of standins.accounts()) {
    const title = kind ? `${name} (${kind})` : name;
    const account = { platform, platformAccountId, name: title, credentials };
    expect(`connect ${platform} ${kind}`, await call("POST", "/accounts", account), 201, 200);
  }
};
