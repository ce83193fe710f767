/** The servers that the window was paired with, and which backend it talks to. All throw `HostError`. */
import type {
  BackendCheck,
  BackendsView,
  KeysView,
  PairBackend,
  SavedBackend,
  TokenThere,
} from "@/bindings/bindings";
import { beginElsewhere } from "@/shared/lib/beginning";
import { useBackendStore } from "@/stores";
import { answerOf, backend } from "./transport";

/** Asks for the list and brings it into the store. */
export async function refreshBackends(): Promise<BackendsView> {
  const view = await answerOf(() => backend().listBackends());
  useBackendStore.getState().setBackends(view);
  return view;
}

/** Pairs the window with a server and saves it. The code is good once. */
export async function pairBackend(request: PairBackend): Promise<SavedBackend> {
  const paired = await answerOf(() => backend().pairBackend(request));
  await refreshBackends();
  return paired;
}

/** Asks a saved server whether it is there. */
export async function testBackend(id: string): Promise<BackendCheck> {
  const check = await answerOf(() => backend().testBackend(id));
  await refreshBackends();
  return check;
}

/** Names a saved server anew. */
export async function renameBackend(id: string, name: string): Promise<SavedBackend> {
  const renamed = await answerOf(() => backend().renameBackend({ id, name }));
  await refreshBackends();
  return renamed;
}

/** A server that was removed, and what is left to do. */
export interface Removal {
  /** What became of the token on the server's side. */
  there: TokenThere;
  /** Lets the window go on without the server; where it talked to it, it begins anew on this machine. */
  goOn: () => void;
}

/** Forgets a server and its token, and has the server take the token back where it can be reached. */
export async function removeBackend(id: string): Promise<Removal> {
  const wasChosen = useBackendStore.getState().chosen === id;
  const { view, there } = await answerOf(() => backend().removeBackend(id));
  const goOn = () => {
    if (wasChosen) beginElsewhere();
    else useBackendStore.getState().setBackends(view);
  };
  return { there, goOn };
}

/** Lets the window talk to a saved server, or to this machine for null. The window begins anew, at Home if nowhere else. */
export async function switchBackend(id: string | null, at?: string): Promise<void> {
  await answerOf(() => backend().switchBackend(id));
  beginElsewhere(at);
}

/** How this machine keeps keys and tokens, whichever backend the window talks to. */
export const ownKeys = (): Promise<KeysView> => answerOf(() => backend().ownKeys());

/** Opens this machine's file of keys and tokens; the first time it makes it with this passphrase. */
export const unlockOwnKeys = (passphrase: string): Promise<KeysView> =>
  answerOf(() => backend().unlockOwnKeys({ passphrase }));
