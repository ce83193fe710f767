// A value once it has not changed for a while, for what should not be asked at every letter.

import { useEffect, useState } from "react";

/** `value` after it stayed the same for `pause` milliseconds. It is compared by what is in it. */
export function useSettled<T>(value: T, pause: number): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as T), pause);
    return () => clearTimeout(timer);
  }, [text, pause]);
  return settled;
}
