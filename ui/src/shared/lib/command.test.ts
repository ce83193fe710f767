import { describe, expect, it } from "vitest";
import { joinCommand, splitCommand } from "./command";

describe("A command", () => {
  it.each([
    [
      "npx -y @modelcontextprotocol/server-memory",
      ["npx", "-y", "@modelcontextprotocol/server-memory"],
    ],
    ['  node  "my server.js"\t', ["node", "my server.js"]],
    [`say 'it is "so"' "it's"`, ["say", 'it is "so"', "it's"]],
    [String.raw`run C:\Users\ada my\ notes`, ["run", String.raw`C:\Users\ada`, "my notes"]],
    [`empty "" ''`, ["empty", "", ""]],
    ["--name='Ada Lovelace'", ["--name=Ada Lovelace"]],
    ["$HOME `x` | rm > y", ["$HOME", "`x`", "|", "rm", ">", "y"]],
    ["", []],
  ])("%s is taken apart", (text, words) => {
    expect(splitCommand(text)).toEqual({ words, problem: null });
  });

  it("says that a quote is open", () => {
    expect(splitCommand('node "x').problem).toMatch(/not closed/);
  });

  it("comes back as it went", () => {
    const words = [
      "node",
      "a b",
      'say "no"',
      "",
      "it's",
      String.raw`C:\a\b`,
      String.raw`\\share\x`,
    ];
    expect(splitCommand(joinCommand(words))).toEqual({ words, problem: null });
  });
});
