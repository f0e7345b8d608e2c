/** A list of the API that a page reads whole, and changes. */
import { explain } from "../../api/client.ts";

export class Listing<T> {
  /** None until they are read. */
  items = $state.raw<T[] | null>(null);
  /** Why they could not be read. */
  failed = $state<string | null>(null);

  constructor(private readonly read: () => Promise<{ items: T[] }>) {}

  async look(): Promise<void> {
    this.failed = null;
    try {
      this.items = (await this.read()).items;
    } catch (error) {
      this.failed = explain(error);
    }
  }
}
