import { aQuestion } from "@/test/fixtures";
import { useConnectionStore } from "./connectionStore";
import { useQuestionStore } from "./questionStore";
import { useUiStore } from "./uiStore";

describe("questions", () => {
  const store = () => useQuestionStore.getState();
  beforeEach(() => store().setQuestions([]));

  test("only open ones are kept, oldest first", () => {
    store().setQuestions([
      aQuestion({ id: 9 }),
      aQuestion({ id: 8, status: "answered" }),
      aQuestion({ id: 7 }),
    ]);
    expect(store().questions.map((question) => question.id)).toEqual([7, 9]);
  });

  test("an answered one leaves, a new one joins, the rest keeps its identity", () => {
    store().setQuestions([aQuestion({ id: 7 }), aQuestion({ id: 9 })]);
    const kept = store().questions[1];
    store().applyQuestions([aQuestion({ id: 7, status: "answered" }), aQuestion({ id: 11 })]);
    expect(store().questions.map((question) => question.id)).toEqual([9, 11]);
    expect(store().questions[0]).toBe(kept);
  });

  test("nothing new keeps the list itself", () => {
    store().setQuestions([aQuestion()]);
    const before = store().questions;
    store().applyQuestions([aQuestion()]);
    expect(store().questions).toBe(before);
  });
});

test("the chosen theme is remembered", () => {
  useUiStore.getState().setTheme("dark");
  expect(useUiStore.getState().theme).toBe("dark");
  expect(localStorage.getItem("theme")).toBe('"dark"');
});

test("what is open is plain", () => {
  const store = useUiStore.getState();
  store.setPaletteOpen(true);
  store.setKeysOpen(true);
  store.setClosing(2);
  store.setNotice("Already running.");
  expect(useUiStore.getState()).toMatchObject({
    paletteOpen: true,
    keysOpen: true,
    closing: 2,
    notice: "Already running.",
  });
});

test("the connection's status is what the service says", () => {
  const status = { ...useConnectionStore.getState().status, connected: true };
  useConnectionStore.getState().setStatus(status);
  expect(useConnectionStore.getState().status).toBe(status);
});
