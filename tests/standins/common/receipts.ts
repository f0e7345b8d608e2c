/** When the platform tells about our own send: the echo (or `sent` status), the delivery, the reading. */
export interface Receipt {
  /** early: before the HTTP answer; late: after `ms`; never. */
  when: "early" | "late" | "never";
  ms: number;
  times: number;
}

export type ReceiptKind = "echo" | "delivered" | "read";

const usual: Record<ReceiptKind, Receipt> = {
  echo: { when: "late", ms: 20, times: 1 },
  delivered: { when: "late", ms: 60, times: 1 },
  read: { when: "never", ms: 0, times: 1 },
};

/** Settings per platform; `*` stands for all. Reading is off until asked for: a customer reads by `customer.read()`. */
export class Receipts {
  private set_ = new Map<string, Receipt>();

  set(platform: string, kind: ReceiptKind, how: "early" | "late" | "never" | "twice" | Partial<Receipt>): void {
    const base = usual[kind];
    const made: Receipt =
      how === "twice"
        ? { ...base, when: "late", ms: base.ms || 20, times: 2 }
        : typeof how === "string"
          ? { ...base, when: how, ms: how === "late" ? 1500 : 0 }
          : { ...base, when: "late", ...how };
    this.set_.set(`${platform}:${kind}`, made);
  }

  reset(): void {
    this.set_.clear();
  }

  get(platform: string, kind: ReceiptKind): Receipt {
    return this.set_.get(`${platform}:${kind}`) ?? this.set_.get(`*:${kind}`) ?? usual[kind];
  }
}
