import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { useWorkflowStore } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { aTask } from "@/test/fixtures";
import { answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { TaskVerdict } from "./TaskVerdict";

const DONE = aTask({ id: 7, status: "completed", assigned_to: 4, verdict: null });

function Shown() {
  const task = useWorkflowStore((state) => state.tasks.find(({ id }) => id === 7));
  return task === undefined ? null : <TaskVerdict task={task} />;
}

function open(task = DONE) {
  useWorkflowStore.setState({ tasks: [task] });
  return renderScreen("/", { "/": Shown });
}

beforeEach(resetStores);

it("keeps what is said, and takes it back", async () => {
  const judgeTask = vi.fn(({ verdict }) => ({ ...DONE, verdict }));
  answerWith({ judgeTask });
  const { container } = await open();
  await userEvent.click(screen.getByRole("button", { name: "Good" }));
  await vi.waitFor(() =>
    expect(screen.getByRole("button", { name: "Good" })).toHaveAttribute("aria-pressed", "true"),
  );
  expect(await accessibilityProblems(container)).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Poor" }));
  await vi.waitFor(() =>
    expect(screen.getByRole("button", { name: "Poor" })).toHaveAttribute("aria-pressed", "true"),
  );
  await userEvent.click(screen.getByRole("button", { name: "Poor" }));
  await vi.waitFor(() =>
    expect(screen.getByRole("button", { name: "Poor" })).toHaveAttribute("aria-pressed", "false"),
  );
  expect(judgeTask.mock.calls.map(([request]) => request.verdict)).toEqual(["good", "poor", null]);
  expect(judgeTask.mock.lastCall?.[0]).toMatchObject({ workflow_id: DONE.workflow_id, task_id: 7 });
});

it("says why it was not kept", async () => {
  answerWith({
    judgeTask: () => {
      throw { code: "conflict", message: "Not now.", details: { field: null, next_step: null } };
    },
  });
  await open();
  await userEvent.click(screen.getByRole("button", { name: "Good" }));
  expect(await screen.findByText("Not now.")).toBeVisible();
});

it("is not there where no agent has given the answer", async () => {
  const { container } = await open({ ...DONE, overridden: true });
  expect(container).toBeEmptyDOMElement();
});
