import { inZone, localZone } from "./zoneTime";

/** Due times ahead, in the zone of the schedule and, where that is another, in that of this machine. */
export function NextTimes({ times, zone }: { times: readonly number[]; zone: string }) {
  const here = localZone();
  const both =
    inZone(0, zone) !== null && times.some((at) => inZone(at, zone) !== inZone(at, here));
  return (
    <table className="tabular w-full text-left text-ui">
      <thead>
        <tr className="text-note text-ink-3">
          <th className="pr-4 font-normal">{zone}</th>
          {both ? <th className="font-normal">Here ({here})</th> : null}
        </tr>
      </thead>
      <tbody>
        {times.map((at) => (
          <tr key={at}>
            <td className="py-0.5 pr-4 text-ink">{inZone(at, zone) ?? inZone(at, here)}</td>
            {both ? <td className="py-0.5 text-ink-2">{inZone(at, here)}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
