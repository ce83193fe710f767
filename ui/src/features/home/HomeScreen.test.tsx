import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { homeDraft, keepHomeDraft } from "@/shared/lib/homeDraft";
import { accessibilityProblems } from "@/test/axe";
import { aQuestion, aSource, aWorkflow } from "@/test/fixtures";
import { ok, renderApp } from "@/test/renderApp";

const field = () => screen.findByRole("textbox", { name: "What should the crew do?" });
const run = () => screen.getByRole("button", { name: "Run" });

let window_: ReturnType<typeof renderApp> | undefined;
function home(...options: Parameters<typeof renderApp> extends [string, ...infer R] ? R : never) {
  window_ = renderApp("/", ...options);
  return window_;
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});
afterEach(() => {
  window_?.close();
  window_ = undefined;
});

const refused = (code: "invalid_request" | "unavailable", message: string) => async () => ({
  status: "error" as const,
  error: { code, message, details: { field: "task", next_step: "Shorten it." } },
});

test("the first start offers three tasks and says what rehearsal is", async () => {
  home();
  const samples = await screen.findByRole("region", { name: "Or begin with one of these" });
  expect(within(samples).getAllByRole("button")).toHaveLength(3);
  expect(await screen.findByText(/rehearsal, a rule-based stand-in for/)).toBeVisible();
  expect(screen.getByRole("link", { name: "Add a model" })).toHaveAttribute(
    "href",
    "/settings/models",
  );
  await userEvent.click(within(samples).getByRole("button", { name: /REST API/ }));
  expect(await field()).toHaveValue(
    "Design a small REST API for a blog platform with user authentication",
  );
  expect(await field()).toHaveFocus();
});

test("neither the first start nor a busy day has accessibility problems", async () => {
  const first = home();
  await screen.findByRole("region", { name: "Or begin with one of these" });
  expect(await accessibilityProblems(first.container)).toEqual([]);
  first.close();
  const busy = home({
    snapshot: {
      workflows: [aWorkflow({ id: 2 }), aWorkflow({ id: 1, status: "completed" })],
      questions: [aQuestion()],
    },
  });
  await screen.findByRole("region", { name: "Needs you" });
  expect(await accessibilityProblems(busy.container)).toEqual([]);
});

test("Ctrl-Enter runs the task once and shows the workflow", async () => {
  const createWorkflow = vi.fn(async () => ok(aWorkflow({ id: 41 })));
  const startWorkflow = vi.fn(async () => ok(aWorkflow({ id: 41 })));
  const { router } = home({ backend: { createWorkflow, startWorkflow } });
  await userEvent.type(await field(), "Plan a launch");
  await userEvent.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/workflows/41"));
  expect(createWorkflow).toHaveBeenCalledTimes(1);
  expect(createWorkflow).toHaveBeenCalledWith(
    expect.objectContaining({ task: "Plan a launch", name: "" }),
  );
  expect(startWorkflow).toHaveBeenCalledWith(expect.objectContaining({ id: 41 }));
  expect(localStorage.getItem("home.draft")).toBeNull();
});

test("an empty task is refused in place", async () => {
  const createWorkflow = vi.fn();
  home({ backend: { createWorkflow } });
  await field();
  await userEvent.click(run());
  expect(screen.getByRole("alert")).toHaveTextContent("Write what the crew should do first.");
  expect(await field()).toBeInvalid();
  expect(createWorkflow).not.toHaveBeenCalled();
});

test("a refusal of the backend stands under the field, and the task stays", async () => {
  home({ backend: { createWorkflow: refused("invalid_request", "The task is too long.") } });
  await userEvent.type(await field(), "Plan a launch");
  await userEvent.click(run());
  expect(await screen.findByRole("alert")).toHaveTextContent("The task is too long. Shorten it.");
  expect(await field()).toHaveValue("Plan a launch");
});

test("the length is shown near the limit, and past it the task is not sent", async () => {
  const createWorkflow = vi.fn();
  keepHomeDraft({ task: "x".repeat(20_001), madeOf: null });
  home({ backend: { createWorkflow } });
  expect(await screen.findByText(/of 20,000 characters/)).toHaveTextContent("20,001");
  await userEvent.click(run());
  expect(screen.getByRole("alert")).toHaveTextContent("1 characters too long");
  expect(createWorkflow).not.toHaveBeenCalled();
});

test("a draft is kept", async () => {
  const first = home();
  await userEvent.type(await field(), "Half a thought");
  first.close();
  home();
  expect(await field()).toHaveValue("Half a thought");
});

describe("a draft that was made of a message", () => {
  const UID = "0192cccc-0000-7000-8000-000000000002";
  const note = () => screen.queryByText(/An agent wrote part of this/);
  const created = vi.fn(async () => ok(aWorkflow({ id: 41 })));
  const opened = async () => {
    created.mockClear();
    keepHomeDraft({ task: "Write it to a.md", madeOf: UID });
    home({ backend: { createWorkflow: created, startWorkflow: created } });
    return field();
  };
  const madeOf = async () => {
    await userEvent.click(run());
    await waitFor(() => expect(created).toHaveBeenCalled());
    return created.mock.calls[0]?.[0 as never];
  };

  test("says so, and stays so with other words in it", async () => {
    const text = await opened();
    expect(text).toHaveAccessibleDescription(/You are asked before a file/);
    await userEvent.type(text, ", please");
    expect(note()).toBeVisible();
    expect(await madeOf()).toMatchObject({ task: "Write it to a.md, please", made_of: UID });
    expect(homeDraft()).toBeUndefined();
  });

  test("is the operator's once nothing of it is left", async () => {
    const text = await opened();
    await userEvent.clear(text);
    await userEvent.type(text, "Plan a launch");
    expect(note()).toBeNull();
    expect(await madeOf()).toMatchObject({ task: "Plan a launch", made_of: null });
  });

  test("is made of it again where emptying the field is undone", async () => {
    const text = await opened();
    await userEvent.clear(text);
    expect(note()).toBeNull();
    fireEvent.input(text, { target: { value: "Write it to a.md" }, inputType: "historyUndo" });
    expect(note()).toBeVisible();
    expect(await madeOf()).toMatchObject({ made_of: UID });
  });

  test("makes way for a sample as a whole", async () => {
    await opened();
    const samples = await screen.findByRole("region", { name: "Or begin with one of these" });
    await userEvent.click(within(samples).getByRole("button", { name: /REST API/ }));
    expect(note()).toBeNull();
    expect(await madeOf()).toMatchObject({ made_of: null });
  });
});

test("a reload in the middle of Run goes on with the same wish", async () => {
  const keys: string[] = [];
  const createWorkflow = vi.fn(async (request: { request_key: string }) => {
    keys.push(request.request_key);
    if (keys.length === 1) await new Promise(() => {});
    return ok(aWorkflow({ id: 7 }));
  });
  const before = home({ backend: { createWorkflow } });
  await userEvent.type(await field(), "Plan a launch");
  await userEvent.click(run());
  await waitFor(() => expect(keys).toHaveLength(1));
  before.close();
  const after = home({ backend: { createWorkflow } });
  await waitFor(() => expect(after.router.state.location.pathname).toBe("/workflows/7"));
  expect(new Set(keys).size).toBe(1);
});

test("the knowledge is summed up and leads to its screen", async () => {
  home({
    backend: { listSources: async () => ok([aSource(), aSource({ id: 2, kind: "folder" })]) },
  });
  const link = await screen.findByRole("link", { name: "Handbook and 1 source" });
  expect(link).toHaveAttribute("href", "/knowledge");
});

test("a question is answered in place and leaves", async () => {
  const answerQuestion = vi.fn(async () => ok(aQuestion({ status: "answered", answer: "Both" })));
  home({
    snapshot: { workflows: [aWorkflow()], questions: [aQuestion()] },
    backend: { answerQuestion },
  });
  const needs = await screen.findByRole("region", { name: "Needs you" });
  await userEvent.type(within(needs).getByRole("textbox", { name: "Your answer" }), "Both");
  await userEvent.click(within(needs).getByRole("button", { name: "Answer" }));
  await waitFor(() => expect(needs).not.toBeInTheDocument());
  expect(answerQuestion).toHaveBeenCalledWith(expect.objectContaining({ id: 7, answer: "Both" }));
});

test("running and recent are one line each; J, K and Enter go through both", async () => {
  const { router } = home({
    snapshot: {
      workflows: [
        aWorkflow({ id: 9, name: "Running one", working: ["Driver", "Creator"] }),
        ...Array.from({ length: 7 }, (_, index) =>
          aWorkflow({ id: index + 1, name: `Ended ${index + 1}`, status: "completed" }),
        ),
      ],
    },
  });
  const running = await screen.findByRole("region", { name: /Running/ });
  expect(within(running).getByRole("link")).toHaveTextContent("Driver, Creator");
  expect(within(running).getByRole("progressbar")).toHaveAttribute("aria-valuenow", "2");
  const recent = screen.getByRole("region", { name: "Recent" });
  expect(within(recent).getAllByRole("listitem")).toHaveLength(5);
  expect(await field()).toHaveFocus();
  await userEvent.keyboard("{Escape}jj");
  expect(within(recent).getByRole("link", { name: /Ended 7/ })).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/workflows/7"));
});
