import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { KeysView } from "@/bindings/bindings";
import { useUiStore } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { aProvider } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { SettingsScreen } from "./SettingsScreen";

const SCREENS = { "/settings": SettingsScreen, "/settings/$section": SettingsScreen };
const refused = (message: string) => () => {
  throw { code: "unavailable", message, details: { field: null, next_step: "Free some room." } };
};

function open(section: string, answers: Answers) {
  answerWith(answers);
  return renderScreen(`/settings/${section}`, SCREENS);
}

beforeEach(resetStores);

describe("Keys", () => {
  const NEW: KeysView = { place: "file", locked: false, exists: false };
  const answers = (keys: KeysView, more: Answers = {}): Answers => ({
    getKeys: () => keys,
    listProviders: () => [
      aProvider({ name: "anthropic", key_from: "keychain" }),
      aProvider({ id: 2 }),
    ],
    ...more,
  });

  it("says that the system keeps them, and for whom", async () => {
    const { container } = await open("keys", answers({ ...NEW, place: "keychain" }));
    expect(await screen.findByText("In the system's keychain")).toBeVisible();
    expect(await screen.findByText("anthropic")).toBeVisible();
    expect(screen.queryByLabelText(/passphrase/i)).not.toBeInTheDocument();
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("makes the file with a passphrase that is long enough and written twice", async () => {
    const unlockKeys = vi.fn(() => ({ ...NEW, exists: true }));
    const { container } = await open("keys", answers(NEW, { unlockKeys }));
    const first = await screen.findByLabelText("New passphrase");
    await userEvent.type(first, "short{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("Use at least 8 characters.");
    expect(first).toHaveFocus();
    await userEvent.clear(first);
    await userEvent.type(first, "correct horse");
    await userEvent.type(screen.getByLabelText("The same once more"), "correct hose");
    await userEvent.click(screen.getByRole("button", { name: "Create" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The two are not the same.");
    expect(screen.getByLabelText("The same once more")).toHaveFocus();
    expect(await accessibilityProblems(container)).toEqual([]);
    expect(unlockKeys).not.toHaveBeenCalled();
    await userEvent.clear(screen.getByLabelText("The same once more"));
    await userEvent.type(screen.getByLabelText("The same once more"), "correct horse{Enter}");
    expect(await screen.findByText("In a file with a passphrase, unlocked")).toBeVisible();
    expect(unlockKeys).toHaveBeenCalledExactlyOnceWith({ passphrase: "correct horse" });
  });

  it("keeps a locked file locked when the passphrase is wrong, and says so", async () => {
    const unlockKeys = refused("This is not the passphrase.");
    await open("keys", answers({ ...NEW, exists: true, locked: true }, { unlockKeys }));
    const field = await screen.findByLabelText("Passphrase of the file of keys");
    await userEvent.type(field, "wrong horse{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("This is not the passphrase.");
    expect(screen.getByText("In a file with a passphrase, locked")).toBeVisible();
  });
});

describe("Keys from the environment", () => {
  it("are said to be from there, and not to be kept", async () => {
    await open("keys", {
      getKeys: () => ({ place: "keychain", locked: false, exists: true }),
      listProviders: () => [aProvider({ name: "anthropic", key_from: "environment" })],
    });
    expect(await screen.findByText("No key is kept.")).toBeVisible();
    expect(screen.getByText("From the environment of Wheelhouse: anthropic.")).toBeVisible();
  });
});

describe("Appearance and About", () => {
  it("changes the theme with the arrow keys", async () => {
    useUiStore.setState({ theme: "light" });
    const { container } = await open("appearance", {});
    const light = await screen.findByRole("radio", { name: /Light/ });
    expect(light).toBeChecked();
    await userEvent.click(screen.getByRole("radio", { name: /Dark/ }));
    expect(useUiStore.getState().theme).toBe("dark");
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("says that this build does not update itself, and shows the licences of its libraries", async () => {
    const openNotices = vi.fn(() => null);
    const { container } = await open("about", {
      getStatus: refused("It is closing down."),
      updatePolicy: () => ({ can_look: false }),
      openNotices,
    });
    expect(await screen.findByText("This build does not update itself.")).toBeVisible();
    expect(screen.queryByRole("button", { name: /update/i })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Show their licences" }));
    await waitFor(() => expect(openNotices).toHaveBeenCalledOnce());
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("looks for an update when asked, and installs it when told to", async () => {
    const installUpdate = vi.fn(refused("The signature does not fit."));
    const lookForUpdate = vi.fn(() => ({ version: "0.2.0", notes: "Faster." }));
    await open("about", {
      getStatus: refused("It is closing down."),
      updatePolicy: () => ({ can_look: true }),
      lookForUpdate,
      installUpdate,
    });
    const look = await screen.findByRole("button", { name: "Look for an update" });
    expect(lookForUpdate).not.toHaveBeenCalled();
    await userEvent.click(look);
    expect(await screen.findByText("Faster.")).toBeVisible();
    expect(installUpdate).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Install 0.2.0 and start again" }));
    expect(await screen.findByText("The signature does not fit.")).toBeVisible();
  });

  it("explains rehearsal, also when the version can't be read", async () => {
    const { container } = await open("about", { getStatus: refused("It is closing down.") });
    expect(await screen.findByRole("alert")).toHaveTextContent("It is closing down.");
    expect(screen.getByText(/It is a set of rules/)).toBeVisible();
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("goes between sections, and to Models from an address that is none", async () => {
    const { address } = await open("about", { getStatus: refused("It is closing down.") });
    await userEvent.click(await screen.findByRole("link", { name: "Appearance" }));
    expect(address()).toBe("/settings/appearance");
    expect(screen.getByRole("link", { name: "Appearance" })).toHaveAttribute(
      "aria-current",
      "page",
    );
  });
});
