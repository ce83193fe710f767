import { fireEvent } from "@testing-library/react";
import { addKeys, registeredKeys } from "./keys";

const press = (key: string, more: KeyboardEventInit = {}, target: Element = document.body) =>
  fireEvent.keyDown(target, { key, bubbles: true, ...more });

const stops: (() => void)[] = [];
const bind = (keys: string, always = false) => {
  const run = vi.fn();
  stops.push(addKeys([{ keys, label: keys, run, always }]));
  return run;
};

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  document.body.replaceChildren();
});

test("a chord and a sequence run what they are bound to", () => {
  const palette = bind("mod+k", true);
  const workflows = bind("g w");
  const keys = bind("?");
  press("k", { ctrlKey: true });
  press("k", { metaKey: true });
  press("g");
  press("w");
  press("?", { shiftKey: true });
  press("w");
  expect(palette).toHaveBeenCalledTimes(2);
  expect(workflows).toHaveBeenCalledTimes(1);
  expect(keys).toHaveBeenCalledTimes(1);
});

test("plain keys are left alone while somebody types; chords that say so are not", () => {
  const next = bind("j");
  const palette = bind("mod+k", true);
  const field = document.body.appendChild(document.createElement("textarea"));
  press("j", {}, field);
  press("k", { ctrlKey: true }, field);
  expect(next).not.toHaveBeenCalled();
  expect(palette).toHaveBeenCalledTimes(1);
});

test("a box or a slider takes no letters, but keeps what is its own", () => {
  const mark = bind("x");
  const open = bind("enter");
  const box = document.body.appendChild(document.createElement("input"));
  box.type = "checkbox";
  press("x", {}, box);
  press("Enter", {}, box);
  expect(mark).toHaveBeenCalledTimes(1);
  expect(open).not.toHaveBeenCalled();
});

test("plain keys are left alone while a dialog is open", () => {
  const next = bind("j");
  const dialog = document.body.appendChild(document.createElement("div"));
  dialog.setAttribute("role", "dialog");
  press("j");
  expect(next).not.toHaveBeenCalled();
});

test("the newest registration answers, and the older one when it is gone", () => {
  const under = bind("esc");
  const above = vi.fn();
  const stop = addKeys([{ keys: "esc", label: "Close", run: above }]);
  press("Escape");
  stop();
  press("Escape");
  expect(above).toHaveBeenCalledTimes(1);
  expect(under).toHaveBeenCalledTimes(1);
});

test("a key that something else has answered is not answered twice", () => {
  const close = bind("esc");
  const field = document.body.appendChild(document.createElement("div"));
  field.addEventListener("keydown", (event) => event.preventDefault());
  press("Escape", {}, field);
  expect(close).not.toHaveBeenCalled();
});

test("what works now is listed, each once", () => {
  bind("j");
  bind("j");
  bind("k");
  expect(registeredKeys().map((binding) => binding.keys)).toEqual(["j", "k"]);
});
