// The moving of runs as the screens have it: offered, carried out, told of afterwards.

import { mockIPC } from "@tauri-apps/api/mocks";
import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { MoveOutcome, UnfinishedMove, WorkflowView } from "@/bindings/bindings";
import { beginElsewhere } from "@/shared/lib/beginning";
import { useBackendStore, useWorkflowStore } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { aServer, aTask, aWorkflow, aWorkflowDetail, NOON } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores, workOn } from "@/test/renderScreen";
import { WorkflowScreen } from "../WorkflowScreen";
import { WorkflowsScreen } from "../WorkflowsScreen";
import { MovedScreen } from "./MovedScreen";
import { canMove } from "./moveWords";

vi.mock("@/shared/lib/beginning", () => ({ beginElsewhere: vi.fn(), LAST_SCREEN: "screen.last" }));

const STUDIO = aServer();
const UID = "0192abcd-0000-7000-8000-000000000001";
const RUN = aWorkflow({ status: "waiting" });
const GONE = {
  place: "gone" as const,
  move_uid: UID,
  other: STUDIO.store,
  other_name: "Studio",
  since: NOON,
};
const OUTLOOK = {
  plan: {
    workflow: RUN.uid,
    name: RUN.name,
    sub_workflows: 0,
    obstacles: [],
    needs: { workflow: RUN.uid, models: [], tools: [], agents: [], templates: [], sources: [] },
  },
  check: { here: null, lacks: [] },
};

/** The window talks to this machine and is paired with a server. */
function paired(): void {
  useBackendStore.setState({ chosen: null, backends: [STUDIO] });
  onTestFinished(() => useBackendStore.setState(useBackendStore.getInitialState(), true));
}

const unfinished = (over: Partial<UnfinishedMove> = {}): UnfinishedMove => ({
  uid: UID,
  name: RUN.name,
  workflow: RUN.id,
  from: { id: null, name: "laptop", known: true },
  to: { id: STUDIO.id, name: "Studio", known: true },
  standing: { step: "sending", sent: null, waits_for: null, can_call_off: true },
  ...over,
});

function open(workflow: WorkflowView, answers: Answers = {}, address = "/workflows/12") {
  const detail = aWorkflowDetail({ workflow, tasks: [aTask({ status: "waiting" })] });
  useWorkflowStore.setState({ workflows: [workflow], tasks: detail.tasks });
  answerWith({
    getWorkflow: () => detail,
    listJournal: () => [],
    unfinishedMoves: () => [],
    lookAheadOfMove: () => OUTLOOK,
    listWorkflows: () => ({ workflows: [workflow], matching: 1, more: false }),
    getWorkflowStats: () => ({ total: 1, active: 0, completed: 0, failed: 0, moved: 1 }),
    ...answers,
  });
  return renderScreen(address, {
    "/workflows": WorkflowsScreen,
    "/workflows/$id": WorkflowScreen,
    "/moved/$uid": MovedScreen,
  });
}

/** Opens the dialog and begins. */
async function move(): Promise<HTMLElement> {
  await userEvent.click(await screen.findByRole("button", { name: "Move to Studio…" }));
  const box = await screen.findByRole("dialog");
  await within(box).findByText("Everything that it needs is there.");
  await userEvent.click(within(box).getByRole("button", { name: "Move run" }));
  return box;
}

beforeEach(() => {
  resetStores();
  // Channels ask the shell for a number even where no command goes through it.
  mockIPC(() => {});
  vi.mocked(beginElsewhere).mockClear();
});

test("where nothing is paired, no run is offered to be moved", async () => {
  await open(RUN);
  expect(await screen.findByRole("heading", { level: 1 })).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: /^Move to/ })).not.toBeInTheDocument();
});

test("a run is moved, and opened where it is then", async () => {
  paired();
  let end: (outcome: MoveOutcome) => void = () => {};
  const moveWorkflow = vi.fn(
    (_request, progress) =>
      new Promise<MoveOutcome>((resolve) => {
        const standing = { step: "sending", sent: null, waits_for: null, can_call_off: true };
        progress.onmessage({ uid: UID, standing });
        end = resolve;
      }),
  );
  const switchBackend = vi.fn(() => ({ chosen: STUDIO.id, backends: [STUDIO], notice: null }));
  await open(RUN, { moveWorkflow, switchBackend });
  const box = await move();
  expect(within(box).getByText(/Sending the run/)).toBeVisible();
  expect(within(box).getByRole("button", { name: "Call off" })).toBeEnabled();
  act(() => useWorkflowStore.setState({ workflows: [{ ...RUN, moved: GONE }] }));
  end({ end: "moved", uid: UID, workflow: 3 });
  await userEvent.click(await within(box).findByRole("button", { name: "Open it on Studio" }));
  expect(moveWorkflow.mock.calls[0]?.[0]).toEqual({ workflow: 12, to: STUDIO.id });
  expect(switchBackend).toHaveBeenCalledExactlyOnceWith(STUDIO.id);
  await waitFor(() => expect(beginElsewhere).toHaveBeenCalledExactlyOnceWith("/workflows/3"));
});

test("a move that waits is followed until it is called off", async () => {
  paired();
  const why = {
    code: "unavailable" as const,
    message: "Studio can't be reached.",
    details: { field: null, next_step: null },
  };
  const waiting = unfinished({
    standing: { step: "sending", sent: null, waits_for: why.message, can_call_off: true },
  });
  let moves = [waiting];
  const callOff = vi.fn(() => {
    moves = [];
    return { end: "stayed" as const, uid: UID };
  });
  await open(RUN, {
    moveWorkflow: () => ({ end: "waits", uid: UID, why }),
    unfinishedMoves: () => moves,
    callOff,
  });
  const box = await move();
  expect(await within(box).findByText("Studio can't be reached.")).toBeVisible();
  await userEvent.click(within(box).getByRole("button", { name: "Call off" }));
  expect(await within(box).findByText(/It was called off/)).toBeVisible();
  expect(callOff).toHaveBeenCalledExactlyOnceWith(UID);
});

test("where the other side can't be asked, it says so and asks again", async () => {
  paired();
  let there = false;
  const error = {
    code: "unavailable",
    message: "No server answers there.",
    details: { field: null, next_step: "Start it." },
  };
  await open(RUN, {
    lookAheadOfMove: () => {
      if (!there) throw error;
      return OUTLOOK;
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Move to Studio…" }));
  const box = await screen.findByRole("dialog");
  expect(await within(box).findByRole("alert")).toHaveTextContent("It can't be moved now.");
  there = true;
  await userEvent.click(within(box).getByRole("button", { name: "Try again" }));
  expect(await within(box).findByText("Everything that it needs is there.")).toBeVisible();
});

test("a refused move says why, and nothing was moved", async () => {
  paired();
  await open(RUN, {
    moveWorkflow: () => {
      throw {
        code: "conflict",
        message: "This workflow has read text of “Diary”, which stays on this machine.",
        details: { field: null, next_step: "Let it end here." },
      };
    },
  });
  const box = await move();
  const alert = await within(box).findByRole("alert");
  expect(alert).toHaveTextContent("It was not moved.");
  expect(alert).toHaveTextContent("“Diary”");
  expect(alert).toHaveTextContent("Let it end here.");
});

test("a moved run says where it is, and offers nothing that only works there", async () => {
  paired();
  const drawn = await open({ ...RUN, moved: GONE });
  const notice = await screen.findByRole("status");
  expect(notice).toHaveTextContent("Moved to Studio");
  expect(within(notice).getByRole("button", { name: "Open it on Studio" })).toBeEnabled();
  expect(screen.getAllByText("Moved").length).toBeGreaterThan(0);
  for (const name of ["Pause", "Cancel", "Resume", /^Move to/, /budget/]) {
    expect(screen.queryByRole("button", { name })).not.toBeInTheDocument();
  }
  expect(screen.queryByText("Needs you")).not.toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Delete" })).toBeEnabled();
  expect(await accessibilityProblems(drawn.container)).toEqual([]);
});

test("a run that left a server for this machine leads here", async () => {
  workOn(STUDIO);
  const own = "0192eeee-0000-7000-8000-0000000000ff";
  const moved = { ...GONE, other: own, other_name: "laptop" };
  const switchBackend = vi.fn(() => ({ chosen: null, backends: [STUDIO], notice: null }));
  await open({ ...RUN, moved }, { ownStore: () => own, switchBackend });
  await userEvent.click(await screen.findByRole("button", { name: "Open it on this machine" }));
  expect(switchBackend).toHaveBeenCalledExactlyOnceWith(null);
  await waitFor(() => expect(beginElsewhere).toHaveBeenCalledWith(`/moved/${RUN.uid}`));
});

test("a run that is on its way can be called off on its page", async () => {
  paired();
  const callOff = vi.fn(() => ({ end: "stayed" as const, uid: UID }));
  const moved = { ...GONE, place: "leaving" as const };
  await open({ ...RUN, moved }, { unfinishedMoves: () => [unfinished()], callOff });
  await userEvent.click(await screen.findByRole("button", { name: `Call off: ${RUN.name}` }));
  await waitFor(() => expect(callOff).toHaveBeenCalledExactlyOnceWith(UID));
  expect(screen.queryByRole("button", { name: "Delete" })).not.toBeInTheDocument();
});

test("the list says which runs are elsewhere, and moves one from its row", async () => {
  paired();
  const drawn = await open({ ...RUN, moved: GONE }, {}, "/workflows");
  expect(await screen.findByText("Now on Studio")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Cancelled 0" })).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: /^More:/ })).not.toBeInTheDocument();
  act(() => useWorkflowStore.setState({ workflows: [RUN] }));
  await userEvent.click(await screen.findByRole("button", { name: `More: ${RUN.name}` }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Studio" }));
  expect(await screen.findByRole("dialog", { name: "Move to Studio" })).toBeVisible();
  expect(await accessibilityProblems(drawn.container)).toEqual([]);
});

test("the way from another backend ends at the run's number here", async () => {
  const arrival = {
    uid: UID,
    workflow: RUN.uid,
    workflow_id: 12,
    name: RUN.name,
    other: STUDIO.store,
    other_name: "Studio",
    state: "here" as const,
    admitted_at: NOON,
    decided_at: NOON,
  };
  const moves = { store: "s", departures: [], arrivals: [arrival], held: [] };
  const { address } = await open(RUN, { listMoves: () => moves }, `/moved/${RUN.uid}`);
  await waitFor(() => expect(address()).toBe("/workflows/12"));
});

test("a run that was deleted since is not looked for in vain", async () => {
  const moves = { store: "s", departures: [], arrivals: [], held: [] };
  await open(RUN, { listMoves: () => moves }, `/moved/${RUN.uid}`);
  expect(await screen.findByText("The workflow is not here any more")).toBeVisible();
});

test("only what goes on here can be moved", () => {
  expect(canMove(RUN)).toBe(true);
  expect(canMove({ ...RUN, status: "completed" })).toBe(false);
  expect(canMove({ ...RUN, cancelling: true })).toBe(false);
  expect(canMove({ ...RUN, imported: NOON })).toBe(false);
  expect(canMove({ ...RUN, moved: GONE })).toBe(false);
});
