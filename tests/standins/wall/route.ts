import { GraphError, type MetaAccount } from "../common/graph.ts";
import type { Answer, Call, Route } from "../common/http.ts";
import type { Fields } from "../common/form.ts";
import type { SendApi } from "../common/sendapi.ts";

/** One request about posts and comments. */
export interface WallCall {
  call: Call;
  /** The first part of the path, and the second. */
  id: string;
  edge: string | undefined;
  fields: Fields;
  /** Whose tokens are good here. */
  accounts: MetaAccount[];
}

/** A route whose answers carry the account's usage headers, and which is refused once the hour's calls are spent. */
export function wallRoute(
  stand: SendApi,
  ask: WallCall,
  endpoint: string[],
  usage: { type: string; limit: GraphError },
  run: (account: MetaAccount) => Answer | Promise<Answer>,
): Route {
  return stand.graph(endpoint, async () => {
    const account = stand.authorize(ask.call, ask.fields, ask.accounts);
    const { count, share } = stand.spent(`calls ${account.id}`);
    const headers = stand.businessUsage(account, usage.type, share);
    try {
      if (count > stand.hourlyCalls) throw usage.limit;
      const done = await run(account);
      return { ...done, headers: { ...headers, ...done.headers } };
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      throw new GraphError({ ...error.fault, headers: { ...headers, ...error.fault.headers } });
    }
  });
}

/** Words to publish: there must be some, and not too many. */
export function wordsOf(message: string | undefined, limit: number, otherwise: boolean): string {
  if (!message?.trim() && !otherwise)
    throw new GraphError({ code: 100, message: "(#100) The parameter message is required" });
  if ([...(message ?? "")].length > limit)
    throw new GraphError({ code: 100, message: `(#100) Param message must be at most ${limit} characters long.` });
  return message ?? "";
}

export const success: Answer = { status: 200, body: { success: true } };

export const truth = (value: unknown): boolean => value === true || value === "true" || value === "1" || value === 1;
