import {
  Contrast,
  HardDrive,
  Info,
  KeyRound,
  type LucideIcon,
  Plug,
  Server,
  Sparkles,
  Wallet,
} from "lucide-react";

export type SectionId =
  | "models"
  | "keys"
  | "budgets"
  | "tool-servers"
  | "backends"
  | "appearance"
  | "data"
  | "about";

/** A part of the settings with an address of its own: `/settings/keys`. */
export interface Section {
  id: SectionId;
  name: string;
  icon: LucideIcon;
}

export const SECTIONS: readonly Section[] = [
  { id: "models", name: "Models", icon: Sparkles },
  { id: "keys", name: "Keys", icon: KeyRound },
  { id: "budgets", name: "Budgets", icon: Wallet },
  { id: "tool-servers", name: "Tool servers", icon: Plug },
  { id: "backends", name: "Backends", icon: Server },
  { id: "appearance", name: "Appearance", icon: Contrast },
  { id: "data", name: "Data", icon: HardDrive },
  { id: "about", name: "About", icon: Info },
];
