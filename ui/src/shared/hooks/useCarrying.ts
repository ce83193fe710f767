import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { CarryProgress } from "@/bindings/bindings";
import type { Carrying } from "@/host";

/** A file that is carried at the operator's wish, how far it is, and the way to stop it. */
export interface CarryingFile<T> {
  work: UseMutationResult<T | null, Error, void>;
  /** Null before the first part and after the last word. */
  progress: CarryProgress | null;
  stop: () => void;
}

/** Carries a file when it is asked to. */
export function useCarrying<T>(
  begin: (tell: (progress: CarryProgress) => void) => Carrying<T>,
  onDone: (done: T) => Promise<void> | void = () => {},
): CarryingFile<T> {
  const [progress, setProgress] = useState<CarryProgress | null>(null);
  const current = useRef<Carrying<T> | null>(null);
  const work = useMutation({
    mutationFn: async () => {
      const carrying = begin(setProgress);
      current.current = carrying;
      return await carrying.done;
    },
    onSuccess: (done) => (done === null ? undefined : onDone(done)),
    onSettled: () => {
      current.current = null;
      setProgress(null);
    },
  });
  const stop = useMutation({ mutationFn: async () => current.current?.stop() });
  return { work, progress, stop: () => stop.mutate() };
}
