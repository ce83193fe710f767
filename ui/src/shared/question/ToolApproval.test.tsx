import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { ToolApproval, ToolEffect, WhyAsked } from "@/bindings/bindings";
import { accessibilityProblems } from "@/test/axe";
import { aQuestion } from "@/test/fixtures";
import { renderScreen } from "@/test/renderScreen";
import { linesOf, reasons } from "./approvalWords";
import { QuestionCard } from "./QuestionCard";

const DIFF = "--- a/project/a.md\n+++ b/project/a.md\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n";

const WRITE: ToolEffect = {
  effect: "write",
  path: "project/a.md",
  change: "replace",
  diff: DIFF,
  added: 1,
  removed: 1,
  invisible: 0,
  before: "b",
  after: "a",
  new_folders: [],
};

const RUN: ToolEffect = {
  effect: "run",
  program: { name: "cargo", path: "/usr/bin/cargo" },
  arguments: ["test"],
  folder: "project",
  shown: "cargo test",
  network: false,
  confined: true,
  limits: { seconds: 120, cpu_seconds: 120, memory_mib: 4096, file_mib: 512, output_bytes: 32768 },
};

const SERVED: ToolEffect = {
  effect: "served",
  server: "memory",
  uid: "0192dddd-0000-7000-8000-000000000001",
  place: { kind: "program", command: "npx", arguments: ["-y", "server memory"], folder: null },
  elsewhere: false,
  tool: "create_entities",
  arguments: { name: "<b>Ada</b>", count: 3, note: "one\ntwo", hidden: "a\u200bb" },
  invisible: 1,
  definition: "d",
  read_only: false,
};

function approvalOf(effect: ToolEffect, why: WhyAsked[] = [{ why: "not_allowed" }]): ToolApproval {
  return {
    turn: 1,
    index: 0,
    tool: "write_file",
    fingerprint: "f",
    effect,
    exact: { hash: "h", shown: "project/a.md" },
    exactly: false,
    why,
  };
}

function open(approval: ToolApproval, onReply = vi.fn(async () => undefined)) {
  const question = aQuestion({
    kind: "approval",
    text: "Creator wants to change the file “project/a.md”.",
    form: {
      outcomes: [
        { name: "once", title: "Allow once" },
        { name: "run", title: "Allow in this workflow" },
        { name: "agent", title: "Always allow this agent" },
        { name: "refuse", title: "Don't allow" },
        { name: "never", title: "Never allow this agent" },
      ],
      expires_at: Date.now() + 90 * 60_000,
      expired_outcome: "expired",
      about: { about: "tool", approval },
    },
  });
  return renderScreen("/", {
    "/": () => <QuestionCard question={question} onReply={onReply} />,
  });
}

it("shows each line that comes and goes, and sends what was chosen", async () => {
  const onReply = vi.fn(async () => undefined);
  const { container } = await open(approvalOf(WRITE), onReply);
  const lines = within(screen.getByRole("list", { name: "Changes in project/a.md" }));
  expect(lines.getAllByRole("listitem").map((line) => line.textContent)).toEqual([
    "Line 1",
    "one",
    "−Goes: two",
    "+Comes: three",
  ]);
  expect(screen.getByText("1 line more, 1 line less")).toBeVisible();
  expect(screen.getByText("You have not allowed this agent to do this unasked.")).toBeVisible();
  expect(screen.getByText(/Without an answer it is asked anew in 1 h/)).toBeVisible();
  expect(await accessibilityProblems(container)).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Allow once" }));
  expect(onReply).toHaveBeenCalledExactlyOnceWith({ outcome: "once", fields: {} });
});

it("sets what allows apart from what refuses", async () => {
  await open(approvalOf(WRITE));
  const rowOf = (name: string) => screen.getByRole("button", { name }).parentElement;
  expect(rowOf("Always allow this agent")).toBe(rowOf("Allow once"));
  expect(rowOf("Never allow this agent")).toBe(rowOf("Don't allow"));
  expect(rowOf("Don't allow")).not.toBe(rowOf("Allow once"));
});

it("shows a command as it is, where it runs and what keeps it there", async () => {
  await open(approvalOf(RUN));
  expect(screen.getByRole("region", { name: "Command" })).toHaveTextContent("cargo test");
  expect(screen.getByText(/It sees its folders only, and opens no connections/)).toBeVisible();
});

it("warns where nothing keeps a command, and where letters can't be seen", async () => {
  const { unmount } = await open(approvalOf({ ...RUN, confined: false }));
  expect(screen.getByText(/it can read whatever you can/)).toBeVisible();
  unmount();
  await open(approvalOf({ ...WRITE, invisible: 2 }));
  expect(screen.getByText(/2 letters in the new text can't be seen/)).toBeVisible();
});

it("says what was read that may have chosen what is touched", () => {
  const from = ["web", "files"] as const;
  const untrusted = (argument: string): WhyAsked => ({
    why: "untrusted",
    argument,
    value: "x",
    from: [...from],
  });
  expect(reasons([untrusted("program"), untrusted("arguments")])).toEqual([
    "The workflow has read web pages and files in granted folders, which may have chosen the program and what the program is given. You did not write it yourself.",
  ]);
});

it("reads a diff of a file that is new", () => {
  const diff = "--- /dev/null\n+++ b/a.md\n@@ -0,0 +1 @@\n+one\n\\ No newline at end of file\n";
  expect(linesOf(diff)).toEqual([
    { kind: "place", text: "Line 1" },
    { kind: "added", text: "one" },
    { kind: "place", text: "No newline at end of file" },
  ]);
  expect(linesOf("")).toEqual([]);
});

it("shows what a tool of a tool server is given, as plain text and in full", async () => {
  const long = "x".repeat(2000);
  const { container } = await open(
    approvalOf({ ...SERVED, arguments: { ...Object(SERVED.arguments), long } }),
  );
  const given = within(screen.getByRole("region", { name: "What it is given" }));
  expect(given.getByText('"<b>Ada</b>"')).toBeVisible();
  expect(given.getByText("3")).toBeVisible();
  expect(given.getByText(/one\s+two/)).toBeVisible();
  expect(given.getByText('"a\\u{200b}b"')).toBeVisible();
  expect(screen.getByText(/1 letter of it can't be seen/)).toBeVisible();
  expect(screen.getByText('npx -y "server memory"')).toBeVisible();
  expect(given.queryByText(`"${long}"`, { exact: false })).toBeNull();
  await userEvent.click(given.getByRole("button", { name: "Show all 2,002 letters of long" }));
  expect(given.getByText(`"${long}"`, { exact: false })).toBeVisible();
  expect(await accessibilityProblems(container)).toEqual([]);
});

it("says that a tool server is another machine", async () => {
  const place = { kind: "address" as const, url: "https://mcp.example.com/mcp" };
  await open(approvalOf({ ...SERVED, place, elsewhere: true, arguments: {}, invisible: 0 }));
  expect(screen.getByText(/Sent to another machine/)).toBeVisible();
  expect(screen.getByText("https://mcp.example.com/mcp")).toBeVisible();
  expect(screen.getByText("It is given nothing.")).toBeVisible();
});
