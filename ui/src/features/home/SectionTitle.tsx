import type { ReactNode } from "react";

export function SectionTitle({
  id,
  count,
  aside,
  children,
}: {
  id: string;
  count?: number;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="mb-1.5 flex h-6 items-center gap-2">
      <h2 id={id} className="text-note font-semibold text-ink-2">
        {children}
      </h2>
      {count === undefined ? null : <span className="tabular text-note text-ink-3">{count}</span>}
      {aside === undefined ? null : <span className="ml-auto">{aside}</span>}
    </div>
  );
}
