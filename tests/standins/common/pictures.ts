import { deflateSync } from "node:zlib";

type Rgb = readonly [number, number, number];

/** A small canvas for the customers' invented photographs. */
class Canvas {
  readonly data: Buffer;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.data = Buffer.alloc(width * height * 3);
  }

  private dot(x: number, y: number, [r, g, b]: Rgb, alpha = 1): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = (y * this.width + x) * 3;
    const mix = (old: number, next: number) => Math.round(old * (1 - alpha) + next * alpha);
    this.data[at] = mix(this.data[at] ?? 0, r);
    this.data[at + 1] = mix(this.data[at + 1] ?? 0, g);
    this.data[at + 2] = mix(this.data[at + 2] ?? 0, b);
  }

  sky(top: Rgb, bottom: Rgb): void {
    for (let y = 0; y < this.height; y++) {
      const t = y / this.height;
      const c: Rgb = [
        top[0] + (bottom[0] - top[0]) * t,
        top[1] + (bottom[1] - top[1]) * t,
        top[2] + (bottom[2] - top[2]) * t,
      ];
      for (let x = 0; x < this.width; x++) this.dot(x, y, c);
    }
  }

  box(x: number, y: number, w: number, h: number, color: Rgb, alpha = 1): void {
    for (let j = y; j < y + h; j++) for (let i = x; i < x + w; i++) this.dot(i, j, color, alpha);
  }

  disc(cx: number, cy: number, r: number, color: Rgb, alpha = 1): void {
    for (let y = -r; y <= r; y++) {
      for (let x = -r; x <= r; x++) {
        const edge = r - Math.sqrt(x * x + y * y);
        if (edge > 0) this.dot(cx + x, cy + y, color, alpha * Math.min(1, edge));
      }
    }
  }

  /** A filled range of hills: everything below a wave. */
  hills(base: number, height: number, period: number, phase: number, color: Rgb): void {
    for (let x = 0; x < this.width; x++) {
      const top = Math.round(
        base - height * (0.6 * Math.sin((x + phase) / period) + 0.4 * Math.sin((x + phase) / (period * 0.37))),
      );
      for (let y = top; y < this.height; y++) this.dot(x, y, color);
    }
  }

  line(x0: number, y0: number, x1: number, y1: number, thick: number, color: Rgb): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
    for (let i = 0; i <= steps; i++) {
      this.disc(Math.round(x0 + ((x1 - x0) * i) / steps), Math.round(y0 + ((y1 - y0) * i) / steps), thick, color);
    }
  }

  png(): Buffer {
    const rows = Buffer.alloc((this.width * 3 + 1) * this.height);
    for (let y = 0; y < this.height; y++) {
      this.data.copy(rows, y * (this.width * 3 + 1) + 1, y * this.width * 3, (y + 1) * this.width * 3);
    }
    const head = Buffer.alloc(13);
    head.writeUInt32BE(this.width, 0);
    head.writeUInt32BE(this.height, 4);
    head.set([8, 2, 0, 0, 0], 8);
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    return Buffer.concat([
      signature,
      chunk("IHDR", head),
      chunk("IDAT", deflateSync(rows)),
      chunk("IEND", Buffer.alloc(0)),
    ]);
  }
}

const TABLE = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc(bytes: Buffer): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = (TABLE[(c ^ byte) & 0xff] ?? 0) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

const painters: Record<string, (c: Canvas) => void> = {
  /** A dented parcel on a doorstep. */
  parcel(c) {
    c.sky([214, 205, 190], [166, 150, 128]);
    c.box(0, 250, 480, 110, [120, 104, 88]);
    c.box(120, 110, 240, 180, [196, 148, 92]);
    c.box(120, 110, 240, 26, [214, 170, 112]);
    c.box(226, 110, 28, 180, [231, 205, 150]);
    c.disc(352, 268, 46, [140, 98, 58], 0.75);
    c.line(330, 236, 362, 262, 3, [92, 60, 34]);
    c.box(146, 232, 58, 38, [248, 246, 240]);
    for (let i = 0; i < 5; i++) c.box(152, 239 + i * 6, 44 - (i % 2) * 12, 2, [90, 90, 90]);
  },
  /** A lamp with a cracked shade. */
  lamp(c) {
    c.sky([44, 52, 74], [92, 84, 96]);
    c.disc(240, 130, 130, [255, 214, 140], 0.25);
    for (let y = 0; y < 90; y++) c.box(240 - 50 - y / 2, 80 + y, 100 + y, 1, [250, 226, 176]);
    c.box(234, 170, 12, 120, [168, 130, 84]);
    c.box(180, 288, 120, 14, [140, 104, 64]);
    c.line(226, 84, 252, 118, 2, [60, 48, 44]);
    c.line(252, 118, 232, 142, 2, [60, 48, 44]);
    c.line(232, 142, 256, 168, 2, [60, 48, 44]);
    c.box(0, 300, 480, 60, [70, 56, 50]);
  },
  /** Evening over the hills: what people put into a story. */
  sunset(c) {
    c.sky([70, 54, 120], [252, 158, 92]);
    c.disc(330, 190, 52, [255, 226, 150]);
    c.hills(240, 46, 60, 10, [112, 62, 110]);
    c.hills(286, 34, 44, 140, [74, 44, 92]);
    c.hills(326, 22, 30, 60, [42, 28, 62]);
  },
  /** A pair of walking boots. */
  boots(c) {
    c.sky([206, 222, 214], [156, 184, 168]);
    c.box(0, 270, 480, 90, [108, 132, 104]);
    for (const x of [90, 260]) {
      c.box(x, 110, 62, 140, [136, 84, 48]);
      c.box(x, 206, 128, 50, [136, 84, 48]);
      c.disc(x + 118, 231, 25, [136, 84, 48]);
      c.box(x - 6, 256, 156, 16, [48, 40, 36]);
      for (let i = 0; i < 5; i++) c.line(x + 40, 126 + i * 22, x + 64, 132 + i * 22, 2, [238, 214, 160]);
    }
  },
  /** A crumpled receipt. */
  receipt(c) {
    c.sky([120, 136, 160], [90, 102, 126]);
    c.box(140, 30, 200, 300, [250, 248, 242]);
    for (let i = 0; i < 9; i++) {
      c.box(158, 64 + i * 24, 90 + ((i * 37) % 40), 5, [130, 128, 124]);
      c.box(296, 64 + i * 24, 28, 5, [130, 128, 124]);
    }
    c.box(158, 288, 166, 3, [60, 60, 60]);
    c.box(270, 300, 54, 9, [60, 60, 60]);
    c.line(140, 150, 340, 170, 1, [224, 220, 212]);
  },
};

export const pictureNames = Object.keys(painters);
const painted = new Map<string, Buffer>();

/** A PNG of 480 x 360 by name. */
export function picture(name: string): Buffer {
  const kept = painted.get(name);
  if (kept) return kept;
  const canvas = new Canvas(480, 360);
  (painters[name] ?? painters.sunset)?.(canvas);
  const png = canvas.png();
  painted.set(name, png);
  return png;
}

/** A face for a profile: initials' colours from the name, head and shoulders. */
export function portrait(name: string): Buffer {
  const kept = painted.get(`@${name}`);
  if (kept) return kept;
  let hue = 0;
  for (const ch of name) hue = (hue * 31 + (ch.codePointAt(0) ?? 0)) % 360;
  const canvas = new Canvas(160, 160);
  canvas.sky(fromHue(hue, 0.45, 0.72), fromHue(hue + 40, 0.4, 0.5));
  const skins: Rgb[] = [
    [241, 204, 170],
    [214, 164, 120],
    [164, 112, 76],
    [112, 74, 52],
    [250, 220, 196],
  ];
  const skin = skins[hue % skins.length] ?? [214, 164, 120];
  const hair = fromHue(hue * 7, 0.25, 0.24);
  canvas.disc(80, 168, 58, fromHue(hue + 180, 0.35, 0.42));
  canvas.box(68, 98, 24, 24, skin);
  canvas.disc(80, 62, 38, hair);
  canvas.disc(80, 74, 33, skin);
  const png = canvas.png();
  painted.set(`@${name}`, png);
  return png;
}

function fromHue(hue: number, s: number, l: number): Rgb {
  const h = ((hue % 360) + 360) % 360;
  const f = (n: number) => {
    const k = (n + h / 30) % 12;
    return Math.round(255 * (l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [f(0), f(8), f(4)];
}
