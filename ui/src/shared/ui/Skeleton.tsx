import { useDelayed } from "../hooks/useDelayed";
import { cx } from "../lib/cx";

export interface SkeletonProps {
  /** Rows of the final shape, 32 px each. */
  rows?: number;
  label?: string;
  className?: string;
}

/** The shape of what is coming, shown only when it takes longer than 200 ms. It keeps its place from the start. */
export function Skeleton({ rows = 3, label = "Loading", className }: SkeletonProps) {
  const shown = useDelayed(true);
  return (
    <div role="status" aria-label={label} className={cx("flex flex-col", className)}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a skeleton have nothing but their place.
        <div key={row} className="flex h-8 items-center gap-3 px-3" aria-hidden="true">
          {shown ? (
            <>
              <span className="size-3.5 animate-appear rounded-full bg-hover" />
              <span
                className="h-2.5 animate-appear rounded-sm bg-hover"
                style={{ width: `${58 - ((row * 17) % 30)}%` }}
              />
            </>
          ) : null}
        </div>
      ))}
    </div>
  );
}
