/** The invented business all accounts belong to. */
export const business = {
  name: "Harbour & Pine",
  page: "104417800113001",
  linkedPage: "104417800113002",
  instagram: "17841400000110001",
  linkedInstagram: "17841400000110002",
  phoneNumberId: "106540352242922",
  waba: "102290129340398",
  displayPhone: "15550100222",
  bot: 7000000001,
  botUsername: "harbourpine_bot",
  owner: 7000000700,
  connection: "bcHarbourPine01",
} as const;
