// The ways to more specialists: writing one, taking one of the starter set, or from a file.

import { useNavigate } from "@tanstack/react-router";
import { create } from "zustand";
import { Button } from "@/shared/ui/Button";
import { ImportAgent } from "./sharing/ImportAgent";
import { StarterDialog } from "./sharing/StarterDialog";

/** Whether the starter set is open. It is opened from two places, of which one goes with the first agent that is added. */
const useStarterSet = create<{ open: boolean; show: (open: boolean) => void }>()((set) => ({
  open: false,
  show: (open) => set({ open }),
}));

function Starters() {
  const show = useStarterSet((state) => state.show);
  return <Button onClick={() => show(true)}>Starter set…</Button>;
}

function Write() {
  const navigate = useNavigate();
  return (
    <Button
      variant="primary"
      onClick={() => void navigate({ to: "/agents", search: { make: 1 }, replace: true })}
    >
      New agent
    </Button>
  );
}

/** The buttons in the head of the screen. */
export function AddAgents() {
  const { open, show } = useStarterSet();
  return (
    <div className="ml-auto flex flex-wrap justify-end gap-2">
      <ImportAgent />
      <Starters />
      <Write />
      {open ? <StarterDialog onClose={() => show(false)} /> : null}
    </div>
  );
}

/** Under the permanent crew while it is alone, be it that all others are retired. */
export function NoSpecialists({ retired }: { retired: number }) {
  return (
    <div className="mx-3 mt-6 max-w-[70ch]">
      <h2 className="font-semibold text-ink">
        {retired === 0 ? "No specialists yet" : "All specialists are retired"}
      </h2>
      <p className="mt-0.5 mb-3 text-ink-2">
        The generator hires them when a task needs them, and prefers who is there over somebody new.
        Six come with Wheelhouse, ready to be added.
      </p>
      <Starters />
    </div>
  );
}
