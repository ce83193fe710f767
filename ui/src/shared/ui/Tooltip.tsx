import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { Kbd } from "./Kbd";

export interface TooltipProps {
  /** What is shown on hover and focus. Never the only place where something needed stands. */
  content: ReactNode;
  /** Key that does the same. */
  keys?: string;
  side?: "top" | "bottom" | "left" | "right";
  /** The one element that it belongs to. */
  children: ReactElement<Record<string, unknown>>;
}

/** A short explanation beside what it explains. Works without a provider; the app sets the delay once. */
export function Tooltip({ content, keys, side = "top", children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="z-50">
          {/* What it belongs to says the same to those who hear it. */}
          <Base.Popup
            aria-hidden="true"
            className="flex max-w-80 items-center gap-2 rounded-md border border-line bg-raised px-2 py-1 text-note text-ink shadow-float transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0"
          >
            <span className="min-w-0 break-words">{content}</span>
            {keys === undefined ? null : <Kbd keys={keys} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export const TooltipProvider = Base.Provider;
