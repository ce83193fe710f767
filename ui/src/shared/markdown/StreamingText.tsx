// Text while an agent writes it. It parses Markdown four times a second at most, however fast the text
// comes, and only its end (pieces.ts), and never moves what is being read.

import { useRef } from "react";
import type { Citation } from "@/bindings/bindings";
import { Markdown } from "./Markdown";
import { useSteadyGrowth } from "./useSteadyGrowth";
import { useThrottled } from "./useThrottled";

const PARSE_INTERVAL_MS = 250;

interface Props {
  text: string;
  /** Whether more may come. */
  streaming: boolean;
  citations?: readonly Citation[];
  onCitation?: ((citation: Citation) => void) | undefined;
  size?: "reading" | "interface";
  firstHeading?: number;
}

/** Markdown that grows at its end. */
export function StreamingText({ text, streaming, ...rest }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const shown = useThrottled(text, PARSE_INTERVAL_MS, streaming);
  useSteadyGrowth(box, shown, streaming);
  return (
    <div ref={box} className={streaming ? "md-live" : undefined} aria-busy={streaming}>
      <Markdown text={shown} growing={streaming} {...rest} />
    </div>
  );
}
