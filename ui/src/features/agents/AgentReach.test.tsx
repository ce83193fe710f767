import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { AgentGrant, SetAgentGrant } from "@/bindings/bindings";
import { accessibilityProblems } from "@/test/axe";
import { anAgent, anAllowedTool, aServer, aToolServer, NO_RECORD } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores, workOn } from "@/test/renderScreen";
import { AgentReach } from "./AgentReach";
import { draftOf, grantOf, newFolder, problemIn, servedStanding, withServed } from "./reach";
import { useReachDrafts } from "./reachDrafts";

const AGENT = anAgent({ tools: ["knowledge_search", "read_file"] });

const GRANT: AgentGrant = {
  reach: {
    folders: [
      { name: "project", path: "/home/me/project", access: "write", hard_links: true },
      { name: "diary", path: "/home/me/diary", access: "read", stays_here: true },
    ],
    web: { hosts: { only: ["example.org"] }, ports: [8080], seconds: 20 },
    commands: null,
  },
  rules: [
    { tool: "write_file", standing: "allow" },
    { tool: "fetch_page", standing: "allow", only: { hash: "h", shown: "https://example.org/a" } },
  ],
};

function open(grant: AgentGrant, answers: Answers = {}, agent = AGENT) {
  answerWith({
    getAgent: () => ({ agent, work: [], record: NO_RECORD, grant: { revision: 3, grant } }),
    listToolServers: () => [],
    ...answers,
  });
  return renderScreen("/", { "/": () => <AgentReach agent={agent} /> });
}

beforeEach(() => {
  resetStores();
  useReachDrafts.setState(useReachDrafts.getInitialState(), true);
});

it("says in words what may be reached and what of it unasked", async () => {
  const { container } = await open(GRANT);
  expect(await screen.findByText("project: /home/me/project (read and write)")).toBeVisible();
  expect(screen.getByText("diary: /home/me/diary (read, stays here)")).toBeVisible();
  expect(screen.getByText("Write files: allowed")).toBeVisible();
  expect(screen.getByText("Fetch web pages: asks first")).toBeVisible();
  expect(screen.getByText("Always allowed: https://example.org/a")).toBeVisible();
  expect(screen.getByText(/tick Write files, Fetch web pages/)).toBeVisible();
  expect(await accessibilityProblems(container)).toEqual([]);
});

it("grants a folder that was chosen, and a word about it", async () => {
  const setAgentGrant = vi.fn(({ grant }: SetAgentGrant) => ({ revision: 4, grant }));
  const { container } = await open({}, { setAgentGrant, pickFolder: () => "/home/me/My notes" });
  expect(await screen.findByText("No files, no web pages, no programs.")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Change reach" }));
  await userEvent.click(screen.getByRole("button", { name: "Browse folder…" }));
  expect(await screen.findByDisplayValue("My-notes")).toBeVisible();
  await userEvent.click(screen.getByRole("checkbox", { name: "May write" }));
  expect(screen.getByRole("combobox", { name: "Write files" })).toBeVisible();
  expect(await accessibilityProblems(container)).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Save reach" }));
  expect(setAgentGrant).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({
      id: AGENT.id,
      revision: 3,
      grant: {
        reach: {
          folders: [
            {
              name: "My-notes",
              path: "/home/me/My notes",
              access: "write",
              hard_links: false,
              stays_here: false,
            },
          ],
          web: null,
          commands: null,
        },
        rules: [],
      },
    }),
  );
  expect(await screen.findByText(/My-notes: /)).toBeVisible();
});

it("keeps what is written when the inspector is drawn anew", async () => {
  const first = await open({});
  await userEvent.click(await screen.findByRole("button", { name: "Change reach" }));
  await userEvent.type(screen.getByLabelText("Add a folder"), "/home/me/notes{Enter}");
  first.unmount();
  await open({});
  expect(await screen.findByDisplayValue("notes")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(await screen.findByText("No files, no web pages, no programs.")).toBeVisible();
});

it("takes a path of the server, where the backend is one", async () => {
  workOn(aServer());
  await open({});
  await userEvent.click(await screen.findByRole("button", { name: "Change reach" }));
  expect(screen.queryByRole("button", { name: "Browse folder…" })).not.toBeInTheDocument();
  await userEvent.type(screen.getByLabelText("Add a folder on Studio"), "/srv/notes{Enter}");
  expect(screen.getByDisplayValue("notes")).toBeVisible();
});

it("says what was refused", async () => {
  await open(GRANT, {
    setAgentGrant: () => {
      throw { code: "conflict", message: "It was changed since.", details: {} };
    },
  });
  await userEvent.click(await screen.findByRole("button", { name: "Change reach" }));
  const form = within(screen.getByRole("form", { name: "Reach of Creator" }));
  await userEvent.click(form.getByRole("button", { name: "Take back" }));
  await userEvent.click(form.getByRole("button", { name: "Save reach" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("It was changed since.");
});

it("keeps what the form does not show", () => {
  const draft = draftOf(GRANT);
  const same = grantOf(draft, GRANT);
  expect(same.reach?.folders?.[0]).toMatchObject({ hard_links: true, access: "write" });
  expect(same.reach?.web).toEqual(GRANT.reach?.web);
  expect(same.rules).toEqual(GRANT.rules);
  expect(grantOf({ ...draft, web: "none" }, GRANT).reach?.web).toBeNull();
});

it("names what is missing before it can be saved", () => {
  const draft = draftOf({});
  expect(problemIn(draft)).toBeNull();
  expect(problemIn({ ...draft, web: "only" })).toMatch(/at least one site/);
  const folders = [newFolder("/a/b", [])];
  const programs = { ...draft, folders, programs: "only" as const };
  expect(problemIn(programs)).toMatch(/in which programs/);
  const chosen = folders.map((folder) => ({ ...folder, programs: true }));
  expect(problemIn({ ...programs, folders: chosen })).toMatch(/at least one program/);
  expect(problemIn({ ...programs, folders: chosen, programNames: "git" })).toBeNull();
});

it("gives each folder a name of its own", () => {
  const first = newFolder("/a/notes", []);
  expect(newFolder("/b/notes", [first]).name).toBe("notes-2");
  expect(newFolder("/", []).name).toBe("folder");
  expect(newFolder("C:\\My files", []).name).toBe("My-files");
});

const WRITES = anAllowedTool();
const READS = anAllowedTool({ tool: "read_graph", read_only: true, asks: false });
const NOT_GIVEN = anAllowedTool({ tool: "delete_entities" });
const HELPER = anAgent({ tools: ["knowledge_search", WRITES.name, READS.name] });
const MEMORY = aToolServer({ allowed_tools: [WRITES, READS, NOT_GIVEN] });

it("says a word about a tool of a tool server as it is described", async () => {
  const setAgentGrant = vi.fn(({ grant }: SetAgentGrant) => ({ revision: 4, grant }));
  const answers = { setAgentGrant, listToolServers: () => [MEMORY] };
  const { container } = await open({}, answers, HELPER);
  await userEvent.click(await screen.findByRole("button", { name: "Change reach" }));
  const choice = await screen.findByRole("combobox", { name: "create_entities (memory)" });
  expect(screen.queryByRole("combobox", { name: /read_graph|delete_entities/ })).toBeNull();
  await userEvent.click(choice);
  await userEvent.click(await screen.findByRole("option", { name: "Allow" }));
  expect(await accessibilityProblems(container)).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Save reach" }));
  expect(setAgentGrant.mock.calls[0]?.[0].grant.rules).toEqual([
    { tool: WRITES.name, standing: "allow", only: WRITES.as_described },
  ]);
  expect(
    await screen.findByText("Always allowed: create_entities of memory, as it is described"),
  ).toBeVisible();
});

it("keeps what was said of tools of servers that are not there", () => {
  const rules = [
    { tool: "mcp_gone_post", standing: "never" as const },
    {
      tool: "mcp_gone_read",
      standing: "allow" as const,
      only: { hash: "h", shown: "read of gone, as it is described" },
    },
  ];
  const draft = draftOf({ rules });
  expect(grantOf(draft, { rules }).rules).toEqual(rules);
  const tool = { ...WRITES, server: "memory" };
  const never = { ...draft, ...withServed(draft, tool, "never") };
  expect(servedStanding(never, tool)).toBe("never");
  const asks = { ...never, ...withServed(never, tool, "ask") };
  expect(asks).toEqual(draft);
});
