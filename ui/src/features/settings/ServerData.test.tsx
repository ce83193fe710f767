import { screen } from "@testing-library/react";
import { accessibilityProblems } from "@/test/axe";
import { aServer, aStorage } from "@/test/fixtures";
import { answerWith, renderScreen, workOn } from "@/test/renderScreen";
import { DataSection } from "./DataSection";
import { KeysSection } from "./KeysSection";

beforeEach(() => workOn(aServer()));

const OFF = { max_age_days: null, max_workflows: null, max_megabytes: null };

test("what is about files of the server is said instead of offered", async () => {
  answerWith({
    getStorage: () => aStorage(),
    listBackups: () => [],
    getRetention: () => ({ rule: OFF, running: null, last: null }),
  });
  const { container } = await renderScreen("/", { "/": DataSection });
  expect(await screen.findByText(/The folder is on Studio\./)).toBeVisible();
  for (const name of [/Open folder/, /Open logs/, /Restore/, /Choose another file/]) {
    expect(screen.queryByRole("button", { name })).not.toBeInTheDocument();
  }
  expect(screen.getByRole("button", { name: "Back up now" })).toBeVisible();
  expect(screen.getByRole("region", { name: "Restore" })).toHaveTextContent("There, name the copy");
  expect(await accessibilityProblems(container)).toEqual([]);
});

test("keys are said to be on the server", async () => {
  answerWith({
    getKeys: () => ({ place: "keychain", locked: false, exists: true }),
    listProviders: () => [],
  });
  await renderScreen("/", { "/": KeysSection });
  expect(await screen.findByText("On Studio: in the system's keychain")).toBeVisible();
  expect(screen.getByText(/none ever comes to this machine\./)).toBeVisible();
});
