// The conversations at the left, and what is found in them.

import { Link, useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { type KeyboardEvent, memo, useRef, useState } from "react";
import type { ConversationView, MessageFound } from "@/bindings/bindings";
import { AwayError, describeError } from "@/host";
import { useListKeys } from "@/shared/hooks/useListKeys";
import { useSettled } from "@/shared/hooks/useSettled";
import { cx } from "@/shared/lib/cx";
import { useRowFocus } from "@/shared/list/useRowFocus";
import { AgentAvatar } from "@/shared/ui/AgentAvatar";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { IconButton } from "@/shared/ui/IconButton";
import { Menu } from "@/shared/ui/Menu";
import { SearchField } from "@/shared/ui/SearchField";
import { Skeleton } from "@/shared/ui/Skeleton";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { type Agent, useAgentStore } from "@/stores";
import { useConversations, useFound } from "./chatQueries";
import { useTarget } from "./useFoundMessage";

/** Milliseconds after the last letter before it is searched. */
const SEARCH_AFTER = 200;

const ROW = "flex items-start gap-2.5 rounded-md px-2 py-1.5";

/** Begins a conversation with an agent. */
function Begin({ agents }: { agents: readonly Agent[] }) {
  const navigate = useNavigate();
  const items = agents.map((agent) => ({
    key: String(agent.id),
    label: agent.name,
    note: agent.role,
    onSelect: () => void navigate({ to: "/chat", search: { agent: agent.id } }),
  }));
  return (
    <Menu
      trigger={<IconButton label="New conversation" icon={<Plus />} />}
      groups={[{ heading: "Talk to", items }]}
    />
  );
}

interface RowProps {
  conversation: ConversationView;
  open: boolean;
  active: boolean;
}

const Row = memo(function Row({ conversation, open, active }: RowProps) {
  const row = useRowFocus<HTMLAnchorElement>(active);
  const { uid, title, agent_name, agent_kind, agent_id, updated_at, replying } = conversation;
  return (
    <Link
      ref={row}
      to="/chat/$uid"
      params={{ uid }}
      aria-current={open || undefined}
      className={cx(ROW, open ? "bg-selected" : "hover:bg-hover")}
    >
      <span className="mt-0.5">
        <AgentAvatar name={agent_name} kind={agent_kind} id={agent_id} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-ink" title={title}>
          {title}
        </span>
        <span className="flex gap-2 text-note text-ink-3">
          <span className="min-w-0 flex-1 truncate">{agent_name}</span>
          {replying ? <span>writing</span> : <TimeAgo at={updated_at} />}
        </span>
      </span>
    </Link>
  );
});

interface FoundProps {
  found: MessageFound;
  words: string;
  open: boolean;
  active: boolean;
}

function Found({ found, words, open, active }: FoundProps) {
  const row = useRowFocus<HTMLAnchorElement>(active);
  return (
    <li>
      <Link
        ref={row}
        to="/chat/$uid"
        params={{ uid: found.conversation }}
        search={{ message: found.message, words }}
        aria-current={open || undefined}
        className={cx(ROW, "flex-col gap-0.5", open ? "bg-selected" : "hover:bg-hover")}
      >
        <span className="flex w-full gap-2 text-note text-ink-3">
          <span className="min-w-0 flex-1 truncate">
            {found.author === "operator" ? "You" : found.agent_name} · {found.title}
          </span>
          <TimeAgo at={found.created_at} />
        </span>
        <span className="line-clamp-3 break-words text-ink-2">{found.excerpt}</span>
      </Link>
    </li>
  );
}

/** The messages that have the words. */
function Results({ words }: { words: string }) {
  const navigate = useNavigate();
  const { data, error } = useFound(words);
  const target = useTarget();
  const { active } = useListKeys(data?.length ?? 0, (index) => {
    const found = data?.[index];
    if (found === undefined) return;
    void navigate({
      to: "/chat/$uid",
      params: { uid: found.conversation },
      search: { message: found.message, words },
    });
  });
  if (error !== null) {
    return <ErrorNotice title="Nothing could be searched." {...describeError(error)} />;
  }
  if (data === undefined) return <Skeleton rows={3} label="Searching" />;
  if (data.length === 0) {
    return <p className="px-2 py-1.5 text-ink-2">Nobody said that in a conversation.</p>;
  }
  return (
    <ul aria-label="Found messages" className="flex flex-col gap-0.5">
      {data.map((found, index) => (
        <Found
          key={found.message}
          found={found}
          words={words}
          open={found.message === target?.message}
          active={index === active}
        />
      ))}
    </ul>
  );
}

function All({ openUid }: { openUid: string | null }) {
  const navigate = useNavigate();
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useConversations();
  const conversations = data?.pages.flatMap((page) => page.conversations) ?? [];
  const { active } = useListKeys(conversations.length, (index) => {
    const uid = conversations[index]?.uid;
    if (uid !== undefined) void navigate({ to: "/chat/$uid", params: { uid } });
  });
  if (error !== null && data === undefined) {
    return (
      <ErrorNotice
        title="The conversations could not be read."
        {...describeError(error)}
        quiet={error instanceof AwayError}
      />
    );
  }
  if (data === undefined) return <Skeleton rows={5} label="Loading conversations" />;
  if (conversations.length === 0) {
    return <p className="px-2 py-1.5 text-ink-3">Conversations stand here once there are some.</p>;
  }
  return (
    <>
      <ul aria-label="Conversations" className="flex flex-col gap-0.5">
        {conversations.map((conversation, index) => (
          <li key={conversation.uid}>
            <Row
              conversation={conversation}
              open={conversation.uid === openUid}
              active={index === active}
            />
          </li>
        ))}
      </ul>
      {hasNextPage ? (
        <Button
          small
          variant="quiet"
          busy={isFetchingNextPage}
          className="mt-1 w-full"
          onClick={() => void fetchNextPage()}
        >
          Older conversations
        </Button>
      ) : null}
    </>
  );
}

/** The list with its search. */
export function ConversationList({ openUid }: { openUid: string | null }) {
  const [query, setQuery] = useState("");
  const words = useSettled(query.trim(), SEARCH_AFTER);
  const everybody = useAgentStore((state) => state.agents);
  const agents = everybody.filter((agent) => agent.status !== "disabled");
  const list = useRef<HTMLDivElement>(null);
  // From the field straight to what was found: down to walk through it, Enter to open the best.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "Enter") return;
    const first = words === "" ? null : list.current?.querySelector<HTMLElement>("li a");
    if (first === null || first === undefined) return;
    event.preventDefault();
    if (event.key === "Enter") first.click();
    else first.focus();
  };
  return (
    <>
      <div className="flex shrink-0 items-center gap-2 px-4 pt-5 pb-2">
        <h1 className="flex-1 text-title font-semibold">Conversations</h1>
        {agents.length === 0 ? null : <Begin agents={agents} />}
      </div>
      <div className="shrink-0 px-4 pb-2">
        <SearchField
          label="Search what was said"
          value={query}
          onChange={setQuery}
          onKeyDown={onKeyDown}
        />
      </div>
      <div ref={list} className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
        {words === "" ? <All openUid={openUid} /> : <Results words={words} />}
      </div>
    </>
  );
}
