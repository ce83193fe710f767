/**
 * Receives frames and signals of one subscription. Frames are applied in order, at most once per drawn picture,
 * acknowledged after that, and checked: each must begin where the one before it ended. One that does not ends
 * the subscription, and a snapshot is asked for. Signals are lossy and are handed on as they come; one of them tells
 * that the way to another machine broke.
 *
 * Deliberately absent: what frames and signals mean (`applyFrames`, `signals`) and when to try again
 * (`connection`).
 */
import type { Frame, ResumeFrom, Signal, Subscription } from "@/bindings/bindings";

export interface EventSource {
  subscribe: (
    resume: ResumeFrom | null,
    onFrame: (frame: Frame) => void,
    onSignals: (signals: Signal[]) => void,
  ) => Promise<Subscription>;
  acknowledge: (subscription: number, to: number) => Promise<void>;
}

export interface EventStreamOptions {
  source: EventSource;
  apply: (frames: readonly Frame[]) => void;
  onSignals: (signals: readonly Signal[]) => void;
  /** Runs something before the next picture. */
  schedule: (run: () => void) => void;
}

export interface EventStream {
  /** Subscribes, from the last position applied if there is one. `onLost` tells that the way back is broken. */
  open: (onLost: (reason: string) => void) => Promise<void>;
  close: () => void;
  /** The position that the stores stand at; null before the first snapshot. */
  position: () => ResumeFrom | null;
}

/** Makes a stream. */
export function createEventStream(options: EventStreamOptions): EventStream {
  const stream = new Stream(options);
  return {
    open: (onLost) => stream.open(onLost),
    close: () => stream.close(),
    position: () => stream.applied,
  };
}

class Stream {
  applied: ResumeFrom | null = null;
  private readonly options: EventStreamOptions;
  private queue: Frame[] = [];
  private scheduled = false;
  private subscription: number | null = null;
  /** Tells this subscription from earlier ones whose frames may still be on their way. */
  private round = 0;
  private onLost: (reason: string) => void = () => {};

  constructor(options: EventStreamOptions) {
    this.options = options;
  }

  async open(onLost: (reason: string) => void): Promise<void> {
    this.onLost = onLost;
    await this.subscribe();
  }

  close(): void {
    this.round += 1;
    this.subscription = null;
    this.queue = [];
    this.onLost = () => {};
  }

  private async subscribe(): Promise<void> {
    this.round += 1;
    const round = this.round;
    this.subscription = null;
    this.queue = [];
    const current = () => round === this.round;
    const subscription = await this.options.source.subscribe(
      this.applied,
      (frame) => {
        if (current()) this.receive(frame);
      },
      (signals) => {
        if (current()) this.receiveSignals(signals);
      },
    );
    if (!current()) return;
    this.subscription = subscription.id;
    // Frames may have come before the number of their subscription did.
    this.wake();
  }

  /** A lost way ends the subscription by itself, after what came with it. */
  private receiveSignals(signals: readonly Signal[]): void {
    const lost = signals.find((signal) => signal.signal === "backend_lost");
    this.options.onSignals(signals);
    if (lost !== undefined) this.onLost(lost.reason);
  }

  private receive(frame: Frame): void {
    this.queue.push(frame);
    this.wake();
  }

  private wake(): void {
    if (this.scheduled || this.subscription === null || this.queue.length === 0) return;
    this.scheduled = true;
    this.options.schedule(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  private flush(): void {
    const { subscription } = this;
    if (subscription === null) return;
    const frames = this.queue.filter((frame) => frame.subscription === subscription);
    this.queue = [];
    const fitting = this.takeFitting(frames);
    this.options.apply(fitting.frames);
    const last = fitting.frames.at(-1);
    if (last !== undefined) this.acknowledge(subscription, last.to);
    if (fitting.gap) this.startAnew();
  }

  /** The frames that continue what is applied, up to the first one that does not. */
  private takeFitting(frames: readonly Frame[]): { frames: Frame[]; gap: boolean } {
    const fitting: Frame[] = [];
    for (const frame of frames) {
      if (!this.continues(frame)) return { frames: fitting, gap: true };
      this.applied = { store: frame.store, epoch: frame.epoch, position: frame.to };
      fitting.push(frame);
    }
    return { frames: fitting, gap: false };
  }

  private continues(frame: Frame): boolean {
    if (frame.kind === "snapshot") return true;
    const { applied } = this;
    return (
      applied !== null &&
      applied.store === frame.store &&
      applied.epoch === frame.epoch &&
      applied.position === frame.from
    );
  }

  private startAnew(): void {
    this.applied = null;
    const { onLost } = this;
    this.subscribe().catch((cause: unknown) => onLost(textOf(cause)));
  }

  private acknowledge(subscription: number, to: number): void {
    const { round, onLost } = this;
    this.options.source.acknowledge(subscription, to).catch((cause: unknown) => {
      // An acknowledgement of a subscription that has ended in between says nothing about this one.
      if (round === this.round) onLost(textOf(cause));
    });
  }
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
