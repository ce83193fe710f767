import { createMemoryHistory } from "@tanstack/react-router";
import { rememberScreen } from "./lastScreen";
import { createAppRouter } from "./router";

const start = (address: string) => {
  const history = createMemoryHistory({ initialEntries: [address] });
  const stop = rememberScreen(createAppRouter(history));
  return { history, stop };
};

beforeEach(() => localStorage.clear());

test("a bare start goes to the last screen", () => {
  localStorage.setItem("screen.last", JSON.stringify("/workflows?status=failed"));
  expect(start("/").history.location.href).toBe("/workflows?status=failed");
});

test("an address that was asked for wins", () => {
  localStorage.setItem("screen.last", JSON.stringify("/agents"));
  expect(start("/knowledge").history.location.href).toBe("/knowledge");
});

test("what is no address is ignored", () => {
  localStorage.setItem("screen.last", JSON.stringify("agents"));
  expect(start("/").history.location.href).toBe("/");
});
