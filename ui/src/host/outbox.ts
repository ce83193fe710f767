/**
 * What the operator sent off while the server could not be reached: answers, and tasks and templates to run. Each names
 * its wish, so that sending it twice carries it out once. They are sent in their order as soon as there is a connection,
 * and what became of each is told.
 *
 * They are kept for as long as the window is open, over a reload too, and each only for the server that it was meant for.
 */
import { keep, readKept } from "@/shared/lib/keep";
import {
  chosenServer,
  keyOfBackend,
  type Sent,
  useOutboxStore,
  useQuestionStore,
  type Waiting,
  type Wish,
} from "@/stores";
import { beginTask } from "./beginTask";
import { toHostError } from "./errors";
import { newRequestKey } from "./requestKeys";
import { answerOf, backend } from "./transport";

const OUTBOX = "outbox";

interface Kept {
  waiting: Waiting[];
  sent: Sent[];
}

const isKept = (value: unknown): value is Kept => {
  const kept = value as Partial<Kept> | null;
  return typeof kept === "object" && Array.isArray(kept?.waiting) && Array.isArray(kept.sent);
};

function change(next: { waiting?: readonly Waiting[]; sent?: readonly Sent[] }): void {
  useOutboxStore.setState(next);
  const { waiting, sent } = useOutboxStore.getState();
  const empty = waiting.length + sent.length === 0;
  keep(keyOfBackend(OUTBOX), empty ? undefined : { waiting, sent }, sessionStorage);
}

/** Takes up what was kept for the backend that the window talks to. */
export function readOutbox(): void {
  const kept =
    chosenServer() === null ? undefined : readKept(keyOfBackend(OUTBOX), isKept, sessionStorage);
  useOutboxStore.setState({ waiting: kept?.waiting ?? [], sent: kept?.sent ?? [], sending: null });
}

/** Puts a wish at the end. `words` say what it is. */
export function putInOutbox(wish: Wish, words: string): void {
  const { waiting } = useOutboxStore.getState();
  change({ waiting: [...waiting, { id: newRequestKey(), words, at: Date.now(), wish }] });
}

/** Takes a wish back. One that is under way can't be taken back any more. */
export function takeBack(id: string): void {
  const { waiting, sending } = useOutboxStore.getState();
  if (id !== sending) change({ waiting: waiting.filter((each) => each.id !== id) });
}

/** Closes what was told of what was sent. */
export function closeSent(): void {
  change({ sent: [] });
}

/** Sends what waits, in order. Ends where there is no answer; the next connection begins again. */
export async function sendOutbox(): Promise<void> {
  if (useOutboxStore.getState().sending !== null) return;
  for (;;) {
    const [next] = useOutboxStore.getState().waiting;
    if (next === undefined) return;
    useOutboxStore.setState({ sending: next.id });
    const outcome = await send(next).finally(() => useOutboxStore.setState({ sending: null }));
    if (outcome === null) return;
    const { waiting, sent } = useOutboxStore.getState();
    change({ waiting: waiting.filter(({ id }) => id !== next.id), sent: [...sent, outcome] });
  }
}

/** What became of it; null where nobody answered. */
async function send({ id, words, wish }: Waiting): Promise<Sent | null> {
  try {
    return { id, words, refusal: null, workflow: await carryOut(wish) };
  } catch (cause) {
    const error = toHostError(cause);
    if (!error.isAnswer) return null;
    const { message, details } = error;
    const refusal = details.next_step === null ? message : `${message} ${details.next_step}`;
    return { id, words, refusal, workflow: null };
  }
}

/** Gives the workflow that was begun, or null. */
async function carryOut(wish: Wish): Promise<number | null> {
  const shell = backend();
  switch (wish.kind) {
    case "task":
      return beginTask(wish);
    case "template": {
      const { requestKey: request_key, uid, inputs } = wish;
      const begun = await answerOf(() =>
        shell.runTemplate({ request_key, uid, version: null, inputs, name: "", start: true }),
      );
      return begun.id;
    }
    case "answer": {
      const { requestKey: request_key, question: id, answer } = wish;
      const taken = await answerOf(() => shell.answerQuestion({ request_key, id, answer }));
      useQuestionStore.getState().applyQuestions([taken]);
      return null;
    }
    case "reply": {
      const { requestKey: request_key, question: id, outcome, fields } = wish;
      const taken = await answerOf(() =>
        shell.replyToQuestion({ request_key, id, outcome, fields }),
      );
      useQuestionStore.getState().applyQuestions([taken]);
      return null;
    }
  }
}
