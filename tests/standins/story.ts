import type { Customer } from "./common/customer.ts";
import type { Standins } from "./index.ts";
import type { WallPost } from "./wall/model.ts";

export interface Story {
  /** Resolves when the opening messages have been written. */
  opening: Promise<void>;
  stop(): void;
}

/** A post that the shop has from the start, by its first words. */
const postOf = (all: Standins, platform: "facebook" | "instagram", begins: string): WallPost => {
  const found = all.world.wall.list(platform).find((post) => post.text.startsWith(begins));
  if (!found) throw new Error(`no post begins with ${begins}`);
  return found;
};

interface Step {
  /** Seconds after the step before. */
  after: number;
  run(all: Standins): void;
}

const opening: Step[] = [
  {
    after: 0.2,
    run: (s) =>
      s.whatsapp
        .customer("Greta Lindqvist", { language: "en" })
        .text("Hi! Where is my order 4821? It was meant to arrive on Tuesday."),
  },
  {
    after: 0.6,
    run: (s) =>
      s.instagram
        .customer("Jonas Weber", { language: "de", username: "jonas.am.see" })
        .text("Hallo, die Lampe kam mit einem Riss im Schirm an. Was soll ich tun?"),
  },
  { after: 0.3, run: (s) => s.instagram.customer("Jonas Weber").image("lamp") },
  {
    after: 0.5,
    run: (s) =>
      s.facebook
        .customer("Marcus Bell", { language: "en" })
        .text(
          "This is the THIRD time I am writing. I was charged twice and nobody answers. Refund me today or I call my bank!!",
        ),
  },
  {
    after: 0.7,
    run: (s) =>
      s.telegram
        .customer("Lucía Romero", { language: "es", username: "lucia_r" })
        .text("Hola, ¿tienen las botas Arrecife en talla 38? Las necesito para el viernes."),
  },
  {
    after: 0.4,
    run: (s) =>
      s.instagram.customer("Amélie Fournier", { language: "fr", username: "amelie.dehors" }).storyMention("sunset"),
  },
  {
    after: 0.6,
    run: (s) =>
      s.whatsapp
        .customer("Rafael Souza", { language: "pt" })
        .text("Olá! Meu pedido ainda não chegou e o código de rastreio não funciona. Está tudo bem?"),
  },
  {
    after: 0.5,
    run: (s) => {
      // The platform did not see the first answer and delivers the same event again.
      s.delivery.duplicate("facebook", 1);
      s.facebook
        .customer("Priya Raman", { language: "en" })
        .text("Can I still change the delivery address for order 4907?");
    },
  },
  {
    after: 0.7,
    run: (s) =>
      s.telegram.customer("佐藤 美咲", { language: "ja" }).text("こんにちは。注文した登山靴のサイズを変更できますか?"),
  },
  {
    after: 0.4,
    run: (s) =>
      s.whatsapp.customer("ليلى حداد", { language: "ar" }).text("مرحبا، أريد استرداد المبلغ، وصلت الحقيبة مكسورة."),
  },
  { after: 0.3, run: (s) => s.whatsapp.customer("ليلى حداد").image("parcel") },
  {
    after: 0.6,
    run: (s) => s.facebook.customer("Tom Okafor", { language: "en" }).text("Do you ship to the Faroe Islands?"),
  },
  {
    after: 0.9,
    run: (s) =>
      s.instagram
        .customer("Tom Okafor", { language: "en", username: "tom.okafor" })
        .text("Do you ship to the Faroe Islands?"),
  },
  {
    after: 0.5,
    run: (s) => {
      const ines = s.instagram.customer("Inês Duarte", { language: "pt", username: "ines.duarte" });
      ines.text("Oi! Adorei a nova coleção");
      const slip = ines.text("O meu telefone é 555-0142, liguem por favor");
      s.world.soon(2500, () => ines.unsend(slip));
    },
  },
  {
    after: 0.6,
    run: (s) =>
      s.telegram
        .customer("Noor de Vries", { language: "nl", kind: "business" })
        .text("Hallo, kunnen jullie mijn factuur van bestelling 4711 opnieuw sturen? Geen haast."),
  },
  {
    after: 0.5,
    run: (s) =>
      s.instagram
        .customer("Sofia Marino", { language: "it", username: "sofia.sui.monti" })
        .storyReply("Che bella questa luce! Dove è stata fatta la foto?"),
  },
  {
    after: 0.7,
    run: (s) =>
      s.whatsapp
        .customer("Hannah Vogt", { language: "de" })
        .text("Dringend: ich reise morgen früh ab und das Zelt ist immer noch nicht da!"),
  },
  { after: 0.4, run: (s) => s.whatsapp.customer("Hannah Vogt").voice() },
  {
    after: 0.5,
    run: (s) => {
      const wall = s.facebook.wall;
      const asked = wall.comment("Tess Winter", postOf(s, "facebook", "The Arrecife boots"), "Do they run small?");
      s.world.soon(1500, () => wall.reply("Juno Park", asked, "Mine do. I take one size up."));
    },
  },
  {
    after: 0.6,
    run: (s) =>
      s.instagram.wall.comment(
        "Oskar Lind",
        postOf(s, "instagram", "Skagen lamp"),
        "The price in this ad is not the price in your shop. Which one is it?",
      ),
  },
  {
    after: 0.8,
    run: (s) =>
      s.instagram
        .customer("Kaya Demir", { kind: "page", language: "tr", username: "kaya.yolda" })
        .text("Merhaba, outlet mağazanızda bu mont var mı?"),
  },
];

/** Nobody gives thanks for an answer that has not come. */
const thank = (customer: Customer, words: string): void => {
  if (customer.received.length > 0) customer.text(words);
};

const later: ((s: Standins) => void)[] = [
  (s) => s.whatsapp.customer("Greta Lindqvist").text("Any news? No rush, I just want to know."),
  (s) =>
    s.telegram
      .customer("Piotr Nowak", { language: "pl", username: "piotr_n" })
      .text("Dzień dobry, gdzie jest moje zamówienie 4955?"),
  (s) => s.instagram.customer("Amélie Fournier").text("Merci pour tout, le sac est superbe !"),
  (s) =>
    s.facebook
      .customer("Elena Petrova", { language: "ru" })
      .text("Здравствуйте, можно вернуть куртку, если она не подошла?"),
  (s) => s.facebook.customer("Marcus Bell").text("Hello?? Still waiting."),
  (s) =>
    s.whatsapp
      .customer("Mei Tan", { language: "en", hideNumber: true, username: "mei.tan" })
      .image("receipt", { caption: "Is this receipt enough for the warranty?" }),
  (s) => thank(s.telegram.customer("Lucía Romero"), "¡Gracias! Las compro hoy mismo."),
  (s) =>
    s.instagram
      .customer("Ruben Castillo", { language: "es", username: "ruben.c" })
      .text("Buenas, me cobraron dos veces el pedido 4933."),
  (s) => s.facebook.customer("Priya Raman").image("receipt"),
  (s) => thank(s.whatsapp.customer("Rafael Souza"), "Chegou agora, obrigado!"),
];

/**
 * Customers write: an opening of some seconds, then a message now and again until all have said what they have to say.
 */
export function tellStory(all: Standins, pace: { opening?: number; everyMs?: number } = {}): Story {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const wait = (ms: number) => new Promise<void>((done) => (timer = setTimeout(done, ms)));
  // Over a restart the chats are kept: the opening is told once.
  const told = all.world.phones.list().filter((c) => c.messages.length > 0).length >= 10;
  const play = async () => {
    if (told) return;
    for (const step of opening) {
      await wait(step.after * 1000 * (pace.opening ?? 1));
      if (stopped) return;
      step.run(all);
    }
  };
  const done = play();
  void done.then(async () => {
    for (const step of later) {
      await wait((pace.everyMs ?? 45_000) * (0.7 + all.world.random() * 0.6));
      if (stopped) return;
      step(all);
    }
  });
  return {
    opening: done,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
