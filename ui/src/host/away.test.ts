import { useBackendStore, useConnectionStore } from "@/stores";
import { aServer } from "@/test/fixtures";
import { answerWith } from "@/test/renderScreen";
import * as api from "./api";
import { HostError } from "./errors";

const connected = (is: boolean, lastContactAt: number | null = 1) =>
  useConnectionStore.setState(({ status }) => ({
    status: {
      ...status,
      state: is ? "connected" : "reconnecting",
      connected: is,
      lastContactAt,
    },
  }));
const talkTo = (server: ReturnType<typeof aServer> | null) =>
  useBackendStore.setState({ chosen: server?.id ?? null, backends: server ? [server] : [] });

const refusalOf = async (asked: Promise<unknown>): Promise<HostError> => {
  const cause = await asked.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(cause instanceof HostError)) throw new Error("it was answered");
  return cause;
};

beforeEach(() => talkTo(aServer()));
afterEach(() => {
  talkTo(null);
  useConnectionStore.setState(useConnectionStore.getInitialState(), true);
});

test("what changes something is refused at once, with why and what to do", async () => {
  const cancelWorkflow = vi.fn();
  answerWith({ cancelWorkflow });
  connected(false);
  const refusal = await refusalOf(api.cancelWorkflow(12));
  expect(refusal.message).toBe("Studio can't be reached now, so nothing was changed.");
  expect(refusal.details.next_step).toBe("Try again once it is connected.");
  expect(refusal.isAnswer).toBe(false);
  expect(cancelWorkflow).not.toHaveBeenCalled();
});

test("what is read is refused at once too, and says nothing of changes", async () => {
  const getWorkflow = vi.fn();
  answerWith({ getWorkflow });
  connected(false);
  const refusal = await refusalOf(api.getWorkflow(12));
  expect(refusal.message).toBe("Studio can't be reached now.");
  expect(getWorkflow).not.toHaveBeenCalled();
});

test("what concerns the window itself goes on", async () => {
  const updatePolicy = vi.fn(() => ({ can_look: false }));
  const listBackends = vi.fn(() => ({ chosen: null, backends: [], notice: null }));
  answerWith({ updatePolicy, listBackends });
  connected(false);
  await expect(api.updatePolicy()).resolves.toEqual({ can_look: false });
  await expect(api.refreshBackends()).resolves.toMatchObject({ chosen: null });
});

test("nothing is refused while it is connected, at the first attempt, or on this machine", async () => {
  const getWorkflowStats = vi.fn(() => ({ total: 0, active: 0, completed: 0, failed: 0 }));
  answerWith({ getWorkflowStats });
  connected(true);
  await api.getWorkflowStats();
  useConnectionStore.setState(({ status }) => ({
    status: { ...status, state: "connecting", connected: false, lastContactAt: null },
  }));
  await api.getWorkflowStats();
  talkTo(null);
  connected(false);
  await api.getWorkflowStats();
  expect(getWorkflowStats).toHaveBeenCalledTimes(3);
});
