// What a conversation is called and with whom it is, and what can be done with the whole of it.

import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft, Ellipsis } from "lucide-react";
import { useState } from "react";
import type { ConversationView } from "@/bindings/bindings";
import { chat, describeError } from "@/host";
import { plural } from "@/shared/lib/format";
import { AgentAvatar } from "@/shared/ui/AgentAvatar";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { IconButton } from "@/shared/ui/IconButton";
import { Menu } from "@/shared/ui/Menu";
import { TextField } from "@/shared/ui/TextField";
import { forgetConversation } from "./chatQueries";

const LONGEST_TITLE = 80;

interface DialogProps {
  conversation: ConversationView;
  onClose: () => void;
}

/** An act on the whole conversation: whether it is under way, and why it was not done. */
function useAct() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (act: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(null);
    try {
      await act();
    } catch (cause) {
      const { message, nextStep } = describeError(cause);
      setProblem(nextStep === null ? message : `${message} ${nextStep}`);
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run };
}

function Rename({ conversation, onClose }: DialogProps) {
  const client = useQueryClient();
  const [title, setTitle] = useState(conversation.title.slice(0, LONGEST_TITLE));
  const { busy, problem, run } = useAct();
  const save = () =>
    run(async () => {
      await chat.renameConversation(conversation.uid, title.trim());
      void client.invalidateQueries({ queryKey: ["conversations"] });
      void client.invalidateQueries({ queryKey: ["conversation", conversation.uid] });
      onClose();
    });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Rename the conversation"
      actions={
        <>
          <Button
            variant="primary"
            busy={busy}
            disabled={title.trim() === ""}
            onClick={() => void save()}
          >
            Rename
          </Button>
          <Button onClick={onClose}>Leave it</Button>
        </>
      }
    >
      <TextField
        label="Title"
        value={title}
        maxLength={LONGEST_TITLE}
        error={problem}
        onChange={(event) => setTitle(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && title.trim() !== "") void save();
        }}
      />
    </Dialog>
  );
}

/** Removing can't be undone, so it names what is lost and asks. */
function Remove({ conversation, onClose }: DialogProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { busy, problem, run } = useAct();
  const remove = () =>
    run(async () => {
      await chat.removeConversation(conversation.uid);
      onClose();
      await navigate({ to: "/chat", search: {} });
      forgetConversation(client, conversation.uid);
    });
  const stops = conversation.replying ? " The reply that is being written is stopped." : "";
  return (
    <Dialog
      open
      onClose={onClose}
      title="Remove this conversation?"
      description={`“${conversation.title}” is lost for good: ${plural(conversation.messages, "message")} of yours with all replies and attached files.${stops} What it cost stays in the sums.`}
      actions={
        <>
          <Button variant="danger" busy={busy} onClick={() => void remove()}>
            Remove
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </>
      }
    >
      {problem === null ? undefined : (
        <p role="alert" className="text-bad">
          {problem}
        </p>
      )}
    </Dialog>
  );
}

/** The way back to the list, where only one of both has room. */
export function ToAll() {
  const navigate = useNavigate();
  return (
    <IconButton
      label="All conversations"
      icon={<ArrowLeft />}
      onClick={() => void navigate({ to: "/chat", search: {} })}
    />
  );
}

/** The line above the messages. */
export function ConversationHeader({
  conversation,
  narrow,
}: {
  conversation: ConversationView;
  narrow: boolean;
}) {
  const [dialog, setDialog] = useState<"rename" | "remove" | null>(null);
  const navigate = useNavigate();
  const { agent_id: id, agent_name: name, agent_kind: kind, title } = conversation;
  const close = () => setDialog(null);
  // Where there is room for it, the list has the title of the screen.
  const Title = narrow ? "h1" : "h2";
  return (
    <header className="flex h-14 shrink-0 items-center gap-3 border-b border-line px-4">
      {narrow ? <ToAll /> : null}
      <AgentAvatar name={name} kind={kind} id={id} size="medium" />
      <div className="min-w-0 flex-1">
        <Title className="truncate font-semibold text-ink" title={title}>
          {title}
        </Title>
        <p className="truncate text-note text-ink-3">
          with{" "}
          <Link
            to="/agents"
            search={{ agent: id }}
            className="rounded-sm text-ink-2 hover:underline"
          >
            {name}
          </Link>
        </p>
      </div>
      <Menu
        trigger={<IconButton label="More" icon={<Ellipsis />} />}
        groups={[
          {
            heading: "Conversation",
            items: [
              { key: "rename", label: "Rename", onSelect: () => setDialog("rename") },
              {
                key: "new",
                label: `New one with ${name}`,
                onSelect: () => void navigate({ to: "/chat", search: { agent: id } }),
              },
              { key: "remove", label: "Remove", onSelect: () => setDialog("remove") },
            ],
          },
        ]}
      />
      {dialog === "rename" ? <Rename conversation={conversation} onClose={close} /> : null}
      {dialog === "remove" ? <Remove conversation={conversation} onClose={close} /> : null}
    </header>
  );
}
