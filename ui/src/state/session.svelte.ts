/** Who is signed in. */
import { explain, Refusal, type Client } from "../api/client.ts";
import type { SessionItem, SetupRequest } from "../api/types.ts";

export type SessionState =
  | { name: "loading" }
  | { name: "in"; session: SessionItem }
  | { name: "out"; ended: boolean }
  | { name: "unreachable"; why: string };

export class Session {
  state = $state.raw<SessionState>({ name: "loading" });

  constructor(
    private readonly client: Client,
    /** Before anything is shown to them. */
    private readonly onSignedIn: (session: SessionItem) => void = () => {},
    /** After they have left by themselves. */
    private readonly onSignedOut: () => void = () => {},
  ) {
    client.onSignedOut = () => {
      if (this.state.name === "in") this.state = { name: "out", ended: true };
    };
  }

  get item(): SessionItem | null {
    return this.state.name === "in" ? this.state.session : null;
  }

  get me(): string {
    return this.item?.teammate.id ?? "";
  }

  /** Viewers look; everybody else answers. */
  get answers(): boolean {
    return this.item !== null && this.item.role !== "viewer";
  }

  /** Administrators and owners set things up. */
  get administers(): boolean {
    return this.item?.role === "admin" || this.item?.role === "owner";
  }

  async check(): Promise<void> {
    try {
      this.enter(await this.client.session());
    } catch (error) {
      if (error instanceof Refusal && (error.status === 401 || error.status === 403)) {
        this.state = { name: "out", ended: this.state.name === "in" };
      } else if (this.state.name !== "in") {
        this.state = { name: "unreachable", why: explain(error) };
      }
    }
  }

  async signIn(token: string): Promise<void> {
    this.enter(await this.client.signIn(token));
  }

  async setUp(request: SetupRequest): Promise<void> {
    this.enter(await this.client.setUp(request));
  }

  /** Whoever sits here knows which sign-in links others made for them. */
  async seenLinks(): Promise<void> {
    if (this.state.name === "in") this.state = { name: "in", session: { ...this.state.session, linksMade: [] } };
    await this.client.seenLinks();
  }

  async signOut(): Promise<void> {
    await this.client.signOut();
    this.state = { name: "out", ended: false };
    this.onSignedOut();
  }

  private enter(session: SessionItem): void {
    this.onSignedIn(session);
    this.state = { name: "in", session };
  }
}
