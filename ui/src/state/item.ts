import type { ThreadDetail, ThreadItem } from "../api/types.ts";

/** The list's part of an opened thread. */
export function itemOf(detail: ThreadDetail): ThreadItem {
  const {
    accountName: _name,
    window: _window,
    channel: _channel,
    reasons: _reasons,
    suggested: _suggested,
    cameBy: _cameBy,
    ...item
  } = detail;
  return item;
}
