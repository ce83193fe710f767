import { mockIPC } from "@tauri-apps/api/mocks";
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ApiError, CarryProgress, SavedRun } from "@/bindings/bindings";
import { accessibilityProblems } from "@/test/axe";
import { aServer, aWorkflow } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, workOn } from "@/test/renderScreen";
import { ExportButton } from "./ExportButton";
import { ImportWorkflow } from "./ImportWorkflow";

const WORKFLOW = aWorkflow({ id: 7, name: "Compare A/B: two databases?", status: "completed" });
const SAVED: SavedRun = { path: "/home/anna/run.wheelhouse", bytes: 38_000_000, workflows: 1 };

// Channels ask the shell for a number even where no command goes through it.
beforeEach(() => mockIPC(() => {}));

/** A shell that carries a file as far as the test says. */
function carrying<T>(command: "saveRun" | "openRun", stopped: (key: string) => void = () => {}) {
  let tell: (progress: CarryProgress) => void = () => {};
  let end: (done: T | null) => void = () => {};
  let fail: (error: ApiError) => void = () => {};
  const asked = vi.fn();
  const answer = (request: unknown, channel: { onmessage: (progress: CarryProgress) => void }) => {
    asked(request);
    tell = (progress) => channel.onmessage(progress);
    return new Promise<T | null>((resolve, reject) => {
      end = resolve;
      fail = reject;
    });
  };
  answerWith({
    [command]: answer,
    stopCarrying: (key: string) => {
      stopped(key);
      end(null);
      return null;
    },
  } as unknown as Answers);
  return {
    asked,
    tell: (progress: CarryProgress) => tell(progress),
    end: (done: T | null) => end(done),
    fail: (error: ApiError) => fail(error),
  };
}

const exported = () =>
  renderScreen("/", { "/": () => <ExportButton workflow={WORKFLOW} /> }).then(async (drawn) => {
    await userEvent.click(screen.getByRole("button", { name: "Export…" }));
    return drawn;
  });

test("a run of a server comes into a file here, and says how far it is", async () => {
  workOn(aServer());
  const shell = carrying<SavedRun>("saveRun");
  await exported();
  expect(shell.asked).toHaveBeenCalledExactlyOnceWith({
    id: 7,
    name: "Compare A B two databases.wheelhouse",
    key: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  shell.tell({ done: 12_000_000, bytes: 38_000_000 });
  const dialog = await screen.findByRole("dialog", { name: "Export" });
  expect(dialog).toHaveTextContent("The file comes from Studio.");
  expect(dialog).toHaveTextContent("12.0 MB of 38.0 MB");
  expect(within(dialog).getByRole("progressbar")).toHaveAttribute("aria-valuenow", "12000000");
  expect(await accessibilityProblems(dialog)).toEqual([]);
  shell.tell({ done: 38_000_000, bytes: 38_000_000 });
  await waitFor(() => expect(dialog).toHaveTextContent("The file is checked."));
  expect(within(dialog).queryByRole("button", { name: "Stop" })).not.toBeInTheDocument();
  shell.end(SAVED);
  expect(await screen.findByText(/The workflow is in \/home\/anna/)).toBeVisible();
});

test("what is stopped leaves nothing to say", async () => {
  const stopped = vi.fn();
  const shell = carrying<SavedRun>("saveRun", stopped);
  await exported();
  shell.tell({ done: 1, bytes: 2 });
  const dialog = await screen.findByRole("dialog", { name: "Export" });
  expect(dialog).toHaveTextContent("The file is written.");
  await userEvent.click(within(dialog).getByRole("button", { name: "Stop" }));
  const [{ key }] = shell.asked.mock.calls[0] as [{ key: string }];
  await waitFor(() => expect(stopped).toHaveBeenCalledExactlyOnceWith(key));
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  expect(screen.getByRole("button", { name: "Export…" })).toBeEnabled();
});

test("a file that goes to a server is opened there as a workflow", async () => {
  workOn(aServer());
  const shell = carrying("openRun");
  const drawn = await renderScreen("/", { "/": ImportWorkflow });
  await userEvent.click(screen.getByRole("button", { name: "Import…" }));
  shell.tell({ done: 1, bytes: 2 });
  const dialog = await screen.findByRole("dialog", { name: "Import a workflow" });
  expect(dialog).toHaveTextContent("The file goes to Studio.");
  shell.end({ workflow: WORKFLOW, known: false });
  await waitFor(() => expect(drawn.address()).toBe("/workflows/7"));
});

test("a file that was not taken in says why", async () => {
  const shell = carrying("openRun");
  await renderScreen("/", { "/": ImportWorkflow });
  await userEvent.click(screen.getByRole("button", { name: "Import…" }));
  await waitFor(() => expect(shell.asked).toHaveBeenCalledOnce());
  shell.fail({
    code: "invalid_request",
    message: "The file can't be used: it was changed since it was exported.",
    details: { field: "transfer", next_step: "Ask for the file again." },
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("Ask for the file again.");
});
