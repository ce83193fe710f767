import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { SourceView } from "@/bindings/bindings";
import { receiveSignals } from "@/host/signals";
import { accessibilityProblems } from "@/test/axe";
import { aDocument, aPassage, aSource } from "@/test/fixtures";
import { type Answers, answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { KnowledgeScreen } from "./KnowledgeScreen";

const NOTES = aSource({
  id: 2,
  uid: "0192aaaa-0000-7000-8000-000000000002",
  name: "notes",
  kind: "folder",
  path: "/home/ada/notes",
  documents: 3,
  problems: [{ path: "big.pdf", reason: "This kind of file can't be read yet." }],
});

function open(answers: Answers = {}, address = "/knowledge") {
  const sources: SourceView[] = [aSource(), NOTES];
  answerWith({
    listSources: () => sources,
    listDocuments: () => [aDocument()],
    getStatus: () => {
      throw new Error("not asked for here");
    },
    ...answers,
  });
  return renderScreen(address, {
    "/knowledge": KnowledgeScreen,
    "/knowledge/document": () => <p>Viewer</p>,
  });
}

beforeEach(resetStores);

describe("KnowledgeScreen", () => {
  it("lists the sources and has no accessibility problem, with a source open", async () => {
    const { container } = await open({}, "/knowledge?source=2");
    await screen.findByRole("link", { name: /runs\/journal.md/ });
    expect(screen.getByText("1 file could not be read")).toBeInTheDocument();
    expect(screen.getByText("This kind of file can't be read yet.")).toBeInTheDocument();
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("adds by path and says under the field why a path was refused", async () => {
    const addSource = vi.fn(({ path }: { path: string }) => {
      if (path === "/nowhere") {
        throw {
          code: "unreadable",
          message: "There is nothing at /nowhere.",
          details: { field: "path", next_step: "Check the path." },
        };
      }
      return NOTES;
    });
    await open({ addSource });
    const field = await screen.findByLabelText("Add a folder or a file");
    await userEvent.type(field, "/nowhere{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "There is nothing at /nowhere. Check the path.",
    );
    expect(field).toBeInvalid();
    await userEvent.clear(field);
    await userEvent.type(field, "/home/ada/notes{Enter}");
    await waitFor(() => expect(field).toHaveValue(""));
    expect(addSource).toHaveBeenLastCalledWith(
      expect.objectContaining({ path: "/home/ada/notes" }),
    );
  });

  it("adds what was chosen in the system's dialog, and nothing when it was closed", async () => {
    const addSource = vi.fn((_request: { path: string }) => NOTES);
    const pickFolder = vi.fn<() => string | null>(() => null);
    await open({ addSource, pickFolder, pickFiles: () => ["/a.md", "/b.md"] });
    await userEvent.click(await screen.findByRole("button", { name: "Browse folder…" }));
    await waitFor(() => expect(pickFolder).toHaveBeenCalled());
    await userEvent.click(screen.getByRole("button", { name: "Browse file…" }));
    await waitFor(() => expect(addSource).toHaveBeenCalledTimes(2));
    expect(addSource.mock.calls.map(([request]) => request.path)).toEqual(["/a.md", "/b.md"]);
  });

  it("shows how far a scan has come", async () => {
    const rescanSource = vi.fn(() => NOTES);
    await open({ rescanSource }, "/knowledge?source=2");
    await userEvent.click(await screen.findByRole("button", { name: "Re-scan" }));
    await waitFor(() => expect(rescanSource).toHaveBeenCalledTimes(1));
    const scan = { signal: "knowledge_scan", source_id: 2, done: 4, total: 10 } as const;
    act(() => receiveSignals([{ ...scan, finished: false }], (run) => run()));
    expect(screen.getAllByText("4 of 10 files read")).toHaveLength(2);
    act(() => receiveSignals([{ ...scan, finished: true }], (run) => run()));
    expect(screen.queryByText("4 of 10 files read")).toBeNull();
  });

  it("names what is lost before it removes a source", async () => {
    const removeSource = vi.fn(() => ({ removed: true }));
    const { address } = await open({ removeSource }, "/knowledge?source=2");
    await userEvent.click(await screen.findByRole("button", { name: "Remove" }));
    const dialog = await screen.findByRole("dialog", { name: "Remove this source?" });
    expect(dialog).toHaveTextContent("3 documents of “notes”");
    expect(dialog).toHaveTextContent("The files are not touched.");
    await userEvent.click(within(dialog).getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(address()).toBe("/knowledge"));
    expect(removeSource).toHaveBeenCalledWith(expect.objectContaining({ id: 2 }));
  });

  it("opens a source by key and a document from it", async () => {
    const { address } = await open();
    await screen.findByRole("button", { name: /Handbook/ });
    await userEvent.keyboard("jj{Enter}");
    expect(await screen.findByRole("complementary", { name: "Source" })).toHaveTextContent("notes");
    await userEvent.click(await screen.findByRole("link", { name: /runs\/journal.md/ }));
    expect(new URL(address(), "http://window").searchParams.get("source")).toBe(NOTES.uid);
  });

  it("shows what the crew would find, or that nothing matches", async () => {
    await open({
      searchKnowledge: ({ query }) => ({
        passages: query === "journal" ? [aPassage()] : [],
        documents: 15,
      }),
    });
    const field = await screen.findByRole("searchbox", { name: "Words to look for" });
    await userEvent.type(field, "journal");
    const found = await screen.findByRole("link", { name: /runs\/journal.md, lines 3 to 5/ });
    expect(found).toHaveTextContent("Runs › The journal");
    await userEvent.clear(field);
    await userEvent.type(field, "zebra");
    expect(await screen.findByText(/Nothing matches in 15 documents/)).toBeInTheDocument();
  });
});
