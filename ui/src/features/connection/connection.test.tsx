import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { act } from "react";
import type { BackendsView, ErrorCode } from "@/bindings/bindings";
import { beginElsewhere } from "@/shared/lib/beginning";
import { useUiStore } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { aQuestion, aServer, aWorkflow } from "@/test/fixtures";
import { ok, renderApp } from "@/test/renderApp";

vi.mock(import("@/shared/lib/beginning"), async (original) => ({
  ...(await original()),
  beginElsewhere: vi.fn(),
}));

let frame: ReturnType<typeof renderApp> | undefined;
function open(...args: Parameters<typeof renderApp>) {
  frame = renderApp(...args);
  return frame;
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  vi.mocked(beginElsewhere).mockClear();
});
afterEach(() => {
  frame?.close();
  frame = undefined;
});

const STUDIO = aServer();
const here: BackendsView = { chosen: null, backends: [STUDIO], notice: null };
const there: BackendsView = { ...here, chosen: STUDIO.id };
const listed = (view: BackendsView) => ({ listBackends: async () => ok(view) });
const no = (code: ErrorCode, message: string) => ({
  status: "error" as const,
  error: { code, message, details: { field: null, next_step: "Do something." } },
});
const busy = {
  workflows: [aWorkflow({ id: 2, name: "Design an API" })],
  questions: [aQuestion({ workflow_id: 2 })],
};
const bar = () => screen.findByRole("contentinfo");

// The first of all: the connection is one for the whole file, and only here it never had contact before.
test("after a reload while a server is away, one calm line says so, and nothing else", async () => {
  const { container } = open("/", {
    backend: {
      ...listed(there),
      subscribeEvents: async () => no("unavailable", "Nothing answers at studio.example."),
    },
  });
  await screen.findByText(/Studio can't be reached\. Nothing of it is shown yet\./);
  await screen.findByRole("textbox", { name: "What should the crew do?" });
  expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  expect(screen.queryByText(/could not be loaded/)).not.toBeInTheDocument();
  // How many run there is not known.
  expect(within(await bar()).queryByText(/running/)).not.toBeInTheDocument();
  expect(await accessibilityProblems(container)).toEqual([]);
});

test("the name of the backend opens a menu by keyboard, which switches and begins anew", async () => {
  const switchBackend = vi.fn(async () => ok(there));
  open("/", { backend: { ...listed(here), switchBackend } });
  const button = await within(await bar()).findByRole("button", { name: "Local" });
  act(() => button.focus());
  await userEvent.keyboard("{Enter}");
  const menu = await screen.findByRole("menu");
  expect(within(menu).getByRole("menuitem", { name: /This machine.*in use/ })).toBeVisible();
  expect(await accessibilityProblems(menu)).toEqual([]);
  await userEvent.click(within(menu).getByRole("menuitem", { name: "Studio" }));
  await waitFor(() => expect(switchBackend).toHaveBeenCalledExactlyOnceWith(STUDIO.id));
  await waitFor(() => expect(beginElsewhere).toHaveBeenCalledOnce());
});

test("without a server the menu leads to adding one", async () => {
  const { router } = open("/", {
    backend: { ownKeys: async () => ok({ place: "keychain", locked: false, exists: true }) },
  });
  await userEvent.click(await within(await bar()).findByRole("button", { name: "Local" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Add a server…" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/settings/backends"));
  expect(await screen.findByText("npm run serve")).toBeVisible();
});

test("the palette switches too", async () => {
  const switchBackend = vi.fn(async () => ok(here));
  open("/", { backend: { ...listed(there), switchBackend } });
  await within(await bar()).findByRole("button", { name: "Studio" });
  act(() => useUiStore.getState().setPaletteOpen(true));
  const palette = await screen.findByRole("dialog", { name: "Command palette" });
  await userEvent.type(within(palette).getByRole("combobox"), "work on");
  expect(within(palette).queryByText("Work on Studio")).not.toBeInTheDocument();
  await userEvent.click(within(palette).getByText("Work on this machine"));
  await waitFor(() => expect(switchBackend).toHaveBeenCalledExactlyOnceWith(null));
});

test("where the token is locked, the passphrase is asked for and the switch is made after it", async () => {
  const keys = { place: "file" as const, locked: true, exists: true };
  let locked = true;
  const switchBackend = vi.fn(async () =>
    locked ? no("keys_locked", "The token for Studio is locked.") : ok(there),
  );
  const unlockOwnKeys = vi.fn(async () => {
    locked = false;
    return ok({ ...keys, locked: false });
  });
  const ownKeys = async () => ok({ ...keys, locked });
  open("/", { backend: { ...listed(here), switchBackend, unlockOwnKeys, ownKeys } });
  await userEvent.click(await within(await bar()).findByRole("button", { name: "Local" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Studio" }));
  const dialog = await screen.findByRole("dialog", { name: "Unlock to connect to Studio" });
  const field = await within(dialog).findByLabelText("Passphrase of the file of keys");
  expect(await accessibilityProblems(dialog)).toEqual([]);
  await userEvent.type(field, "correct horse{Enter}");
  await waitFor(() => expect(switchBackend).toHaveBeenCalledTimes(2));
  expect(unlockOwnKeys).toHaveBeenCalledExactlyOnceWith({ passphrase: "correct horse" });
  await waitFor(() => expect(beginElsewhere).toHaveBeenCalledOnce());
});

test("a start with a locked token says so and connects once it is unlocked", async () => {
  const keys = { place: "file" as const, exists: true };
  let locked = true;
  const backend = {
    ...listed(there),
    ownKeys: async () => ok({ ...keys, locked }),
    unlockOwnKeys: async () => {
      locked = false;
      return ok({ ...keys, locked });
    },
    subscribeEvents: vi.fn(async () =>
      locked ? no("keys_locked", "The token for Studio is locked.") : ok({ id: 1 }),
    ),
  };
  open("/", { backend });
  const footer = await bar();
  await waitFor(() => expect(within(footer).getByRole("status")).toHaveTextContent("Locked"));
  await userEvent.click(within(footer).getByRole("button", { name: "Unlock" }));
  await userEvent.type(
    await screen.findByLabelText("Passphrase of the file of keys"),
    "correct horse{Enter}",
  );
  await waitFor(() => expect(backend.subscribeEvents).toHaveBeenCalledTimes(2));
  await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
});

/** The window on a server, and the server gone. */
async function lost(more: Parameters<typeof renderApp>[1] = {}) {
  const { sender, router, container } = open("/", {
    snapshot: busy,
    ...more,
    backend: { ...listed(there), ...more.backend },
  });
  await screen.findByRole("link", { name: "1 running" });
  sender.up = false;
  act(() => sender.signal({ signal: "backend_lost", reason: "The server was stopped." }));
  await screen.findByText(/You see the last known state, of/);
  return { router, container, sender };
}

test("while a server is away, what was there stays, is marked, and changes are refused", async () => {
  const cancelWorkflow = vi.fn();
  const { container } = await lost({ backend: { cancelWorkflow } });
  const footer = await bar();
  expect(within(footer).getByRole("status")).toHaveTextContent(
    /Not connected\. Attempt 1 of 5 in [1-3] s/,
  );
  expect(within(footer).getByRole("link", { name: "1 running" })).toBeVisible();
  expect(screen.getAllByText(/Design an API/)[0]).toBeVisible();
  const line = screen.getByRole("region", { name: "Connection" });
  expect(within(line).getByRole("status")).toHaveTextContent(/^Studio can't be reached\./);
  expect(within(line).getByRole("button", { name: "Work on this machine" })).toBeVisible();
  expect(await accessibilityProblems(container)).toEqual([]);
});

test("tasks and answers wait meanwhile, can be taken back, and are sent after reconnecting", async () => {
  const createWorkflow = vi.fn(async () => ok(aWorkflow({ id: 8 })));
  const answerQuestion = vi.fn(async () => no("conflict", "It was answered already."));
  const { container, sender } = await lost({ backend: { createWorkflow, answerQuestion } });
  const composer = screen.getByRole("textbox", { name: "What should the crew do?" });
  for (const task of ["Write a haiku", "Write a sonnet"]) {
    await userEvent.type(composer, task);
    await userEvent.click(screen.getByRole("button", { name: "Run" }));
  }
  await userEvent.type(screen.getByLabelText("Your answer"), "Both");
  await userEvent.click(screen.getByRole("button", { name: "Answer" }));
  expect(await screen.findByText(/Your answer waits to be sent\./)).toBeVisible();
  expect(createWorkflow).not.toHaveBeenCalled();

  const opener = screen.getByRole("button", { name: "3 wait to be sent" });
  await userEvent.click(opener);
  const list = screen.getByRole("list", { name: "Waits to be sent" });
  expect(await accessibilityProblems(container)).toEqual([]);
  await userEvent.click(within(list).getByRole("button", { name: "Take back: Write a sonnet" }));
  expect(within(list).getAllByRole("listitem")).toHaveLength(2);

  sender.up = true;
  await userEvent.click(screen.getByRole("button", { name: "Reconnect" }));
  const sent = await screen.findByRole("list", { name: "Was sent" });
  await waitFor(() => expect(within(sent).getAllByRole("listitem")).toHaveLength(2));
  expect(createWorkflow).toHaveBeenCalledOnce();
  expect(within(sent).getByRole("link", { name: "Open workflow 8" })).toBeVisible();
  expect(within(sent).getByText("Refused: It was answered already. Do something.")).toBeVisible();
  expect(screen.getByText("1 sent, 1 refused after reconnecting")).toBeVisible();
  expect(await accessibilityProblems(container)).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(screen.queryByRole("region", { name: "Connection" })).not.toBeInTheDocument();
});

test("what the list of servers has to say is said", async () => {
  open("/", { backend: listed({ ...here, notice: "The list of servers was damaged." }) });
  expect(await screen.findByText("The list of servers was damaged.")).toBeVisible();
});
