import { GraphError, type GraphFault } from "../common/graph.ts";

/**
 * Refusals around comments, by the names that faults use. Those of private replies and `gone` were read in public code
 * and reports; the words of `hidden`, `live`, `closed` and `spam` are ours: Meta documents the refusal, not its text.
 */
export const wallErrors = {
  gone: {
    code: 100,
    subcode: 33,
    type: "GraphMethodException",
    message:
      "Unsupported request. Object does not exist, cannot be loaded due to missing permissions, or does not support this operation",
  },
  "no-permission": { code: 200, message: "(#200) Permissions error", status: 403 },
  spam: {
    code: 368,
    subcode: 1446036,
    message: "The action attempted has been deemed abusive or is otherwise disallowed",
    title: "Comment not published",
  },
  hidden: { code: 100, message: "(#100) Replies to hidden comments are not supported" },
  live: { code: 100, message: "(#100) Comments on live video IG Media are not supported" },
  closed: { code: 100, message: "(#100) Comments are disabled on this object" },
  "pages-limit": {
    code: 80001,
    subcode: 2446079,
    transient: true,
    message: "(#80001) There have been too many calls to this Page account. Wait a bit and try again.",
  },
  "private-replied": { code: 10900, message: "(#10900) Activity already replied to" },
  "private-expired": { code: 10901, message: "(#10901) Activity replying time expired" },
  "private-impossible": { code: 10902, message: "(#10902) This is not a Replyable activity" },
  "private-refused": { code: 10903, message: "(#10903) This user cant reply to this activity" },
  "private-invalid": { code: 100, subcode: 2018292, message: "(#100) Invalid comment_id parameter" },
} satisfies Record<string, GraphFault>;

export const wallError = (name: keyof typeof wallErrors, more: Partial<GraphFault> = {}): GraphError =>
  new GraphError({ ...wallErrors[name], ...more });

/** What Graph says of an id that it does not know, or that is not there any more. */
export const noSuch = (method: string, id: string): GraphError =>
  wallError("gone", {
    message: `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
  });
