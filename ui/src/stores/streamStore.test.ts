import { type TextPiece, useStreamStore } from "./streamStore";

const store = () => useStreamStore.getState();
const piece = (offset: number, text: string, over: Partial<TextPiece> = {}): TextPiece => ({
  task_id: 1,
  attempt: 1,
  offset,
  text,
  ...over,
});
const textOf = (taskId = 1) => store().texts[taskId]?.text;

beforeEach(() => store().clear());

test("pieces in order make one text", () => {
  expect(store().append([piece(0, "One "), piece(4, "two")])).toEqual([]);
  expect(store().append([piece(7, ".")])).toEqual([]);
  expect(textOf()).toBe("One two.");
});

test("offsets count UTF-16 code units", () => {
  store().append([piece(0, "Ä🛞"), piece(3, "x")]);
  expect(textOf()).toBe("Ä🛞x");
});

test("offset 0 begins anew", () => {
  store().append([piece(0, "First turn"), piece(0, "Second")]);
  expect(textOf()).toBe("Second");
});

test("a missing piece is reported once, and what follows is held", () => {
  store().append([piece(0, "One ")]);
  expect(store().append([piece(8, "three ")])).toEqual([1]);
  expect(store().append([piece(14, "four")])).toEqual([]);
  expect(textOf()).toBe("One ");
  store().resync(1, { attempt: 1, text: "One two three" });
  expect(textOf()).toBe("One two three four");
  expect(store().append([piece(18, ".")])).toEqual([]);
  expect(textOf()).toBe("One two three four.");
});

test("a text that was first seen in its middle is a gap", () => {
  expect(store().append([piece(40, "late")])).toEqual([1]);
  store().resync(1, { attempt: 1, text: "x".repeat(40) });
  expect(textOf()).toBe(`${"x".repeat(40)}late`);
});

test("a resync that is still too short leaves no false text", () => {
  store().append([piece(40, "late")]);
  store().resync(1, { attempt: 1, text: "short" });
  expect(textOf()).toBe("short");
  expect(store().append([piece(44, "!")])).toEqual([1]);
});

test("a newer attempt replaces, an older one is let go", () => {
  store().append([piece(0, "old")]);
  store().append([piece(0, "new", { attempt: 2 }), piece(3, " lost", { attempt: 1 })]);
  expect(textOf()).toBe("new");
});

test("nothing being written forgets the text", () => {
  store().append([piece(0, "a"), piece(0, "b", { task_id: 2 })]);
  store().resync(1, null);
  expect(textOf(1)).toBeUndefined();
  store().clear([2]);
  expect(store().texts).toEqual({});
});

test("texts do not grow without end in number", () => {
  store().append(Array.from({ length: 150 }, (_, id) => piece(0, "x", { task_id: id + 1 })));
  expect(Object.keys(store().texts)).toHaveLength(100);
  expect(textOf(150)).toBe("x");
});
