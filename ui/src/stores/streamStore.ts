/**
 * Text that agents are writing right now, by task. It comes over a lossy way and is never the record: where a
 * piece is missing, `append` says so, what follows is held, and `resync` closes the gap with what the backend
 * has. Offsets count UTF-16 code units, as JavaScript does.
 */
import { create, type StateCreator } from "zustand";

/** What was added to the text of a task. */
export interface TextPiece {
  task_id: number;
  attempt: number;
  offset: number;
  text: string;
}

export interface StreamText {
  attempt: number;
  text: string;
  /** Pieces that came after one that is missing. */
  held: readonly TextPiece[];
}

/** Texts kept at most; the oldest leave first. */
const KEPT = 100;
/** Pieces held at most while a gap is closed; newer ones are let go, and the next gap brings them back. */
const HELD = 500;

export interface StreamState {
  texts: Record<number, StreamText>;
  /** Adds pieces in order. Gives the tasks with a gap that is not being closed yet. */
  append: (pieces: readonly TextPiece[]) => number[];
  /** Puts what the backend has in place; `null` when nothing is being written. */
  resync: (taskId: number, partial: { attempt: number; text: string } | null) => void;
  /** Forgets all texts, or those of some tasks. */
  clear: (taskIds?: readonly number[]) => void;
}

const growingTexts: StateCreator<StreamState> = (set, get) => ({
  texts: {},
  append: (pieces) => {
    const texts = { ...get().texts };
    const gaps = new Set<number>();
    for (const piece of pieces) {
      const known = texts[piece.task_id];
      const next = addPiece(known, piece);
      if (next === known) continue;
      if (next.held.length > 0 && (known?.held.length ?? 0) === 0) gaps.add(piece.task_id);
      texts[piece.task_id] = next;
    }
    set({ texts: trimmed(texts) });
    return [...gaps].filter((taskId) => (texts[taskId]?.held.length ?? 0) > 0);
  },
  resync: (taskId, partial) =>
    set((state) => {
      const known = state.texts[taskId];
      if (partial === null) return { texts: without(state.texts, [taskId]) };
      const held = known?.held ?? [];
      const text = held.reduce(joinHeld, partial.text);
      return {
        texts: { ...state.texts, [taskId]: { attempt: partial.attempt, text, held: [] } },
      };

      function joinHeld(so_far: string, piece: TextPiece): string {
        const end = piece.offset + piece.text.length;
        const fits =
          piece.attempt === partial?.attempt &&
          piece.offset <= so_far.length &&
          end > so_far.length;
        return fits ? so_far.slice(0, piece.offset) + piece.text : so_far;
      }
    }),
  clear: (taskIds) =>
    set((state) => ({ texts: taskIds === undefined ? {} : without(state.texts, taskIds) })),
});

/** What agents answer. */
export const useStreamStore = create<StreamState>()(growingTexts);

/** What they think before, which is never part of an answer. */
export const useThoughtStore = create<StreamState>()(growingTexts);

function addPiece(known: StreamText | undefined, piece: TextPiece): StreamText {
  if (known !== undefined && piece.attempt < known.attempt) return known;
  if (piece.offset === 0) return { attempt: piece.attempt, text: piece.text, held: [] };
  if (known === undefined || piece.attempt > known.attempt) {
    return { attempt: piece.attempt, text: "", held: [piece] };
  }
  if (known.held.length > 0) {
    return known.held.length < HELD ? { ...known, held: [...known.held, piece] } : known;
  }
  if (piece.offset !== known.text.length) return { ...known, held: [piece] };
  return { ...known, text: known.text + piece.text };
}

function trimmed(texts: Record<number, StreamText>): Record<number, StreamText> {
  const ids = Object.keys(texts).map(Number);
  return ids.length <= KEPT ? texts : without(texts, ids.slice(0, ids.length - KEPT));
}

function without(
  texts: Record<number, StreamText>,
  taskIds: readonly number[],
): Record<number, StreamText> {
  const gone = new Set(taskIds.map(String));
  return Object.fromEntries(Object.entries(texts).filter(([id]) => !gone.has(id)));
}

/** The text of one task as far as it came; empty when nothing is being written. */
export function useStreamText(taskId: number): string {
  return useStreamStore((state) => state.texts[taskId]?.text ?? "");
}

/** What is thought in one task as far as it came; empty when nothing is. */
export function useThoughts(taskId: number): string {
  return useThoughtStore((state) => state.texts[taskId]?.text ?? "");
}
