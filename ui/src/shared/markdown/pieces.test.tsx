import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { Markdown } from "./Markdown";
import { piecesOf } from "./pieces";

const FILLING = `${"A sentence of some length stands here. ".repeat(16)}\n\n`;

const LONG = [
  "# One\n\n",
  FILLING,
  "## Two\n\n",
  FILLING,
  "- a\n- b\n\n- c, after an empty line\n\n",
  FILLING,
  "1. first\n\n",
  FILLING.trimEnd(),
  "\n\n2. second\n\n   with a paragraph of its own\n\n",
  FILLING,
  "```md\n# no heading\n\nnot a paragraph\n\n",
  FILLING,
  "```\n\n",
  "### Three\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n",
  FILLING,
  "> quoted\n\nlast [s00ff12] words\n",
].join("");

describe("pieces of a growing text", () => {
  it("add up to the text, and are never cut differently later", () => {
    for (let end = 0; end <= LONG.length; end += 37) {
      const text = LONG.slice(0, end);
      const pieces = piecesOf(text);
      expect(pieces.map((piece) => piece.text).join("")).toBe(text);
      const whole = piecesOf(LONG);
      expect(pieces.slice(0, -1)).toEqual(whole.slice(0, pieces.length - 1));
    }
    expect(piecesOf(LONG).length).toBeGreaterThan(4);
  });

  it("look as the whole does", () => {
    const grown = render(<Markdown text={LONG} growing />);
    const whole = render(<Markdown text={LONG} />);
    const plain = (html: string) => html.replace(/>\s+</g, "><");
    expect(plain(grown.container.innerHTML)).toBe(plain(whole.container.innerHTML));
  });

  it("are not cut in code, in lists, or before what may still become anything", () => {
    expect(piecesOf(`~~~\n${FILLING}text\n\n`)).toHaveLength(1);
    expect(piecesOf(`- a\n\n  ${FILLING}- b\n`)).toHaveLength(1);
    expect(piecesOf(`${FILLING}1`)).toHaveLength(1);
    expect(piecesOf(`${FILLING}1 is not a list\n`)).toHaveLength(2);
    expect(piecesOf("")).toEqual([{ text: "", open: "" }]);
  });
});
