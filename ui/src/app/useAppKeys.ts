import { useNavigate } from "@tanstack/react-router";
import { useKeys } from "@/shared/lib/keys";
import { useUiStore } from "@/stores";
import { PLACES } from "./places";

/** The keys that work everywhere. */
export function useAppKeys(): void {
  const navigate = useNavigate();
  const { setPaletteOpen, setKeysOpen } = useUiStore.getState();
  useKeys([
    {
      keys: "mod+k",
      label: "Open the command palette",
      always: true,
      run: () => setPaletteOpen(!useUiStore.getState().paletteOpen),
    },
    ...PLACES.map((place) => ({
      keys: place.keys,
      label: `Go to ${place.name}`,
      run: () => void navigate({ to: place.to }),
    })),
    { keys: "?", label: "Show the keys", run: () => setKeysOpen(true) },
  ]);
}
