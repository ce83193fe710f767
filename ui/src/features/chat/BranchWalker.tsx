// Walks between the messages that stand in the same place: other wordings, or other replies.

import { ChevronLeft, ChevronRight } from "lucide-react";
import type { MessageView } from "@/bindings/bindings";
import { FieldGroup } from "@/shared/ui/FieldGroup";
import { IconButton } from "@/shared/ui/IconButton";
import { placeOf } from "./chatWords";

interface Props {
  view: MessageView;
  onChoose: (uid: string) => void;
}

/** "2 of 3" with the way to the others; nothing where there is one only. */
export function BranchWalker({ view, onChoose }: Props) {
  const place = placeOf(view);
  const count = view.siblings.length;
  if (count < 2) return null;
  const what = view.author === "operator" ? "wording" : "reply";
  const step = (by: number) => {
    const uid = view.siblings[place - 1 + by];
    if (uid !== undefined) onChoose(uid);
  };
  return (
    <FieldGroup
      legend={`${what}, ${place} of ${count}`}
      look="hidden"
      layout="flex items-center text-note text-ink-2"
    >
      <IconButton
        label={`Previous ${what}`}
        icon={<ChevronLeft />}
        disabled={place <= 1}
        onClick={() => step(-1)}
      />
      <span className="tabular">
        {place} of {count}
      </span>
      <IconButton
        label={`Next ${what}`}
        icon={<ChevronRight />}
        disabled={place >= count}
        onClick={() => step(1)}
      />
    </FieldGroup>
  );
}
