import { describe, expect, it } from "vitest";
import { anAgent, aProvider } from "@/test/fixtures";
import { freeName } from "./presets";
import { placeWords, sameServer, usersOf, usersWords } from "./providerWords";
import { toName } from "./useProviderForm";

const DEFAULTS = {
  driver: "local/a",
  creator: "local-2/a",
  generator: "rehearsal",
  specialist: "local/b/c",
};

describe("placeWords", () => {
  it.each([
    "http://localhost:1234/v1",
    "http://127.0.0.1:1",
    "http://[::1]:80",
    "http://a.localhost",
  ])("says of %s that nothing leaves this machine", (address) =>
    expect(placeWords(address)).toBe("On this machine: nothing leaves it."),
  );

  it("names where words go, and when anybody on the way can read them", () => {
    expect(placeWords("https://api.anthropic.com")).toMatch(/sent to api\.anthropic\.com\.$/);
    expect(placeWords("http://192.168.0.7:1234/v1")).toMatch(/192\.168\.0\.7:1234, unencrypted\.$/);
    expect(placeWords("https://localhost.example.org")).toMatch(/^Leaves this machine/);
  });

  it("believes the backend about a saved provider, and says nothing of what is no address", () => {
    expect(placeWords("http://my-machine:1234", true)).toMatch(/^On this machine/);
    expect(placeWords("localhost:1234")).toBeNull();
    expect(placeWords("")).toBeNull();
  });
});

it("names who depends on a provider, and nobody whose provider only begins alike", () => {
  const agents = [
    anAgent({ id: 4, name: "API designer", model: "local/a" }),
    anAgent({ id: 5, name: "Writer", model: "local-2/a" }),
    anAgent({ id: 6, name: "Planner", model: "default", model_used: "local/b/c" }),
  ];
  const users = usersOf("local", agents, DEFAULTS);
  expect(users).toEqual({
    agents: ["API designer"],
    defaults: ["the driver", "specialists"],
    behind: [],
  });
  expect(usersWords(users)).toBe(
    "API designer can't work until it gets another model. It gives the default model of the driver and specialists: choose another one there.",
  );
  expect(usersWords(usersOf("other", agents, DEFAULTS))).toBe("");
  const fallbacks = { driver: ["far/b", "other/c"], specialist: ["other/d"] };
  expect(usersWords(usersOf("other", agents, { ...DEFAULTS, fallbacks }))).toBe(
    "The driver and specialists can't fall back on it any more.",
  );
  const wren = anAgent({ id: 7, name: "Wren", fallbacks: ["rehearsal", "other/d"] });
  expect(usersOf("other", [wren], DEFAULTS).behind).toEqual(["Wren"]);
});

it("keeps names to their form and unlike each other", () => {
  expect(toName("My LM  Studio!")).toBe("my-lm-studio-");
  expect(toName("x".repeat(40))).toHaveLength(32);
  const taken = [aProvider({ name: "ollama" }), aProvider({ id: 2, name: "ollama-2" })];
  expect(freeName("ollama", taken)).toBe("ollama-3");
  expect(freeName("vllm", taken)).toBe("vllm");
});

it("tells another server from another path of the same", () => {
  expect(sameServer("http://localhost:1/v1", "http://localhost:1/v2")).toBe(true);
  expect(sameServer("http://localhost:1/v1", "http://localhost:2/v1")).toBe(false);
});
