import { objectOf, textOf } from "../common/form.ts";
import { pictureNames } from "../common/pictures.ts";
import type { Standins } from "../index.ts";
import type { Draft } from "../common/stand.ts";

type Values = Record<string, unknown>;

/** What the page of phones needs at start. */
export function summary(all: Standins): Values {
  return {
    chats: all.world.phones.list(),
    pictures: pictureNames.map((name) => ({ name, url: all.cdn.link(name) })),
    now: all.clock.now(),
    ...all.hub.counts(),
  };
}

/**
 * A customer does something. `{platform, name, kind?, language?, do, ...}`; `do` is one of text, image, video, voice,
 * audio, document, sticker, storyReply, storyMention, location, contact, unsupported, referral, react, unreact, unsend,
 * edit, press, read, block, unblock, native, open.
 */
export function act(all: Standins, v: Values): unknown {
  const platform = textOf(v.platform);
  const name = textOf(v.name)?.trim();
  if (!platform || !name) throw new Error("platform and name are needed");
  const stand = all.stand(platform);
  const customer = stand.customer(name, {
    kind: textOf(v.kind) || undefined,
    language: textOf(v.language) || undefined,
    username: textOf(v.username) || undefined,
    hideNumber: v.hideNumber === true,
  });
  const text = textOf(v.text);
  const replyTo = textOf(v.replyTo) || undefined;
  const id = () => {
    const found = textOf(v.message);
    if (!found) throw new Error("message: the id of a message is needed");
    return found;
  };
  const words = () => {
    if (!text?.trim()) throw new Error("text is needed");
    return text;
  };
  switch (textOf(v.do)) {
    case "text":
      return customer.text(words(), {
        replyTo,
        quickReply: textOf(v.quickReply),
        referral: objectOf(v.referral),
        forwarded: v.forwarded === true,
      });
    case "image":
      return customer.image(Array.isArray(v.pictures) ? v.pictures.map(String) : (textOf(v.picture) ?? "parcel"), {
        replyTo,
        caption: text,
      });
    case "video":
      return customer.video({ replyTo });
    case "voice":
      return customer.voice({ replyTo });
    case "audio":
      return customer.audio({ replyTo });
    case "document":
      return customer.document({ replyTo, caption: text });
    case "sticker":
      return customer.sticker({ replyTo });
    case "storyReply":
      return customer.storyReply(words(), textOf(v.picture));
    case "storyMention":
      return customer.storyMention(textOf(v.picture));
    case "location":
      return customer.location();
    case "contact":
      return customer.contact();
    case "unsupported":
      return customer.unsupported(textOf(v.what));
    case "referral":
      return customer.referral(objectOf(v.referral) ?? { ref: textOf(v.ref) ?? "promo" });
    case "write":
      return customer.write(objectOf(v.draft) as Draft);
    case "react":
      customer.react(id(), textOf(v.emoji) ?? "❤");
      break;
    case "unreact":
      customer.unreact(id());
      break;
    case "unsend":
      customer.unsend(id());
      break;
    case "edit":
      customer.edit(id(), words());
      break;
    case "press":
      return customer.press(words(), textOf(v.payload) ?? "PRESSED");
    case "read":
      customer.read();
      break;
    case "block":
      customer.block();
      break;
    case "unblock":
      customer.unblock();
      break;
    case "native":
      return customer.nativeReply(words());
    case "open":
      break;
    default:
      throw new Error(`nothing to do: ${String(v.do)}`);
  }
  return customer.chat;
}
