import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import type { DocumentText } from "@/bindings/bindings";
import { accessibilityProblems } from "@/test/axe";
import { aDocumentText } from "@/test/fixtures";
import { answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { linesOf } from "./DocumentLines";
import { DocumentScreen, rangeOf } from "./DocumentScreen";

const ADDRESS = "/knowledge/document?source=u1&path=runs/journal.md&from=3&to=5";

function open(text: DocumentText = aDocumentText()) {
  answerWith({ readDocument: () => text });
  return renderScreen(["/workflows/12?tab=report", ADDRESS], {
    "/knowledge/document": DocumentScreen,
    "/workflows/$id": () => <p>The report</p>,
  });
}

const markedLines = () =>
  [...document.querySelectorAll("[data-marked]")].map((line) => line.getAttribute("data-line"));

beforeEach(resetStores);

describe("DocumentScreen", () => {
  it("shows the text with the cited lines marked, and takes the focus", async () => {
    const { container } = await open();
    const text = await screen.findByRole("region", { name: "Text of runs/journal.md" });
    expect(text).toHaveFocus();
    expect(markedLines()).toEqual(["3", "4", "5"]);
    expect(screen.getByText("Lines 3 to 5")).toBeInTheDocument();
    expect(screen.queryByText(/is another one by now/)).toBeNull();
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("says when the file is another one by now", async () => {
    await open(aDocumentText({ changed_on_disk: true }));
    expect(await screen.findByText(/is another one by now, or gone/)).toBeInTheDocument();
  });

  it("goes back to where the reader came from", async () => {
    await open();
    await screen.findByRole("region", { name: /Text of/ });
    await userEvent.keyboard("{Escape}");
    expect(await screen.findByText("The report")).toBeInTheDocument();
  });

  it("keeps only a part of a long document in the page", async () => {
    const text = Array.from({ length: 20_000 }, (_, line) => `line ${line + 1}`).join("\n");
    await open(aDocumentText({ text }));
    await screen.findByRole("region", { name: /Text of/ });
    expect(document.querySelectorAll("[data-line]").length).toBeLessThan(200);
  });

  it("says why a document can't be opened", async () => {
    answerWith({
      readDocument: () => {
        throw {
          code: "not_found",
          message: "This document is no part of the knowledge.",
          details: { field: null, next_step: "Add its folder." },
        };
      },
    });
    await renderScreen(ADDRESS, { "/knowledge/document": DocumentScreen });
    expect(await screen.findByRole("alert")).toHaveTextContent("Add its folder.");
  });
});

describe("lines and ranges", () => {
  it("counts lines as editors do", () => {
    expect(linesOf("a\nb\n")).toEqual(["a", "b"]);
    expect(linesOf("a\r\n\r\nb")).toEqual(["a", "", "b"]);
    expect(linesOf("")).toEqual([""]);
  });

  it("reads a range that makes sense", () => {
    expect(rangeOf({})).toBeNull();
    expect(rangeOf({ from: 4 })).toEqual({ from: 4, to: 4 });
    expect(rangeOf({ from: 4, to: 2 })).toEqual({ from: 4, to: 4 });
  });
});
