// The report: 15 px, 70 characters a line, its sources in the margin, or under it where there is no room.

import type { Citation, Report } from "@/bindings/bindings";
import { CopyButton, Markdown, textWithSources } from "@/shared/markdown";
import { SourceList } from "./SourceList";
import { REHEARSAL } from "./words";

interface Props {
  report: Report;
  onCitation: (citation: Citation) => void;
}

/** The report with its sources. */
export function ReportView({ report, onCitation }: Props) {
  return (
    <div className="@container">
      <div className="flex flex-col gap-x-12 gap-y-8 @4xl:flex-row">
        <article aria-label="Report" className="min-w-0 flex-1 text-read @4xl:max-w-[36em]">
          <Markdown text={report.text} citations={report.citations} onCitation={onCitation} />
          <footer className="mt-8 flex items-center justify-between gap-4 border-t border-line pt-3 text-note text-ink-3">
            <span>
              {report.model === REHEARSAL
                ? "Written by rehearsal, a rule-based stand-in for a language model."
                : null}
            </span>
            <CopyButton text={textWithSources(report.text, report.citations)} what="report" />
          </footer>
        </article>
        <SourceList
          text={report.text}
          citations={report.citations}
          onCitation={onCitation}
          className="min-w-0 @4xl:w-75 @4xl:shrink-0"
        />
      </div>
    </div>
  );
}
