/** The reply window in plain words. */
import type { ChannelItem, Holder, Window } from "../api/types.ts";
import { span } from "./time.ts";

export interface WindowWords {
  /** For the header; nothing when there is nothing to say. */
  short: string | null;
  long: string;
  tone: "calm" | "soon" | "shut";
  /** Why nothing can be sent; none when it can. */
  closed: string | null;
}

const SOON_MS = 2 * 3600_000;

export function windowWords(window: Window, channel: ChannelItem, now: number): WindowWords {
  if (!channel.features.includes("reply")) {
    const words = "You can read this channel here, but not reply to it.";
    return { short: "Read only", long: words, tone: "shut", closed: words };
  }
  switch (window.type) {
    case "unlimited":
      return { short: null, long: "The platform sets no time limit for replies.", tone: "calm", closed: null };
    case "open":
    case "humanAgent": {
      const left = Date.parse(window.until) - now;
      if (left <= 0) return shut("The time to reply has just run out.");
      const tone = left < SOON_MS ? "soon" : "calm";
      return window.type === "open"
        ? {
            short: `${span(left)} left to reply`,
            long: `The platform accepts replies for another ${span(left)}.`,
            tone,
            closed: null,
          }
        : {
            short: `${span(left)} left, personal replies only`,
            long:
              `The usual reply time has passed. For another ${span(left)} the platform still accepts a reply that a ` +
              "person wrote. Yours is marked as such.",
            tone: "soon",
            closed: null,
          };
    }
    case "templateOnly":
      return {
        short: "Templates only",
        long: "They wrote more than a day ago. The platform now accepts approved templates only.",
        tone: "shut",
        closed:
          "The time for free replies has passed. The platform accepts approved templates only, until they write again.",
      };
    case "switchedOff":
      return shut(
        "The owner of this business account has switched our access to its chats off. You can reply once " +
          "they switch it on again.",
      );
    case "closed":
      return shut("The platform's time to reply has passed. You can reply as soon as they write again.");
  }
}

function shut(words: string): WindowWords {
  return { short: "Reply window closed", long: words, tone: "shut", closed: words };
}

/** Who has the conversation instead of this inbox, and what a reply does about it; nothing when it is ours. */
export function heldWords(heldBy: Holder | null | undefined): { short: string; long: string } | null {
  switch (heldBy) {
    case "agent":
      return {
        short: "Meta's agent has this conversation",
        long: "Meta's agent has this conversation. Your reply takes it over.",
      };
    case "otherApp":
      return {
        short: "Another app has this conversation",
        long: "Another app has this conversation. The platform may refuse your reply until that app hands it over.",
      };
    default:
      return null;
  }
}
