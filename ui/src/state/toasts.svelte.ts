/** Short messages that come and go, each read out once. */

export interface Toast {
  id: number;
  text: string;
  tone: "done" | "problem";
  action: { name: string; run: () => void } | null;
}

const STAY_MS = { done: 5_000, problem: 12_000 } as const;

export class Toasts {
  shown = $state.raw<Toast[]>([]);
  /** For ears only: something new came in. */
  announcement = $state("");

  private last = 0;
  private timers = new Map<number, ReturnType<typeof setTimeout>>();

  done(text: string, action: Toast["action"] = null): number {
    return this.show(text, "done", action);
  }

  problem(text: string): void {
    if (!this.shown.some((toast) => toast.text === text)) this.show(text, "problem", null);
  }

  announce(text: string): void {
    this.announcement = text;
  }

  dismiss(id: number): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }

  /** What a notice offers to do is not to be done any more. */
  withdraw(id: number): void {
    this.shown = this.shown.map((toast) => (toast.id === id ? { ...toast, action: null } : toast));
  }

  /** While somebody reads or reaches for one, none goes away. */
  hold(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  release(): void {
    for (const toast of this.shown) this.wait(toast);
  }

  private show(text: string, tone: Toast["tone"], action: Toast["action"]): number {
    const toast = { id: (this.last += 1), text, tone, action };
    this.shown = [...this.shown.slice(-2), toast];
    this.wait(toast);
    return toast.id;
  }

  private wait({ id, tone }: Toast): void {
    clearTimeout(this.timers.get(id));
    this.timers.set(
      id,
      setTimeout(() => this.dismiss(id), STAY_MS[tone]),
    );
  }
}
