import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Frame, TemplateProblem, TemplateView } from "@/bindings/bindings";
import { tellFacts } from "@/host/facts";
import { accessibilityProblems } from "@/test/axe";
import { aWorkflow, NOON } from "@/test/fixtures";
import { answerWith, renderScreen, resetStores } from "@/test/renderScreen";
import { rangeOf } from "./editor/jsonPlaces";
import { propertiesAt, valuesAt } from "./editor/schemaHelp";
import { TemplateScreen } from "./TemplateScreen";
import { TemplatesScreen } from "./TemplatesScreen";

const UID = "01920000-0000-7000-8000-0000000000aa";

const aTemplate = (over: Partial<TemplateView> = {}): TemplateView => ({
  uid: UID,
  name: "compare",
  title: "Compare options",
  description: "Judges each option by the same criteria.",
  version: 2,
  newest_version: 2,
  built_in: false,
  removed: false,
  inputs: [{ name: "question", title: "Question", type: "text", required: true }],
  agents: ["Judge"],
  steps: [
    {
      id: "judge",
      title: "Judge each option",
      kind: "map",
      agent: null,
      needs: [],
      container: null,
      block: null,
    },
    {
      id: "look",
      title: "Look at one",
      kind: "agent",
      agent: "Judge",
      needs: [],
      container: "judge",
      block: "each",
    },
  ],
  created_at: NOON,
  updated_at: NOON,
  ...over,
});

const TEXT = `{
  "schema": 1,
  "steps": [
    {"id": "judge", "kind": "map", "steps": [{"id": "look", "kind": "agent", "agent": "Nobody"}]}
  ]
}`;

const WRONG: TemplateProblem = {
  step: "look",
  field: "agent",
  code: "unknown_agent",
  message: "Nobody is called “Nobody”.",
  next_step: "Name somebody of the crew.",
};

const NOTHING_WRONG = { problems: [], steps: [], inputs: [] };
const SCREENS = {
  "/templates": () => <TemplatesScreen />,
  "/templates/$uid": () => <TemplateScreen />,
  "/workflows/$id": () => <h1>One workflow</h1>,
};

beforeEach(() => {
  resetStores();
  localStorage.clear();
  sessionStorage.clear();
});

describe("the gallery", () => {
  it("shows own and built-in templates, finds them, and opens one by key", async () => {
    answerWith({
      listTemplates: () => [
        aTemplate(),
        aTemplate({ uid: UID.replace("aa", "bb"), title: "Crew", name: "crew", built_in: true }),
      ],
      getTemplate: () => ({ template: aTemplate(), text: TEXT }),
    });
    const { container, address } = await renderScreen("/templates", SCREENS);
    expect(await screen.findByRole("heading", { name: "Yours 1" })).toBeInTheDocument();
    expect(screen.getByRole("heading", { name: "Built in 1" })).toBeInTheDocument();
    expect(screen.getAllByText("For each")).toHaveLength(2);
    expect(await accessibilityProblems(container)).toEqual([]);
    const search = screen.getByRole("searchbox");
    await userEvent.type(search, "nothing like it");
    expect(screen.getByText("No template matches")).toBeInTheDocument();
    await userEvent.clear(search);
    await userEvent.type(search, "compare");
    expect(screen.queryByRole("link", { name: "Crew" })).not.toBeInTheDocument();
    await userEvent.keyboard("{Escape}{Escape}j{Enter}");
    await waitFor(() => expect(address()).toBe(`/templates/${UID}`));
  });
});

describe("a template's file", () => {
  it("is taken in and opened; nothing happens where none is chosen", async () => {
    const openTemplateFile = vi
      .fn()
      .mockReturnValueOnce(null)
      .mockReturnValue({ file_name: "compare.template.json", text: TEXT });
    const importTemplate = vi.fn(() => aTemplate());
    answerWith({
      listTemplates: () => [],
      getTemplate: () => ({ template: aTemplate(), text: TEXT }),
      openTemplateFile,
      importTemplate,
    });
    const { address } = await renderScreen("/templates", SCREENS);
    await userEvent.click(await screen.findByRole("button", { name: "Import…" }));
    await waitFor(() => expect(openTemplateFile).toHaveBeenCalledTimes(1));
    expect(importTemplate).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Import…" }));
    await waitFor(() => expect(address()).toBe(`/templates/${UID}`));
    expect(importTemplate).toHaveBeenCalledWith(expect.objectContaining({ text: TEXT }));
  });

  it("that can't be taken in says why and what to do", async () => {
    answerWith({
      listTemplates: () => [],
      openTemplateFile: () => ({ file_name: "newer.json", text: "{}" }),
      importTemplate: () => {
        throw {
          code: "invalid_request",
          message: "The file has form 2; this program reads up to 1.",
          details: { field: "schema", next_step: "Update Wheelhouse." },
        };
      },
    });
    await renderScreen("/templates", SCREENS);
    await userEvent.click(await screen.findByRole("button", { name: "Import…" }));
    const dialog = await screen.findByRole("dialog", { name: "Import a template" });
    expect(within(dialog).getByRole("alert")).toHaveTextContent(
      "The file has form 2; this program reads up to 1.Update Wheelhouse.",
    );
  });
});

describe("a template", () => {
  it("runs with what its form asks for, and keeps what was written where it is refused", async () => {
    const runTemplate = vi.fn(() => aWorkflow({ id: 31 }));
    const checkInputs = vi
      .fn()
      .mockReturnValueOnce({
        ...NOTHING_WRONG,
        problems: [{ ...WRONG, step: null, field: "question", message: "Too vague." }],
      })
      .mockReturnValue(NOTHING_WRONG);
    answerWith({
      getTemplate: () => ({ template: aTemplate(), text: TEXT }),
      checkInputs,
      runTemplate,
    });
    const { address } = await renderScreen(`/templates/${UID}?run=1`, SCREENS);
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.click(dialog.getByRole("button", { name: "Run" }));
    expect(dialog.getByLabelText("Question")).toHaveAccessibleDescription("Write something here.");
    await userEvent.type(dialog.getByLabelText("Question"), "Which one?");
    await userEvent.click(dialog.getByRole("button", { name: "Run" }));
    expect(await dialog.findByText(/Too vague\./)).toBeInTheDocument();
    expect(runTemplate).not.toHaveBeenCalled();
    await userEvent.click(dialog.getByRole("button", { name: "Run" }));
    await waitFor(() => expect(address()).toBe("/workflows/31"));
    expect(runTemplate).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ uid: UID, inputs: { question: "Which one?" }, start: true }),
    );
  });

  it("shows its outline and inputs without an accessibility problem", async () => {
    answerWith({ getTemplate: () => ({ template: aTemplate(), text: TEXT }) });
    const { container } = await renderScreen(`/templates/${UID}`, SCREENS);
    const graph = await screen.findByRole("region", { name: "Graph of the steps" });
    expect(within(graph).getByText("Look at one")).toBeInTheDocument();
    expect(screen.getAllByText("Judge each option")).toHaveLength(2);
    expect(screen.getByText("Each time")).toBeInTheDocument();
    expect(screen.getByText(/a line of text, required/)).toBeInTheDocument();
    expect(await accessibilityProblems(container)).toEqual([]);
  });

  it("shows a version that was saved elsewhere", async () => {
    let version = 2;
    answerWith({
      getTemplate: () => ({
        template: aTemplate({ version, newest_version: version }),
        text: TEXT,
      }),
      listTemplates: () => [],
    });
    await renderScreen(`/templates/${UID}`, SCREENS);
    expect(await screen.findByText("Yours, version 2")).toBeInTheDocument();
    version = 3;
    const frame = { kind: "changes", events: [{ kind: "template_saved" }] };
    act(() => tellFacts([frame as unknown as Frame]));
    expect(await screen.findByText("Yours, version 3")).toBeInTheDocument();
  });

  it("is written into a file that the operator chooses", async () => {
    const saveTemplateFile = vi
      .fn()
      .mockReturnValueOnce(null)
      .mockReturnValue({ path: "/home/me/compare.template.json", bytes: 120 });
    answerWith({
      getTemplate: () => ({ template: aTemplate(), text: TEXT }),
      exportTemplate: () => ({ file_name: "compare.template.json", text: TEXT }),
      saveTemplateFile,
    });
    await renderScreen(`/templates/${UID}`, SCREENS);
    await userEvent.click(await screen.findByRole("button", { name: "More" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Export…" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Export" }));
    const save = dialog.getByRole("button", { name: "Save to a file…" });
    await waitFor(() => expect(save).toBeEnabled());
    await userEvent.click(save);
    await waitFor(() => expect(saveTemplateFile).toHaveBeenCalledTimes(1));
    expect(dialog.queryByRole("status")).not.toBeInTheDocument();
    await waitFor(() => expect(save).toBeEnabled());
    await userEvent.click(save);
    expect(await dialog.findByRole("status")).toHaveTextContent("/home/me/compare.template.json");
    expect(saveTemplateFile).toHaveBeenLastCalledWith(
      { uid: UID, version: null },
      "compare.template.json",
    );
  });

  it("shows its runs a page at a time", async () => {
    const listWorkflows = vi.fn(({ before }: { before: number | null }) =>
      before === null
        ? { workflows: [aWorkflow({ id: 9 }), aWorkflow({ id: 7 })], matching: 3, more: true }
        : { workflows: [aWorkflow({ id: 2, name: "The oldest" })], matching: 3, more: false },
    );
    answerWith({ getTemplate: () => ({ template: aTemplate(), text: TEXT }), listWorkflows });
    await renderScreen(`/templates/${UID}?tab=runs`, SCREENS);
    expect(await screen.findByText("3 runs")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Show older runs" }));
    expect(await screen.findByText("The oldest")).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Show older runs" })).not.toBeInTheDocument();
    expect(listWorkflows).toHaveBeenLastCalledWith(
      expect.objectContaining({ template: UID, before: 7 }),
    );
  });

  it("lists everything that is wrong, and lets nothing be saved until it is mended", async () => {
    answerWith({
      getTemplate: () => ({ template: aTemplate(), text: TEXT }),
      checkTemplate: () => ({ ...NOTHING_WRONG, problems: [WRONG] }),
    });
    await renderScreen(`/templates/${UID}?tab=edit`, SCREENS);
    const problems = await screen.findByRole("list", { name: "Problems" });
    expect(problems).toHaveTextContent("look, agent");
    expect(problems).toHaveTextContent("Nobody is called “Nobody”. Name somebody of the crew.");
    expect(screen.getByRole("button", { name: "Save as version 3" })).toBeDisabled();
  });

  it("keeps a draft that a newer version overtook, and saves it only on top of that one", async () => {
    const saveTemplate = vi.fn(() => aTemplate({ version: 3, newest_version: 3 }));
    localStorage.setItem(`template.text.${UID}`, JSON.stringify({ text: '{"mine": 1}', base: 1 }));
    answerWith({
      getTemplate: () => ({ template: aTemplate(), text: TEXT }),
      checkTemplate: () => NOTHING_WRONG,
      saveTemplate,
    });
    await renderScreen(`/templates/${UID}?tab=edit`, SCREENS);
    expect(await screen.findByText("Version 2 was saved since you began")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Save on top" }));
    await waitFor(() =>
      expect(saveTemplate).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ text: '{"mine": 1}', expected_version: 2 }),
      ),
    );
    await waitFor(() => expect(localStorage.getItem(`template.text.${UID}`)).toBeNull());
  });
});

describe("places in a document", () => {
  const marked = (step: string | null, field: string) => {
    const { from, to } = rangeOf(TEXT, step, field);
    return TEXT.slice(from, to);
  };

  it("are found by step and field at any depth, and as near as the text goes", () => {
    expect(marked("look", "agent")).toBe('"Nobody"');
    expect(marked("look", "prompt")).toBe('"look"');
    expect(marked("judge", "steps[0].kind")).toBe('"agent"');
    expect(marked(null, "schema")).toBe("1");
    expect(rangeOf("", "look", "agent")).toEqual({ from: 0, to: 0 });
    expect(rangeOf("{ broken", null, "schema").from).toBe(0);
  });

  it("offer what the published form says, narrowed to the kind of step", () => {
    expect([...propertiesAt([], () => undefined).keys()]).toContain("steps");
    const map = propertiesAt(["steps", 0], (depth) => (depth === 2 ? "map" : undefined));
    expect([...map.keys()]).toContain("parallel");
    expect([...map.keys()]).not.toContain("outcomes");
    expect(valuesAt(["steps", 0, "kind"], () => undefined)).toContain("approval");
    expect(valuesAt(["inputs", 0, "type"], () => undefined)).toContain("long_text");
  });
});
