// What the operator said: its words as they were written, and the way to say them otherwise.

import { Pencil } from "lucide-react";
import { type KeyboardEvent, memo, useState } from "react";
import { Button } from "@/shared/ui/Button";
import { IconButton } from "@/shared/ui/IconButton";
import { TextArea } from "@/shared/ui/TextArea";
import type { Message } from "@/stores";
import { BranchWalker } from "./BranchWalker";
import { SentFiles } from "./Files";
import { MakeWorkflow } from "./MakeWorkflow";
import type { MessageActs } from "./useMessageActs";

interface EditProps {
  text: string;
  busy: boolean;
  onSave: (text: string) => void;
  onCancel: () => void;
}

/** Other words for a message. Enter sends them, Esc leaves it as it was. */
function EditForm({ text, busy, onSave, onCancel }: EditProps) {
  const [words, setWords] = useState(text);
  const changed = words.trim() !== "" && words.trim() !== text.trim();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onCancel();
    }
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (changed && !busy) onSave(words.trim());
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (changed) onSave(words.trim());
      }}
      className="flex w-full flex-col gap-2"
    >
      <TextArea
        label="Your message in other words"
        hideLabel
        autoFocus
        value={words}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={onKeyDown}
        className="field-sizing-content max-h-[40vh] text-read"
      />
      <div className="flex items-center justify-end gap-2">
        <p className="mr-auto text-note text-ink-3">The first wording stays beside it.</p>
        <Button small variant="quiet" onClick={onCancel}>
          Keep it as it is
        </Button>
        <Button small type="submit" variant="primary" busy={busy} disabled={!changed}>
          Send
        </Button>
      </div>
    </form>
  );
}

interface Props {
  message: Message;
  before: (id: string) => readonly Message[];
  agentName: string;
  acts: MessageActs;
  /** Whether something can be said now. */
  open: boolean;
}

/** A message of the operator. */
export const OperatorMessage = memo(function OperatorMessage({
  message,
  before,
  agentName,
  acts,
  open,
}: Props) {
  const [editing, setEditing] = useState(false);
  const { view } = message;
  if (editing) {
    return (
      <EditForm
        text={message.content}
        busy={acts.busy}
        onCancel={() => setEditing(false)}
        onSave={(text) => void acts.edit(view.uid, text).then((done) => done && setEditing(false))}
      />
    );
  }
  return (
    <article aria-label="You said" className="group flex flex-col items-end">
      <SentFiles files={view.files} />
      <p className="max-w-[88%] rounded-lg bg-selected px-4 py-2.5 text-read break-words whitespace-pre-wrap text-ink">
        {message.content}
      </p>
      <div className="mt-0.5 -mb-2 flex h-7 items-center gap-0.5">
        <span className="contents [&>*]:opacity-0 [&>*]:transition-opacity group-focus-within:[&>*]:opacity-100 group-hover:[&>*]:opacity-100">
          <IconButton
            label="Say it otherwise"
            icon={<Pencil />}
            disabled={!open}
            onClick={() => setEditing(true)}
          />
          <MakeWorkflow message={message} before={before} agentName={agentName} />
        </span>
        <BranchWalker view={view} onChoose={acts.choose} />
      </div>
    </article>
  );
});
