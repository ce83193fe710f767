/** The link to the backend in this process: commands and channels of the shell. */
import { Channel } from "@tauri-apps/api/core";
import type { Frame, Signal } from "@/bindings/bindings";
import { applyFrames } from "./applyFrames";
import type { BackendLink } from "./connection";
import { createEventStream, type EventSource } from "./eventStream";
import { beforeNextPicture, inAWhile } from "./schedule";
import { receiveSignals } from "./signals";
import { answerOf, backend } from "./transport";

const shellEvents: EventSource = {
  subscribe: (resume, onFrame, onSignals) => {
    const frames = new Channel<Frame>(onFrame);
    const signals = new Channel<Signal[]>(onSignals);
    return answerOf(() => backend().subscribeEvents({ resume }, frames, signals));
  },
  acknowledge: async (subscription, to) => {
    await answerOf(() => backend().ackFrames({ subscription, to }));
  },
};

/** Makes the link. Opening it subscribes; it counts as open when the subscription stands. */
export function createLocalLink(): BackendLink {
  return createEventStream({
    source: shellEvents,
    apply: applyFrames,
    onSignals: (signals) => receiveSignals(signals, inAWhile),
    schedule: beforeNextPicture,
  });
}
