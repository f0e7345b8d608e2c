/**
 * The stand-in for a model's judgement: plain keywords, the same answer every time.
 * Of two topics that fit as well the first is taken: most questions name an order, whatever they are about.
 */
const TOPICS: [RegExp, RegExp][] = [
  [
    /refund|return|money|exchange/i,
    /(?<!\p{L})(refund\w*|return\w*|money back|exchange\w*|warranty|erstattung|zur[üu]ck\w*|geld|reembolso|devoluci[óo]n|devolver|rembours\w*|retour\w*|rimborso|terugbetal\w*|zwrot\w*|iade|возврат|вернуть|επιστροφ|החזר|返金|返品|退款|환불|استرداد)/iu,
  ],
  [
    /bill|pay|invoice|charge|price/i,
    /(?<!\p{L})(invoice\w*|charge[ds]?|billed|payment|paid|card|rechnung|zahlung|abgebucht|factura|cobr\w*|pago|facture|paiement|fatura|pagamento|fattura|factuur|betaling|faktur\w*|płatno\w*|ödeme|сч[её]т|оплат|πληρωμ|חשבונית|請求|支払|发票|결제|فاتورة)/iu,
  ],
  [
    /product|stock|size|question|advice/i,
    /(?<!\p{L})(size|colou?r|stock|available|gr[öo](ß|ss)e|farbe|talla|disponible|taille|couleur|tamanho|dispon[ií]vel|taglia|colore|maat|kleur|rozmiar|beden|renk|var mı|storlek|размер|μεγεθ|μέγεθ|מידה|مقاس)|サイズ|在庫|尺码|사이즈/iu,
  ],
  [
    /damage|broken|fault|return|complaint|quality|warranty|technical|support/i,
    /(?<!\p{L})(broken|damaged?|crack\w*|defect\w*|kaputt|riss|besch[äa]digt|roto|da[ñn]ad\w*|cass[ée]\w*|endommag\w*|quebrad\w*|estragad\w*|rotto|kapot|uszkodz\w*|kırık|сломан|مكسور)|壊/iu,
  ],
  [
    /ship|deliver|order|parcel|track/i,
    /(?<!\p{L})(where|order|parcel|package|deliver\w*|ship\w*|track\w*|arriv\w*|paket|lieferung|bestellung|sendung|noch nicht da|pedido|env[ií]o|paquete|colis|livraison|commande|encomenda|entrega|ordine|consegna|bestelling|levering|zam[óo]wieni\w*|przesyłk\w*|sipari\w*|kargo|beställning|leverans|заказ|посылк|доставк|παραγγελ|הזמנה|طلب|شحن)|配送|届|注文|订单|주문/iu,
  ],
  [
    /feedback|praise|thank|compliment/i,
    /(?<!\p{L})(love|thank\w*|great|beautiful|danke|toll|gracias|merci|obrigad\w*|ador(o|ei)|grazie|bedankt|dzięk\w*|teşekkür\w*|tack|спасибо|شكر)|ありがとう/iu,
  ],
];

const URGENT =
  /\b(urgent\w*|asap|immediately|right now|lawyer|chargeback|scam|furious|unacceptable|dringend|sofort|anwalt|urgente|inmediatamente|abogado|avocat|imm[ée]diatement|advogado|至急|緊急)|عاجل|!!/iu;
const HIGH =
  /\b(third time|still (waiting|nothing|not)|angry|disappointed|tomorrow|today|heute|morgen|enttäuscht|hoy|mañana|demain|aujourd|hoje|amanhã|今日|明日)|غاضب/iu;
const LOW = /\b(thank\w*|love|no rush|danke|gracias|merci|obrigad\w*|ありがとう)|شكر/iu;

/** Any of these as words of their own. */
const anyOf = (list: string) => new RegExp(`(?<!\\p{L})(${list})(?!\\p{L})`, "iu");

const LANGUAGES: [string, RegExp][] = [
  ["ja", /[\u3040-\u30ff]/u],
  ["ar", /[\u0600-\u06ff]/u],
  ["zh", /[\u4e00-\u9fff]/u],
  ["ko", /[\uac00-\ud7af]/u],
  ["ru", /[\u0400-\u04ff]/u],
  ["el", /[\u0370-\u03ff]/u],
  ["he", /[\u0590-\u05ff]/u],
  ["hi", /[\u0900-\u097f]/u],
  ["pt", anyOf("você|não|obrigad[oa]|pedido ainda|meu|minha|encomenda|chegou|olá|oi|está|adorei|coleção")],
  ["es", /[¿¡]|(?<!\p{L})(hola|dónde|gracias|pedido|está|mi|quiero|tengo|por favor|buenas)(?!\p{L})/iu],
  ["nl", anyOf("bestelling|factuur|waar|mijn|bedankt|graag|niet|geen|kunnen|jullie")],
  ["de", anyOf("ich|nicht|und|wo|ist|meine?|bestellung|danke|guten|bitte|hallo|das")],
  ["it", anyOf("ciao|grazie|ordine|dove|buongiorno|perché|il mio|che")],
  ["fr", anyOf("bonjour|je|vous|merci|commande|est|mon|ma|où|colis|s'il")],
  ["pl", anyOf("dzień|proszę|zamówienie|gdzie|dziękuję")],
  ["tr", anyOf("merhaba|sipariş|nerede|teşekkür")],
  ["sv", anyOf("hej|tack|beställning|var är")],
];

export interface Label {
  topic: string;
  urgency: string;
  language: string;
  summary: string;
}

const enumOf = (schema: Record<string, unknown>, name: string): string[] => {
  const property = (schema.properties as Record<string, Record<string, unknown>> | undefined)?.[name];
  return Array.isArray(property?.enum) ? property.enum.map(String) : [];
};

/** Fills the properties of a tool's schema from the customer's text; enums are kept to. */
export function label(text: string, schema: Record<string, unknown>): Record<string, unknown> {
  const topics = enumOf(schema, "topic");
  const hit = TOPICS.map(([name, words]) => ({
    name,
    score: [...text.matchAll(new RegExp(words, words.flags + "g"))].length,
  }))
    .filter((t) => t.score > 0)
    .sort((a, b) => b.score - a.score);
  const topic =
    hit.map((h) => topics.find((t) => h.name.test(t))).find((t) => t !== undefined) ??
    topics.find((t) => /other|general|triage|misc/i.test(t)) ??
    topics[0] ??
    "other";
  const urgencies = enumOf(schema, "urgency");
  const wish = URGENT.test(text) ? "urgent" : HIGH.test(text) ? "high" : LOW.test(text) ? "low" : "normal";
  const urgency =
    urgencies.length === 0 || urgencies.includes(wish)
      ? wish
      : (urgencies.find((u) => u === "normal") ?? urgencies[0] ?? "normal");
  const found = LANGUAGES.find(([, mark]) => mark.test(text))?.[0] ?? "en";
  const languages = enumOf(schema, "language");
  const language = languages.length === 0 || languages.includes(found) ? found : (languages[0] ?? found);
  const words = text.replace(/\s+/g, " ").trim();
  const all: Record<string, unknown> = {
    topic,
    urgency,
    language,
    summary: words.length > 110 ? `${words.slice(0, 107)}...` : words || "No words, only an attachment",
  };
  const properties = Object.keys((schema.properties as Record<string, unknown>) ?? {});
  const out: Record<string, unknown> = {};
  for (const name of properties) {
    if (name in all) out[name] = all[name];
    else if (enumOf(schema, name).length > 0) out[name] = enumOf(schema, name)[0];
  }
  return properties.length === 0 ? all : out;
}
