import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Field, TemplateProblem } from "@/bindings/bindings";
import { accessibilityProblems } from "@/test/axe";
import { FieldList } from "./FieldList";
import { useFields } from "./useFields";
import { draftOf, readDraft, type Values } from "./values";

const aField = (over: Partial<Field>): Field => ({
  name: "task",
  title: "Task",
  type: "long_text",
  ...over,
});

const FIELDS: Field[] = [
  aField({ required: true, help: "What is to be done" }),
  aField({ name: "rounds", title: "Rounds", type: "integer", default: 3, min: 1, max: 5 }),
  aField({ name: "weights", title: "Weight", type: "number" }),
  aField({ name: "tone", title: "Tone", type: "choice", choices: ["plain", "warm"] }),
  aField({ name: "options", title: "Options", type: "list", required: true, min: 2 }),
  aField({ name: "publish", title: "Publish it", type: "boolean" }),
];

describe("values", () => {
  it("begins with the defaults, and with what was given before", () => {
    expect(draftOf(FIELDS)).toMatchObject({ task: "", rounds: "3", publish: false });
    expect(draftOf(FIELDS, { options: ["a", "b"], rounds: 2, publish: true })).toMatchObject({
      options: "a\nb",
      rounds: "2",
      publish: true,
    });
  });

  it("reads every kind of value and leaves out what is empty", () => {
    const draft = {
      task: "Do it",
      rounds: "4",
      weights: "0,5",
      options: " a \n\n b",
      publish: true,
    };
    expect(readDraft(FIELDS, draft)).toEqual({
      values: { task: "Do it", rounds: 4, weights: 0.5, options: ["a", "b"], publish: true },
      problems: {},
    });
  });

  it("names everything that is wrong at once", () => {
    const draft = { task: " ", rounds: "9", weights: "many", tone: "loud", options: "one" };
    expect(readDraft(FIELDS, draft).problems).toEqual({
      task: "Write something here.",
      rounds: "From 1 to 5.",
      weights: "This is no number.",
      tone: "Choose one of the list.",
      options: "Give at least 2 items.",
    });
  });

  it("takes a whole number only where one is asked for, and counts characters as people do", () => {
    expect(readDraft([aField({ type: "integer" })], { task: "1.5" }).problems.task).toBe(
      "Only whole numbers are taken.",
    );
    expect(readDraft([aField({ type: "text", max: 2 })], { task: "🙂🙂" }).problems).toEqual({});
  });

  it("lets a default stand for what must be given", () => {
    const field = aField({ required: true, default: "as usual" });
    expect(readDraft([field], { task: "" })).toEqual({ values: {}, problems: {} });
  });
});

function Example({
  onSend,
  found = [],
}: {
  onSend: (values: Values) => void;
  found?: TemplateProblem[];
}) {
  const state = useFields(FIELDS);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const values = state.read();
        if (values === null) return;
        onSend(values);
        state.refuse(found);
      }}
    >
      <FieldList fields={FIELDS} state={state} />
      <button type="submit">Send</button>
    </form>
  );
}

describe("FieldList", () => {
  it("tells what is wrong at each field, lets it be mended, and gives the values", async () => {
    const onSend = vi.fn();
    const { container } = render(<Example onSend={onSend} />);
    await userEvent.click(screen.getByRole("button", { name: "Send" }));
    expect(onSend).not.toHaveBeenCalled();
    const task = screen.getByLabelText("Task");
    expect(task).toBeInvalid();
    expect(task).toHaveAccessibleDescription("Write something here.");
    expect(await accessibilityProblems(container)).toEqual([]);

    await userEvent.type(task, "Compare them");
    expect(task).toBeValid();
    await userEvent.type(screen.getByLabelText("Options"), "red{Enter}blue");
    await userEvent.click(screen.getByLabelText("Publish it"));
    await userEvent.click(screen.getByRole("combobox", { name: "Tone (optional)" }));
    await userEvent.click(await screen.findByRole("option", { name: "warm" }));
    await userEvent.click(screen.getByRole("button", { name: "Send" }));
    expect(onSend).toHaveBeenCalledExactlyOnceWith({
      task: "Compare them",
      rounds: 3,
      tone: "warm",
      options: ["red", "blue"],
      publish: true,
    });
  });

  it("shows what the backend says at the field that it is about", async () => {
    const found: TemplateProblem[] = [
      {
        step: null,
        field: "options",
        code: "bad_value",
        message: "“Options” has 2 items; 3 are the least.",
        next_step: "Give a list of texts.",
      },
    ];
    render(<Example onSend={() => {}} found={found} />);
    await userEvent.type(screen.getByLabelText("Task"), "Compare them");
    await userEvent.type(screen.getByLabelText("Options"), "red{Enter}blue");
    await userEvent.click(screen.getByRole("button", { name: "Send" }));
    expect(screen.getByLabelText("Options")).toHaveAccessibleDescription(
      "“Options” has 2 items; 3 are the least. Give a list of texts.",
    );
  });
});
