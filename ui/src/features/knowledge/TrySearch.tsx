// A search as the crew would do it, so that one sees what they would find before giving them a task.

import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Passage } from "@/bindings/bindings";
import { describeError } from "@/host";
import { plural } from "@/shared/lib/format";
import { whereOf } from "@/shared/markdown";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { SearchField } from "@/shared/ui/SearchField";
import { Skeleton } from "@/shared/ui/Skeleton";
import { StaysHere } from "@/shared/ui/StaysHere";
import { useKnowledgeSearch } from "./knowledgeQueries";

const TYPING_MS = 250;
const LONGEST = 1000;

/** The value as it was when typing paused. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), TYPING_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function Found({ passage }: { passage: Passage }) {
  const { source, path, start_line: from, end_line: to } = passage;
  return (
    <li>
      <Link
        to="/knowledge/document"
        search={{ source, path, from, to }}
        className="-mx-3 block rounded-md px-3 py-2 hover:bg-hover"
      >
        <span className="flex flex-wrap items-baseline gap-x-2">
          <span className="break-words text-ink">{whereOf(passage)}</span>
          <span className="text-note text-ink-3">{passage.source_name}</span>
          {passage.stays_here ? <StaysHere /> : null}
        </span>
        {passage.headings.length === 0 ? null : (
          <span className="block text-note break-words text-ink-3">
            {passage.headings.join(" › ")}
          </span>
        )}
        <span
          className="mt-0.5 line-clamp-3 max-w-[90ch] break-words text-ink-2"
          title={passage.text}
        >
          {passage.text.trim()}
        </span>
      </Link>
    </li>
  );
}

function Results({ words }: { words: string }) {
  const search = useKnowledgeSearch(words);
  if (search.error !== null) {
    return (
      <ErrorNotice
        title="The search did not work."
        {...describeError(search.error)}
        action={<Button onClick={() => void search.refetch()}>Try again</Button>}
      />
    );
  }
  if (search.data === undefined) return <Skeleton rows={3} label="Searching" className="-mx-3" />;
  const { passages, documents } = search.data;
  return (
    <>
      <output className="block text-note text-ink-3">
        {passages.length === 0
          ? `Nothing matches in ${plural(documents, "document")}. The crew would say so, and work without sources.`
          : `${plural(passages.length, "passage")} from ${plural(documents, "document")}, best first`}
      </output>
      <ol aria-label="Passages found">
        {passages.map((passage) => (
          <Found key={passage.label} passage={passage} />
        ))}
      </ol>
    </>
  );
}

/** The field and what it finds. */
export function TrySearch() {
  const [typed, setTyped] = useState("");
  const words = useSettled(typed.trim());
  return (
    <section aria-label="Try a search" className="px-3">
      <h2 className="mb-2 font-semibold">Try a search</h2>
      <SearchField
        label="Words to look for"
        placeholder="See what the crew would find, for example: how a run is kept"
        maxLength={LONGEST}
        value={typed}
        onChange={setTyped}
        className="mb-2 max-w-160"
      />
      {words === "" ? null : <Results words={words} />}
    </section>
  );
}
