// A call of a tool of a tool server, exactly as it would be sent.

import { useState } from "react";
import type { ToolEffect } from "@/bindings/bindings";
import { placeText } from "../lib/command";
import { plural } from "../lib/format";
import { Button } from "../ui/Button";
import { Warning } from "./Warning";

type Served = Extract<ToolEffect, { effect: "served" }>;

/** Longer values are folded, in characters. */
const FOLDED = 600;

/** A value as it is written, with letters that can't be seen by their numbers. Text of several lines is shown as such. */
function shownValue(value: unknown): string {
  const text =
    typeof value === "string" && value.includes("\n") ? value : JSON.stringify(value, null, 2);
  return (text ?? "").replaceAll(
    /\p{Cf}/gu,
    (letter) => `\\u{${letter.codePointAt(0)?.toString(16) ?? ""}}`,
  );
}

function Value({ name, value }: { name: string; value: unknown }) {
  const [open, setOpen] = useState(false);
  const text = shownValue(value);
  const letters = [...text];
  const long = letters.length > FOLDED;
  return (
    <div className="px-2.5 py-1">
      <dt className="text-ink-3">{shownValue(name).slice(1, -1)}</dt>
      <dd className="break-words whitespace-pre-wrap text-ink select-text">
        {long && !open ? `${letters.slice(0, FOLDED).join("")}…` : text}
        {long ? (
          <span className="block font-sans">
            <Button small variant="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
              {open
                ? `Show less of ${name}`
                : `Show all ${letters.length.toLocaleString("en")} letters of ${name}`}
            </Button>
          </span>
        ) : null}
      </dd>
    </div>
  );
}

/** What the tool is given, who gets it, and where that is. */
export function ServedCall({ effect }: { effect: Served }) {
  const { server, place, elsewhere, tool, invisible } = effect;
  const given = Object.entries(Object(effect.arguments));
  return (
    <div className="flex flex-col gap-1.5">
      <div className="overflow-hidden rounded-md bg-field">
        <p className="flex flex-wrap items-baseline gap-x-3 border-b border-line px-2.5 py-1.5">
          <span className="min-w-0 font-mono text-note break-all text-ink select-text">{tool}</span>
          <span className="text-note text-ink-3">of {server}</span>
        </p>
        {given.length === 0 ? (
          <p className="px-2.5 py-1.5 text-note text-ink-2">It is given nothing.</p>
        ) : (
          <section
            aria-label="What it is given"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            tabIndex={0}
            className="max-h-[min(20rem,40vh)] overflow-y-auto py-1 font-mono text-note"
          >
            <dl>
              {given.map(([name, value]) => (
                <Value key={name} name={name} value={value} />
              ))}
            </dl>
          </section>
        )}
      </div>
      <p className="text-note break-words text-ink-2">
        {elsewhere ? "Sent to another machine, " : "Given to a server on this machine, "}
        <span className="font-mono break-all text-ink">{placeText(place)}</span>.{" "}
        {elsewhere ? "" : "What it does with it, Wheelhouse can't see."}
      </p>
      {invisible === 0 ? null : (
        <Warning>
          {plural(invisible, "letter")} of it can't be seen or turn the direction of writing. They
          are shown by their numbers.
        </Warning>
      )}
    </div>
  );
}
