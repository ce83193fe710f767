// Cuts a growing text where Markdown can be cut: what is before a cut is never set differently because of what comes
// later, so it is parsed once. Cuts depend on what is before them alone, so that they stay where they are.
//
// Deliberately not honoured: definitions of links and notes far away from their use. Whoever shows the whole text once it
// stands still sets those right.

/** A part of a text that is parsed by itself. */
export interface Piece {
  text: string;
  /** Levels of the headings that are open where it begins, joined by commas. */
  open: string;
}

/** Characters that a piece has at least, so that there are not too many of them. */
const LEAST = 600;

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:\s|$)/;
/** What may go on with a list, or belongs to something else. */
const GOES_ON = /^(?:\s|[-*+](?:\s|$)|\d{1,9}[.)](?:\s|$)|\[)/;

/** The parts of a text, the last of which may still change. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  const open: number[] = [];
  let [begin, at, fence, afterBlank] = [0, 0, "", false];
  let openThen = "";
  while (at < text.length) {
    const end = text.indexOf("\n", at);
    // A line that is being written may become anything.
    if (end === -1) break;
    const line = text.slice(at, end);
    const isCut =
      fence === "" &&
      afterBlank &&
      at - begin >= LEAST &&
      line.trim() !== "" &&
      !GOES_ON.test(line);
    if (isCut) {
      pieces.push({ text: text.slice(begin, at), open: openThen });
      begin = at;
      openThen = open.join();
    }
    fence = fenceAfter(fence, line);
    const level = fence === "" ? HEADING.exec(line)?.[1]?.length : undefined;
    if (level !== undefined) {
      while ((open.at(-1) ?? 0) >= level) open.pop();
      open.push(level);
    }
    afterBlank = line.trim() === "";
    at = end + 1;
  }
  pieces.push({ text: text.slice(begin), open: openThen });
  return pieces;
}

/** The mark that ends the code that a line is in, given the one before it; nothing outside of code. */
function fenceAfter(fence: string, line: string): string {
  const [, mark = "", rest = ""] = FENCE.exec(line) ?? [];
  if (fence === "") return mark[0] === "`" && rest.includes("`") ? "" : mark;
  const ends = mark[0] === fence[0] && mark.length >= fence.length && rest.trim() === "";
  return ends ? "" : fence;
}
