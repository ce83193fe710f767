import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { accessibilityProblems } from "@/test/axe";
import { aServer, aSource } from "@/test/fixtures";
import { answerWith, renderScreen, workOn } from "@/test/renderScreen";
import { AddSource } from "./AddSource";

test("on this machine the system's dialogs choose", async () => {
  await renderScreen("/", { "/": AddSource });
  expect(screen.getByRole("button", { name: "Browse folder…" })).toBeVisible();
  expect(screen.getByRole("button", { name: "Browse file…" })).toBeVisible();
});

test("on a server a path there is written, and no dialog of this machine is offered", async () => {
  workOn(aServer());
  const addSource = vi.fn(() => aSource());
  answerWith({ addSource });
  const { container } = await renderScreen("/", { "/": AddSource });
  expect(screen.queryByRole("button", { name: /Browse/ })).not.toBeInTheDocument();
  expect(await accessibilityProblems(container)).toEqual([]);
  const field = screen.getByLabelText("Folder on Studio");
  expect(field).toHaveAccessibleDescription(/reads files where it runs/);
  await userEvent.type(field, "/srv/notes{Enter}");
  expect(addSource).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ path: "/srv/notes" }),
  );
});
