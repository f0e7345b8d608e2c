import { objectOf, textOf } from "../common/form.ts";
import type { Fault } from "../common/faults.ts";
import type { ReceiptKind } from "../common/receipts.ts";
import type { Release } from "../common/deliver.ts";
import type { Standins } from "../index.ts";

type Values = Record<string, unknown>;

/** Faults, clock, webhooks and receipts, set from another process. The README lists the bodies. */
export function setUp(all: Standins, what: string, method: string, v: Values): unknown {
  const platform = textOf(v.platform) ?? "*";
  const number = (name: string, otherwise = 0) => (v[name] === undefined ? otherwise : Number(v[name]));
  switch (what) {
    case "faults": {
      if (method === "DELETE") {
        all.faults.clear(textOf(v.platform), textOf(v.endpoint));
        return all.faults.list();
      }
      const fault = objectOf(v.fault) as Fault | undefined;
      const endpoint = textOf(v.endpoint) ?? "*";
      if (!fault?.kind || platform === "*") throw new Error("platform and fault are needed");
      if (v.standing === true) all.faults.always(platform, endpoint, fault);
      else all.faults.next(platform, endpoint, fault, number("times", 1));
      return all.faults.list();
    }
    case "clock":
      if (v.reset === true) all.clock.reset();
      all.clock.shift(number("shiftMs"));
      return { now: all.clock.now(), offsetMs: all.clock.offsetMs };
    case "worker":
      all.setWorkerUrl(textOf(v.url));
      return all.hub.counts();
    case "delivery":
      if (v.duplicate !== undefined) all.delivery.duplicate(platform, number("duplicate"), number("events", 1));
      if (v.disconnect !== undefined) all.delivery.disconnect(platform, number("disconnect"));
      if (v.delayMs !== undefined) all.delivery.delay(platform, number("delayMs"));
      if (v.hold === true) all.delivery.hold(platform);
      if (v.release !== undefined) all.delivery.release(platform, (objectOf(v.release) ?? {}) as Release);
      if (v.plan !== undefined) Object.assign(all.delivery.plan, objectOf(v.plan));
      return all.hub.counts();
    case "receipts":
      if (v.reset === true) all.receipts.reset();
      else
        all.receipts.set(
          platform,
          (textOf(v.receipt) ?? "echo") as ReceiptKind,
          (objectOf(v.how) ?? textOf(v.how) ?? "late") as "late",
        );
      return {};
    case "token": {
      const state = textOf(v.state) as "valid" | "expired" | "revoked";
      if (platform === "telegram") all.telegram.revoked = state !== "valid";
      else
        for (const account of [all.facebook, all.instagram, all.whatsapp].flatMap((s) => s.accounts))
          if (account.platform === platform) account.tokenState = state;
      return {};
    }
    case "usage": {
      const stand = platform === "instagram" ? all.instagram : platform === "facebook" ? all.facebook : undefined;
      if (!stand) throw new Error("platform: facebook or instagram");
      if (v.hourlyCalls !== undefined) stand.hourlyCalls = number("hourlyCalls");
      if (v.percent !== undefined || v.regainMinutes !== undefined || v.reset === true)
        stand.load = v.reset === true ? {} : { percent: number("percent"), regainMinutes: number("regainMinutes") };
      return { hourlyCalls: stand.hourlyCalls, load: stand.load };
    }
    case "model":
      if (method === "DELETE") all.bedrock.models.delete(textOf(v.model) ?? "");
      else all.bedrock.models.set(textOf(v.model) ?? "", textOf(v.error) ?? "not-found");
      return {};
    default:
      throw new Error(`nothing at ${what}`);
  }
}
