// What a schedule runs, and what that is given: a template, its version, and a form made from its inputs.

import { useQuery } from "@tanstack/react-query";
import { type Ref, useImperativeHandle } from "react";
import type { ScheduleForm, TemplateProblem, TemplateView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { FieldList } from "@/shared/form/FieldList";
import { useFields } from "@/shared/form/useFields";
import type { Values } from "@/shared/form/values";
import { templatesQuery } from "@/shared/queries";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Select } from "@/shared/ui/Select";
import { Skeleton } from "@/shared/ui/Skeleton";

/** What the form of the inputs can be asked. */
export interface InputsForm {
  /** The values, or null where something is wrong; that then stands at its field. */
  read: () => Values | null;
  /** Puts what the backend said at its field. Gives whether there is such a field. */
  refuse: (problem: TemplateProblem) => boolean;
}

interface InputsProps {
  template: TemplateView;
  given: unknown;
  form: Ref<InputsForm>;
}

function Inputs({ template, given, form }: InputsProps) {
  const state = useFields(template.inputs, { given });
  useImperativeHandle(form, () => ({
    read: state.read,
    refuse: (problem) => state.refuse([problem]).length === 0,
  }));
  if (template.inputs.length === 0) {
    return <p className="text-note text-ink-3">This template needs nothing from you.</p>;
  }
  return <FieldList fields={template.inputs} state={state} />;
}

const NEWEST = "newest";

/** Which version runs: whatever is newest then, or one that stays. */
function Version({ template, values, onChange }: { template: TemplateView } & ChoiceProps) {
  const { newest_version: newest } = template;
  const chosen = values.template_version;
  if (newest === 1 && chosen === null) return null;
  const kept = [...new Set([newest, ...(chosen === null ? [] : [chosen])])];
  return (
    <Select
      label="Version"
      value={chosen === null ? NEWEST : String(chosen)}
      options={[
        { value: NEWEST, label: "Newest version" },
        ...kept.map((version) => ({ value: String(version), label: `Version ${version}` })),
      ]}
      onChange={(version) =>
        onChange({ template_version: version === NEWEST ? null : Number(version) })
      }
    />
  );
}

interface ChoiceProps {
  values: ScheduleForm;
  onChange: (changed: Partial<ScheduleForm>) => void;
}

/** The template at the version that is chosen. */
function useTemplate({ template, template_version }: ScheduleForm) {
  return useQuery({
    queryKey: ["template", template, template_version],
    queryFn: () => api.getTemplate(template, template_version),
    retry: false,
  });
}

/** The choice of a template, its version, and the form of its inputs. */
export function WorkFields({ values, onChange, form }: ChoiceProps & { form: Ref<InputsForm> }) {
  const templates = useQuery(templatesQuery);
  const chosen = useTemplate(values);
  const template = chosen.data?.template;
  const known = templates.data ?? [];
  const listed = known.some(({ uid }) => uid === values.template);
  const options = [
    ...(listed ? [] : [{ value: values.template, label: template?.title ?? "Not in the list" }]),
    ...known.map(({ uid, title }) => ({ value: uid, label: title })),
  ];
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-col gap-1">
        <span className="text-note font-medium text-ink-2" aria-hidden="true">
          Template
        </span>
        <div className="flex flex-wrap gap-2">
          <Select
            label="Template"
            value={values.template}
            options={options}
            onChange={(uid) => onChange({ template: uid, template_version: null })}
          />
          {template === undefined ? null : (
            <Version template={template} values={values} onChange={onChange} />
          )}
        </div>
      </div>
      {chosen.error === null ? null : (
        <ErrorNotice title="The template could not be read." {...describeError(chosen.error)} />
      )}
      {template === undefined ? (
        chosen.error === null && <Skeleton rows={2} label="Loading the template" />
      ) : (
        <Inputs
          key={`${template.uid} ${template.version}`}
          template={template}
          given={values.inputs}
          form={form}
        />
      )}
    </div>
  );
}
