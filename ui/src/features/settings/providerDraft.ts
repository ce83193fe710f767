/**
 * The provider that is being written. It outlives the section, so that a look elsewhere costs nothing that was typed.
 * The key is not part of it: it is held no longer than the field that it is typed into.
 */
import { create } from "zustand";
import type { ProviderView } from "@/bindings/bindings";
import type { Preset } from "./presets";
import type { ProviderFields } from "./useProviderForm";

/** What is being written: a new provider, or the one with that number. */
export type Editing = { preset: Preset; kept: ProviderView | null } | { id: number } | null;

interface ProviderDraft {
  editing: Editing;
  /** What was typed; null while nothing was. */
  fields: ProviderFields | null;
  /** Begins with another provider, or with none. What was typed is gone then. */
  edit: (editing: Editing) => void;
  /** The same provider is kept now. */
  keep: (kept: ProviderView) => void;
  setFields: (fields: ProviderFields) => void;
}

export const useProviderDraft = create<ProviderDraft>()((set) => ({
  editing: null,
  fields: null,
  edit: (editing) => set({ editing, fields: null }),
  keep: (kept) =>
    set(({ editing }) =>
      editing !== null && "preset" in editing ? { editing: { ...editing, kept } } : {},
    ),
  setFields: (fields) => set({ fields }),
}));
