// How an agent came to be, in words.

import type { Agent } from "@/stores";

/** For those that the operator added; null for all others. */
export function originWords({ origin }: Pick<Agent, "origin">): string | null {
  switch (origin?.from) {
    case "operator":
      return "Written by you";
    case "copy":
      return `Copy of ${origin.name}`;
    case "starter":
      return "Starter set";
    case "file":
      return "From a file";
    default:
      return null;
  }
}
