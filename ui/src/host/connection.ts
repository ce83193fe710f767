/**
 * The connection service: it opens the way to the backend, notices when it is lost, and tries again. It does not
 * know what the backend is; a link does. The clock is handed in. Nothing here is drawn.
 */
import type { ErrorCode } from "@/bindings/bindings";
import type { ConnectionPhase, ConnectionStatus } from "@/stores/connectionStore";
import { HostError } from "./errors";

/**
 * Answers that stay the same however often they are asked for: the data can't be opened, or the keys or the token
 * don't let the window in. Only the operator can change that.
 */
const FINAL: readonly ErrorCode[] = [
  "unreadable",
  "conflict",
  "keys_locked",
  "unauthorized",
  "forbidden",
];

/** One way to one backend. */
export interface BackendLink {
  /** Opens it. `onLost` is called at most once afterwards, when it is lost again. */
  open: (onLost: (reason: string) => void) => Promise<void>;
  close: () => void;
}

export interface Clock {
  now: () => number;
  setTimer: (run: () => void, milliseconds: number) => unknown;
  clearTimer: (timer: unknown) => void;
}

export interface ConnectionSettings {
  reconnection: boolean;
  reconnectionAttempts: number;
  /** Milliseconds; the wait grows by this much with each attempt. */
  reconnectionDelay: number;
  reconnectionDelayMax: number;
  /** How long one attempt may take, in milliseconds. */
  timeout: number;
}

const DEFAULT_SETTINGS: ConnectionSettings = {
  reconnection: true,
  reconnectionAttempts: 5,
  reconnectionDelay: 3000,
  reconnectionDelayMax: 10_000,
  timeout: 20_000,
};

const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  setTimer: (run, milliseconds) => setTimeout(run, milliseconds),
  clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

export type ConnectionEvent =
  | { type: "connect" }
  | { type: "disconnect"; reason: string }
  | { type: "connect_error"; error: string }
  | { type: "reconnect_attempt"; attempt: number }
  | { type: "reconnect"; attempt: number }
  | { type: "reconnect_error"; attempt: number; error: string }
  | { type: "reconnect_failed" };

export type ConnectionListener = (connected: boolean, status: ConnectionStatus) => void;

export interface ConnectionService {
  connect: () => void;
  disconnect: () => void;
  isConnected: () => boolean;
  /** Called at every change of the status. Gives the function that ends it. */
  onConnectionChange: (listener: ConnectionListener) => () => void;
  getStatus: () => ConnectionStatus;
  /** Gives up what is under way and begins anew, at once and with all attempts. */
  reconnect: () => void;
}

export interface ConnectionOptions {
  link: BackendLink;
  clock?: Clock;
  settings?: Partial<ConnectionSettings>;
  onEvent?: (event: ConnectionEvent) => void;
}

/** Makes the service for one link. */
export function createConnection(options: ConnectionOptions): ConnectionService {
  return new Connection(options).service();
}

/** How long to wait before attempt `attempt` (from 1), in milliseconds. */
export function reconnectionWait(attempt: number, settings = DEFAULT_SETTINGS): number {
  return Math.min(settings.reconnectionDelay * attempt, settings.reconnectionDelayMax);
}

class Connection {
  private readonly link: BackendLink;
  private readonly clock: Clock;
  private readonly settings: ConnectionSettings;
  private readonly emit: (event: ConnectionEvent) => void;
  private readonly listeners = new Set<ConnectionListener>();
  private timer: unknown = null;
  /** Rises with every new beginning, so that an answer to an older attempt is recognised and left alone. */
  private round = 0;
  private lastContactAt: number | null = null;
  private status: ConnectionStatus;

  constructor({ link, clock = SYSTEM_CLOCK, settings, onEvent = () => {} }: ConnectionOptions) {
    this.link = link;
    this.clock = clock;
    this.settings = { ...DEFAULT_SETTINGS, ...settings };
    this.emit = onEvent;
    this.status = this.describe("disconnected");
  }

  service(): ConnectionService {
    return {
      connect: () => this.connect(),
      disconnect: () => this.disconnect(),
      isConnected: () => this.status.connected,
      onConnectionChange: (listener) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
      getStatus: () => this.status,
      reconnect: () => this.reconnect(),
    };
  }

  private connect(): void {
    const { state } = this.status;
    if (state === "connecting" || state === "connected" || state === "reconnecting") return;
    this.become("connecting");
    this.open(0);
  }

  private disconnect(): void {
    const wasConnected = this.status.connected;
    this.abandon();
    this.become("disconnected");
    if (wasConnected) this.emit({ type: "disconnect", reason: "Disconnected by the operator." });
  }

  private reconnect(): void {
    const wasConnected = this.status.connected;
    this.abandon();
    if (wasConnected) this.emit({ type: "disconnect", reason: "Connecting anew." });
    this.become("connecting");
    this.open(0);
  }

  /** Makes an attempt; 0 is the first one, those after it are attempts to reconnect. */
  private open(attempt: number): void {
    this.round += 1;
    const round = this.round;
    const settle = (run: () => void) => {
      if (round !== this.round) return;
      this.stopTimer();
      run();
    };
    this.timer = this.clock.setTimer(
      () => settle(() => this.failed(attempt, new Error("The backend did not answer in time."))),
      this.settings.timeout,
    );
    const onLost = (reason: string) => settle(() => this.lost(reason));
    this.link.open(onLost).then(
      () => settle(() => this.opened(attempt)),
      (cause: unknown) => settle(() => this.failed(attempt, cause)),
    );
  }

  private opened(attempt: number): void {
    this.become("connected");
    this.emit({ type: "connect" });
    if (attempt > 0) this.emit({ type: "reconnect", attempt });
  }

  private failed(attempt: number, cause: unknown): void {
    const error = textOf(cause);
    this.abandon();
    this.emit(
      attempt === 0
        ? { type: "connect_error", error }
        : { type: "reconnect_error", attempt, error },
    );
    const code = cause instanceof HostError ? cause.code : null;
    if (code !== null && FINAL.includes(code)) this.become("failed", { error, code });
    else this.waitFor(attempt + 1, error, code);
  }

  private lost(reason: string): void {
    this.abandon();
    this.emit({ type: "disconnect", reason });
    this.waitFor(1, reason);
  }

  private waitFor(attempt: number, error: string, code: ErrorCode | null = null): void {
    if (!this.settings.reconnection || attempt > this.settings.reconnectionAttempts) {
      this.become("failed", { error, code });
      if (this.settings.reconnection) this.emit({ type: "reconnect_failed" });
      return;
    }
    const wait = reconnectionWait(attempt, this.settings);
    this.become("reconnecting", { attempt, error, code, nextAttemptAt: this.clock.now() + wait });
    this.timer = this.clock.setTimer(() => {
      this.become("reconnecting", { attempt, error, code });
      this.emit({ type: "reconnect_attempt", attempt });
      this.open(attempt);
    }, wait);
  }

  private abandon(): void {
    this.round += 1;
    this.stopTimer();
    this.link.close();
  }

  private stopTimer(): void {
    if (this.timer !== null) this.clock.clearTimer(this.timer);
    this.timer = null;
  }

  private become(state: ConnectionPhase, more: Partial<ConnectionStatus> = {}): void {
    // Until this moment it stood, or it stands from now on.
    if (this.status.connected || state === "connected") this.lastContactAt = this.clock.now();
    this.status = { ...this.describe(state), ...more };
    for (const listener of [...this.listeners]) listener(this.status.connected, this.status);
  }

  private describe(state: ConnectionPhase): ConnectionStatus {
    return {
      state,
      connected: state === "connected",
      reconnecting: state === "reconnecting",
      attempt: 0,
      maxAttempts: this.settings.reconnectionAttempts,
      nextAttemptAt: null,
      error: null,
      code: null,
      lastContactAt: this.lastContactAt,
    };
  }
}

function textOf(cause: unknown): string {
  const { message, nextStep } =
    cause instanceof HostError
      ? { message: cause.message, nextStep: cause.details.next_step }
      : { message: cause instanceof Error ? cause.message : String(cause), nextStep: null };
  return nextStep === null ? message : `${message} ${nextStep}`;
}
