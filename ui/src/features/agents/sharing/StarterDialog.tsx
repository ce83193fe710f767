// The starter set: specialists that come with the program. None is added by itself.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { useState } from "react";
import type { StarterView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { AgentAvatar } from "@/shared/ui/AgentAvatar";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { useAgentStore } from "@/stores";
import { AgentPreview } from "./AgentPreview";

const startersQuery = { queryKey: ["starters"], queryFn: api.listStarters } as const;

function StarterItem({ starter, place }: { starter: StarterView; place: number }) {
  const client = useQueryClient();
  const addAgent = useAgentStore((state) => state.addAgent);
  const [open, setOpen] = useState(false);
  const add = useMutation({
    mutationFn: () => api.addStarter(starter.key),
    onSuccess: (agent) => {
      addAgent(agent);
      return client.invalidateQueries({ queryKey: startersQuery.queryKey });
    },
  });
  const { name } = starter.text;
  return (
    <li className="border-t border-line py-3 first:border-t-0 first:pt-0">
      <div className="flex items-start gap-3">
        <AgentAvatar name={name} kind="specialist" id={place} size="medium" />
        <div className="min-w-0 flex-1">
          <p className="font-semibold text-ink">{name}</p>
          <p className="text-ink-2">{starter.summary}</p>
          <button
            type="button"
            aria-expanded={open}
            aria-label={`Instructions of ${name}`}
            onClick={() => setOpen(!open)}
            className="mt-0.5 rounded-sm text-note text-accent hover:underline"
          >
            {open ? "Hide its instructions" : "Show its instructions"}
          </button>
        </div>
        {starter.added.length > 0 ? (
          <span className="flex h-7 shrink-0 items-center gap-1.5 text-note text-ink-2">
            <Check className="size-3.5 text-ok" aria-hidden="true" />
            Added
          </span>
        ) : (
          <Button
            small
            busy={add.isPending}
            aria-label={`Add ${name}`}
            onClick={() => add.mutate()}
          >
            Add
          </Button>
        )}
      </div>
      {open ? (
        <div className="mt-3 pl-10">
          <AgentPreview agent={starter.text} />
        </div>
      ) : null}
      {add.error === null ? null : (
        <ErrorNotice title="It was not added." {...describeError(add.error)} className="mt-2" />
      )}
    </li>
  );
}

/** The dialog. */
export function StarterDialog({ onClose }: { onClose: () => void }) {
  const { data, error } = useQuery(startersQuery);
  return (
    <Dialog
      open
      wide
      dismissable
      onClose={onClose}
      title="Starter set"
      description="Six specialists to begin with. Whom you add is yours: change, copy or disable it as you like."
      actions={<Button onClick={onClose}>Done</Button>}
    >
      {error !== null ? (
        <ErrorNotice title="The starter set could not be read." {...describeError(error)} />
      ) : data === undefined ? (
        <Skeleton rows={6} label="Reading the starter set" />
      ) : (
        <ul aria-label="Starter set">
          {data.map((starter, place) => (
            <StarterItem key={starter.key} starter={starter} place={place} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}
