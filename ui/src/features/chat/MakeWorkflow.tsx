// Makes a workflow of a message: its words stand in the composer of a new one, ready to be changed and run.

import { useNavigate } from "@tanstack/react-router";
import { ListTree } from "lucide-react";
import { keepHomeDraft } from "@/shared/lib/homeDraft";
import { IconButton } from "@/shared/ui/IconButton";
import { Menu } from "@/shared/ui/Menu";
import type { Message } from "@/stores";
import { draftOf } from "./chatWords";

interface Props {
  message: Message;
  /** What was said before a message, oldest first. */
  before: (id: string) => readonly Message[];
  agentName: string;
}

/** The way to a workflow, with or without the conversation. */
export function MakeWorkflow({ message, before, agentName }: Props) {
  const navigate = useNavigate();
  const open = (said: readonly Message[]) => {
    keepHomeDraft(draftOf(message, said, agentName));
    void navigate({ to: "/" });
  };
  const items = [{ key: "alone", label: "This message as the task", onSelect: () => open([]) }];
  if (message.view.parent !== null) {
    items.push({
      key: "with",
      label: "With the conversation before it",
      onSelect: () => open(before(message.id)),
    });
  }
  return (
    <Menu
      start
      trigger={<IconButton label="Make a workflow of it" icon={<ListTree />} />}
      groups={[{ heading: "A new workflow", items }]}
    />
  );
}
