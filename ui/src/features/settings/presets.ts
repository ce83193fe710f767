import type { ProviderKind, ProviderView } from "@/bindings/bindings";

/** A provider that many have, with the address at which it usually is. */
export interface Preset {
  title: string;
  name: string;
  kind: ProviderKind;
  baseUrl: string;
  place: "here" | "elsewhere";
}

export const PRESETS: readonly Preset[] = [
  {
    title: "LM Studio",
    name: "lm-studio",
    kind: "open_ai",
    baseUrl: "http://localhost:1234/v1",
    place: "here",
  },
  {
    title: "Ollama",
    name: "ollama",
    kind: "ollama",
    baseUrl: "http://localhost:11434",
    place: "here",
  },
  {
    title: "llama.cpp",
    name: "llama-cpp",
    kind: "open_ai",
    baseUrl: "http://localhost:8080/v1",
    place: "here",
  },
  {
    title: "vLLM",
    name: "vllm",
    kind: "open_ai",
    baseUrl: "http://localhost:8000/v1",
    place: "here",
  },
  {
    title: "Anthropic",
    name: "anthropic",
    kind: "anthropic",
    baseUrl: "https://api.anthropic.com",
    place: "elsewhere",
  },
  {
    title: "Gemini",
    name: "gemini",
    kind: "gemini",
    baseUrl: "https://generativelanguage.googleapis.com",
    place: "elsewhere",
  },
  {
    title: "OpenAI",
    name: "openai",
    kind: "open_ai",
    baseUrl: "https://api.openai.com/v1",
    place: "elsewhere",
  },
  {
    title: "OpenRouter",
    name: "openrouter",
    kind: "open_ai",
    baseUrl: "https://openrouter.ai/api/v1",
    place: "elsewhere",
  },
];

/** Any other server that speaks as OpenAI does. */
export const OTHER: Preset = {
  title: "Another server",
  name: "",
  kind: "open_ai",
  baseUrl: "",
  place: "elsewhere",
};

/** The address at which a provider of each kind usually is. */
export const USUAL_ADDRESS: Record<ProviderKind, string> = {
  open_ai: "http://localhost:1234/v1",
  anthropic: "https://api.anthropic.com",
  gemini: "https://generativelanguage.googleapis.com",
  ollama: "http://localhost:11434",
};

/** A name like `wanted` that no provider has yet: `ollama`, `ollama-2`, … */
export function freeName(wanted: string, providers: readonly ProviderView[]): string {
  const taken = new Set(providers.map((provider) => provider.name));
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted}-${number}`;
  return name;
}
