/** How platforms are marked. Their names and limits come from the API. */
import type { Platform } from "../api/types.ts";

interface Glyph {
  /** Lines on a grid of 16; white on the platform's colour (`PlatformGlyph.svelte`). */
  lines: string;
  /** Filled shapes. */
  shapes?: string;
  /** What stands there in public, where that has a mark of its own. */
  inPublic?: string;
}

/** A platform without an entry is shown by its first letter. */
export const GLYPHS: Partial<Record<Platform, Glyph>> = {
  facebook: {
    lines: "",
    shapes:
      "M8 2.600c-3.200 0-5.600 2.200-5.600 5.100 0 1.600.700 3 1.900 3.900v2l1.800-1c.600.200 " +
      "1.200.200 1.900.200 3.200 0 5.600-2.200 5.600-5.100S11.200 2.600 8 2.600zm.6 6.700L7.200 " +
      "7.800l-2.800 1.500 3-3.200 1.500 1.500 2.700-1.500z",
    inPublic:
      "M8.800 13.500V8.600h1.700l.3-2H8.800V5.400c0-.6.300-1 1.100-1h1V2.600c-.3 0-.9-.1-1.500-.1-1.700 " +
      "0-2.700 1-2.700 2.700v1.400H5v2h1.700v4.900z",
  },
  instagram: {
    lines:
      "M5.500 3h5A2.500 2.500 0 0113 5.500v5a2.500 2.500 0 01-2.500 2.500h-5A2.500 2.500 0 013 " +
      "10.500v-5A2.500 2.500 0 015.500 3zM8 10.200a2.200 2.200 0 100-4.400 2.200 2.200 0 000 " +
      "4.400zM10.900 5.100h.05",
  },
  whatsapp: {
    lines: "M3 13l.8-2.700a5.200 5.200 0 112 1.900z",
    shapes:
      "M6.300 5.700c.2-.3.700-.3.900 0l.4.900c.1.200 0 .4-.1.600l-.3.300c.4.800 1 1.300 1.700 " +
      "1.600l.4-.4c.1-.2.3-.2.5-.1l.900.4c.3.100.3.500.2.800-.400.800-1.300 " +
      "1-2.100.700-1.500-.500-2.600-1.600-3-3-.1-.700.1-1.400.5-1.800z",
  },
  telegram: {
    lines: "",
    shapes:
      "M13.200 3.300L2.500 7.500c-.5.200-.4.800 0 .9l2.700.8 1 3.200c.2.500.7.500 1 .2l1.500-1.400 " +
      "2.700 2c.3.200.8.1.9-.4l1.800-8.700c.1-.6-.4-1-.9-.8zM6.500 9l4.600-3.300-3.800 3.900-.3 1.600z",
  },
};
