// The models that are asked where the one above can't answer, in order.

import { Plus, X } from "lucide-react";
import { Button } from "../ui/Button";
import { IconButton } from "../ui/IconButton";
import { ModelField } from "./ModelField";

/** As many as can be set. */
const MOST = 5;

interface Props {
  /** Whose models they are, in a sentence. */
  whose: string;
  models: readonly string[];
  onChange: (models: string[]) => void;
  error: string | null;
}

export function FallbackFields({ whose, models, onChange, error }: Props) {
  const last = models.length - 1;
  return (
    <div className="mt-1.5 flex flex-col gap-1.5">
      {models.map((model, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a model has nothing but its place in the order.
        <div key={index} className="flex items-end gap-1 pl-4">
          <div className="min-w-0 flex-1">
            <ModelField
              label={index === 0 ? "If it can't answer" : "Then"}
              value={model}
              onChange={(next) => onChange(models.with(index, next))}
              error={index === last ? error : null}
            />
          </div>
          <IconButton
            label={`Ask no model in place ${index + 2} for ${whose}`}
            icon={<X />}
            className="mb-0.5"
            onClick={() => onChange(models.filter((_, place) => place !== index))}
          />
        </div>
      ))}
      {models.length >= MOST ? null : (
        // Its words stand where the field above begins, and only what lights up under the pointer reaches out.
        <div className={models.length === 0 ? undefined : "pl-4"}>
          <Button
            small
            variant="quiet"
            className="-ml-2.5"
            icon={<Plus className="size-3.5" />}
            aria-label={`Add a model to fall back on for ${whose}`}
            onClick={() => onChange([...models, ""])}
          >
            {models.length === 0 ? "Add a model to fall back on" : "Add another"}
          </Button>
        </div>
      )}
    </div>
  );
}
