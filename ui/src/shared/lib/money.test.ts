import { describe, expect, it } from "vitest";
import { formatMoney, readCount, readDollars, spentWords } from "./money";

const spent = { money: 0, possible: 0, unpriced: 0, tokens: 0 };

describe("money", () => {
  it("is written to the cent, and below ten cents as exactly as it takes", () => {
    expect(formatMoney(0)).toBe("$0.00");
    expect(formatMoney(420_000)).toBe("$0.42");
    expect(formatMoney(1_234_500_000)).toBe("$1,234.50");
    expect(formatMoney(12)).toBe("$0.000012");
    expect(formatMoney(20_000)).toBe("$0.02");
  });

  it("says what is not sure and what is not known", () => {
    expect(spentWords(spent)).toBeNull();
    expect(spentWords({ ...spent, tokens: 5 })).toBe("$0.00");
    expect(spentWords({ ...spent, money: 500_000, possible: 1, tokens: 5 })).toBe("up to $0.50");
    expect(spentWords({ ...spent, unpriced: 2 })).toBe("2 calls of unknown price");
    expect(spentWords({ ...spent, money: 500_000, unpriced: 1 })).toBe(
      "$0.50 and 1 call of unknown price",
    );
  });

  it("is read from what people type", () => {
    expect(readDollars(" $1.50 ")).toBe(1_500_000);
    expect(readDollars(".5")).toBe(500_000);
    expect(readDollars("")).toBeNull();
    expect(readDollars("-1")).toBeUndefined();
    expect(readDollars("1.2345678")).toBeUndefined();
    expect(readCount("200,000")).toBe(200_000);
    expect(readCount("1.5")).toBeUndefined();
  });
});
