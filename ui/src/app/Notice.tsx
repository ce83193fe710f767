import { X } from "lucide-react";
import { IconButton } from "@/shared/ui/IconButton";
import { useUiStore } from "@/stores";

/** Something that the window has to say once. It stays until it is closed. */
export function Notice() {
  const notice = useUiStore((state) => state.notice);
  const setNotice = useUiStore((state) => state.setNotice);
  if (notice === null) return null;
  return (
    <div
      role="status"
      className="flex items-center gap-3 border-b border-line bg-accent-soft py-1.5 pr-2 pl-4"
    >
      <p className="min-w-0 flex-1 break-words text-ink">{notice}</p>
      <IconButton label="Close this notice" icon={<X />} onClick={() => setNotice(null)} />
    </div>
  );
}
