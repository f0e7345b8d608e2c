/** A short two-tone WAV: 8 kHz, 8 bit, mono. */
export function wav(seconds = 1.2): Buffer {
  const rate = 8000;
  const count = Math.round(rate * seconds);
  const out = Buffer.alloc(44 + count);
  out.write("RIFF", 0, "latin1");
  out.writeUInt32LE(36 + count, 4);
  out.write("WAVEfmt ", 8, "latin1");
  out.writeUInt32LE(16, 16);
  out.writeUInt16LE(1, 20);
  out.writeUInt16LE(1, 22);
  out.writeUInt32LE(rate, 24);
  out.writeUInt32LE(rate, 28);
  out.writeUInt16LE(1, 32);
  out.writeUInt16LE(8, 34);
  out.write("data", 36, "latin1");
  out.writeUInt32LE(count, 40);
  for (let i = 0; i < count; i++) {
    const t = i / rate;
    const pitch = t < seconds / 2 ? 330 : 262;
    const fade = Math.sin((Math.PI * i) / count);
    out[44 + i] = 128 + Math.round(60 * fade * Math.sin(2 * Math.PI * pitch * t));
  }
  return out;
}

const OGG_TABLE = Array.from({ length: 256 }, (_, n) => {
  let c = n << 24;
  for (let k = 0; k < 8; k++) c = c & 0x80000000 ? (c << 1) ^ 0x04c11db7 : c << 1;
  return c >>> 0;
});

function page(packets: Buffer[], flags: number, granule: number, sequence: number): Buffer {
  const segments = packets.flatMap((p) => [...Array<number>(Math.floor(p.length / 255)).fill(255), p.length % 255]);
  const head = Buffer.alloc(27 + segments.length);
  head.write("OggS", 0, "latin1");
  head[5] = flags;
  head.writeBigUInt64LE(BigInt(granule), 6);
  head.writeUInt32LE(7, 14);
  head.writeUInt32LE(sequence, 18);
  head[26] = segments.length;
  head.set(segments, 27);
  const out = Buffer.concat([head, ...packets]);
  let crc = 0;
  for (const byte of out) crc = ((crc << 8) ^ (OGG_TABLE[((crc >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0;
  out.writeUInt32LE(crc, 22);
  return out;
}

/** A voice note as WhatsApp and Telegram send it: Ogg, Opus, mono. It holds silence. */
export function voice(seconds = 2): Buffer {
  const head = Buffer.alloc(19);
  head.write("OpusHead", 0, "latin1");
  head.set([1, 1], 8);
  head.writeUInt16LE(312, 10);
  head.writeUInt32LE(16000, 12);
  const vendor = Buffer.from("standin");
  const tags = Buffer.alloc(16 + vendor.length);
  tags.write("OpusTags", 0, "latin1");
  tags.writeUInt32LE(vendor.length, 8);
  vendor.copy(tags, 12);
  const frames = Array.from({ length: Math.round(seconds * 50) }, () => Buffer.from([0xf8, 0xff, 0xfe]));
  return Buffer.concat([page([head], 2, 0, 0), page([tags], 0, 0, 1), page(frames, 4, frames.length * 960, 2)]);
}

/** A one-page PDF with one line of text. */
export function pdf(line = "Invoice 4821"): Buffer {
  const stream = `BT /F1 24 Tf 72 720 Td (${line}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let text = "%PDF-1.4\n";
  const offsets = objects.map((object, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  text += offsets.map((o) => `${String(o).padStart(10, "0")} 00000 n \n`).join("");
  text += `trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, "latin1");
}
