/** How large the Worker is, and what of it comes from where. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { unstable_readConfig as readConfig } from "wrangler";
import { root } from "../../tools/runtime.ts";
import { at, type Bench } from "./report.ts";

class Reader {
  constructor(
    readonly bytes: Buffer,
    public place: number,
  ) {}

  /** An unsigned LEB128 number. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.place++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  text(): string {
    const length = this.number();
    this.place += length;
    return this.bytes.toString("utf8", this.place - length, this.place);
  }
}

type Section = { id: number; begin: number; end: number };

const sections = (wasm: Buffer): Section[] => {
  const found: Section[] = [];
  for (const reader = new Reader(wasm, 8); reader.place < wasm.length;) {
    const id = reader.number();
    const length = reader.number();
    found.push({ id, begin: reader.place, end: reader.place + length });
    reader.place += length;
  }
  return found;
};

/** Bytes of code of each function, by its index. */
const codeSizes = (wasm: Buffer, all: Section[]): Map<number, number> => {
  let imported = 0;
  const imports = all.find(({ id }) => id === 2);
  if (imports) {
    const reader = new Reader(wasm, imports.begin);
    for (let left = reader.number(); left > 0; left--) {
      reader.text();
      reader.text();
      const kind = reader.number();
      if (kind === 0) imported += 1;
      if (kind === 0) reader.number();
      else if (kind === 2) limits(reader);
      else {
        reader.number();
        if (kind === 1) limits(reader);
        else reader.number();
      }
    }
  }
  const sizes = new Map<number, number>();
  const code = all.find(({ id }) => id === 10);
  if (!code) return sizes;
  const reader = new Reader(wasm, code.begin);
  const count = reader.number();
  for (let i = 0; i < count; i++) {
    const length = reader.number();
    sizes.set(imported + i, length);
    reader.place += length;
  }
  return sizes;
};

const limits = (reader: Reader) => {
  const flags = reader.number();
  reader.number();
  if (flags & 1) reader.number();
};

const names = (wasm: Buffer, all: Section[]): Map<number, string> => {
  const found = new Map<number, string>();
  for (const { id, begin, end } of all) {
    const reader = new Reader(wasm, begin);
    if (id !== 0 || reader.text() !== "name") continue;
    while (reader.place < end) {
      const part = reader.number();
      const length = reader.number();
      const next = reader.place + length;
      if (part === 1) for (let left = reader.number(); left > 0; left--) found.set(reader.number(), reader.text());
      reader.place = next;
    }
  }
  return found;
};

/**
 * The crate whose function it is: of a trait's function, that of the type it is for, unless that is the language's own.
 */
const crateOf = (name: string): string => {
  const paths = [...name.matchAll(/([a-z_][a-z0-9_]*)(?:\[[0-9a-f]+\])?::/g)].map((found) => found[1] ?? "");
  const own = paths.filter((path) =>
    /^(tributary_|serde|aws_|worker|wasm_bindgen|js_sys|toml|winnow|chrono|sha|hmac|aes|base64|futures|http|time|hashbrown|ring|percent|url|regex|memchr|ryu|itoa|dlmalloc|crypto|ghash|ctr|polyval|indexmap|zmij|unicode|form_|aho)/.test(
      path,
    ),
  );
  return own[0] ?? paths.find((path) => ["core", "alloc", "std"].includes(path)) ?? "(no name)";
};

const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;

export const size: Bench = {
  goals: ["G4"],
  name: "the size of the Worker",
  run: async () => {
    const { main = "" } = readConfig({ config: process.env.WORKER_CONFIG ?? join(root, "wrangler.toml") });
    const wasm = readFileSync(join(dirname(main), "index_bg.wasm"));
    const gzip = gzipSync(wasm, { level: 9 }).length / 1024;
    const figures = [at.most("G4", `wasm, compressed (${kilobytes(wasm.length)} raw)`, gzip, 2560, " KB", 1)];
    const named = join(root, "target/index_bg.named.wasm");
    if (!existsSync(named)) return figures;
    const bytes = readFileSync(named);
    const all = sections(bytes);
    const called = names(bytes, all);
    const crates = new Map<string, number>();
    for (const [index, length] of codeSizes(bytes, all)) {
      const crate = crateOf(called.get(index) ?? "");
      crates.set(crate, (crates.get(crate) ?? 0) + length);
    }
    const data = all.filter(({ id }) => id === 11).reduce((sum, { begin, end }) => sum + end - begin, 0);
    crates.set("(data)", data);
    const largest = [...crates].sort((a, b) => b[1] - a[1]).slice(0, 20);
    return [
      ...figures,
      ...largest.map(([crate, length]) => at.none("G4", `of it, before compression: ${crate}`, kilobytes(length))),
    ];
  },
};
