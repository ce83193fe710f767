import { registeredKeys } from "@/shared/lib/keys";
import { Dialog } from "@/shared/ui/Dialog";
import { Kbd } from "@/shared/ui/Kbd";
import { useUiStore } from "@/stores";

/** Keys that fields and rows answer by themselves. */
const OWN_KEYS = [
  { keys: "mod+enter", label: "Run the task, or send the answer, that is being written" },
  { keys: "esc", label: "Back out" },
];

/** Every key that works on this screen. */
export function KeysDialog() {
  const open = useUiStore((state) => state.keysOpen);
  const setOpen = useUiStore((state) => state.setKeysOpen);
  const known = open ? registeredKeys() : [];
  const names = new Set(known.map((binding) => binding.keys));
  const bindings = [...known, ...OWN_KEYS.filter((binding) => !names.has(binding.keys))];
  return (
    <Dialog open={open} onClose={() => setOpen(false)} title="Keys" dismissable>
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1.5">
        {bindings.map((binding) => (
          <div key={binding.keys} className="contents">
            <dt className="text-ink-2">{binding.label}</dt>
            <dd className="text-right">
              <Kbd keys={binding.keys} />
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
