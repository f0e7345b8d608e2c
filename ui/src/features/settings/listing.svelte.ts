/** A list of the API that a page reads whole, and changes. */
import { explain } from "../../api/client.ts";
import type { Page } from "../../api/types.ts";
import { app } from "../../state/app.svelte.ts";

export class Listing<T> {
  /** None until they are read. */
  items = $state.raw<T[] | null>(null);
  /** Why they could not be read. */
  failed = $state<string | null>(null);

  constructor(private readonly path: string) {}

  async look(): Promise<void> {
    this.failed = null;
    try {
      this.items = (await app.client.get<Page<T>>(this.path)).items;
    } catch (error) {
      this.failed = explain(error);
    }
  }
}
