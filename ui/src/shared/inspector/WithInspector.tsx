// A screen with the inspector of what is selected: a panel at the right whose width is remembered, or a sheet
// over the screen where the window is narrow. Esc closes it.

import { X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { NARROW, useMediaQuery } from "../hooks/useMediaQuery";
import { useKeys } from "../lib/keys";
import { IconButton } from "../ui/IconButton";
import { useAnyDialog } from "../ui/openDialogs";
import { Sheet } from "../ui/Sheet";
import { Splitter } from "../ui/Splitter";

interface Props {
  /** Name that the width is remembered by. */
  name: string;
  /** What the inspector holds, for those who hear it. */
  label: string;
  /** Null when nothing is selected. */
  inspector: ReactNode | null;
  onClose: () => void;
  children: ReactNode;
}

function CloseOnEsc({ onClose }: { onClose: () => void }) {
  useKeys([{ keys: "esc", label: "Close the inspector", run: onClose }]);
  return null;
}

/** Whether the inspector lies over the screen. It keeps its form while a dialog is open: in another one the dialog would be
 * gone, with what is written in it. */
function useLiesOver(): boolean {
  const narrow = useMediaQuery(NARROW);
  const asked = useAnyDialog();
  const [form, setForm] = useState(narrow);
  if (!asked && form !== narrow) setForm(narrow);
  return form;
}

/** The screen and, when something is selected, its inspector. */
export function WithInspector({ name, label, inspector, onClose, children }: Props) {
  const narrow = useLiesOver();
  // The screen stands in the same place in both forms, so that a window that is made narrow loses nothing of it.
  return (
    <>
      <Splitter
        name={name}
        label={label}
        panel={narrow ? null : inspector}
        initial={420}
        min={320}
        max={760}
      >
        {narrow || inspector === null ? null : <CloseOnEsc onClose={onClose} />}
        {children}
      </Splitter>
      {narrow ? (
        <Sheet open={inspector !== null} onClose={onClose} label={label}>
          {inspector}
        </Sheet>
      ) : null}
    </>
  );
}

interface FrameProps {
  title: ReactNode;
  /** Beside the title, for example an avatar. */
  mark?: ReactNode;
  /** Under the title: status, numbers. */
  facts?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** The inspector's own frame: a head that stays, and a body that scrolls. */
export function InspectorFrame({ title, mark, facts, onClose, children }: FrameProps) {
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="shrink-0 border-b border-line px-5 pt-4 pb-3">
        <div className="flex items-start gap-3">
          {mark}
          <h2 className="min-w-0 flex-1 text-title font-semibold break-words text-ink select-text">
            {title}
          </h2>
          <IconButton label="Close" keys="esc" icon={<X />} onClick={onClose} className="-mr-2" />
        </div>
        {facts === undefined ? null : <div className="mt-2">{facts}</div>}
      </header>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Details"
        className="min-h-0 flex-1 overflow-y-auto px-5 pb-10"
      >
        {children}
      </section>
    </div>
  );
}

/** One part of an inspector under its own small heading. */
export function InspectorSection({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="mt-5">
      <div className="mb-1.5 flex min-h-6 items-center justify-between gap-3">
        <h3 className="text-note font-semibold text-ink-2">{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** A part that is closed at first, because it is long and rarely wanted. */
export function InspectorFold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="group mt-3">
      <summary className="-mx-1.5 flex h-7 list-none items-center gap-1.5 rounded-md px-1.5 text-note font-semibold text-ink-2 hover:bg-hover hover:text-ink">
        <span aria-hidden="true" className="transition-transform group-open:rotate-90">
          ›
        </span>
        {title}
      </summary>
      <div className="pt-1.5">{children}</div>
    </details>
  );
}
