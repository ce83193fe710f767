/** What a server offers: its tools, what can be read from it, its prompts, and its log. All of it is a stranger's text. */
import { CircleCheck } from "lucide-react";
import { useState } from "react";
import type { ServedPrompt, ServedResource, ToolServerContents } from "@/bindings/bindings";
import { plural } from "@/shared/lib/format";
import { TabPanel, Tabs } from "@/shared/ui/Tabs";
import { TimeAgo } from "@/shared/ui/TimeAgo";
import { ServerLog } from "./ServerLog";
import { ToolRow } from "./ToolRow";
import { foundWords } from "./toolServerWords";

type Tab = "tools" | "resources" | "prompts" | "log";

function Tools({ contents }: { contents: ToolServerContents }) {
  const { server, tools, missing } = contents;
  return (
    <>
      {missing.length === 0 ? null : (
        <p className="pt-2 text-note text-bad">
          {plural(missing.length, "allowed tool")} {missing.length === 1 ? "is" : "are"} not there
          now: {missing.join(", ")}
        </p>
      )}
      {tools.length === 0 ? (
        <p className="py-2 text-ink-2">It offers no tools.</p>
      ) : (
        <ul aria-label={`Tools of ${server.name}`}>
          {tools.map((tool) => (
            <ToolRow key={tool.name} server={server.id} tool={tool} />
          ))}
        </ul>
      )}
    </>
  );
}

function Resources({ resources }: { resources: readonly ServedResource[] }) {
  if (resources.length === 0)
    return <p className="py-2 text-ink-2">Nothing can be read from it.</p>;
  return (
    <ul aria-label="Resources">
      {resources.map((resource) => (
        <li key={resource.uri} className="border-b border-line py-2 last:border-b-0">
          <p className="break-words text-ink select-text">
            {resource.name}
            {resource.kind === null ? null : (
              <span className="ml-2 text-note text-ink-3">{resource.kind}</span>
            )}
          </p>
          <p className="font-mono text-note break-all text-ink-2 select-text">{resource.uri}</p>
          {resource.description === null ? null : (
            <p className="text-note break-words whitespace-pre-wrap text-ink-2 select-text">
              {resource.description}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function Prompts({ prompts }: { prompts: readonly ServedPrompt[] }) {
  if (prompts.length === 0) return <p className="py-2 text-ink-2">It has no prompts ready.</p>;
  return (
    <ul aria-label="Prompts">
      {prompts.map((prompt) => (
        <li key={prompt.name} className="border-b border-line py-2 last:border-b-0">
          <p className="font-mono text-note break-all text-ink select-text">
            {prompt.name}({prompt.inputs.join(", ")})
          </p>
          {prompt.description === null ? null : (
            <p className="break-words whitespace-pre-wrap text-ink-2 select-text">
              {prompt.description}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

/** What a test found, and all that is inside. */
export function ServerContents({ contents }: { contents: ToolServerContents }) {
  const [tab, setTab] = useState<Tab>("tools");
  const { tools, resources, prompts, at, instructions } = contents;
  return (
    <div className="mt-2">
      <p role="status" className="flex items-start gap-2 text-ink">
        <CircleCheck className="mt-0.5 size-4 shrink-0 text-ok" aria-hidden="true" />
        <span className="min-w-0 break-words">
          {foundWords(contents)} <TimeAgo at={at} className="text-note text-ink-3" />
        </span>
      </p>
      {instructions === null ? null : (
        <details className="mt-1 text-note text-ink-2">
          <summary className="inline-flex h-6 items-center rounded-sm text-accent">
            What it says about its use
          </summary>
          <p className="mt-1 max-w-[70ch] break-words whitespace-pre-wrap select-text">
            {instructions}
          </p>
        </details>
      )}
      <Tabs<Tab>
        label={`Inside ${contents.server.name}`}
        value={tab}
        onChange={setTab}
        className="mt-2"
        tabs={[
          { value: "tools", label: "Tools", count: tools.length },
          { value: "resources", label: "Resources", count: resources.length },
          { value: "prompts", label: "Prompts", count: prompts.length },
          { value: "log", label: "Log" },
        ]}
      >
        <TabPanel value="tools">
          <Tools contents={contents} />
        </TabPanel>
        <TabPanel value="resources">
          <Resources resources={resources} />
        </TabPanel>
        <TabPanel value="prompts">
          <Prompts prompts={prompts} />
        </TabPanel>
        <TabPanel value="log" className="pt-2">
          <ServerLog id={contents.server.id} />
        </TabPanel>
      </Tabs>
    </div>
  );
}
