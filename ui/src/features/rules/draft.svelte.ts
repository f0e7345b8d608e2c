/** What an administrator has on the draft: the rules as they are, the text being written, what is wrong with it. */
import { abandoned, answerOf, explain, Refusal, type Client } from "../../api/client.ts";
import type { components } from "../../api/schema.gen.ts";
import { RULES } from "../../state/kept.ts";
import { topicName } from "../../state/names.ts";
import type { Session } from "../../state/session.svelte.ts";
import type { Toasts } from "../../state/toasts.svelte.ts";
import { withKeyword } from "./keyword.ts";
import { joined, merge, type Choice } from "./merge.ts";

type Schemas = components["schemas"];
export type Rules = Schemas["RulesItem"];
export type Fault = Schemas["RulesFaultItem"];
export type Version = Schemas["RulesVersionItem"];
export type VersionDetail = Schemas["RulesVersionDetail"];
export type DryRun = Schemas["DryRunItem"];
export type Pieces = ReturnType<typeof merge>;

/** What was typed and not saved, as the browser keeps it. */
type Kept = { version: number; base: string; text: string; note: string };

/** A person who stops this long is looked over the shoulder. */
const PAUSE_MS = 350;

export class RulesDraft {
  state = $state<"loading" | "ready" | "failed">("loading");
  why = $state("");
  /** The version that the text began from. */
  base = $state.raw<Rules>({ version: 0, text: "", savedAt: "", savedBy: null, note: null, inForce: 0, faults: [] });
  /** Saved by somebody else since. */
  newer = $state.raw<Rules | null>(null);
  text = $state("");
  note = $state("");
  faults = $state.raw<Fault[]>([]);
  checking = $state<"done" | "waiting" | "failed">("done");
  saving = $state(false);
  versions = $state.raw<Version[]>([]);
  olderVersions = $state<string | null>(null);
  opened = $state.raw<VersionDetail | null>(null);
  merging = $state.raw<{ theirs: Rules; pieces: Pieces } | null>(null);

  readonly edits: boolean;
  readonly changed = $derived(this.text !== this.base.text);

  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked: AbortController | undefined;

  constructor(
    private readonly client: Client,
    private readonly session: Session,
    private readonly toasts: Toasts,
  ) {
    this.edits = session.administers;
  }

  async read(): Promise<void> {
    this.state = "loading";
    try {
      const [rules] = await Promise.all([answerOf(this.client.api.GET("/api/v1/rules")), this.readVersions()]);
      // Before the rules take the draft: what they find there, they put away.
      const kept = this.edits ? this.kept() : null;
      this.take(rules);
      if (kept !== null && kept.text !== rules.text) {
        this.base = kept.version === rules.version ? rules : { ...rules, version: kept.version, text: kept.base };
        this.newer = kept.version === rules.version ? null : rules;
        this.text = kept.text;
        this.note = kept.note;
        this.check();
      }
      this.state = "ready";
    } catch (error) {
      this.why = explain(error);
      this.state = "failed";
    }
  }

  async readVersions(cursor?: string): Promise<void> {
    const page = await answerOf(
      this.client.api.GET("/api/v1/rules/versions", {
        params: { query: { limit: 50, ...(cursor === undefined ? {} : { cursor }) } },
      }),
    );
    this.versions = cursor === undefined ? page.items : [...this.versions, ...page.items];
    this.olderVersions = page.pagination.nextCursor ?? null;
  }

  type(text: string): void {
    this.text = text;
    this.keep();
    this.check();
  }

  /** Puts a keyword into the text, to be looked at and saved. Where it stands, if it had a place. */
  addKeyword(topic: string, word: string): { line: number; column: number } | null {
    const placed = withKeyword(this.text, topic, word);
    if (placed === "there") this.toasts.done(`“${word}” is among the keywords of ${topicName(topic)} already`);
    else if (placed === null)
      this.toasts.problem(
        `The text has no place for keywords of ${topicName(topic)}. Write “${word}” where it belongs.`,
      );
    if (placed === "there" || placed === null) return null;
    this.type(placed.text);
    this.toasts.done(`“${word}” is put among the keywords of ${topicName(topic)}. It counts once you save.`);
    const lines = placed.text.slice(0, placed.at).split("\n");
    return { line: lines.length, column: [...(lines.at(-1) ?? "")].length + 1 };
  }

  keep(): void {
    const kept: Kept = { version: this.base.version, base: this.base.text, text: this.text, note: this.note };
    try {
      if (this.changed) localStorage.setItem(RULES + this.session.me, JSON.stringify(kept));
      else localStorage.removeItem(RULES + this.session.me);
    } catch {
      // A browser that keeps nothing still has the page.
    }
  }

  discard(): void {
    const before = { text: this.text, note: this.note, base: this.base, newer: this.newer };
    this.take(this.newer ?? this.base);
    this.toasts.done("Your changes are discarded", {
      name: "Undo",
      run: () => {
        Object.assign(this, before);
        this.keep();
        this.check();
      },
    });
  }

  /** Has the text looked at as soon as the writer pauses. */
  check(): void {
    clearTimeout(this.timer);
    this.asked?.abort();
    if (!this.edits || !this.changed) {
      // What was saved may be wrong as well, to a release that came after it.
      this.faults = this.base.faults;
      this.checking = "done";
      return;
    }
    this.checking = "waiting";
    this.timer = setTimeout(() => void this.look(), PAUSE_MS);
  }

  private async look(): Promise<void> {
    const asked = (this.asked = new AbortController());
    try {
      const { faults } = await answerOf(
        this.client.api.POST("/api/v1/rules/check", { body: { text: this.text }, signal: asked.signal }),
      );
      if (asked.signal.aborted) return;
      this.faults = faults;
      this.checking = "done";
    } catch (error) {
      if (!abandoned(error) && !asked.signal.aborted) this.checking = "failed";
    }
  }

  async save(): Promise<void> {
    if (this.saving || !this.changed || !this.edits) return;
    const { text, note } = this;
    const body = { text, expectedVersion: this.base.version, note: note.trim() === "" ? null : note.trim() };
    await this.store(
      () => answerOf(this.client.api.PUT("/api/v1/rules", { body })),
      (saved) => {
        // What was typed while it was on its way is still to be saved.
        const typed = this.text;
        this.take(saved);
        if (typed !== text) this.type(typed);
        this.toasts.done(`Saved as version ${saved.version}. It takes effect within five seconds.`);
      },
    );
  }

  async restore(version: number): Promise<void> {
    if (this.saving) return;
    const expectedVersion = this.newer?.version ?? this.base.version;
    await this.store(
      () =>
        answerOf(
          this.client.api.POST("/api/v1/rules/versions/{version}/restore", {
            params: { path: { version: `${version}` } },
            body: { expectedVersion },
          }),
        ),
      (saved) => {
        if (this.changed) this.newer = saved;
        else this.take(saved);
        this.opened = null;
        this.toasts.done(
          `${version === 0 ? "The default rules are" : `Version ${version} is`} restored, as version ${saved.version}`,
        );
      },
    );
  }

  private async store(ask: () => Promise<Rules>, done: (saved: Rules) => void): Promise<void> {
    this.saving = true;
    try {
      done(await ask());
      await this.readVersions();
    } catch (error) {
      if (error instanceof Refusal && error.code === "rules_invalid") {
        this.faults = error.problem.faults ?? [];
        this.toasts.problem(`Not saved. ${error.message}`);
      } else if (error instanceof Refusal && error.code === "rules_changed") {
        await this.fetchNewer();
      } else {
        this.toasts.problem(explain(error));
      }
    } finally {
      this.saving = false;
    }
  }

  private async fetchNewer(): Promise<void> {
    try {
      const rules = await answerOf(this.client.api.GET("/api/v1/rules"));
      await this.readVersions();
      if (!this.changed) {
        this.take(rules);
        this.toasts.problem(`Version ${rules.version} was saved in the meantime. Look at it, then try again.`);
        return;
      }
      this.newer = rules;
      this.beginMerge();
    } catch (error) {
      this.toasts.problem(explain(error));
    }
  }

  beginMerge(): void {
    if (this.newer === null) return;
    this.opened = null;
    this.merging = { theirs: this.newer, pieces: merge(this.base.text, this.text, this.newer.text) };
  }

  /** The text goes on from the newer version; it is saved by hand, once it was looked at. */
  endMerge(choices: readonly (Choice | undefined)[]): void {
    const { merging } = this;
    const text = merging === null ? undefined : joined(merging.pieces, choices);
    if (merging === null || text === undefined) return;
    this.base = merging.theirs;
    this.newer = null;
    this.merging = null;
    this.type(text);
  }

  async open(version: number): Promise<void> {
    try {
      this.opened = await answerOf(
        this.client.api.GET("/api/v1/rules/versions/{version}", { params: { path: { version: `${version}` } } }),
      );
    } catch (error) {
      this.toasts.problem(explain(error));
    }
  }

  private take(rules: Rules): void {
    this.base = rules;
    this.newer = null;
    this.text = rules.text;
    this.note = "";
    this.keep();
    this.check();
  }

  private kept(): Kept | null {
    try {
      return JSON.parse(localStorage.getItem(RULES + this.session.me) ?? "null") as Kept | null;
    } catch {
      return null;
    }
  }
}
