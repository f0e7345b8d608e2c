import type { Answer } from "../common/http.ts";

/** Thrown inside a Bot API method; answered as Telegram's error body. */
export class BotError extends Error {
  constructor(
    readonly status: number,
    description: string,
    readonly parameters?: Record<string, unknown>,
  ) {
    super(description);
  }
}

export const badRequest = (what: string): BotError => new BotError(400, `Bad Request: ${what}`);
export const forbidden = (what: string): BotError => new BotError(403, `Forbidden: ${what}`);

export function tooMany(seconds: number): BotError {
  return new BotError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
}

export function errorAnswer(error: BotError): Answer {
  return {
    status: error.status,
    body: {
      ok: false,
      error_code: error.status,
      description: error.message,
      ...(error.parameters ? { parameters: error.parameters } : {}),
    },
  };
}

/** Documented errors by name, for faults. */
export function named(name: string, retryAfter = 3): BotError {
  switch (name) {
    case "rate-limited":
      return tooMany(retryAfter);
    case "unauthorized":
      return new BotError(401, "Unauthorized");
    case "blocked":
      return forbidden("bot was blocked by the user");
    case "deactivated":
      return forbidden("user is deactivated");
    case "not-started":
      return forbidden("bot can't initiate conversation with a user");
    case "chat-not-found":
      return badRequest("chat not found");
    case "window-closed":
      return badRequest("BUSINESS_PEER_USAGE_MISSING");
    case "connection-invalid":
      return badRequest("BUSINESS_CONNECTION_INVALID");
    case "migrated":
      return new BotError(400, "Bad Request: group chat was upgraded to a supergroup chat", {
        migrate_to_chat_id: -1001234567890,
      });
    case "internal":
      return new BotError(500, "Internal Server Error");
    case "bad-gateway":
      return new BotError(502, "Bad Gateway");
    default:
      throw new Error(`no documented error named ${name} for telegram`);
  }
}
