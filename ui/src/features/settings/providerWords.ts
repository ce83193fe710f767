// What is said of a provider: what it speaks, where its words go, and who depends on it.

import type { AgentView, DefaultModels, ProviderKind, ProviderView } from "@/bindings/bindings";
import { providerOf } from "@/shared/model/modelWords";

export const PROVIDER_KINDS: Record<ProviderKind, string> = {
  open_ai: "OpenAI-compatible",
  anthropic: "Anthropic",
  gemini: "Gemini",
  ollama: "Ollama",
};

/** The kinds of agents that have a default model, in the order of the crew. */
export const CREW_KINDS = [
  { kind: "driver", name: "Driver", inText: "the driver" },
  { kind: "creator", name: "Creator", inText: "the creator" },
  { kind: "generator", name: "Generator", inText: "the generator" },
  { kind: "specialist", name: "Specialists", inText: "specialists" },
] as const satisfies readonly { kind: keyof DefaultModels; name: string; inText: string }[];

/** The address in parts, or null while it is not one. */
function parsed(address: string): URL | null {
  try {
    const url = new URL(address.trim());
    return url.protocol === "http:" || url.protocol === "https:" ? url : null;
  } catch {
    return null;
  }
}

/** Whether an address is on this machine. For what is being typed; of a saved provider the backend says it. */
function isHere({ hostname }: URL): boolean {
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}

/** Where the words of agents go with this address; null while it is not an address. */
export function placeWords(address: string, onThisMachine?: boolean): string | null {
  const url = parsed(address);
  if (url === null) return null;
  if (onThisMachine ?? isHere(url)) return "On this machine: nothing leaves it.";
  const open = url.protocol === "http:" ? ", unencrypted" : "";
  return `Leaves this machine: what agents read and write is sent to ${url.host}${open}.`;
}

/** Whether two addresses lead to the same server. */
export function sameServer(a: string, b: string): boolean {
  const [first, second] = [parsed(a), parsed(b)];
  return first !== null && second !== null && first.origin === second.origin;
}

/** Who thinks with the models of a provider. */
export interface Users {
  /** Names of agents that name one themselves. */
  agents: string[];
  /** Kinds whose default is one of them, in words. */
  defaults: string[];
  /** Kinds and agents that fall back on one of them, in words. */
  behind: string[];
}

const isAmong = (name: string, models: readonly string[] = []) =>
  models.some((model) => providerOf(model) === name);

/** Who would lose their model with the provider `name`. */
export function usersOf(
  name: string,
  agents: readonly AgentView[],
  defaults: DefaultModels | undefined,
): Users {
  return {
    agents: agents.filter((agent) => providerOf(agent.model) === name).map((agent) => agent.name),
    defaults: CREW_KINDS.filter(
      ({ kind }) => defaults !== undefined && providerOf(defaults[kind]) === name,
    ).map((each) => each.inText),
    behind: [
      ...CREW_KINDS.filter(({ kind }) => isAmong(name, defaults?.fallbacks?.[kind])).map(
        (each) => each.inText,
      ),
      ...agents.filter(({ fallbacks }) => isAmong(name, fallbacks)).map((agent) => agent.name),
    ],
  };
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

const upper = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** Who can't work any more, in sentences; empty when nobody depends on it. */
export function usersWords({ agents, defaults, behind }: Users): string {
  return [
    agents.length === 0
      ? ""
      : `${listed(agents)} can't work until ${agents.length === 1 ? "it gets" : "they get"} another model.`,
    defaults.length === 0
      ? ""
      : `It gives the default model of ${listed(defaults)}: choose another one there.`,
    behind.length === 0 ? "" : `${upper(listed(behind))} can't fall back on it any more.`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** Said of a key that nobody typed here. */
export const FROM_ENVIRONMENT = "Its key comes from the environment of Wheelhouse.";

/** Whether a key is kept that can be replaced and forgotten here. */
export const isKept = ({ key_from }: Pick<ProviderView, "key_from">): boolean =>
  key_from === "keychain" || key_from === "file";
