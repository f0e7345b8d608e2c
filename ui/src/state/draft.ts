/**
 * What a person is writing on one thread, and the reply that is on its way to our server.
 *
 * A reply gets its id when it is first sent and keeps it until the server has answered for good, through
 * double clicks, lost answers and reloads: the same id can only ever be one reply.
 */
import type { MediaItem, ReplyRequest } from "../api/types.ts";
import { addressed, blanks } from "./templates.ts";

export interface Posted {
  body: ReplyRequest;
  /** The files of `body`, for showing and for giving them back. */
  attachments: MediaItem[];
  at: string;
  /**
   * `unanswered`: nobody knows whether the server has it, and it is posted again as it is. `returned`: it was refused;
   * its words stand in the composer again, until they are sent or taken away.
   */
  phase: "posting" | "unanswered" | "returned";
  /** When it was last posted. */
  triedAt?: string;
  /** Why it was returned. */
  why?: string;
  /** The thread is to be closed once it is sent. */
  close?: boolean;
}

export interface Draft {
  text: string;
  attachments: MediaItem[];
  replyTo: string | null;
  /** Who can read it, where a comment is answered. What was meant for one person is never sent to all. */
  visibility: "public" | "private";
  /** The template that the text began from. */
  template: string | null;
  /** The text as the template left it: who sends just this is asked once more. */
  begun: string | null;
  /** Given to an earlier try of what is being written, if there was one. */
  replyId: string | null;
  posted: Posted | null;
  note: string;
  /** Who reads what the composer holds, until the person changes it: the customer, or the team alone. */
  writing: Writing;
}

export type Writing = "reply" | "note";

export const BLANK: Draft = {
  text: "",
  attachments: [],
  replyTo: null,
  visibility: "public",
  template: null,
  begun: null,
  replyId: null,
  posted: null,
  note: "",
  writing: "reply",
};

export function isBlank(draft: Draft): boolean {
  return draft.text.trim() === "" && draft.attachments.length === 0;
}

/** Takes what is written off the desk and into the post. The text is sent as it stands. */
export function post(draft: Draft, version: number, now: string, newId: () => string, close = false): Draft {
  if (draft.posted !== null || isBlank(draft)) return draft;
  const body: ReplyRequest = {
    replyId: draft.replyId ?? newId(),
    text: draft.text,
    attachments: draft.attachments.map((file) => file.id),
    replyTo: draft.replyTo,
    visibility: draft.visibility,
    expectedVersion: version,
    templateId: draft.template,
  };
  return {
    ...BLANK,
    note: draft.note,
    writing: draft.writing,
    posted: { body, attachments: draft.attachments, at: now, phase: "posting", ...(close ? { close } : {}) },
  };
}

/** The server has it. */
export function accepted(draft: Draft, replyId: string): Draft {
  return draft.posted?.body.replyId === replyId ? { ...draft, posted: null } : draft;
}

/** The server refused it: it goes back on the desk, before whatever was begun since, and keeps its id. */
export function refused(draft: Draft): Draft {
  const posted = draft.posted;
  if (posted === null) return draft;
  return {
    ...draft,
    text: [posted.body.text ?? "", draft.text].filter((text) => text !== "").join("\n\n"),
    attachments: [...posted.attachments, ...draft.attachments],
    replyTo: draft.replyTo ?? posted.body.replyTo ?? null,
    visibility: posted.body.visibility === "private" ? "private" : draft.visibility,
    template: draft.template ?? posted.body.templateId ?? null,
    replyId: posted.body.replyId,
    posted: null,
  };
}

/** The text as it stands now. With its last letter goes the memory of the template that it began from. */
export function typed(draft: Draft, text: string): Partial<Draft> {
  return { text, template: text.trim() === "" ? null : draft.template };
}

/**
 * Puts a template in place of the letters from `start` to `end`, and says what is selected then: its first blank, or
 * the place behind it. Sends nothing.
 */
export function inserted(
  draft: Draft,
  template: { id: string; text: string },
  contact: string,
  start: number,
  end: number,
): { change: Partial<Draft>; select: [number, number] } {
  const words = addressed(template.text, contact);
  const [before, after] = [draft.text.slice(0, start), draft.text.slice(end)];
  const text = before + words + after;
  const [blank] = blanks(words);
  const alone = `${before}${after}`.trim() === "";
  const select: [number, number] =
    blank === undefined ? [start + words.length, start + words.length] : [start + blank.start, start + blank.end];
  return { change: { text, template: template.id, begun: alone ? text : null }, select };
}

/** What would be sent is a template as it was inserted: nobody has put a word to it. */
export function untouched(draft: Draft): boolean {
  return draft.template !== null && draft.begun !== null && draft.text === draft.begun;
}

/** The id of what is written turned out to be taken by an earlier reply: this one is another reply. */
export function renamed(draft: Draft, replyId: string): Draft {
  return { ...draft, replyId };
}

export function unanswered(draft: Draft): Draft {
  return draft.posted === null ? draft : { ...draft, posted: { ...draft.posted, phase: "unanswered" } };
}

export function again(draft: Draft, now: string): Draft {
  return draft.posted === null ? draft : { ...draft, posted: { ...draft.posted, phase: "posting", triedAt: now } };
}
