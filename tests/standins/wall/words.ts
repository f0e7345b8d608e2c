/** Words for storms of comments: invented, in several languages, so that labels and searches have something to do. */
export const questions = [
  "How much is it?",
  "Is this still in stock?",
  "Do you ship to Norway?",
  "Wann ist das wieder lieferbar?",
  "Gibt es das auch in Grün?",
  "¿Cuánto cuesta el envío?",
  "Est-ce que la taille 38 existe ?",
  "Quando chega na loja?",
  "Is the lamp waterproof?",
  "What time do you open on Sunday?",
] as const;

export const remarks = [
  "Love this!",
  "Beautiful light",
  "So schön!",
  "Bought mine last year, still going strong",
  "Me encanta",
  "Superbe photo",
  "Wow",
  "My dog wants one too",
  "Take my money",
  "Que bonito!",
] as const;

const FIRST = [
  "Ada",
  "Ben",
  "Cleo",
  "Dora",
  "Emil",
  "Finn",
  "Gia",
  "Hugo",
  "Ida",
  "Jon",
  "Kaja",
  "Leo",
  "Mina",
  "Nils",
];
const LAST = [
  "Abel",
  "Berg",
  "Costa",
  "Dahl",
  "Ekman",
  "Frey",
  "Garza",
  "Holm",
  "Ito",
  "Jansen",
  "Kern",
  "Lund",
  "Maar",
];

/** A name for each number, the same each time; no two numbers share one. */
export function nameOf(n: number): string {
  const first = FIRST[n % FIRST.length] ?? "Ada";
  const last = LAST[Math.floor(n / FIRST.length) % LAST.length] ?? "Abel";
  const round = Math.floor(n / (FIRST.length * LAST.length));
  return round === 0 ? `${first} ${last}` : `${first} ${last} ${round + 1}`;
}
