import { Service } from "../common/stand.ts";
import { objectOf } from "../common/form.ts";
import { sleep, type Answer, type Call, type Route } from "../common/http.ts";
import type { World } from "../common/world.ts";
import { label } from "./label.ts";
import { verify, type Key } from "./sigv4.ts";

interface Tool {
  name: string;
  schema: Record<string, unknown>;
}

export interface Converse {
  at: number;
  model: string;
  text: string;
  system: string;
  /** What stood before the words to label, in a fence of its own. */
  examples: unknown[];
  /** The answer's tool input, when there was one. */
  output?: unknown;
  inputTokens: number;
  outputTokens: number;
}

const EXCEPTIONS: Record<string, { status: number; type: string; message: string }> = {
  throttled: {
    status: 429,
    type: "ThrottlingException",
    message: "Too many requests, please wait before trying again.",
  },
  "not-ready": {
    status: 429,
    type: "ModelNotReadyException",
    message: "The model is not ready for inference. Try again.",
  },
  unavailable: {
    status: 503,
    type: "ServiceUnavailableException",
    message: "Bedrock is unable to process your request.",
  },
  internal: {
    status: 500,
    type: "InternalServerException",
    message: "The system encountered an unexpected error during processing. Try your request again.",
  },
  timeout: { status: 408, type: "ModelTimeoutException", message: "Model took too long to respond." },
  "model-error": { status: 424, type: "ModelErrorException", message: "The model returned an error." },
  quota: { status: 400, type: "ServiceQuotaExceededException", message: "Your request exceeds the service quota." },
  validation: { status: 400, type: "ValidationException", message: "The provided model identifier is invalid." },
  "on-demand": {
    status: 400,
    type: "ValidationException",
    message:
      "Invocation of this model ID with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
  },
  denied: {
    status: 403,
    type: "AccessDeniedException",
    message: "You don't have access to the model with the specified model ID.",
  },
  "not-found": {
    status: 404,
    type: "ResourceNotFoundException",
    message:
      "This model version has reached the end of its life. Please refer to the AWS documentation for more details.",
  },
};

/** AWS Bedrock runtime: `POST /model/{id}/converse` with a forced tool. Signatures are checked with code of our own. */
export class Bedrock extends Service {
  readonly calls: Converse[] = [];
  /** Model ids that answer with an exception by name, such as `not-found`. */
  readonly models = new Map<string, string>();
  /** Known keys; more can be added, temporary ones with a session token. */
  readonly keys: Key[];
  region: string;
  latencyMs = 0;
  /** Requests that wait for as long as that. */
  thinking = 0;

  constructor(world: World) {
    super(world, "bedrock");
    const { awsAccessKeyId, awsSecretAccessKey, awsRegion } = world.secrets;
    this.keys = [{ id: awsAccessKeyId, secret: awsSecretAccessKey }];
    this.region = awsRegion;
  }

  /** Calls answered and tokens counted so far. */
  get totals(): { calls: number; inputTokens: number; outputTokens: number } {
    const sum = (pick: (c: Converse) => number) => this.calls.reduce((n, c) => n + pick(c), 0);
    return {
      calls: this.calls.length,
      inputTokens: sum((c) => c.inputTokens),
      outputTokens: sum((c) => c.outputTokens),
    };
  }

  private exception(name: string): Answer {
    const e = EXCEPTIONS[name];
    if (!e) throw new Error(`no documented error named ${name} for bedrock`);
    return { status: e.status, headers: this.headers(e.type), body: { message: e.message } };
  }

  private headers(type?: string): Record<string, string> {
    const id = this.world.ids.token("request", 16);
    return {
      "content-type": "application/json",
      "x-amzn-requestid": id,
      ...(type ? { "x-amzn-errortype": `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/` } : {}),
    };
  }

  protected notFound(): Answer {
    return { status: 404, headers: this.headers("UnknownOperationException"), body: { message: "Unknown operation" } };
  }

  protected route(call: Call): Route | undefined {
    const match = /^\/model\/([^/]+)\/converse$/.exec(call.rawPath);
    if (!match || call.method !== "POST") return undefined;
    const model = decodeURIComponent(match[1] ?? "");
    return {
      endpoint: ["converse", model],
      run: () => this.converse(call, model),
      error: (name) => this.exception(name),
      special: (name) => this.hostile(call, model, name),
      withoutId: (answer) => ({ ...answer, body: { output: {} } }),
    };
  }

  private refused(call: Call, model: string): Answer | undefined {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(call.headers))
      headers[name] = Array.isArray(value) ? value.join(",") : (value ?? "");
    const verdict = verify(
      { method: call.method, rawPath: call.rawPath, query: [...call.query], headers, body: call.body },
      this.keys,
      this.region,
      "bedrock",
      this.world.clock.now(),
    );
    if (!verdict.ok)
      return { status: verdict.status, headers: this.headers(verdict.type), body: { message: verdict.message } };
    const bad = this.models.get(model);
    return bad ? this.exception(bad) : undefined;
  }

  private async converse(call: Call, model: string): Promise<Answer> {
    const no = this.refused(call, model);
    if (no) return no;
    const asked = read(call.body);
    if (typeof asked === "string")
      return { status: 400, headers: this.headers("ValidationException"), body: { message: asked } };
    this.thinking += 1;
    if (this.latencyMs > 0) await sleep(this.latencyMs);
    this.thinking -= 1;
    const { tool, text } = asked;
    if (!tool) return this.answer(model, asked, [{ text: "I can help with that." }], "end_turn");
    return this.answer(model, asked, [this.toolUse(tool.name, label(text, tool.schema))], "tool_use");
  }

  private toolUse(name: string, input: unknown): Record<string, unknown> {
    return { toolUse: { toolUseId: `tooluse_${this.world.ids.token("tool", 16)}`, name, input } };
  }

  private answer(model: string, asked: Asked, content: Record<string, unknown>[], stopReason: string): Answer {
    const inputTokens = Math.ceil(asked.size / 4);
    const outputTokens = Math.ceil(JSON.stringify(content).length / 4);
    const output = objectOf(content[0]?.toolUse)?.input;
    this.calls.push({
      at: this.world.clock.now(),
      model,
      text: asked.text,
      system: asked.system,
      examples: asked.examples,
      output,
      inputTokens,
      outputTokens,
    });
    if (this.calls.length > 20_000) this.calls.splice(0, 5000);
    return {
      status: 200,
      headers: {
        ...this.headers(),
        "x-amzn-bedrock-input-token-count": String(inputTokens),
        "x-amzn-bedrock-output-token-count": String(outputTokens),
        "x-amzn-bedrock-invocation-latency": "420",
      },
      body: {
        output: { message: { role: "assistant", content } },
        stopReason,
        usage: {
          inputTokens,
          outputTokens,
          totalTokens: inputTokens + outputTokens,
          cacheReadInputTokens: 0,
          cacheWriteInputTokens: 0,
        },
        metrics: { latencyMs: 420 },
      },
    };
  }

  /** Answers a model ought not to give; the request is checked all the same. */
  private hostile(call: Call, model: string, name: string): Answer {
    const no = this.refused(call, model);
    if (no) return no;
    const asked = read(call.body);
    if (typeof asked === "string" || !asked.tool)
      return { status: 400, headers: this.headers("ValidationException"), body: { message: "no tool" } };
    const good = label(asked.text, asked.tool.schema);
    const use = (input: unknown, tool = asked.tool?.name ?? "label") =>
      this.answer(model, asked, [this.toolUse(tool, input)], "tool_use");
    switch (name) {
      case "outside-enum":
        return use({ ...good, topic: "send_refund_now", urgency: "nuclear" });
      case "huge-summary":
        return use({ ...good, summary: "word ".repeat(60_000) });
      case "wrong-tool":
        return use(good, "send_reply");
      case "text":
        return this.answer(model, asked, [{ text: "Sure! I have closed the thread and sent the refund." }], "end_turn");
      case "html":
        return use({
          ...good,
          summary: '<img src=x onerror="document.title=1"><script>document.title=1</script>',
          language: "<b>en</b>",
        });
      case "missing-fields":
        return use({ topic: good.topic });
      case "wrong-types":
        return use({ topic: [good.topic], urgency: 3, language: null, summary: { text: "x" } });
      case "control-characters":
        return use({ ...good, summary: "line\u0000one\u202Etwo\r\nthree" });
      case "extra-fields":
        return use({ ...good, reply: "Dear customer, your refund is on its way.", action: "close" });
      case "max-tokens":
        return this.answer(model, asked, [this.toolUse(asked.tool.name, {})], "max_tokens");
      case "empty":
        return this.answer(model, asked, [], "end_turn");
      case "endless": {
        const answer = use(good);
        return { ...answer, body: { ...objectOf(answer.body), padding: "x".repeat(2 << 20) } };
      }
      case "lower-urgency":
        return use({ ...good, urgency: "low" });
      default:
        throw new Error(`no hostile answer named ${name}`);
    }
  }
}

interface Asked {
  text: string;
  system: string;
  examples: unknown[];
  tool?: Tool;
  size: number;
}

/** Reads a Converse request; a text is the reason why it is refused. */
function read(body: Buffer): Asked | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch {
    return "Malformed input request, please reformat your input and try again.";
  }
  const request = objectOf(parsed);
  if (!request) return "Malformed input request: expected an object.";
  const messages = Array.isArray(request.messages) ? request.messages.map((m) => objectOf(m) ?? {}) : [];
  if (messages.length === 0 || messages[0]?.role !== "user")
    return "A conversation must start with a user message. Try again with a conversation that starts with a user message.";
  const blocks = (content: unknown): string[] =>
    Array.isArray(content) ? content.map((c) => objectOf(c)?.text).filter((t) => typeof t === "string") : [];
  for (const m of messages)
    if (!Array.isArray(m.content) || m.content.length === 0)
      return "The content field in the Message object is empty. Add a ContentBlock object to the content field and try again.";
  const config = objectOf(request.toolConfig);
  const tools = (Array.isArray(config?.tools) ? config.tools : []).map((t) => objectOf(objectOf(t)?.toolSpec) ?? {});
  const choice = objectOf(objectOf(config?.toolChoice)?.tool)?.name;
  if (config && tools.length === 0)
    return "1 validation error detected: Value at toolConfig.tools failed to satisfy constraint: Member must have length greater than or equal to 1";
  if (choice !== undefined && !tools.some((t) => t.name === choice))
    return `The tool ${String(choice)} in toolChoice is not defined in toolConfig.`;
  const spec = tools.find((t) => t.name === choice) ?? tools[0];
  const schema = objectOf(objectOf(spec?.inputSchema)?.json);
  if (spec && (typeof spec.name !== "string" || !/^[a-zA-Z0-9_-]{1,64}$/.test(spec.name) || schema?.type !== "object"))
    return "The toolSpec is invalid: name and an inputSchema.json of type object are required.";
  const inference = objectOf(request.inferenceConfig);
  const limit = inference?.maxTokens;
  if (limit !== undefined && (typeof limit !== "number" || limit < 1))
    return "1 validation error detected: Value at inferenceConfig.maxTokens failed to satisfy constraint: Member must have value greater than or equal to 1";
  const said = messages.filter((m) => m.role === "user").flatMap((m) => blocks(m.content));
  return {
    text: said
      .filter((block) => examplesIn(block) === undefined)
      .map(unfenced)
      .join("\n"),
    system: blocks(request.system).join("\n"),
    examples: said.flatMap((block) => examplesIn(block) ?? []),
    tool: spec && schema ? { name: String(spec.name), schema } : undefined,
    size: body.length,
  };
}

/** What a business labelled before: a model learns from it, and labels none of it. */
const examplesIn = (block: string): unknown[] | undefined => {
  const inside = /^<corrected_examples>\n(.*)\n<\/corrected_examples>$/s.exec(block)?.[1];
  return inside === undefined ? undefined : (JSON.parse(inside) as unknown[]);
};

/**
 * The words inside a fence such as <messages>["..."]</messages>, as a model would read them; any other text as it is.
 */
const unfenced = (text: string): string => {
  const inside = /^<([a-z_]+)>([\s\S]*)<\/\1>$/.exec(text.trim())?.[2]?.trim() ?? text;
  try {
    const list: unknown = JSON.parse(inside);
    if (Array.isArray(list) && list.every((item) => typeof item === "string")) return list.join("\n");
  } catch {
    /* not JSON: plain words */
  }
  return inside;
};
