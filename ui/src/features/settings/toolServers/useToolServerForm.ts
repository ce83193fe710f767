/** The state of the form of one tool server. Values that are typed stay in it until they are kept, and go into no cache. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ToolServerPlace, ToolServerView } from "@/bindings/bindings";
import { toHostError, toolServers } from "@/host";
import { joinCommand, splitCommand } from "@/shared/lib/command";
import { keysQuery } from "@/shared/queries";
import { useForgetContents } from "./toolServerQueries";

/** A variable or a header as it is typed. */
export interface GivenField {
  /** Names the row while the form is open. */
  key: number;
  name: string;
  /** A new value; empty where the kept one stays. */
  value: string;
  /** Whether a value is kept under the name that it had. */
  kept: boolean;
}

/** What is typed. */
export interface ToolServerFields {
  name: string;
  kind: ToolServerPlace["kind"];
  command: string;
  folder: string;
  url: string;
  given: GivenField[];
}

type FieldName = "name" | "command" | "folder" | "url" | "given";
const FIELDS: readonly FieldName[] = ["name", "command", "folder", "url", "given"];

/** What was refused. Without a field it concerns the whole. */
export interface FormProblem {
  field: FieldName | null;
  message: string;
  nextStep: string | null;
}

/** The server is kept, and one of its values is not. */
class ValueRefused {
  constructor(
    readonly name: string,
    readonly cause: unknown,
  ) {}
}

/** What a save is told of. */
interface Outcome {
  /** The server is kept; a value of it may still be refused. */
  onKept: (id: number) => void;
  /** All is kept. */
  onDone: (id: number) => void;
}

/** What the form begins with. */
function fieldsOf(server: ToolServerView | null): ToolServerFields {
  const place = server?.place;
  const given = server?.given ?? [];
  return {
    name: server?.name ?? "",
    kind: place?.kind ?? "program",
    command: place?.kind === "program" ? joinCommand([place.command, ...place.arguments]) : "",
    folder: place?.kind === "program" ? (place.folder ?? "") : "",
    url: place?.kind === "address" ? place.url : "",
    given: given.map(({ name, is_set }, key) => ({ key, name, value: "", kept: is_set })),
  };
}

const wants = (field: FieldName, message: string): FormProblem => ({
  field,
  message,
  nextStep: null,
});

/** Where the server is, or what is wrong before anybody is asked. */
function placeOf(fields: ToolServerFields): ToolServerPlace | FormProblem {
  if (fields.kind === "address") {
    const url = fields.url.trim();
    return url === "" ? wants("url", "Write the address of the server.") : { kind: "address", url };
  }
  const { words, problem } = splitCommand(fields.command);
  if (words === null) return wants("command", problem);
  const [command, ...rest] = words;
  if (command === undefined || command === "") {
    return wants("command", "Write the command that starts the server.");
  }
  return { kind: "program", command, arguments: rest, folder: fields.folder.trim() || null };
}

function problemOf(cause: unknown): FormProblem {
  if (cause instanceof ValueRefused) {
    const { message, nextStep } = problemOf(cause.cause);
    return { field: "given", message: `${cause.name}: ${message}`, nextStep };
  }
  const { message, details } = toHostError(cause);
  const field = FIELDS.find((name) => name === details.field) ?? null;
  return { field, message, nextStep: details.next_step };
}

/** The state, and saving it. */
export function useToolServerForm(server: ToolServerView | null, outcome: Outcome) {
  const client = useQueryClient();
  const forget = useForgetContents();
  const [fields, setFields] = useState(() => fieldsOf(server));
  const [kept, setKept] = useState(server?.id ?? null);
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<ToolServerFields>) => {
    setFields((before) => ({ ...before, ...part }));
    setProblem(null);
  };
  const keepValues = async (id: number, given: readonly GivenField[]) => {
    for (const { name, value } of given) {
      if (value === "") continue;
      try {
        await toolServers.setValue(id, name.trim(), value);
      } catch (cause) {
        // How keys are kept may be another matter than what this window last heard.
        void client.invalidateQueries({ queryKey: keysQuery.queryKey });
        throw new ValueRefused(name, cause);
      }
    }
  };
  const keep = async (place: ToolServerPlace) => {
    const given = fields.given.filter(({ name }) => name.trim() !== "");
    const saved = await toolServers.save({
      id: kept,
      name: fields.name,
      place,
      given: given.map(({ name }) => name.trim()),
    });
    setKept(saved.id);
    outcome.onKept(saved.id);
    forget(saved.id);
    await keepValues(saved.id, given);
    forget(saved.id);
    return saved.id;
  };
  const save = async () => {
    if (busy) return;
    const place =
      fields.name === "" ? wants("name", "Write a name, for example files.") : placeOf(fields);
    if ("message" in place) {
      setProblem(place);
      return;
    }
    setProblem(null);
    setBusy(true);
    try {
      outcome.onDone(await keep(place));
    } catch (cause) {
      setProblem(problemOf(cause));
    } finally {
      setBusy(false);
    }
  };
  return { fields, change, problem, busy, save };
}
