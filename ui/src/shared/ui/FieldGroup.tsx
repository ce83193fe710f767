import { type ReactNode, useId } from "react";

const LOOKS = {
  /** As the label of one field. */
  label: "mb-1 text-note font-medium text-ink-2",
  /** Over fields that have labels of their own. */
  title: "mb-1 font-medium text-ink",
  /** Heard, and seen by what surrounds it. */
  hidden: "sr-only",
} as const;

interface Props {
  legend: ReactNode;
  /** What is said beside the legend, in a quieter tone. */
  note?: string;
  look: keyof typeof LOOKS;
  /** The id of what explains the group. */
  describedBy?: string;
  /** How the group lies in what surrounds it. */
  className?: string;
  /** How the fields lie in the group. */
  layout: string;
  children: ReactNode;
}

/**
 * Fields that belong together, under one name. It is no fieldset: WebKitGTK first lays one whose legend is seen out too tall
 * by the height of that legend, where it stands in a column, and what is below moves away from under the first click.
 */
export function FieldGroup(props: Props) {
  const id = useId();
  const { legend, note, look, describedBy, className, layout, children } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above.
    <div role="group" aria-labelledby={id} aria-describedby={describedBy} className={className}>
      <div id={id} className={LOOKS[look]}>
        {legend}
        {note === undefined ? null : <span className="font-normal text-ink-3"> {note}</span>}
      </div>
      <div className={layout}>{children}</div>
    </div>
  );
}
