import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { JournalEntry } from "@/bindings/bindings";
import type { Task, Workflow } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { aFailure, aJournalEntry, aTask, aWorkflow, NOON } from "@/test/fixtures";
import { answerWith } from "@/test/renderScreen";
import { TimelineView } from "./TimelineView";

const HOUR = 3_600_000;

const WORKFLOW = aWorkflow({ status: "completed", started_at: NOON, completed_at: NOON + HOUR });
const TASKS: Task[] = [
  aTask({
    id: 1,
    key: "analyse",
    title: "Analyse",
    needs: [],
    assigned_to: 1,
    agent_name: "Driver",
    agent_kind: "driver",
    status: "completed",
    started_at: NOON,
    completed_at: NOON + 20_000,
  }),
  aTask({
    id: 2,
    key: "research",
    title: "Research",
    attempt: 2,
    status: "completed",
    started_at: NOON + HOUR - 10_000,
    completed_at: NOON + HOUR,
  }),
];

function facts(): JournalEntry[] {
  const usage = { input_tokens: 812, output_tokens: null };
  const kind = { kind: "model", model: "rehearsal" };
  const list: [number, string, Record<string, unknown>][] = [
    [0, "task_started", { task: "analyse", attempt: 1 }],
    [1_000, "call_started", { call: "c1", task: "analyse", kind }],
    [9_000, "call_finished", { call: "c1", usage }],
    [20_000, "task_completed", { task: "analyse" }],
    [21_000, "task_started", { task: "research", attempt: 1 }],
    [
      30_000,
      "task_attempt_failed",
      { task: "research", attempt: 1, failure: aFailure(), retry_at: NOON + HOUR - 10_000 },
    ],
    [HOUR - 10_000, "task_started", { task: "research", attempt: 2 }],
    [HOUR, "task_completed", { task: "research" }],
  ];
  return list.map(([after, type, body], index) =>
    aJournalEntry({ seq: index + 1, at: NOON + after, kind: type, body: { type, ...body } }),
  );
}

async function open(workflow: Workflow = WORKFLOW, tasks = TASKS, entries = facts()) {
  answerWith({ listJournal: ({ after }) => entries.filter((entry) => entry.seq > (after ?? 0)) });
  const onOpen = vi.fn();
  const drawn = render(
    <QueryClientProvider client={new QueryClient()}>
      <TimelineView workflow={workflow} tasks={tasks} selectedId={2} onOpen={onOpen} />
    </QueryClientProvider>,
  );
  if (entries.length > 0) await screen.findByRole("button", { name: /Attempt 1/ });
  return { ...drawn, onOpen };
}

const bar = (name: RegExp) => screen.getByRole("button", { name });

describe("TimelineView", () => {
  it("shows a lane for each agent and one for waits, with every attempt", async () => {
    const { container } = await open();
    const lanes = within(screen.getByRole("list", { name: "Timeline" })).getAllByRole("listitem");
    expect(lanes.map((lane) => lane.getAttribute("aria-label"))).toEqual([
      "Waits, 1 bar",
      "Driver, 1 bar",
      "Creator, 2 bars",
    ]);
    expect(bar(/^Research. Attempt 1: failed, tried again/)).toHaveAccessibleName(
      new RegExp(aFailure().message.replace(".", "")),
    );
    expect(bar(/^Research. Attempt 2: completed/)).toHaveAttribute("aria-current", "true");
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("says times, duration and tokens of a bar that is reached, unknown ones as unknown", async () => {
    await open();
    await userEvent.hover(bar(/^Analyse/));
    expect(screen.getByText(/, 20 s$/, { selector: "p" })).toBeInTheDocument();
    expect(screen.getByText("1 model call")).toBeInTheDocument();
    expect(screen.getByText("Tokens read 812, written unknown")).toBeInTheDocument();
    await userEvent.unhover(bar(/^Analyse/));
    expect(screen.queryByText("1 model call")).toBeNull();
  });

  it("is walked with arrows and J and K, and opens the task with Enter", async () => {
    const { onOpen } = await open();
    await userEvent.keyboard("j");
    expect(bar(/^Analyse/)).toHaveFocus();
    expect(screen.getByText("Tokens read 812, written unknown")).toBeInTheDocument();
    await userEvent.keyboard("{ArrowDown}");
    expect(bar(/^Research. Attempt 1/)).toHaveFocus();
    await userEvent.keyboard("{ArrowRight}");
    expect(bar(/^Research. Attempt 2/)).toHaveFocus();
    await userEvent.keyboard("{Enter}");
    expect(onOpen).toHaveBeenCalledExactlyOnceWith(2);
  });

  it("folds idle time and opens it", async () => {
    await open();
    const fold = screen.getByRole("button", { name: "Idle for 59 min 20 s" });
    expect(fold).toHaveAttribute("aria-expanded", "false");
    const width = () => Number.parseFloat(bar(/^Analyse/).style.width);
    const before = width();
    await userEvent.click(fold);
    expect(fold).toHaveAttribute("aria-expanded", "true");
    expect(width()).toBeLessThan(before / 4);
    await userEvent.click(fold);
    expect(width()).toBe(before);
  });

  it("zooms with keys and shows everything with 0", async () => {
    await open();
    const width = () => Number.parseFloat(bar(/^Analyse/).style.width);
    const before = width();
    await userEvent.keyboard("+");
    expect(width()).toBeCloseTo(before * 1.5);
    await userEvent.keyboard("0");
    expect(width()).toBe(before);
  });

  it("marks now while the run goes on, and not after", async () => {
    const { unmount } = await open();
    expect(screen.queryByTestId("now")).toBeNull();
    unmount();
    await open(aWorkflow({ started_at: NOON }));
    expect(screen.getByTestId("now")).toBeInTheDocument();
  });

  it("draws what the rows tell where the journal can't be read, and says so", async () => {
    answerWith({
      listJournal: () => {
        const details = { field: null, next_step: "Try again in a moment." };
        throw { code: "unavailable", message: "The store is closing.", details };
      },
    });
    render(<TimelineView workflow={WORKFLOW} tasks={TASKS} selectedId={null} onOpen={vi.fn()} />);
    expect(await screen.findByRole("alert")).toHaveTextContent("The store is closing.");
    expect(bar(/^Analyse. Completed/)).toBeInTheDocument();
    expect(bar(/^Research. Attempt 2/)).toBeInTheDocument();
  });

  it("says when nothing has been done yet", async () => {
    await open(aWorkflow({ status: "pending", started_at: null }), [], []);
    expect(await screen.findByText("Nothing has been done yet")).toBeInTheDocument();
  });
});
