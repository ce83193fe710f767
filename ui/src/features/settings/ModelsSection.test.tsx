import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { KeysView, ProviderView } from "@/bindings/bindings";
import { useAgentStore } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { anAgent, aProvider } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { useProviderDraft } from "./providerDraft";
import { SettingsScreen } from "./SettingsScreen";

const KEYCHAIN: KeysView = { place: "keychain", locked: false, exists: true };
const FILE: KeysView = { place: "file", locked: true, exists: true };
const SECRET = "sk-planted-secret";

/** A backend that keeps what it is given, as the real one does. */
async function open(providers: ProviderView[] = [], answers: Answers = {}, keys = KEYCHAIN) {
  let kept = providers;
  let models = {
    driver: "rehearsal",
    creator: "rehearsal",
    generator: "rehearsal",
    specialist: "rehearsal",
  };
  const calls = {
    saveProvider: vi.fn(({ id, name, kind, base_url }) => {
      const provider = aProvider({ id: id ?? kept.length + 1, name, kind, base_url });
      kept = [...kept.filter((each) => each.id !== provider.id), provider];
      return provider;
    }),
    setProviderKey: vi.fn(({ id, key }) => {
      kept = kept.map((each) =>
        each.id === id ? { ...each, key_from: key === "" ? null : "keychain" } : each,
      );
      return kept.find((each) => each.id === id) ?? aProvider();
    }),
    testProvider: vi.fn(({ model }) => ({
      latency_ms: 42,
      models: model === null ? ["qwen3-8b", "gemma-3"] : null,
      said: model === null ? null : "Hello",
    })),
    saveSettings: vi.fn(({ default_models }) => {
      models = default_models;
      return { default_models };
    }),
    removeProvider: vi.fn(({ id }) => {
      kept = kept.filter((each) => each.id !== id);
      return { removed: true };
    }),
  };
  answerWith({
    listProviders: () => kept,
    getSettings: () => ({ default_models: models }),
    listModels: () => ({
      models: [{ name: "rehearsal", provider: null }],
      notices: ["ollama gave no list: nothing answers."],
    }),
    getKeys: () => keys,
    getStatus: () => {
      throw new Error("not asked here");
    },
    ...calls,
    ...answers,
  });
  const screens = { "/settings": SettingsScreen, "/settings/$section": SettingsScreen };
  const drawn = await renderScreen("/settings", screens);
  await screen.findByRole("heading", { name: "Default models" });
  await screen.findByRole("combobox", { name: "Driver" });
  return { ...drawn, calls };
}

const item = (name: string) => screen.findByRole("article", { name });
const refusal =
  (code: string, message: string, field: string | null = null) =>
  () => {
    throw { code, message, details: { field, next_step: "Start it, then test again." } };
  };

beforeEach(() => {
  resetStores();
  useProviderDraft.setState(useProviderDraft.getInitialState(), true);
});

describe("Providers", () => {
  it("begins with what many have, and saves, keeps the key and tests in one go", async () => {
    const { container, calls } = await open();
    expect(screen.getByText(/thinks for the whole crew/)).toBeInTheDocument();
    await userEvent.click(await screen.findByRole("button", { name: "Anthropic" }));
    expect(screen.getByRole("textbox", { name: "Name" })).toHaveValue("anthropic");
    expect(screen.getByRole("textbox", { name: "Address" })).toHaveAccessibleDescription(
      "Leaves this machine: what agents read and write is sent to api.anthropic.com.",
    );
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.type(screen.getByLabelText("Key"), SECRET);
    await userEvent.click(screen.getByRole("button", { name: "Save and test" }));
    const row = await item("anthropic");
    expect(await within(row).findByText(/It answered in 42 ms\. 2 models found\./)).toBeVisible();
    expect(row).toHaveTextContent("A key is kept.");
    expect(calls.setProviderKey).toHaveBeenCalledWith(
      expect.objectContaining({ id: 1, key: SECRET }),
    );
    expect(container.innerHTML).not.toContain(SECRET);
    expect(within(row).getByRole("button", { name: "Test connection" })).toHaveFocus();
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("says at the provider why it does not answer, and what to do", async () => {
    await open([aProvider()], {
      testProvider: refusal("unavailable", "Nothing answers at http://localhost:1234."),
    });
    const row = await item("lm-studio");
    expect(row).toHaveTextContent("On this machine: nothing leaves it.");
    await userEvent.click(within(row).getByRole("button", { name: "Test connection" }));
    expect(await within(row).findByRole("alert")).toHaveTextContent(
      "Nothing answers at http://localhost:1234.Start it, then test again.",
    );
  });

  it("asks a found model for a word, and gives it to the whole crew", async () => {
    const { calls } = await open([aProvider()]);
    const row = await item("lm-studio");
    await userEvent.click(within(row).getByRole("button", { name: "Test connection" }));
    expect(await within(row).findByRole("combobox", { name: "Model" })).toHaveValue("qwen3-8b");
    await userEvent.click(within(row).getByRole("button", { name: "Ask it for a word" }));
    expect(await within(row).findByText(/qwen3-8b said “Hello”/)).toBeVisible();
    await userEvent.click(within(row).getByRole("button", { name: "Use for the whole crew" }));
    const name = "lm-studio/qwen3-8b";
    expect(await within(row).findByText(/The whole crew thinks with lm-studio/)).toBeVisible();
    expect(calls.saveSettings).toHaveBeenCalledWith(
      expect.objectContaining({
        default_models: { driver: name, creator: name, generator: name, specialist: name },
      }),
    );
    await waitFor(() => expect(screen.getByRole("combobox", { name: "Driver" })).toHaveValue(name));
  });

  it("keeps what was written when the key is refused, and saves the same provider again", async () => {
    const { calls } = await open([], {
      setProviderKey: refusal("invalid_request", "The keychain is locked."),
    });
    await userEvent.click(await screen.findByRole("button", { name: "OpenAI" }));
    await userEvent.type(screen.getByLabelText("Key"), SECRET);
    await userEvent.click(screen.getByRole("button", { name: "Save and test" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The keychain is locked.");
    expect(screen.getByLabelText("Key")).toHaveValue(SECRET);
    await userEvent.click(screen.getByRole("button", { name: "Save and test" }));
    await waitFor(() => expect(calls.saveProvider).toHaveBeenCalledTimes(2));
    expect(calls.saveProvider.mock.calls.map(([request]) => request.id)).toEqual([null, 1]);
    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
    expect(await item("openai")).toBeInTheDocument();
  });

  it("shows what is refused at its field", async () => {
    await open([aProvider()], { saveProvider: refusal("invalid_request", "It is taken.", "name") });
    await userEvent.click(await screen.findByRole("button", { name: "Edit lm-studio" }));
    await userEvent.click(screen.getByRole("button", { name: "Save and test" }));
    await waitFor(() =>
      expect(screen.getByRole("textbox", { name: "Name" })).toHaveAccessibleDescription(
        "It is taken. Start it, then test again.",
      ),
    );
  });

  it("says that a kept key goes along with another address, and forgets it when asked", async () => {
    const { calls } = await open([aProvider({ key_from: "keychain" })]);
    await userEvent.click(await screen.findByRole("button", { name: "Edit lm-studio" }));
    expect(screen.queryByLabelText("Key")).not.toBeInTheDocument();
    const address = screen.getByRole("textbox", { name: "Address" });
    await userEvent.clear(address);
    await userEvent.type(address, "https://elsewhere.example/v1");
    expect(address).toHaveAccessibleDescription(/The kept key goes there from now on\./);
    await userEvent.click(screen.getByRole("button", { name: "Forget" }));
    await waitFor(() =>
      expect(calls.setProviderKey).toHaveBeenCalledWith(
        expect.objectContaining({ id: 1, key: "" }),
      ),
    );
    expect(await screen.findByLabelText("Key")).toHaveValue("");
  });

  it("opens the file of keys where the key is wanted", async () => {
    let keys = FILE;
    await open([], {
      getKeys: () => keys,
      unlockKeys: ({ passphrase }) => {
        expect(passphrase).toBe("correct horse");
        keys = { ...FILE, locked: false };
        return keys;
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Gemini" }));
    await waitFor(() => expect(screen.getByLabelText("Key")).toBeDisabled());
    await userEvent.type(screen.getByLabelText("Passphrase of the file of keys"), "correct horse");
    await userEvent.click(screen.getByRole("button", { name: "Unlock" }));
    await waitFor(() => expect(screen.getByLabelText("Key")).toBeEnabled());
    expect(screen.queryByRole("button", { name: "Unlock" })).not.toBeInTheDocument();
  });

  it("names what is lost before it removes", async () => {
    useAgentStore.setState({
      agents: [anAgent({ id: 4, name: "API designer", model: "lm-studio/qwen3-8b" })],
    });
    const { calls } = await open([aProvider({ key_from: "keychain" })]);
    await userEvent.click(await screen.findByRole("button", { name: "Remove lm-studio" }));
    const dialog = await screen.findByRole("dialog", { name: "Remove lm-studio?" });
    expect(dialog).toHaveTextContent(
      "Its address and its key are forgotten. API designer can't work until it gets another model.",
    );
    await userEvent.click(within(dialog).getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(calls.removeProvider).toHaveBeenCalledTimes(1));
    await waitFor(() =>
      expect(screen.queryByRole("article", { name: "lm-studio" })).not.toBeInTheDocument(),
    );
  });

  it("adds another from the menu, by keys alone, under a name of its own", async () => {
    await open([aProvider()]);
    (await screen.findByRole("button", { name: "Add a provider" })).focus();
    await userEvent.keyboard("{Enter}");
    await screen.findByRole("menuitem", { name: /LM Studio/ });
    await waitFor(() => expect(screen.getByRole("menuitem", { name: /LM Studio/ })).toHaveFocus());
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByRole("textbox", { name: "Name" })).toHaveValue("lm-studio-2");
  });
});

it("leads to the keys where the key of a provider is locked", async () => {
  await open([aProvider({ key_from: "keychain" })], {}, FILE);
  const row = await item("lm-studio");
  expect(await within(row).findByRole("link", { name: "Unlock the keys" })).toHaveAttribute(
    "href",
    "/settings/keys",
  );
});

it("says so when a key is given from elsewhere and can't be forgotten here", async () => {
  await open([aProvider({ key_from: "keychain" })], {
    setProviderKey: () => aProvider({ key_from: "keychain" }),
  });
  await userEvent.click(await screen.findByRole("button", { name: "Edit lm-studio" }));
  await userEvent.click(screen.getByRole("button", { name: "Forget" }));
  expect(await screen.findByLabelText("Key")).toHaveAccessibleDescription(
    /The environment of Wheelhouse still gives one\.$/,
  );
});

describe("Default models", () => {
  it("are written or chosen, and saved together", async () => {
    const { calls } = await open([aProvider()]);
    const driver = screen.getByRole("combobox", { name: "Driver" });
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
    await userEvent.clear(driver);
    await userEvent.type(driver, "lm-studio/own/model");
    await userEvent.tab();
    await userEvent.click(screen.getByRole("button", { name: "Same as the driver for all" }));
    expect(screen.getByRole("combobox", { name: "Specialists" })).toHaveValue(
      "lm-studio/own/model",
    );
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(calls.saveSettings).toHaveBeenCalledTimes(1));
    expect(await screen.findByText(/^Saved\./)).toBeVisible();
    expect(screen.getByText("ollama gave no list: nothing answers.")).toBeVisible();
  });

  it("stay in the form when they are refused", async () => {
    await open([], { saveSettings: refusal("invalid_request", "There is no provider x.") });
    const creator = screen.getByRole("combobox", { name: "Creator" });
    await userEvent.clear(creator);
    await userEvent.type(creator, "x/y");
    await userEvent.tab();
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("There is no provider x.")).toBeVisible();
    expect(creator).toHaveValue("x/y");
  });
});

it("keeps what was typed, but for the key, while another section is looked at", async () => {
  await open();
  await userEvent.click(screen.getByRole("button", { name: /^Anthropic/ }));
  const name = await screen.findByRole("textbox", { name: "Name" });
  await userEvent.clear(name);
  await userEvent.type(name, "mine");
  await userEvent.type(screen.getByLabelText("Key"), SECRET);
  await userEvent.click(screen.getByRole("link", { name: "Appearance" }));
  await screen.findByRole("radio", { name: /Dark/ });
  await userEvent.click(screen.getByRole("link", { name: "Models" }));
  expect(await screen.findByRole("textbox", { name: "Name" })).toHaveValue("mine");
  expect(screen.getByLabelText("Key")).toHaveValue("");
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(screen.queryByRole("textbox", { name: "Name" })).not.toBeInTheDocument();
});

it("says of a key that the environment gives it, and lets one be written all the same", async () => {
  await open([aProvider({ name: "mine", key_from: "environment" })]);
  const row = await item("mine");
  expect(row).toHaveTextContent("Its key comes from the environment of Wheelhouse.");
  await userEvent.click(within(row).getByRole("button", { name: "Edit mine" }));
  expect(await screen.findByLabelText("Key")).toBeEnabled();
  expect(screen.getByText(/The environment of Wheelhouse gives the key/)).toBeVisible();
});
