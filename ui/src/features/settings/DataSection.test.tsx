import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { BackupFile, RetentionRule, RetentionView } from "@/bindings/bindings";
import { readKept } from "@/shared/lib/keep";
import { accessibilityProblems } from "@/test/axe";
import { aStorage } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { SettingsScreen } from "./SettingsScreen";

const refused = (message: string) => () => {
  throw { code: "unavailable", message, details: { field: null, next_step: "Free some room." } };
};

const OFF: RetentionRule = { max_age_days: null, max_workflows: null, max_megabytes: null };
const aRetention = (over: Partial<RetentionView> = {}): RetentionView => ({
  rule: OFF,
  running: null,
  last: null,
  ...over,
});
const aBackup = (over: Partial<BackupFile> = {}): BackupFile => ({
  path: "/data/backups/one.db",
  name: "one.db",
  bytes: 4_100_000,
  written_at: 1_795_382_606_789,
  contents: { schema: 3, this_store: true, workflows: 12, unfinished: 1, newest: null },
  problem: null,
  ...over,
});

function open(answers: Answers) {
  answerWith({
    getStorage: () => aStorage(),
    listBackups: () => [],
    getRetention: () => aRetention(),
    ...answers,
  });
  return renderScreen("/settings/data", { "/settings/$section": SettingsScreen });
}

beforeEach(() => {
  resetStores();
  sessionStorage.clear();
});

describe("Folder and backup", () => {
  it("shows sizes, opens folders, and says where a copy was written", async () => {
    const openFolder = vi.fn(() => null);
    const { container } = await open({
      openFolder,
      backUp: () => ({ path: "/data/backups/one.db", bytes: 4_100_000 }),
    });
    const journal = await screen.findByRole("row", { name: /Journal of all runs/ });
    expect(within(journal).getByText("4.2 MB")).toBeVisible();
    expect(screen.getByRole("row", { name: /Together/ })).toHaveTextContent("32.2 MB");
    await userEvent.click(screen.getByRole("button", { name: "Open logs" }));
    await waitFor(() => expect(openFolder).toHaveBeenCalledWith("logs"));
    await userEvent.click(screen.getByRole("button", { name: "Open folder" }));
    await waitFor(() => expect(openFolder).toHaveBeenCalledWith("data"));
    expect(await screen.findByText("There is no copy yet.")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Back up now" }));
    expect(await screen.findByText("/data/backups/one.db")).toBeVisible();
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("says why no copy was written", async () => {
    await open({ backUp: refused("The disk is full.") });
    await userEvent.click(screen.getByRole("button", { name: "Back up now" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The disk is full.Free some room.");
  });
});

describe("Old workflows", () => {
  it("says what a rule would delete before it is saved, and deletes nothing by saving it", async () => {
    let view = aRetention();
    const saveRetention = vi.fn(({ rule }: { rule: RetentionRule }) => {
      view = aRetention({ rule });
      return view;
    });
    const { container } = await open({
      getRetention: () => view,
      saveRetention,
      previewRetention: () => ({ workflows: 12, bytes: 34_100_000, until: null, kept: 1 }),
    });
    expect(await screen.findByText("Every workflow is kept.")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Clean up now" })).not.toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Save rule" })).toBeDisabled();
    const days = screen.getByLabelText("Days to keep");
    await userEvent.type(days, "many");
    expect(await screen.findByRole("alert")).toHaveTextContent("Use a whole number");
    expect(screen.getByRole("button", { name: "Save rule" })).toBeDisabled();
    await userEvent.clear(days);
    await userEvent.type(days, "90");
    expect(await screen.findByText("12 workflows")).toBeVisible();
    expect(screen.getByText("34.1 MB")).toBeVisible();
    expect(screen.getByText(/1 ended workflow stays\./)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Save rule" }));
    await waitFor(() =>
      expect(saveRetention).toHaveBeenCalledWith(
        expect.objectContaining({ rule: { ...OFF, max_age_days: 90 } }),
      ),
    );
    expect(await screen.findByRole("button", { name: "Clean up now" })).toBeEnabled();
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("cleans up, shows how far it is, and says what was done", async () => {
    const rule = { ...OFF, max_workflows: 5 };
    let view = aRetention({ rule });
    let finish = () => {};
    await open({
      getRetention: () => view,
      previewRetention: () => ({ workflows: 3, bytes: 2_000_000, until: null, kept: 5 }),
      cleanUp: () => {
        view = aRetention({ rule, running: { done: 1, total: 3 } });
        return new Promise((resolve) => {
          finish = () => {
            const last = { at: Date.now(), workflows: 3, bytes: 2_000_000 };
            view = aRetention({ rule, last });
            resolve(last);
          };
        });
      },
    });
    await userEvent.click(await screen.findByRole("button", { name: "Clean up now" }));
    await waitFor(() =>
      expect(screen.getByRole("progressbar", { name: "Cleaning up" })).toHaveAttribute(
        "aria-valuenow",
        "1",
      ),
    );
    finish();
    expect(
      await screen.findByText(/3 workflows deleted, the journal is 2\.0 MB smaller/),
    ).toBeVisible();
    expect(screen.queryByRole("progressbar")).not.toBeInTheDocument();
  });

  it("shows what is wrong where it is", async () => {
    const rule = { ...OFF, max_workflows: 5 };
    await open({
      getRetention: () => aRetention({ rule }),
      previewRetention: refused("The journal is busy."),
      cleanUp: refused("The disk is full."),
    });
    expect(await screen.findByText(/The journal is busy\./)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Clean up now" }));
    expect(await screen.findByText(/The disk is full\./)).toBeVisible();
  });
});

describe("Restore", () => {
  it("names what is lost and kept, restores, and begins anew", async () => {
    const restoreBackup = vi.fn(() => aBackup());
    const reopenBackend = vi.fn(() => null);
    const { container } = await open({
      listBackups: () => [
        aBackup(),
        aBackup({ path: "/b", name: "two.db", contents: null, problem: "It is damaged." }),
      ],
      restoreBackup,
      reopenBackend,
    });
    expect(await screen.findByText("It is damaged.")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Restore two.db" })).not.toBeInTheDocument();
    expect(await accessibilityProblems(container)).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Restore one.db" }));
    const dialog = await screen.findByRole("dialog", { name: "Restore this copy?" });
    expect(dialog).toHaveTextContent("comes back: 12 workflows.");
    expect(dialog).toHaveTextContent(
      "1 workflow in the copy had not ended and goes on from there.",
    );
    await userEvent.click(within(dialog).getByRole("button", { name: "Restore" }));
    await waitFor(() => expect(reopenBackend).toHaveBeenCalledOnce());
    expect(restoreBackup).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ path: "/data/backups/one.db", other_store: false }),
    );
    await waitFor(() =>
      expect(
        readKept("restored", (value): value is string => typeof value === "string", sessionStorage),
      ).toBe("one.db"),
    );
  });

  it("keeps the dialog open and says why where the copy is refused", async () => {
    await open({
      listBackups: () => [aBackup()],
      restoreBackup: refused("one.db can't be restored: it is damaged. Nothing was changed."),
    });
    await userEvent.click(await screen.findByRole("button", { name: "Restore one.db" }));
    const dialog = await screen.findByRole("dialog");
    await userEvent.click(within(dialog).getByRole("button", { name: "Restore" }));
    expect(await within(dialog).findByRole("alert")).toHaveTextContent("it is damaged");
    await userEvent.click(within(dialog).getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
  });

  it("offers to quit where everything could not be opened again", async () => {
    const closeWindow = vi.fn(() => null);
    await open({
      listBackups: () => [aBackup()],
      restoreBackup: () => aBackup(),
      reopenBackend: refused("What is in flight did not stop."),
      closeWindow,
    });
    await userEvent.click(await screen.findByRole("button", { name: "Restore one.db" }));
    const dialog = await screen.findByRole("dialog");
    await userEvent.click(within(dialog).getByRole("button", { name: "Restore" }));
    expect(await within(dialog).findByRole("alert")).toHaveTextContent(
      "The copy takes its place at the next start.",
    );
    await userEvent.click(within(dialog).getByRole("button", { name: "Quit" }));
    await waitFor(() => expect(closeWindow).toHaveBeenCalled());
  });

  it("looks into another file, and warns of one from another computer", async () => {
    const restoreBackup = vi.fn(() => aBackup());
    let chosen: BackupFile = aBackup({ contents: null, problem: "It is no database." });
    await open({
      pickBackup: () => "/elsewhere/one.db",
      inspectBackup: () => chosen,
      restoreBackup,
      reopenBackend: () => null,
    });
    await userEvent.click(await screen.findByRole("button", { name: "Choose another file" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("It is no database.");
    const contents = { schema: 2, this_store: false, workflows: 1, unfinished: 0, newest: null };
    chosen = aBackup({ contents });
    await userEvent.click(screen.getByRole("button", { name: "Choose another file" }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog).toHaveTextContent("The copy is from another Wheelhouse.");
    await userEvent.click(within(dialog).getByRole("button", { name: "Restore" }));
    await waitFor(() =>
      expect(restoreBackup).toHaveBeenCalledWith(expect.objectContaining({ other_store: true })),
    );
  });
});
