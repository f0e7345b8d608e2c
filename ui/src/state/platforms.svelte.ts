/** What the platforms are called, as the server tells. */
import type { Client } from "../api/client.ts";
import type { Capabilities, Platform, PlatformItem, Surface } from "../api/types.ts";
import { sentence } from "./names.ts";

export class Platforms {
  /** In the order in which lists show them; none until they are read. */
  items = $state.raw<readonly PlatformItem[]>([]);

  constructor(private readonly client: Client) {}

  async read(): Promise<void> {
    this.items = (await this.client.platforms()).items;
  }

  nameOf = (platform: Platform): string =>
    this.items.find((one) => one.platform === platform)?.name ?? sentence(platform);

  /** Whether a channel can do this. Where the platforms are not known, the server will say. */
  can = (platform: Platform, surface: Surface, feature: Capabilities["features"][number]): boolean => {
    const channels = this.items.find((one) => one.platform === platform)?.channels;
    return channels?.find(({ channel }) => channel.surface === surface)?.features.includes(feature) ?? channels == null;
  };

  /** What a filter offers: the platforms of these accounts, and the one that is chosen. */
  offered(accounts: readonly { platform: Platform }[], chosen?: string): PlatformItem[] {
    return this.items.filter(
      ({ platform }) => platform === chosen || accounts.some((account) => account.platform === platform),
    );
  }
}
