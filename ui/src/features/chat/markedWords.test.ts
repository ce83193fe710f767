import { describe, expect, it } from "vitest";
import { placesOfWords } from "./markedWords";

const found = (text: string, query: string) =>
  placesOfWords(text, query).map(([from, to]) => text.slice(from, to));

describe("the words that a search found", () => {
  it("are whole words that begin as asked, whatever their accents and capitals", () => {
    expect(found("Ferries dock in ZÜRICH, not at Furth.", "zurich FERR")).toEqual([
      "Ferries",
      "ZÜRICH",
    ]);
    expect(found("In Zu\u0308rich", "zürich")).toEqual(["Zu\u0308rich"]);
  });

  it("are none where nothing was asked for", () => {
    expect(found("Ferries", " -- ")).toEqual([]);
    expect(found("", "ferries")).toEqual([]);
  });
});
