import { type ReactNode, useId } from "react";

interface Props {
  title: string;
  /** One or two sentences under the title. */
  lead?: ReactNode;
  /** At the right of the title. */
  aside?: ReactNode;
  children?: ReactNode;
}

/** One matter of a section under its own heading. */
export function Part({ title, lead, aside, children }: Props) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="mb-9">
      <div className="flex min-h-8 items-center justify-between gap-3">
        <h2 id={id} className="text-read font-semibold">
          {title}
        </h2>
        {aside}
      </div>
      {lead === undefined ? null : <p className="mb-3 max-w-[70ch] text-ink-2">{lead}</p>}
      {children}
    </section>
  );
}
