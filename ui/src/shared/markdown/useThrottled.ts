// Lets a fast-changing value through only a few times a second. The newest value always arrives.

import { useEffect, useRef, useState } from "react";

/** The newest `value`, at most once in `intervalMs`. While `active` is false it passes unchanged. */
export function useThrottled<T>(value: T, intervalMs: number, active = true): T {
  const [shown, setShown] = useState(value);
  const latest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const lastAt = useRef(Number.NEGATIVE_INFINITY);

  useEffect(() => {
    latest.current = value;
    if (!active || timer.current !== null) return;
    const wait = Math.max(0, lastAt.current + intervalMs - performance.now());
    timer.current = setTimeout(() => {
      timer.current = null;
      lastAt.current = performance.now();
      setShown(latest.current);
    }, wait);
  }, [value, intervalMs, active]);

  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );

  return active ? shown : value;
}
