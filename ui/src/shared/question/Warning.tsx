// Something that is easily overlooked in a preview.

import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";

/** One sentence with a mark. */
export function Warning({ children }: { children: ReactNode }) {
  return (
    <p className="flex items-start gap-1.5 text-note text-ink">
      <CircleAlert className="mt-0.5 size-3.5 shrink-0 text-bad" aria-hidden="true" />
      <span className="min-w-0">{children}</span>
    </p>
  );
}
