import { useState } from "react";
import { useKeys } from "../lib/keys";

export interface ListKeys {
  /** Row that J and K have reached; -1 before the first press. */
  active: number;
  setActive: (index: number) => void;
}

/** J and K move through a list, Enter opens the row that was reached. */
export function useListKeys(count: number, onOpen: (index: number) => void): ListKeys {
  const [active, setActive] = useState(-1);
  const reached = Math.min(active, count - 1);
  const move = (by: number) => {
    if (count > 0) setActive(Math.min(count - 1, Math.max(0, reached + by)));
  };
  useKeys([
    { keys: "j", label: "Next in the list", run: () => move(1) },
    { keys: "k", label: "Previous in the list", run: () => move(-1) },
    {
      keys: "enter",
      label: "Open",
      run: () => {
        // A button or link that has the focus answers for itself.
        const focused = document.activeElement;
        if (focused instanceof HTMLElement && focused.matches("button, a, [role=tab], summary")) {
          focused.click();
        } else if (reached >= 0) {
          onOpen(reached);
        }
      },
    },
  ]);
  return { active: reached, setActive };
}
