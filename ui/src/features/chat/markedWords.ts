// Marks words in what is on the page for a moment, without touching the page itself: React owns it.

/** Whether the webview can do that. */
export const canMark = (): boolean => typeof CSS !== "undefined" && "highlights" in CSS;

const NAME = "found-words";

const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** Without accents and capitals, as the search compares. */
const plain = (word: string): string =>
  word.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

/** Where the words stand in a text, from and to: those that the search found, which may be longer than what was asked for. */
export function placesOfWords(text: string, query: string): [from: number, to: number][] {
  const wanted = (query.match(WORD) ?? []).map(plain);
  return [...text.matchAll(WORD)].flatMap((match): [number, number][] => {
    const word = plain(match[0]);
    return wanted.some((begin) => word.startsWith(begin))
      ? [[match.index, match.index + match[0].length]]
      : [];
  });
}

/** Marks the words of `query` in an element. Gives the function that takes the marks away. */
export function markWords(element: Element, query: string): () => void {
  if (!canMark()) return () => {};
  const ranges: Range[] = [];
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    for (const [from, to] of placesOfWords(node.nodeValue ?? "", query)) {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, to);
      ranges.push(range);
    }
  }
  CSS.highlights.set(NAME, new Highlight(...ranges));
  return () => CSS.highlights.delete(NAME);
}
