import { HOUR } from "../common/clock.ts";
import { stableDigits } from "../common/ids.ts";
import type { Facebook } from "../facebook/index.ts";
import type { Instagram } from "../instagram/index.ts";

/** The posts that the shop has before anybody comments. Nobody is told of them. Their ids are always the same. */
export function seedWalls(facebook: Facebook, instagram: Instagram): void {
  const now = facebook.world.clock.now();
  const at = (hours: number) => ({ at: now - hours * HOUR, silent: true });
  const page = facebook.account.id;
  const id = (label: string) => `${page}_${stableDigits(`post ${label}`, 15)}`;
  facebook.wall.post("The Arrecife boots are back, in all sizes. Who has been waiting?", {
    id: id("boots"),
    picture: "boots",
    ...at(5),
  });
  facebook.wall.post("We open at ten on Sunday. Come by for coffee and a look at the tents.", {
    id: id("sunday"),
    ...at(28),
  });
  facebook.wall.post("Light for long evenings: the Skagen lamp, now 20 % off.", {
    id: id("lamp ad"),
    picture: "lamp",
    ad: { id: stableDigits("ad lamp", 17), title: "Skagen lamp, autumn" },
    ...at(52),
  });
  const media = (label: string) => stableDigits(`media ${label}`, 17);
  instagram.wall.post("Last light at the harbour.", { id: media("harbour"), picture: "sunset", ...at(3) });
  instagram.wall.post("Packing for a weekend, in forty seconds.", {
    id: media("reel"),
    type: "reel",
    picture: "parcel",
    ...at(26),
  });
  instagram.wall.post("Skagen lamp. Warm, dimmable, made to be carried.", {
    id: media("lamp"),
    picture: "lamp",
    ...at(74),
  });
  instagram.wall.post("Skagen lamp. Warm, dimmable, made to be carried.", {
    id: media("lamp ad"),
    picture: "lamp",
    ad: { id: stableDigits("ig ad lamp", 17), title: "Skagen lamp, autumn", original: media("lamp") },
    ...at(50),
  });
  instagram.wall.post("End of season at the outlet: boots from 49.", {
    id: media("outlet"),
    kind: "page",
    picture: "boots",
    ...at(7),
  });
}
