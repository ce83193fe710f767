import { Dialog as Base } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import {
  Keyboard,
  Laptop,
  LayoutTemplate,
  type LucideIcon,
  MessagesSquare,
  Monitor,
  Moon,
  Play,
  Server,
  Sun,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import { SECTIONS } from "@/features/settings/sections";
import { describeError, runTask } from "@/host";
import { switchTo } from "@/shared/backends/switching";
import { templatesQuery } from "@/shared/queries";
import { Kbd } from "@/shared/ui/Kbd";
import { RunBadge } from "@/shared/ui/RunBadge";
import { useAgentStore, useBackendStore, useUiStore, useWorkflowStore } from "@/stores";
import { PLACES } from "./places";

const RECENT = 8;

/** Everything that can be done, by name. */
export function CommandPalette() {
  const open = useUiStore((state) => state.paletteOpen);
  const setOpen = useUiStore((state) => state.setPaletteOpen);
  return (
    <Base.Root open={open} onOpenChange={setOpen}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-veil transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Base.Popup
          aria-label="Command palette"
          className="fixed top-[14vh] left-1/2 z-40 w-[min(600px,calc(100vw-48px))] -translate-x-1/2 overflow-hidden rounded-lg border border-line bg-raised text-ink shadow-float transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0"
        >
          <Palette onDone={() => setOpen(false)} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Palette({ onDone }: { onDone: () => void }) {
  const navigate = useNavigate();
  const [words, setWords] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const workflows = useWorkflowStore((state) => state.workflows);
  const everybody = useAgentStore((state) => state.agents);
  const agents = everybody.filter((agent) => agent.status !== "disabled");
  const { chosen, backends } = useBackendStore();
  // The palette works without them while they are being asked for, or where they can't be had.
  const { data: templates = [] } = useQuery(templatesQuery);
  const { setTheme, setKeysOpen } = useUiStore.getState();
  const finish = (run: () => unknown) => () => {
    onDone();
    run();
  };
  const run = async () => {
    setProblem(null);
    try {
      const id = await runTask(words.trim());
      onDone();
      // Otherwise it waits to be sent, which is said above every screen.
      if (id !== null) await navigate({ to: "/workflows/$id", params: { id: String(id) } });
    } catch (cause) {
      setProblem(describeError(cause).message);
    }
  };
  return (
    <Command label="Command palette" loop>
      <Command.Input
        value={words}
        onValueChange={setWords}
        placeholder="Go to, open, or write a task"
        className="h-12 w-full border-b border-line bg-transparent px-4 text-read text-ink outline-none focus-visible:outline-none"
      />
      {problem === null ? null : (
        <p role="alert" className="px-4 pt-2 text-bad">
          {problem}
        </p>
      )}
      <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-ink-2">
          Nothing by that name.
        </Command.Empty>
        <Group heading="Go to">
          {PLACES.map((place) => (
            <Item
              key={place.to}
              value={`Go to ${place.name}`}
              icon={place.icon}
              keys={place.keys}
              onSelect={finish(() => navigate({ to: place.to }))}
            />
          ))}
        </Group>
        <Group heading="Settings">
          {SECTIONS.map((section) => (
            <Item
              key={section.id}
              value={`Settings: ${section.name.toLowerCase()}`}
              icon={section.icon}
              onSelect={finish(() =>
                navigate({ to: "/settings/$section", params: { section: section.id } }),
              )}
            />
          ))}
        </Group>
        {templates.length === 0 ? null : (
          <Group heading="Run a template">
            {templates.map((template) => (
              <Item
                key={template.uid}
                value={`Run template: ${template.title}`}
                icon={LayoutTemplate}
                onSelect={finish(() =>
                  navigate({
                    to: "/templates/$uid",
                    params: { uid: template.uid },
                    search: { run: 1 },
                  }),
                )}
              />
            ))}
          </Group>
        )}
        {agents.length === 0 ? null : (
          <Group heading="Talk to">
            {agents.map((agent) => (
              <Item
                key={agent.id}
                value={`Talk to ${agent.name}, ${agent.id}`}
                name={`Talk to ${agent.name}`}
                icon={MessagesSquare}
                onSelect={finish(() => navigate({ to: "/chat", search: { agent: agent.id } }))}
              />
            ))}
          </Group>
        )}
        {workflows.length === 0 ? null : (
          <Group heading="Workflows">
            {workflows.slice(0, words === "" ? RECENT : undefined).map((workflow) => (
              <Item
                key={workflow.id}
                value={`${workflow.name} ${workflow.id}`}
                name={workflow.name}
                mark={<RunBadge workflow={workflow} />}
                onSelect={finish(() =>
                  navigate({ to: "/workflows/$id", params: { id: String(workflow.id) } }),
                )}
              />
            ))}
          </Group>
        )}
        {backends.length === 0 ? null : (
          <Group heading="Work on">
            {[null, ...backends]
              .filter((backend) => (backend?.id ?? null) !== chosen)
              .map((backend) => (
                <Item
                  key={backend?.id ?? "local"}
                  value={`Work on ${backend?.name ?? "this machine"}`}
                  icon={backend === null ? Laptop : Server}
                  onSelect={finish(() => switchTo(backend?.id ?? null))}
                />
              ))}
          </Group>
        )}
        <Group heading="Window">
          <Item
            value="Theme: as the system"
            icon={Monitor}
            onSelect={finish(() => setTheme("system"))}
          />
          <Item value="Theme: light" icon={Sun} onSelect={finish(() => setTheme("light"))} />
          <Item value="Theme: dark" icon={Moon} onSelect={finish(() => setTheme("dark"))} />
          <Item
            value="Show the keys"
            icon={Keyboard}
            keys="?"
            onSelect={finish(() => setKeysOpen(true))}
          />
        </Group>
        {words.trim().length < 3 ? null : (
          <Group heading="Run" always>
            <Item
              value={`run ${words}`}
              name={`Run “${words.trim()}”`}
              icon={Play}
              always
              onSelect={() => void run()}
            />
          </Group>
        )}
      </Command.List>
    </Command>
  );
}

function Group({
  heading,
  always = false,
  children,
}: {
  heading: string;
  always?: boolean;
  children: ReactNode;
}) {
  return (
    <Command.Group
      heading={heading}
      forceMount={always}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-note [&_[cmdk-group-heading]]:text-ink-3"
    >
      {children}
    </Command.Group>
  );
}

interface ItemProps {
  value: string;
  name?: string;
  icon?: LucideIcon;
  mark?: ReactNode;
  keys?: string;
  always?: boolean;
  onSelect: () => void;
}

function Item({
  value,
  name = value,
  icon: Icon,
  mark,
  keys,
  always = false,
  onSelect,
}: ItemProps) {
  return (
    <Command.Item
      value={value}
      forceMount={always}
      onSelect={onSelect}
      className="flex h-8 items-center gap-2.5 rounded-md px-2.5 text-ink data-[selected=true]:bg-selected"
    >
      <span className="flex size-4 shrink-0 items-center justify-center text-ink-3">
        {Icon === undefined ? mark : <Icon className="size-4" aria-hidden="true" />}
      </span>
      <span className="min-w-0 flex-1 truncate" title={name}>
        {name}
      </span>
      {keys === undefined ? null : <Kbd keys={keys} />}
    </Command.Item>
  );
}
