// What models cost: the operator's own prices first, then those that the program came with.

import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { PriceView } from "@/bindings/bindings";
import { api, describeError } from "@/host";
import { formatMoney } from "@/shared/lib/money";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Skeleton } from "@/shared/ui/Skeleton";
import { Part } from "./Part";
import { PriceForm } from "./PriceForm";
import { PROVIDER_KINDS } from "./priceForm";

const pricesQuery = queryOptions({ queryKey: ["prices"], queryFn: api.listPrices });

const dateOf = (at: number) => (at === 0 ? "always" : new Date(at).toISOString().slice(0, 10));
const kindOf = (view: PriceView) =>
  PROVIDER_KINDS.find(({ value }) => value === view.price.kind)?.label ?? view.price.kind;

interface RowProps {
  view: PriceView;
  onEdit: () => void;
  onRemove: () => void;
}

function Row({ view, onEdit, onRemove }: RowProps) {
  const { price } = view;
  const own = view.id !== null;
  return (
    <tr className="h-9 border-t border-line align-middle">
      <th scope="row" className="w-48 py-1 pr-3 text-left font-normal break-words">
        <span className="block text-ink">{price.model}</span>
        <span className="block text-note text-ink-3">{kindOf(view)}</span>
      </th>
      <td className="tabular pr-3 text-right">{formatMoney(price.input)}</td>
      <td className="tabular pr-3 text-right">{formatMoney(price.output)}</td>
      <td className="tabular pr-3 text-right">
        {price.cached === null || price.cached === undefined ? "" : formatMoney(price.cached)}
        {price.cache_write === null || price.cache_write === undefined ? null : (
          <span className="block text-note whitespace-nowrap text-ink-3">
            first {formatMoney(price.cache_write)}
          </span>
        )}
      </td>
      <td className="pr-3 text-note text-ink-2" title={price.note}>
        {own ? `Yours, from ${dateOf(price.valid_from)}` : `Shipped. ${price.note}`}
      </td>
      <td className="w-36 text-right whitespace-nowrap">
        <Button variant="quiet" onClick={onEdit}>
          {own ? "Change" : "Set own"}
        </Button>
        {own ? (
          <Button variant="quiet" onClick={onRemove}>
            Remove
          </Button>
        ) : null}
      </td>
    </tr>
  );
}

function Table({ prices, onEdit }: { prices: PriceView[]; onEdit: (view: PriceView) => void }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: api.removePrice,
    onSettled: () => client.invalidateQueries(pricesQuery),
  });
  return (
    <>
      {remove.error === null ? null : (
        <ErrorNotice title="The price was not removed." {...describeError(remove.error)} />
      )}
      <table className="w-full text-ui">
        <caption className="sr-only">Prices in US dollars for a million tokens</caption>
        <thead className="text-left text-note text-ink-3">
          <tr>
            <th className="font-normal">Model</th>
            <th className="pr-3 text-right font-normal">Read</th>
            <th className="pr-3 text-right font-normal">Written</th>
            <th className="pr-3 text-right font-normal">Kept</th>
            <th className="font-normal">From</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {prices.map((view) => (
            <Row
              key={view.id ?? `${view.price.kind}/${view.price.model}`}
              view={view}
              onEdit={() => onEdit(view)}
              onRemove={() => view.id !== null && remove.mutate(view.id)}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}

/** The table of prices, with a form for one of them. */
export function PricesPart() {
  const client = useQueryClient();
  const prices = useQuery(pricesQuery);
  const [editing, setEditing] = useState<PriceView | "new" | null>(null);
  return (
    <Part
      title="Prices"
      lead="In US dollars for a million tokens. Models on this machine cost nothing unless you set a price. Prices that came with the program may be out of date; yours come first."
      aside={
        <Button icon={<Plus className="size-3.5" />} onClick={() => setEditing("new")}>
          Add price
        </Button>
      }
    >
      {editing === null ? null : (
        <PriceForm
          key={editing === "new" ? "new" : `${editing.id} ${editing.price.model}`}
          from={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
          onSaved={(saved) => {
            client.setQueryData(pricesQuery.queryKey, saved);
            setEditing(null);
          }}
        />
      )}
      {prices.data !== undefined ? (
        <Table prices={prices.data} onEdit={setEditing} />
      ) : prices.error === null ? (
        <Skeleton rows={6} label="Loading prices" className="-mx-3" />
      ) : (
        <ErrorNotice
          title="The prices could not be read."
          {...describeError(prices.error)}
          action={<Button onClick={() => void prices.refetch()}>Try again</Button>}
        />
      )}
    </Part>
  );
}
