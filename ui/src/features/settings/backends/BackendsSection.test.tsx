import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ApiError, BackendsView, SavedBackend } from "@/bindings/bindings";
import { beginElsewhere } from "@/shared/lib/beginning";
import { useBackendStore, useConnectionStore } from "@/stores";
import { accessibilityProblems } from "@/test/axe";
import { aServer } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen } from "@/test/renderScreen";
import { BackendsSection } from "./BackendsSection";

vi.mock(import("@/shared/lib/beginning"), async (original) => ({
  ...(await original()),
  beginElsewhere: vi.fn(),
}));

const STUDIO = aServer();
const EMPTY: BackendsView = { chosen: null, backends: [], notice: null };
const keychain = () => ({ place: "keychain" as const, locked: false, exists: true });
const wrong = (field: string | null, message: string, code: ApiError["code"] = "invalid_request") =>
  ({ code, message, details: { field, next_step: "Mend it." } }) satisfies ApiError;

/** Draws the section over these servers, as the shell would list them. */
async function draw(servers: SavedBackend[], answers: Answers = {}, chosen: string | null = null) {
  const view: BackendsView = { chosen, backends: servers, notice: null };
  useBackendStore.setState(view);
  answerWith({ ownKeys: keychain, listBackends: () => view, ...answers });
  const { container } = await renderScreen("/", { "/": BackendsSection });
  return { container, view };
}

beforeEach(() => vi.mocked(beginElsewhere).mockClear());
afterEach(() => {
  useBackendStore.setState(useBackendStore.getInitialState(), true);
  useConnectionStore.setState(useConnectionStore.getInitialState(), true);
});

const fill = async (address: string, code: string, name = "") => {
  await userEvent.type(screen.getByLabelText("Address"), address);
  await userEvent.type(screen.getByLabelText("Pairing code"), code);
  if (name !== "") await userEvent.type(screen.getByLabelText(/^Name/), name);
  await userEvent.click(screen.getByRole("button", { name: "Pair" }));
};

test("without a server it says what one is for and how one is started, over the form", async () => {
  const { container } = await draw([]);
  expect(screen.getByText(/runs your crew on another machine/)).toHaveTextContent("npm run serve");
  expect(screen.getByRole("article", { name: "This machine" })).toBeVisible();
  expect(screen.getByLabelText("Pairing code")).toBeVisible();
  expect(await accessibilityProblems(container)).toEqual([]);
});

test("pairs with what was written, and the server is in the list", async () => {
  const pairBackend = vi.fn(() => {
    view.backends = [STUDIO];
    return STUDIO;
  });
  const { view } = await draw([], { pairBackend });
  await fill("studio.example:7431", "abcd-efgh", "Studio");
  expect(await screen.findByRole("article", { name: "Studio" })).toBeVisible();
  expect(pairBackend).toHaveBeenCalledExactlyOnceWith({
    address: "studio.example:7431",
    code: "abcd-efgh",
    name: "Studio",
  });
  await waitFor(() => expect(screen.queryByLabelText("Pairing code")).not.toBeInTheDocument());
  expect(screen.getByRole("button", { name: "Add a server" })).toHaveFocus();
});

test.each([
  ["address", "Address"],
  ["code", "Pairing code"],
  ["name", "Name (may be left empty)"],
])("what is wrong with the %s stands at its field", async (field, label) => {
  const pairBackend = () => {
    throw wrong(field, "That does not fit.");
  };
  await draw([], { pairBackend });
  await fill("studio.example", "abcd-efgh", "Studio");
  const at = screen.getByLabelText(label);
  await waitFor(() => expect(at).toBeInvalid());
  expect(at).toHaveAccessibleDescription("That does not fit. Mend it.");
  await userEvent.type(at, "x");
  expect(at).not.toBeInvalid();
});

test("what concerns no field stands in a notice, and nothing is asked while something is missing", async () => {
  const pairBackend = vi.fn(() => {
    throw wrong(null, "No server answers.", "unavailable");
  });
  await draw([], { pairBackend });
  await userEvent.click(screen.getByRole("button", { name: "Pair" }));
  expect(screen.getByLabelText("Address")).toHaveAccessibleDescription(
    "Write the address of the server.",
  );
  expect(pairBackend).not.toHaveBeenCalled();
  await fill("studio.example", "abcd-efgh");
  expect(await screen.findByText("No server answers.")).toBeVisible();
});

test("a locked file of keys is opened first: there is no place for the token before", async () => {
  const unlockOwnKeys = vi.fn(() => ({ place: "file" as const, locked: false, exists: true }));
  const ownKeys = () => ({ place: "file" as const, locked: true, exists: false });
  const { container } = await draw([], { ownKeys, unlockOwnKeys });
  await userEvent.type(await screen.findByLabelText("New passphrase"), "correct horse");
  expect(screen.getByRole("button", { name: "Pair" })).toBeDisabled();
  expect(await accessibilityProblems(container)).toEqual([]);
  await userEvent.type(screen.getByLabelText("The same once more"), "correct horse{Enter}");
  await waitFor(() => expect(screen.getByRole("button", { name: "Pair" })).toBeEnabled());
  expect(unlockOwnKeys).toHaveBeenCalledExactlyOnceWith({ passphrase: "correct horse" });
});

test("tests a server and says how it answers, and offers to pair again where it is not let in", async () => {
  const testBackend = vi
    .fn()
    .mockReturnValueOnce({ latency_ms: 3, version: "0.1.0", own_version: "0.1.0" })
    .mockImplementationOnce(() => {
      throw wrong("certificate", "It shows another certificate.", "unauthorized");
    });
  await draw([STUDIO], { testBackend });
  const row = screen.getByRole("article", { name: "Studio" });
  expect(row).toHaveTextContent("Last seen");
  await userEvent.click(within(row).getByRole("button", { name: "Test Studio" }));
  expect(await within(row).findByRole("status")).toHaveTextContent(
    "Answers in 3 ms. Version 0.1.0, the same as this window.",
  );
  await userEvent.click(within(row).getByRole("button", { name: "Test Studio" }));
  expect(await within(row).findByRole("alert")).toHaveTextContent("It shows another certificate.");
  await userEvent.click(within(row).getByRole("button", { name: "Pair again" }));
  expect(screen.getByLabelText("Address")).toHaveValue(STUDIO.address);
});

test("renames, with what is wrong at the field", async () => {
  const renameBackend = vi
    .fn()
    .mockImplementationOnce(() => {
      throw wrong("name", "Another server is called Attic already.");
    })
    .mockImplementationOnce(({ name }: { name: string }) => {
      view.backends = [{ ...STUDIO, name }];
      return view.backends[0];
    });
  const { view } = await draw([STUDIO], { renameBackend });
  await userEvent.click(screen.getByRole("button", { name: "Rename Studio" }));
  const field = screen.getByLabelText("Name");
  await userEvent.clear(field);
  await userEvent.type(field, "Attic{Enter}");
  await waitFor(() => expect(field).toBeInvalid());
  await userEvent.type(field, " 2{Enter}");
  expect(await screen.findByRole("article", { name: "Attic 2" })).toBeVisible();
  expect(renameBackend).toHaveBeenLastCalledWith({ id: STUDIO.id, name: "Attic 2" });
});

test("removes after saying what that means; the one in use gives the window back to this machine", async () => {
  const removeBackend = vi.fn(() => ({ view: EMPTY, there: { token: "revoked" as const } }));
  const { container } = await draw([STUDIO], { removeBackend }, STUDIO.id);
  expect(await accessibilityProblems(container)).toEqual([]);
  expect(screen.getByRole("article", { name: "Studio" })).toHaveTextContent(
    "In use, not connected",
  );
  await userEvent.click(screen.getByRole("button", { name: "Remove Studio" }));
  const dialog = await screen.findByRole("dialog", { name: "Remove Studio?" });
  expect(dialog).toHaveTextContent("What runs there goes on.");
  expect(await accessibilityProblems(dialog)).toEqual([]);
  await userEvent.click(within(dialog).getByRole("button", { name: "Remove" }));
  await waitFor(() => expect(beginElsewhere).toHaveBeenCalledOnce());
  expect(removeBackend).toHaveBeenCalledExactlyOnceWith(STUDIO.id);
});

test("a server that could not be told is removed all the same, and how its token is ended there is said", async () => {
  const removeBackend = () => ({
    view: EMPTY,
    there: {
      token: "still_good" as const,
      name: "Anna's laptop",
      why: wrong(null, "Nothing answers at studio.example.", "unavailable"),
    },
  });
  await draw([STUDIO], { removeBackend });
  await userEvent.click(screen.getByRole("button", { name: "Remove Studio" }));
  const asked = await screen.findByRole("dialog", { name: "Remove Studio?" });
  await userEvent.click(within(asked).getByRole("button", { name: "Remove" }));
  const told = await screen.findByRole("dialog", { name: "Studio is removed here" });
  expect(told).toHaveTextContent("Nothing answers at studio.example.");
  expect(told).toHaveTextContent(`wheelhouse-server tokens revoke "Anna's laptop"`);
  expect(await accessibilityProblems(told)).toEqual([]);
  await userEvent.click(within(told).getByRole("button", { name: "Close" }));
  await waitFor(() => expect(screen.queryByRole("article", { name: "Studio" })).toBeNull());
  expect(beginElsewhere).not.toHaveBeenCalled();
});

test("a server that may only be looked at says so", async () => {
  await draw([aServer({ looks_only: true, fingerprint: null, address: "http://127.0.0.1:7431" })]);
  const row = screen.getByRole("article", { name: "Studio" });
  expect(row).toHaveTextContent("The window may look and change nothing.");
  expect(row).toHaveTextContent("Without encryption");
});
