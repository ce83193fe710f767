import type { ApiError, WorkflowView } from "@/bindings/bindings";
import { aWorkflow } from "@/test/fixtures";
import { pendingRunWish } from "./requestKeys";
import { resumeRun, runTask } from "./runTask";
import { type Backend, setBackend } from "./transport";

const TASK = "Plan the launch of a small product";

/** A backend that carries out each request key once, as the real one does. */
function rememberingBackend() {
  const workflows = new Map<string, WorkflowView>();
  const starts = new Set<string>();
  const backend = {
    createWorkflow: vi.fn(async ({ request_key }: { request_key: string }) => {
      const known = workflows.get(request_key) ?? aWorkflow({ id: workflows.size + 1 });
      workflows.set(request_key, known);
      return { status: "ok" as const, data: known };
    }),
    startWorkflow: vi.fn(async ({ request_key, id }: { request_key: string; id: number }) => {
      starts.add(request_key);
      return { status: "ok" as const, data: aWorkflow({ id }) };
    }),
  };
  const restore = setBackend(backend as unknown as Backend);
  return { backend, workflows, starts, restore };
}

const refusal = (code: ApiError["code"]) => ({
  status: "error" as const,
  error: { code, message: "No.", details: { field: null, next_step: null } },
});

let fake: ReturnType<typeof rememberingBackend>;
beforeEach(() => {
  sessionStorage.clear();
  fake = rememberingBackend();
});
afterEach(() => fake.restore());

test("a run writes down, starts, and forgets its wish", async () => {
  await expect(runTask(TASK)).resolves.toBe(1);
  expect(fake.backend.createWorkflow).toHaveBeenCalledWith(
    expect.objectContaining({ task: TASK, name: "" }),
  );
  expect(fake.starts.size).toBe(1);
  expect(pendingRunWish()).toBeUndefined();
});

test("the same task run again later is a new wish", async () => {
  await runTask(TASK);
  await expect(runTask(TASK)).resolves.toBe(2);
});

test("a reload before the answer repeats the same wish: one workflow", async () => {
  const { createWorkflow } = fake.backend;
  const answer = createWorkflow.getMockImplementation();
  createWorkflow.mockImplementationOnce((request) => {
    // It was carried out, but the window went away before it heard.
    void answer?.(request);
    return new Promise(() => {});
  });
  void runTask(TASK);
  expect(pendingRunWish()?.task).toBe(TASK);
  await expect(resumeRun()).resolves.toBe(1);
  expect(fake.workflows.size).toBe(1);
  expect(pendingRunWish()).toBeUndefined();
});

test("a reload between writing down and starting starts the same one", async () => {
  fake.backend.startWorkflow.mockImplementationOnce(() => new Promise(() => {}));
  void runTask(TASK);
  await vi.waitFor(() => expect(fake.backend.startWorkflow).toHaveBeenCalled());
  await expect(resumeRun()).resolves.toBe(1);
  expect(fake.workflows.size).toBe(1);
  const keys = fake.backend.startWorkflow.mock.calls.map(([request]) => request.request_key);
  expect(new Set(keys).size).toBe(1);
});

test("a task that was made of a message says so, and is another wish than the same words", async () => {
  fake.backend.createWorkflow.mockImplementationOnce(() => new Promise(() => {}));
  void runTask(TASK, "a message");
  expect(pendingRunWish()).toMatchObject({ task: TASK, madeOf: "a message" });
  await expect(resumeRun()).resolves.toBe(1);
  const [first, again] = fake.backend.createWorkflow.mock.calls.map(([request]) => request);
  expect(first).toMatchObject({ made_of: "a message" });
  expect(again).toEqual(first);
  await expect(runTask(TASK)).resolves.toBe(2);
  expect(fake.backend.createWorkflow).toHaveBeenLastCalledWith(
    expect.objectContaining({ made_of: null }),
  );
});

test("nothing under way means nothing to take up", async () => {
  await expect(resumeRun()).resolves.toBeNull();
});

test("a refusal is an answer: the wish is forgotten", async () => {
  fake.backend.createWorkflow.mockResolvedValueOnce(refusal("invalid_request") as never);
  await expect(runTask(TASK)).rejects.toMatchObject({ code: "invalid_request", message: "No." });
  expect(pendingRunWish()).toBeUndefined();
});

test("without an answer, trying again is the same wish", async () => {
  fake.backend.startWorkflow.mockRejectedValueOnce(new Error("broken pipe"));
  await expect(runTask(TASK)).rejects.toMatchObject({ code: "internal" });
  await expect(runTask(TASK)).resolves.toBe(1);
  expect(fake.workflows.size).toBe(1);
});

test("without an answer, another task is another wish", async () => {
  fake.backend.startWorkflow.mockResolvedValueOnce(refusal("unavailable") as never);
  await expect(runTask(TASK)).rejects.toMatchObject({ code: "unavailable" });
  await expect(runTask("Something else")).resolves.toBe(2);
});

test("request keys have the form that the backend asks for", async () => {
  await runTask(TASK);
  for (const key of fake.workflows.keys()) expect(key).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
});
