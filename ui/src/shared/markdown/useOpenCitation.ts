import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Citation } from "@/bindings/bindings";

/** Opens a source in the viewer, at its lines. */
export function useOpenCitation(): (citation: Citation) => void {
  const navigate = useNavigate();
  return useCallback(
    ({ source, path, start_line, end_line }) => {
      const search = { source, path, from: start_line, to: end_line };
      void navigate({ to: "/knowledge/document", search });
    },
    [navigate],
  );
}
