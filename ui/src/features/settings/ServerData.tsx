/** What is done on the server itself, because it is about files there: said instead of offered. */
import type { ReactNode } from "react";
import { Part } from "./Part";

function Command({ children }: { children: string }) {
  return <code className="rounded-sm bg-hover px-1 font-mono text-note text-ink">{children}</code>;
}

function Sentence({ children }: { children: ReactNode }) {
  return <p className="mb-2 max-w-[64ch] text-ink-2">{children}</p>;
}

/** The parts that a window on the server would have. */
export function ServerData({ server }: { server: string }) {
  return (
    <Part title="Restore">
      <Sentence>
        A copy takes the journal's place when everything is opened again, and a window can't start{" "}
        {server} anew. There, name the copy with <Command>POST /api/backups/restore</Command> and
        start the server again.
      </Sentence>
    </Part>
  );
}
