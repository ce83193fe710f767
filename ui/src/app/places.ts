import { BookOpen, House, ListTree, type LucideIcon, Users } from "lucide-react";

/** A screen that the rail, the palette and the keys lead to. */
export interface Place {
  to: "/" | "/workflows" | "/agents" | "/knowledge";
  name: string;
  keys: string;
  icon: LucideIcon;
}

export const PLACES: readonly Place[] = [
  { to: "/", name: "Home", keys: "g h", icon: House },
  { to: "/workflows", name: "Workflows", keys: "g w", icon: ListTree },
  { to: "/agents", name: "Agents", keys: "g a", icon: Users },
  { to: "/knowledge", name: "Knowledge", keys: "g k", icon: BookOpen },
];
