/** Drawn stand-ins for photographs, and a second of sound. */

const DRAWINGS: Record<string, string> = {
  med_lamp: [
    '<rect width="400" height="400" fill="#d9c9b4"/>',
    '<rect y="300" width="400" height="100" fill="#b08f6c"/>',
    '<path d="M130 110h140l40 110H90z" fill="#f7ead0"/>',
    '<path d="M196 110l14 40-22 26 18 44" fill="none" stroke="#5a4632" stroke-width="4"/>',
    '<rect x="192" y="220" width="16" height="84" fill="#6d5640"/>',
    '<ellipse cx="200" cy="306" rx="56" ry="12" fill="#6d5640"/>',
  ].join(""),
  med_story: [
    '<defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="#f3b58c"/>',
    '<stop offset="1" stop-color="#8c5a86"/></linearGradient></defs>',
    '<rect width="400" height="400" fill="url(#g)"/>',
    '<circle cx="200" cy="170" r="70" fill="#ffe9c7"/>',
    '<path d="M0 300q100-60 200 0t200 0v100H0z" fill="#4d3558"/>',
  ].join(""),
  med_rug: [
    '<rect width="400" height="400" fill="#e7e2d6"/>',
    '<rect x="60" y="90" width="280" height="220" rx="8" fill="#6f8f6b"/>',
    '<path d="M90 130h220M90 170h220M90 210h220M90 250h220" ',
    'stroke="#a9c3a0" stroke-width="10" stroke-dasharray="24 14"/>',
  ].join(""),
  med_chair: [
    '<rect width="400" height="400" fill="#dfe6ea"/>',
    '<path d="M120 90h160v140H120z" fill="#3f6f7a"/>',
    '<path d="M100 220h200v50H100z" fill="#2f545d"/>',
    '<path d="M120 270v70M280 270v70" stroke="#7a5a3c" stroke-width="14"/>',
  ].join(""),
  med_sticker: [
    '<circle cx="200" cy="200" r="150" fill="#ffd54a"/>',
    '<circle cx="150" cy="170" r="18"/>',
    '<circle cx="250" cy="170" r="18"/>',
    '<path d="M130 240q70 80 140 0" fill="none" stroke="#000" stroke-width="14" stroke-linecap="round"/>',
  ].join(""),
};

export function picture(id: string): { type: string; data: Buffer } {
  if (id === "med_voice") return { type: "audio/wav", data: sound() };
  const drawing = DRAWINGS[id] ?? '<rect width="400" height="400" fill="#ccd5d4"/>';
  return {
    type: "image/svg+xml",
    data: Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400" viewBox="0 0 400 400">${drawing}</svg>`,
    ),
  };
}

function sound(): Buffer {
  const samples = 8000;
  const wav = Buffer.alloc(44 + samples, 128);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + samples, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8000, 24);
  wav.writeUInt32LE(8000, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(samples, 40);
  for (let n = 0; n < samples; n += 1) wav[44 + n] = 128 + Math.round(40 * Math.sin(n / 4));
  return wav;
}
