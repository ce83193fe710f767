import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowUpLeft } from "lucide-react";
import { statusQuery } from "@/shared/queries";
import { SectionTitle } from "./SectionTitle";

/** Tasks that work with the handbook that ships with the application. */
const SAMPLES = [
  "Explain how Wheelhouse keeps a run when the app is closed",
  "Design a small REST API for a blog platform with user authentication",
  "Plan the launch of a small product",
];

/** What stands on Home before the first task: three to begin with, and what to expect of rehearsal. */
export function Samples({ onChoose }: { onChoose: (task: string) => void }) {
  const { data: status } = useQuery(statusQuery);
  return (
    <section aria-labelledby="home-samples">
      <SectionTitle id="home-samples">Or begin with one of these</SectionTitle>
      <ul className="-mx-3">
        {SAMPLES.map((task) => (
          <li key={task}>
            <button
              type="button"
              onClick={() => onChoose(task)}
              className="row group w-full text-left transition-colors hover:bg-hover"
            >
              <ArrowUpLeft className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
              <span className="min-w-0 flex-1">{task}</span>
            </button>
          </li>
        ))}
      </ul>
      {status?.rehearsal ? (
        <p className="mt-4 max-w-[70ch] text-note text-ink-2">
          The crew thinks with rehearsal, a rule-based stand-in for a language model. It plans by
          rules and quotes from the knowledge, on this machine only.{" "}
          <Link
            to="/settings/$section"
            params={{ section: "models" }}
            className="text-accent underline underline-offset-2"
          >
            Add a model
          </Link>
        </p>
      ) : null}
    </section>
  );
}
