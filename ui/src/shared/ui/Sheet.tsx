import { Dialog as Base } from "@base-ui/react/dialog";
import { type ReactNode, useRef } from "react";

export interface SheetProps {
  open: boolean;
  onClose: () => void;
  /** What it holds, for those who hear it. */
  label: string;
  children: ReactNode;
}

/** What a panel becomes when the window is narrow: it lies over the screen, at the right. Esc closes it. */
export function Sheet({ open, onClose, label, children }: SheetProps) {
  // The sheet itself takes the focus: on its first button it would open that button's tooltip.
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-30 bg-veil transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Base.Popup
          ref={popup}
          initialFocus={popup}
          aria-label={label}
          className="fixed inset-y-0 right-0 z-30 w-[min(520px,calc(100vw-72px))] border-l border-line bg-ground text-ink shadow-float outline-none transition-transform data-[ending-style]:translate-x-full data-[starting-style]:translate-x-full"
        >
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
