import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it, onTestFinished } from "vitest";
import { Dialog } from "../ui/Dialog";
import { WithInspector } from "./WithInspector";

/** A window that can be made narrow. */
function aWindow() {
  const real = window.matchMedia;
  const listeners = new Set<() => void>();
  let narrow = false;
  window.matchMedia = ((query: string) => ({
    ...real(query),
    get matches() {
      return narrow;
    },
    addEventListener: (_: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
  })) as unknown as typeof window.matchMedia;
  onTestFinished(() => {
    window.matchMedia = real;
  });
  return (next: boolean) =>
    act(() => {
      narrow = next;
      for (const listener of [...listeners]) listener();
    });
}

function Inside() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Rename
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Rename it" dismissable>
        <input aria-label="Name" />
      </Dialog>
    </>
  );
}

it("keeps a dialog of the inspector, with what is written in it, when the window crosses the border", async () => {
  const makeNarrow = aWindow();
  const user = userEvent.setup();
  render(
    <WithInspector name="test" label="Thing" inspector={<Inside />} onClose={() => {}}>
      <p>The screen</p>
    </WithInspector>,
  );
  await user.click(screen.getByRole("button", { name: "Rename" }));
  await user.type(await screen.findByRole("textbox", { name: "Name" }), "Ferry");
  makeNarrow(true);
  expect(screen.getByRole("textbox", { name: "Name" })).toHaveValue("Ferry");
  await user.click(screen.getByRole("button", { name: "Close" }));
  expect(await screen.findByRole("dialog", { name: "Thing" })).toBeVisible();
  expect(screen.queryByRole("complementary", { name: "Thing" })).toBeNull();
});
