import type { Frame, ResumeFrom, Signal } from "@/bindings/bindings";
import { createEventStream, type EventSource } from "./eventStream";

const STORE = "0192eeee-0000-7000-8000-000000000001";

const frame = (from: number, to: number, over: Partial<Frame> = {}): Frame => ({
  subscription: 1,
  store: STORE,
  epoch: 0,
  kind: "changes",
  from,
  to,
  workflows: [],
  tasks: [],
  agents: [],
  questions: [],
  removed_workflows: [],
  events: [],
  ...over,
});
const snapshot = (to: number, over: Partial<Frame> = {}) =>
  frame(to, to, { kind: "snapshot", ...over });

interface Subscribed {
  resume: ResumeFrom | null;
  send: (frame: Frame) => void;
  signal: (signals: Signal[]) => void;
}

function setUp() {
  const subscriptions: Subscribed[] = [];
  const acknowledged: [number, number][] = [];
  const applied: number[][] = [];
  const signals: Signal[] = [];
  const pictures: (() => void)[] = [];
  const lost = vi.fn();
  const source: EventSource = {
    subscribe: async (resume, send, signal) => {
      subscriptions.push({ resume, send, signal });
      return { id: subscriptions.length };
    },
    acknowledge: async (subscription, to) => {
      acknowledged.push([subscription, to]);
    },
  };
  const stream = createEventStream({
    source,
    apply: (frames) => applied.push(frames.map((each) => each.to)),
    onSignals: (received) => signals.push(...received),
    schedule: (run) => pictures.push(run),
  });
  const draw = async () => {
    for (const run of pictures.splice(0)) run();
    await Promise.resolve();
  };
  return { stream, source, subscriptions, acknowledged, applied, signals, pictures, draw, lost };
}

const last = <T>(items: T[]): T => {
  const item = items.at(-1);
  if (item === undefined) throw new Error("nothing is there");
  return item;
};

test("frames are applied in order, once per picture, and acknowledged after that", async () => {
  const { stream, subscriptions, applied, acknowledged, pictures, draw, lost } = setUp();
  await stream.open(lost);
  expect(last(subscriptions).resume).toBeNull();
  const { send } = last(subscriptions);
  send(snapshot(10));
  send(frame(10, 12));
  send(frame(12, 15));
  expect(pictures).toHaveLength(1);
  expect(applied).toEqual([]);
  await draw();
  expect(applied).toEqual([[10, 12, 15]]);
  expect(acknowledged).toEqual([[1, 15]]);
  send(frame(15, 16));
  await draw();
  expect(applied).toEqual([[10, 12, 15], [16]]);
  expect(stream.position()).toEqual({ store: STORE, epoch: 0, position: 16 });
});

test("frames that arrive before the subscription's number are kept", async () => {
  const { stream, source, applied, draw, lost } = setUp();
  let answer = (_: { id: number }) => {};
  let send = (_: Frame) => {};
  source.subscribe = (_resume, onFrame) => {
    send = onFrame;
    return new Promise((resolve) => {
      answer = resolve;
    });
  };
  const opening = stream.open(lost);
  send(snapshot(3, { subscription: 7 }));
  await draw();
  expect(applied).toEqual([]);
  answer({ id: 7 });
  await opening;
  await draw();
  expect(applied).toEqual([[3]]);
});

test("a gap applies what fits, and asks for a snapshot", async () => {
  const { stream, subscriptions, applied, acknowledged, draw, lost } = setUp();
  await stream.open(lost);
  const { send } = last(subscriptions);
  send(snapshot(10));
  send(frame(10, 11));
  send(frame(13, 14));
  send(frame(14, 15));
  await draw();
  expect(applied).toEqual([[10, 11]]);
  expect(acknowledged).toEqual([[1, 11]]);
  expect(subscriptions).toHaveLength(2);
  expect(last(subscriptions).resume).toBeNull();
  send(frame(11, 12));
  last(subscriptions).send(snapshot(15, { subscription: 2 }));
  await draw();
  expect(applied.at(-1)).toEqual([15]);
  expect(acknowledged.at(-1)).toEqual([2, 15]);
  expect(lost).not.toHaveBeenCalled();
});

test.each([
  ["another store", frame(10, 11, { store: "0192ffff-0000-7000-8000-000000000002" })],
  ["another epoch", frame(10, 11, { epoch: 1 })],
  ["a frame that was applied before", frame(9, 10)],
])("%s asks for a snapshot", async (_what, odd) => {
  const { stream, subscriptions, applied, draw, lost } = setUp();
  await stream.open(lost);
  last(subscriptions).send(snapshot(10));
  last(subscriptions).send(odd);
  await draw();
  expect(applied).toEqual([[10]]);
  expect(subscriptions).toHaveLength(2);
  expect(last(subscriptions).resume).toBeNull();
});

test("changes before any snapshot ask for one", async () => {
  const { stream, subscriptions, applied, draw, lost } = setUp();
  await stream.open(lost);
  last(subscriptions).send(frame(4, 5));
  await draw();
  expect(applied).toEqual([[]]);
  expect(subscriptions).toHaveLength(2);
});

test("frames of an ended subscription are ignored", async () => {
  const { stream, subscriptions, applied, draw, lost } = setUp();
  await stream.open(lost);
  last(subscriptions).send(snapshot(10));
  last(subscriptions).send(frame(10, 11, { subscription: 99 }));
  await draw();
  expect(applied).toEqual([[10]]);
  expect(subscriptions).toHaveLength(1);
});

test("opening again resumes from the last position applied: nothing missed, nothing twice", async () => {
  const { stream, subscriptions, applied, draw, lost } = setUp();
  await stream.open(lost);
  last(subscriptions).send(snapshot(10));
  last(subscriptions).send(frame(10, 12));
  await draw();
  stream.close();
  last(subscriptions).send(frame(12, 13));
  await draw();
  await stream.open(lost);
  expect(last(subscriptions).resume).toEqual({ store: STORE, epoch: 0, position: 12 });
  last(subscriptions).send(frame(12, 13, { subscription: 2 }));
  await draw();
  expect(applied).toEqual([[10, 12], [13]]);
});

test("a reloaded window knows no position and begins with a snapshot", async () => {
  const before = setUp();
  await before.stream.open(before.lost);
  last(before.subscriptions).send(snapshot(10));
  await before.draw();
  const after = setUp();
  await after.stream.open(after.lost);
  expect(last(after.subscriptions).resume).toBeNull();
});

test("a snapshot in the middle replaces and goes on from there", async () => {
  const { stream, subscriptions, applied, draw, lost } = setUp();
  await stream.open(lost);
  last(subscriptions).send(snapshot(10));
  last(subscriptions).send(snapshot(500));
  last(subscriptions).send(frame(500, 501));
  await draw();
  expect(applied).toEqual([[10, 500, 501]]);
  expect(subscriptions).toHaveLength(1);
});

test("signals are handed on as they come, without waiting for a picture", async () => {
  const { stream, subscriptions, signals, lost } = setUp();
  await stream.open(lost);
  last(subscriptions).signal([{ signal: "close_requested", running: 2 }]);
  expect(signals).toEqual([{ signal: "close_requested", running: 2 }]);
});

test("an acknowledgement that fails means that the way back is lost", async () => {
  const { stream, source, subscriptions, draw, lost } = setUp();
  source.acknowledge = () => Promise.reject(new Error("gone"));
  await stream.open(lost);
  last(subscriptions).send(snapshot(10));
  await draw();
  await vi.waitFor(() => expect(lost).toHaveBeenCalledWith("gone"));
});

test("a subscription that fails is told to whoever opens", async () => {
  const { stream, source, lost } = setUp();
  source.subscribe = () => Promise.reject(new Error("refused"));
  await expect(stream.open(lost)).rejects.toThrow("refused");
});

test("asking anew after a gap may fail too, and is told", async () => {
  const { stream, source, subscriptions, draw, lost } = setUp();
  await stream.open(lost);
  last(subscriptions).send(snapshot(10));
  await draw();
  source.subscribe = () => Promise.reject(new Error("refused"));
  last(subscriptions).send(frame(20, 21));
  await draw();
  await vi.waitFor(() => expect(lost).toHaveBeenCalledWith("refused"));
});

test("a broken way to a server ends the subscription once, and the next goes on where it stopped", async () => {
  const { stream, subscriptions, applied, signals, draw, lost } = setUp();
  await stream.open(lost);
  last(subscriptions).send(snapshot(10));
  await draw();
  // It came, but the way broke before it was drawn.
  last(subscriptions).send(frame(10, 12));
  last(subscriptions).signal([{ signal: "backend_lost", reason: "The server was stopped." }]);
  expect(lost).toHaveBeenCalledExactlyOnceWith("The server was stopped.");
  expect(signals).toHaveLength(1);
  stream.close();
  last(subscriptions).signal([{ signal: "backend_lost", reason: "Once more." }]);
  await draw();
  expect(lost).toHaveBeenCalledOnce();
  expect(applied.flat()).toEqual([10]);
  await stream.open(lost);
  expect(last(subscriptions).resume).toEqual({ store: STORE, epoch: 0, position: 10 });
  last(subscriptions).send(frame(10, 12, { subscription: 2 }));
  await draw();
  expect(applied.flat()).toEqual([10, 12]);
});
