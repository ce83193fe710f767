import {
  type BackendLink,
  type ConnectionEvent,
  type ConnectionOptions,
  createConnection,
  reconnectionWait,
} from "./connection";
import { HostError } from "./errors";

/** A link whose attempts are settled by the test. */
class FakeLink implements BackendLink {
  attempts: { resolve: () => void; reject: (cause: Error) => void; lose: (why: string) => void }[] =
    [];
  closed = 0;

  open(onLost: (reason: string) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.attempts.push({ resolve, reject, lose: onLost });
    });
  }
  close(): void {
    this.closed += 1;
  }
  get latest() {
    const attempt = this.attempts.at(-1);
    if (attempt === undefined) throw new Error("nothing was attempted");
    return attempt;
  }
}

function begin(options: Partial<ConnectionOptions> = {}) {
  const link = new FakeLink();
  const events: ConnectionEvent[] = [];
  const service = createConnection({ link, onEvent: (event) => events.push(event), ...options });
  const states: string[] = [];
  service.onConnectionChange((connected, status) =>
    states.push(`${status.state}${status.attempt || ""}${connected ? "!" : ""}`),
  );
  return { link, events, service, states };
}

/** Lets promises settle without moving the clock. */
const settle = () => vi.advanceTimersByTimeAsync(0);

async function fail(link: FakeLink, why = "refused") {
  link.latest.reject(new Error(why));
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(1_000_000);
});
afterEach(() => vi.useRealTimers());

test("waits are 3, 6, 9, 10 and 10 seconds", () => {
  expect([1, 2, 3, 4, 5].map((attempt) => reconnectionWait(attempt))).toEqual([
    3000, 6000, 9000, 10_000, 10_000,
  ]);
});

test("begins disconnected and connects at once when the link opens", async () => {
  const { link, service, states, events } = begin();
  expect(service.getStatus()).toMatchObject({
    state: "disconnected",
    connected: false,
    attempt: 0,
  });
  service.connect();
  expect(service.getStatus().state).toBe("connecting");
  link.latest.resolve();
  await settle();
  expect(service.isConnected()).toBe(true);
  expect(states).toEqual(["connecting", "connected!"]);
  expect(events).toEqual([{ type: "connect" }]);
});

test("connecting twice makes one attempt", async () => {
  const { link, service } = begin();
  service.connect();
  service.connect();
  link.latest.resolve();
  await settle();
  service.connect();
  expect(link.attempts).toHaveLength(1);
});

test("gives up after five attempts and says so", async () => {
  const { link, service, events } = begin();
  service.connect();
  await fail(link);
  for (const [index, wait] of [3000, 6000, 9000, 10_000, 10_000].entries()) {
    expect(service.getStatus()).toMatchObject({
      state: "reconnecting",
      reconnecting: true,
      attempt: index + 1,
      nextAttemptAt: Date.now() + wait,
      error: "refused",
    });
    await vi.advanceTimersByTimeAsync(wait - 1);
    expect(link.attempts).toHaveLength(index + 1);
    await vi.advanceTimersByTimeAsync(1);
    expect(link.attempts).toHaveLength(index + 2);
    await fail(link);
  }
  expect(service.getStatus()).toMatchObject({
    state: "failed",
    connected: false,
    reconnecting: false,
    error: "refused",
  });
  expect(events.map((event) => event.type)).toEqual([
    "connect_error",
    ...Array.from({ length: 5 }, () => ["reconnect_attempt", "reconnect_error"]).flat(),
    "reconnect_failed",
  ]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(link.attempts).toHaveLength(6);
});

test("an attempt to reconnect that succeeds ends the waiting", async () => {
  const { link, service, events } = begin();
  service.connect();
  await fail(link);
  await vi.advanceTimersByTimeAsync(3000);
  expect(service.getStatus()).toMatchObject({ state: "reconnecting", nextAttemptAt: null });
  link.latest.resolve();
  await settle();
  expect(service.getStatus()).toMatchObject({ state: "connected", attempt: 0, error: null });
  expect(events.slice(-2)).toEqual([{ type: "connect" }, { type: "reconnect", attempt: 1 }]);
});

test("an attempt without an answer fails after twenty seconds, and its late answer is ignored", async () => {
  const { link, service } = begin();
  service.connect();
  const slow = link.latest;
  await vi.advanceTimersByTimeAsync(19_999);
  expect(service.getStatus().state).toBe("connecting");
  await vi.advanceTimersByTimeAsync(1);
  expect(service.getStatus()).toMatchObject({
    state: "reconnecting",
    attempt: 1,
    error: "The backend did not answer in time.",
  });
  slow.resolve();
  await settle();
  expect(service.isConnected()).toBe(false);
});

test("a lost connection is taken up again, from the first attempt", async () => {
  const { link, service, events } = begin();
  service.connect();
  link.latest.resolve();
  await settle();
  link.latest.lose("The server went away.");
  expect(service.getStatus()).toMatchObject({
    state: "reconnecting",
    attempt: 1,
    error: "The server went away.",
  });
  expect(events.at(-1)).toEqual({ type: "disconnect", reason: "The server went away." });
  await vi.advanceTimersByTimeAsync(3000);
  link.latest.resolve();
  await settle();
  expect(service.isConnected()).toBe(true);
});

test("what an older attempt says about a loss is ignored", async () => {
  const { link, service } = begin();
  service.connect();
  const older = link.latest;
  older.resolve();
  await settle();
  service.reconnect();
  link.latest.resolve();
  await settle();
  older.lose("stale");
  expect(service.isConnected()).toBe(true);
});

test("disconnect ends everything, also the waiting", async () => {
  const { link, service, events } = begin();
  service.connect();
  await fail(link);
  service.disconnect();
  expect(service.getStatus()).toMatchObject({ state: "disconnected", attempt: 0, error: null });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(link.attempts).toHaveLength(1);
  expect(events.map((event) => event.type)).toEqual(["connect_error"]);
});

test("disconnect tells of itself only when there was a connection", async () => {
  const { link, service, events } = begin();
  service.connect();
  link.latest.resolve();
  await settle();
  service.disconnect();
  expect(events.at(-1)?.type).toBe("disconnect");
  expect(link.closed).toBeGreaterThan(0);
});

test("reconnect begins anew with all attempts, from any state", async () => {
  const { link, service } = begin({ settings: { reconnectionAttempts: 1 } });
  service.connect();
  await fail(link);
  await vi.advanceTimersByTimeAsync(3000);
  await fail(link);
  expect(service.getStatus().state).toBe("failed");
  service.reconnect();
  expect(service.getStatus().state).toBe("connecting");
  await fail(link);
  expect(service.getStatus()).toMatchObject({ state: "reconnecting", attempt: 1 });
});

test("without reconnection the first failure is final", async () => {
  const { link, service, events } = begin({ settings: { reconnection: false } });
  service.connect();
  await fail(link);
  expect(service.getStatus().state).toBe("failed");
  expect(events.map((event) => event.type)).toEqual(["connect_error"]);
});

test("a listener that was taken away hears nothing", () => {
  const { service } = begin();
  const heard = vi.fn();
  service.onConnectionChange(heard)();
  service.connect();
  expect(heard).not.toHaveBeenCalled();
});

test("what the backend says can be done is kept, and data that can't be opened is not asked for again", async () => {
  const { link, service } = begin();
  service.connect();
  link.latest.reject(
    new HostError({
      code: "unreadable",
      message: "This data was written by a newer Wheelhouse.",
      details: { field: null, next_step: "Install the newer Wheelhouse." },
    }),
  );
  await settle();
  expect(service.getStatus().error).toBe(
    "This data was written by a newer Wheelhouse. Install the newer Wheelhouse.",
  );
  expect(service.getStatus()).toMatchObject({ state: "failed", code: "unreadable" });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(link.attempts).toHaveLength(1);
  service.reconnect();
  expect(link.attempts).toHaveLength(2);
});

test.each(["keys_locked", "unauthorized", "forbidden"] as const)(
  "asks no second time where the answer is %s, until the operator does",
  async (code) => {
    const { link, service } = begin();
    service.connect();
    link.latest.reject(
      new HostError({
        code,
        message: "The window is not let in.",
        details: { field: null, next_step: "Pair again." },
      }),
    );
    await settle();
    expect(service.getStatus()).toMatchObject({
      state: "failed",
      code,
      error: "The window is not let in. Pair again.",
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(link.attempts).toHaveLength(1);
    service.reconnect();
    link.latest.resolve();
    await settle();
    expect(service.isConnected()).toBe(true);
  },
);

test("says when there was the last contact, from when it was lost until it is back", async () => {
  const { link, service } = begin();
  service.connect();
  await fail(link);
  expect(service.getStatus().lastContactAt).toBeNull();
  await vi.advanceTimersByTimeAsync(3000);
  link.latest.resolve();
  await settle();
  expect(service.getStatus().lastContactAt).toBe(1_003_000);
  await vi.advanceTimersByTimeAsync(50_000);
  link.latest.lose("The server was stopped.");
  expect(service.getStatus()).toMatchObject({ state: "reconnecting", lastContactAt: 1_053_000 });
  await vi.advanceTimersByTimeAsync(3000);
  await fail(link);
  expect(service.getStatus().lastContactAt).toBe(1_053_000);
});
