// Says where a text came from that the operator did not write: a sign and a few words, quiet beside the text itself.

import {
  Bot,
  FileText,
  Folder,
  Globe,
  History,
  type LucideIcon,
  Paperclip,
  SquareTerminal,
  Workflow,
  Wrench,
} from "lucide-react";
import type { Outside, StaysHere as Staying } from "@/bindings/bindings";
import { cx } from "../lib/cx";
import { StaysHere } from "../ui/StaysHere";
import { FROM, FROM_WHY } from "./originWords";

const SIGNS: Record<Outside, LucideIcon> = {
  documents: FileText,
  files: Folder,
  web: Globe,
  programs: SquareTerminal,
  tools: Wrench,
  attachments: Paperclip,
  conversation: History,
  design: Bot,
  run: Workflow,
};

function OriginLabel({ from }: { from: Outside }) {
  const Sign = SIGNS[from];
  return (
    <span title={FROM_WHY} className="inline-flex items-center gap-1 text-note text-ink-2">
      <Sign className="size-3 shrink-0" aria-hidden="true" />
      {FROM[from]}
    </span>
  );
}

interface Props {
  from: readonly Outside[];
  /** Sources that stay here whose text is in it. */
  staysHere?: readonly Staying[];
  className?: string;
}

/** The labels of one text; nothing where all of it is the operator's or the agent's own. */
export function OriginLabels({ from, staysHere = [], className }: Props) {
  if (from.length === 0 && staysHere.length === 0) return null;
  return (
    <ul
      aria-label="Where it comes from"
      className={cx("flex flex-wrap gap-x-3 gap-y-0.5", className)}
    >
      {from.map((each) => (
        <li key={each} className="inline-flex">
          <OriginLabel from={each} />
        </li>
      ))}
      {staysHere.length === 0 ? null : (
        <li className="inline-flex">
          <StaysHere sources={staysHere} />
        </li>
      )}
    </ul>
  );
}
