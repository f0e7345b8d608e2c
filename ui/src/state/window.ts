/** The reply window in plain words. */
import type { ChannelItem, Window } from "../api/types.ts";
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
    const words = "This channel can be read here, but not answered.";
    return { short: "Read only", long: words, tone: "shut", closed: words };
  }
  switch (window.type) {
    case "unlimited":
      return { short: null, long: "The platform sets no time limit for answers.", tone: "calm", closed: null };
    case "open":
    case "humanAgent": {
      const left = Date.parse(window.until) - now;
      if (left <= 0) return shut("The time to answer has just run out.");
      const tone = left < SOON_MS ? "soon" : "calm";
      return window.type === "open"
        ? { short: `Reply open ${span(left)}`, long: `The platform takes answers for another ${span(left)}.`, tone, closed: null }
        : {
            short: `Human reply only, ${span(left)}`,
            long: `The usual time has passed. For another ${span(left)} the platform still takes an answer that a person wrote by hand; yours is marked as such.`,
            tone: "soon",
            closed: null,
          };
    }
    case "templateOnly":
      return {
        short: "Templates only",
        long: "More than a day has passed since they wrote. The platform takes only approved templates now.",
        tone: "shut",
        closed: "The time for free answers has passed: the platform takes only approved templates until they write again.",
      };
    case "closed":
      return shut("The platform's time to answer has passed. You can reply as soon as they write again.");
  }
}

function shut(words: string): WindowWords {
  return { short: "Reply window closed", long: words, tone: "shut", closed: words };
}
