import type { ReactNode } from "react";

export interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  /** What it will hold and what to do next. */
  children: ReactNode;
  action?: ReactNode;
  /** Whether it is the whole screen, so that its title is the screen's. */
  screen?: boolean;
}

/** What stands where nothing is yet. */
export function EmptyState({ icon, title, children, action, screen = false }: EmptyStateProps) {
  const Title = screen ? "h1" : "h2";
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-14 text-center">
      {icon ? <div className="mb-1 text-ink-3 [&>svg]:size-6">{icon}</div> : null}
      <Title className="text-ui font-semibold text-ink">{title}</Title>
      <p className="max-w-90 text-ui text-ink-2">{children}</p>
      {action ? <div className="mt-2 flex gap-2">{action}</div> : null}
    </div>
  );
}
