/** How platforms are called and marked: the one place of the page that names them. */
import type { Platform } from "../api/types.ts";

interface Look {
  name: string;
  /** Lines on a grid of 16; white on the platform's colour (`PlatformGlyph.svelte`). */
  lines: string;
  /** Filled shapes. */
  shapes?: string;
}

export const PLATFORMS: Record<Platform, Look> = {
  facebook: {
    name: "Facebook",
    lines: "",
    shapes:
      "M8 2.600c-3.200 0-5.600 2.200-5.600 5.100 0 1.600.700 3 1.900 3.900v2l1.800-1c.600.200 " +
      "1.200.200 1.900.200 3.200 0 5.600-2.200 5.600-5.100S11.200 2.600 8 2.600zm.6 6.700L7.200 " +
      "7.800l-2.800 1.500 3-3.200 1.500 1.500 2.700-1.500z",
  },
  instagram: {
    name: "Instagram",
    lines:
      "M5.500 3h5A2.500 2.500 0 0113 5.500v5a2.500 2.500 0 01-2.500 2.500h-5A2.500 2.500 0 013 " +
      "10.500v-5A2.500 2.500 0 015.500 3zM8 10.200a2.200 2.200 0 100-4.400 2.200 2.200 0 000 " +
      "4.400zM10.900 5.100h.05",
  },
  whatsapp: {
    name: "WhatsApp",
    lines: "M3 13l.8-2.700a5.200 5.200 0 112 1.900z",
    shapes:
      "M6.300 5.700c.2-.3.700-.3.900 0l.4.900c.1.200 0 .4-.1.600l-.3.300c.4.800 1 1.300 1.700 " +
      "1.600l.4-.4c.1-.2.3-.2.5-.1l.900.4c.3.100.3.500.2.800-.400.800-1.300 " +
      "1-2.100.700-1.500-.500-2.600-1.600-3-3-.1-.700.1-1.400.5-1.800z",
  },
  telegram: {
    name: "Telegram",
    lines: "",
    shapes:
      "M13.200 3.300L2.500 7.500c-.5.200-.4.800 0 .9l2.700.8 1 3.200c.2.500.7.500 1 .2l1.500-1.400 " +
      "2.700 2c.3.200.8.1.9-.4l1.800-8.700c.1-.6-.4-1-.9-.8zM6.500 9l4.600-3.300-3.800 3.900-.3 1.600z",
  },
  x: { name: "X", lines: "M3.500 3.500l9 9M12.500 3.500l-9 9" },
  bluesky: {
    name: "Bluesky",
    lines: "",
    shapes:
      "M8 7.300C7.400 6 5.700 3.600 4.100 3.100 2.700 2.700 2.500 3.600 2.500 4.200c0 .8.300 3.200.6 " +
      "3.700.600 1 1.700 1.200 2.800 1-1.700.300-2.800 1.100-1.400 2.900 1.600 1.800 2.900-.3 " +
      "3.500-1.700.600 1.400 1.900 3.500 3.500 1.700 1.400-1.800.300-2.600-1.400-2.900 1.100.200 2.200 " +
      "0 2.800-1 .3-.5.600-2.900.6-3.700 0-.6-.2-1.500-1.600-1.100C10.300 3.600 8.600 6 8 7.300z",
  },
  reddit: {
    name: "Reddit",
    lines:
      "M8 13c2.800 0 5-1.600 5-3.700S10.800 5.700 8 5.700 3 7.300 3 9.300 5.200 13 8 13zM8 5.700l.6-3 " +
      "2.200.6M6.200 8.800h.05M9.800 8.800h.05M6.300 10.800c1 .7 2.400.7 3.400 0",
  },
  threads: {
    name: "Threads",
    lines:
      "M12.300 6C11.900 4 10.400 2.800 8.100 2.800c-2.900 0-4.500 2-4.500 5.200s1.600 5.200 4.500 " +
      "5.200c2.300 0 4-1.200 4-3 0-2-1.900-2.700-3.700-2.700-1.400 0-2.500.600-2.500 1.800 0 1 .9 " +
      "1.600 2 1.600 1.600 0 2.300-1.300 2.100-3.300-.100-1.400-.800-2.100-2-2.100-.8 0-1.400.3-1.800.9",
  },
  youtube: {
    name: "YouTube",
    lines:
      "M3.800 3.800h8.400A1.300 1.300 0 0113.500 5v6a1.300 1.300 0 01-1.300 1.200H3.800A1.300 1.300 0 " +
      "012.500 11V5a1.300 1.300 0 011.300-1.200z",
    shapes: "M6.800 5.900l3.600 2.100-3.600 2.100z",
  },
  linkedin: {
    name: "LinkedIn",
    lines: "M4 6.500v6M4 3.900h.05M7 12.500v-6M7 9c0-1.600 1-2.500 2.400-2.500S12 7.400 12 9v3.500",
  },
  googlebusiness: {
    name: "Google Business",
    lines:
      "M3.500 7.500v5.300h9V7.500M2.500 6.200l1-3h9l1 3c0 1-.8 1.700-1.800 1.700S9.800 7.200 9.800 " +
      "6.200c0 1-.8 1.700-1.800 1.700s-1.800-.7-1.800-1.700c0 1-.9 1.700-1.900 " +
      "1.700s-1.800-.7-1.800-1.700z",
  },
};

export function platformName(platform: Platform): string {
  return PLATFORMS[platform].name;
}

/**
 * What a filter offers: the platforms of these accounts, and the one that is chosen; in the order of the list above.
 */
export function offered(accounts: readonly { platform: Platform }[], chosen?: string): Platform[] {
  const all = Object.keys(PLATFORMS) as Platform[];
  return all.filter((platform) => platform === chosen || accounts.some((account) => account.platform === platform));
}
