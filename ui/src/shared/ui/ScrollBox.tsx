// A part of a dialog that scrolls where it is too long. The keyboard reaches it only while there is something to scroll to.

import { type ReactNode, useEffect, useRef, useState } from "react";

/** `label` names it where the keyboard stops at it. */
export function ScrollBox({ label, children }: { label: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [overflows, setOverflows] = useState(false);
  // After every drawing, because what it holds may have grown.
  useEffect(() => {
    const measure = () => {
      const { scrollHeight = 0, clientHeight = 0 } = box.current ?? {};
      setOverflows(scrollHeight > clientHeight);
    };
    measure();
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  });
  const reached = overflows
    ? ({ tabIndex: 0, role: "region", "aria-label": label } as const)
    : undefined;
  return (
    <div ref={box} {...reached} className="mt-4 -mr-3 -ml-1 min-h-0 overflow-y-auto pr-3 pl-1">
      {children}
    </div>
  );
}
