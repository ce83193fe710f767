import {
  BookOpen,
  CalendarClock,
  Coins,
  House,
  Inbox,
  LayoutTemplate,
  ListTree,
  type LucideIcon,
  MessagesSquare,
  Settings2,
  Users,
} from "lucide-react";

/** A screen that the rail, the palette and the keys lead to. */
export interface Place {
  to:
    | "/"
    | "/questions"
    | "/workflows"
    | "/templates"
    | "/agents"
    | "/chat"
    | "/knowledge"
    | "/schedules"
    | "/spending"
    | "/settings";
  name: string;
  keys: string;
  icon: LucideIcon;
}

export const PLACES: readonly Place[] = [
  { to: "/", name: "Home", keys: "g h", icon: House },
  { to: "/questions", name: "Needs you", keys: "g q", icon: Inbox },
  { to: "/workflows", name: "Workflows", keys: "g w", icon: ListTree },
  { to: "/templates", name: "Templates", keys: "g t", icon: LayoutTemplate },
  { to: "/schedules", name: "Schedules", keys: "g c", icon: CalendarClock },
  { to: "/agents", name: "Agents", keys: "g a", icon: Users },
  { to: "/chat", name: "Conversations", keys: "g m", icon: MessagesSquare },
  { to: "/knowledge", name: "Knowledge", keys: "g k", icon: BookOpen },
  { to: "/spending", name: "Spending", keys: "g p", icon: Coins },
  { to: "/settings", name: "Settings", keys: "g s", icon: Settings2 },
];
