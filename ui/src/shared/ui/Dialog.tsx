import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { cx } from "../lib/cx";
import { useCounted } from "./openDialogs";
import { ScrollBox } from "./ScrollBox";

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** One or two sentences under the title. */
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons, the one that does it first. */
  actions?: ReactNode;
  /** Shows a cross; leave it out where the buttons are the answer. */
  dismissable?: boolean;
  wide?: boolean;
  /** Where the focus goes when it closes; `true` is where it was. For what takes away its own button. */
  focusAfter?: () => HTMLElement | true | null;
}

/** Something that wants an answer before the rest goes on. Esc closes it; focus goes back to where it was. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  actions,
  dismissable = false,
  wide = false,
  focusAfter = () => true,
}: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  useCounted(open);
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-veil transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Base.Popup
          ref={popup}
          // Where there is nothing to answer, the dialog itself takes the focus, not its cross.
          initialFocus={dismissable ? popup : true}
          finalFocus={focusAfter}
          className={cx(
            "fixed top-[18vh] left-1/2 z-40 flex max-h-[70vh] w-[calc(100vw-48px)] -translate-x-1/2 flex-col rounded-lg border border-line bg-raised p-5 text-ink shadow-float outline-none transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0",
            wide ? "max-w-160" : "max-w-110",
          )}
        >
          <div className="flex items-start gap-3">
            <Base.Title className="flex-1 text-title font-semibold">{title}</Base.Title>
            {dismissable ? (
              <Base.Close
                aria-label="Close"
                className="flex size-7 items-center justify-center rounded-md text-ink-2 hover:bg-hover hover:text-ink"
              >
                <X className="size-4" aria-hidden="true" />
              </Base.Close>
            ) : null}
          </div>
          {description === undefined ? null : (
            <Base.Description className="mt-1.5 text-ui text-ink-2">{description}</Base.Description>
          )}
          {children === undefined ? null : <ScrollBox label={title}>{children}</ScrollBox>}
          {actions === undefined ? null : (
            <div className="mt-5 flex flex-row-reverse justify-start gap-2">{actions}</div>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
