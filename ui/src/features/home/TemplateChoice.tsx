// The quiet choice of a template beside the task. The crew takes the task as it is written; others open their form.

import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { templatesQuery } from "@/shared/queries";
import { Menu } from "@/shared/ui/Menu";

/** The template that a task runs with unless another is chosen. */
const CREW = "crew";

/** The word that opens the list. */
export function TemplateChoice() {
  const navigate = useNavigate();
  const { data } = useQuery(templatesQuery);
  const others = (data ?? []).filter((template) => !template.built_in || template.name !== CREW);
  const trigger = (
    <button
      type="button"
      title="The template: the crew divides the task, researches, staffs, works and reports. Others open their form."
      className="rounded-sm text-ink-2 underline decoration-line-strong underline-offset-3 hover:text-ink"
    >
      Crew
    </button>
  );
  if (others.length === 0) return <span>Crew</span>;
  return (
    <Menu
      trigger={trigger}
      groups={[
        {
          heading: "Run another template",
          items: others.map(({ uid, title }) => ({
            key: uid,
            label: title,
            onSelect: () =>
              void navigate({ to: "/templates/$uid", params: { uid }, search: { run: 1 } }),
          })),
        },
      ]}
    />
  );
}
