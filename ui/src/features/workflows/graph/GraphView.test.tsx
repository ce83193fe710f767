import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Task } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { aTask, NOON } from "@/test/fixtures";
import { GraphView } from "./GraphView";

const done = { status: "completed", completed_at: NOON } as const;
const TASKS: Task[] = [
  aTask({ id: 1, key: "analyse", step: "analyse", title: "Analyse", needs: [], ...done }),
  aTask({ id: 2, key: "work/a", step: "work", title: "Part A", needs: ["analyse"], attempt: 2 }),
  aTask({
    id: 3,
    key: "work/b",
    step: "work",
    title: "Part B",
    needs: ["analyse"],
    status: "waiting",
  }),
  aTask({
    id: 4,
    key: "report",
    step: "report",
    title: "Report",
    needs: ["work"],
    status: "pending",
  }),
];

function open(tasks = TASKS, selectedId: number | null = null) {
  const onOpen = vi.fn();
  const drawn = render(<GraphView tasks={tasks} selectedId={selectedId} onOpen={onOpen} />);
  const redraw = (next: Task[]) =>
    drawn.rerender(<GraphView tasks={next} selectedId={selectedId} onOpen={onOpen} />);
  return { ...drawn, redraw, onOpen };
}

const node = (name: RegExp) => screen.getByRole("button", { name });
const percent = () => within(screen.getByRole("toolbar")).getByText(/%$/).textContent;

beforeEach(() => localStorage.clear());

describe("GraphView", () => {
  it("is a list of tasks that says where each stands and what it builds on", async () => {
    const { container } = open(TASKS, 2);
    const list = screen.getByRole("list", { name: "Tasks" });
    expect(within(list).getAllByRole("listitem")).toHaveLength(5);
    expect(node(/^Part A, running, Creator, attempt 2, builds on Analyse$/)).toHaveAttribute(
      "aria-current",
      "true",
    );
    expect(node(/^Part B, needs you/)).toBeInTheDocument();
    expect(node(/^Work, 0 of 2 tasks done, 1 running, 1 needs you$/)).toBeInTheDocument();
    expect(node(/^Report, pending, Creator, builds on Work$/)).toBeInTheDocument();
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("is walked with arrows and J and K, and opens with Enter", async () => {
    const { onOpen } = open();
    await userEvent.keyboard("j");
    expect(node(/^Analyse/)).toHaveFocus();
    await userEvent.keyboard("{ArrowDown}");
    expect(node(/^Work/)).toHaveFocus();
    await userEvent.keyboard("{ArrowDown}");
    expect(document.activeElement).toHaveTextContent(/Part [AB]/);
    await userEvent.keyboard("{ArrowUp}k");
    expect(node(/^Analyse/)).toHaveFocus();
    await userEvent.keyboard("{Enter}");
    expect(onOpen).toHaveBeenCalledExactlyOnceWith(1);
  });

  it("has one node that Tab reaches", async () => {
    open();
    await userEvent.tab();
    expect(node(/^Analyse/)).toHaveFocus();
    await userEvent.tab();
    expect(screen.getByRole("button", { name: "Smaller" })).toHaveFocus();
  });

  it("folds a container and unfolds it, one or all", async () => {
    open();
    await userEvent.click(node(/^Work/));
    expect(node(/^Work/)).toHaveAttribute("aria-expanded", "false");
    expect(screen.queryByRole("button", { name: /^Part A/ })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Unfold everything" }));
    expect(node(/^Part A/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Fold everything" }));
    expect(node(/^Work/)).toHaveAttribute("aria-expanded", "false");
  });

  it("opens a container's own task beside folding it", async () => {
    const each = { container: null, scope: null, step_kind: "map" };
    const map = {
      ...aTask({ id: 7, key: "each", step: "each", title: "Each", needs: [] }),
      ...each,
    };
    const place = { container: "each", scope: { index: 0, block: "each", label: "" } };
    const inside = aTask({ id: 8, key: "each/0/read", step: "read", needs: [], ...place });
    const { onOpen } = open([map, inside]);
    await userEvent.click(screen.getByRole("button", { name: "Show the task: Each" }));
    expect(onOpen).toHaveBeenCalledExactlyOnceWith(7);
    expect(node(/^Each, 0 of 1 task done/)).toHaveAttribute("aria-expanded", "true");
  });

  it("zooms with keys and fits with 0", async () => {
    open();
    const whole = percent();
    await userEvent.keyboard("+");
    expect(percent()).not.toBe(whole);
    await userEvent.keyboard("0");
    expect(percent()).toBe(whole);
  });

  it("keeps every node where it is while the run goes on", () => {
    const { redraw } = open();
    const places = () =>
      screen
        .getAllByRole("button")
        .filter((button) => button.dataset.id !== undefined)
        .map((button) => (button.style.transform || button.parentElement?.style.transform) ?? "");
    const before = places();
    expect(before.every((place) => place.startsWith("translate("))).toBe(true);
    redraw(TASKS.map((task) => ({ ...task, ...done })));
    expect(node(/^Work, 2 of 2 tasks done$/)).toBeInTheDocument();
    expect(places()).toEqual(before);
  });

  it("keeps the focus when tasks are added", async () => {
    const { redraw } = open();
    await userEvent.keyboard("j");
    redraw([...TASKS, aTask({ id: 9, key: "work/c", step: "work", title: "Part C", needs: [] })]);
    expect(node(/^Part C/)).toBeInTheDocument();
    expect(node(/^Analyse/)).toHaveFocus();
  });

  it("turns, and remembers it", async () => {
    const { unmount } = open();
    await userEvent.click(screen.getByRole("button", { name: "Draw from left to right" }));
    unmount();
    open();
    expect(screen.getByRole("button", { name: "Draw from top to bottom" })).toBeInTheDocument();
  });

  it("says when there is nothing yet", () => {
    open([]);
    expect(screen.getByText("No tasks yet")).toBeInTheDocument();
  });
});
