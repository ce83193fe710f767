import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { accessibilityProblems } from "@/test/axe";
import { aServer, aSource } from "@/test/fixtures";
import { answerWith, renderScreen, workOn } from "@/test/renderScreen";
import { StaysHereChoice } from "./StaysHereChoice";

const NOTES = aSource({ id: 2, name: "notes", kind: "folder", path: "/home/me/notes" });

test("a source is marked, and it is said from when that counts", async () => {
  const setSourceStaysHere = vi.fn(() => aSource({ ...NOTES, stays_here: true }));
  answerWith({ setSourceStaysHere });
  const { container } = await renderScreen("/", { "/": () => <StaysHereChoice source={NOTES} /> });
  const choice = screen.getByRole("checkbox", { name: "Stays on this machine" });
  expect(choice).not.toBeChecked();
  expect(choice).toHaveAccessibleDescription(/searched from then on/);
  expect(await accessibilityProblems(container)).toEqual([]);
  await userEvent.click(choice);
  expect(setSourceStaysHere).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ id: 2, stays_here: true }),
  );
});

test("on a server its name is said, and what the mark means", async () => {
  workOn(aServer());
  const marked = { ...NOTES, stays_here: true };
  await renderScreen("/", { "/": () => <StaysHereChoice source={marked} /> });
  const choice = screen.getByRole("checkbox", { name: "Stays on Studio" });
  expect(choice).toBeChecked();
  expect(choice).toHaveAccessibleDescription(/not shown its text/);
});

test("what ships with the application has no choice", async () => {
  await renderScreen("/", { "/": () => <StaysHereChoice source={aSource()} /> });
  expect(screen.queryByRole("checkbox")).not.toBeInTheDocument();
});
