import { el } from "./chat.js";

export const counted = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;

/** How long ago by the platforms' clock: "now", "5 min", "3 h", "2 d". */
export function ago(at, offset = 0) {
  const minutes = Math.floor((Date.now() + offset - at) / 60_000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 60 * 24) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 60 / 24)} d`;
}

/** How the webhooks fare, as a row of facts. */
export function facts(state) {
  const items = [
    [state.delivered, "delivered", ""],
    [
      (state.pending ?? 0) + (state.retrying ?? 0),
      state.retrying ? "being retried" : "on the way",
      state.retrying ? "warn" : "",
    ],
    [state.failed, "given up", state.failed ? "bad" : ""],
  ];
  const shown = items
    .filter(([n], i) => i === 0 || n > 0)
    .map(([n, words, tone]) => el("li", { class: tone }, el("b", {}, String(n ?? 0)), ` ${words}`));
  if (!state.workerUrl) shown.push(el("li", { class: "warn" }, "no Worker address yet"));
  if (state.clockOffsetMs) {
    const hours = Math.round(state.clockOffsetMs / 360000) / 10;
    shown.push(el("li", {}, `clock ${hours > 0 ? "+" : ""}${hours} h`));
  }
  return shown;
}
