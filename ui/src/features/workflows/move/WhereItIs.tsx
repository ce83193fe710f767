// On the page of a run that is not this backend's, or about to be another's: where it is, and the way there.

import { useState } from "react";
import type { MovedView } from "@/bindings/bindings";
import { switchTo } from "@/shared/backends/switching";
import type { Workflow } from "@/stores";
import { MovedNotice } from "./MovedNotice";
import { useSideOf } from "./sides";
import { UnfinishedMoves } from "./UnfinishedMoves";

function There({ uid, moved }: { uid: string; moved: MovedView }) {
  const to = useSideOf(moved);
  const [busy, setBusy] = useState(false);
  const open = () => {
    setBusy(true);
    void switchTo(to.id, `/moved/${uid}`).finally(() => setBusy(false));
  };
  return <MovedNotice to={to} at={moved.since} busy={busy} onOpenThere={open} />;
}

/** The notice; nothing where the run is here. */
export function WhereItIs({ workflow: { uid, moved } }: { workflow: Workflow }) {
  if (moved === null) return null;
  if (moved.place === "gone") return <There uid={uid} moved={moved} />;
  return moved.move_uid === null ? null : <UnfinishedMoves only={moved.move_uid} />;
}
