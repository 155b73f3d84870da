// The incident that a run is for, chosen among the latest or typed; what it is stands beside it.
import { useEffect, useId, useState } from "preact/hooks";
import { client } from "../../data/client.ts";
import { useQuery } from "../../data/query.ts";
import { Field } from "../../parts/field.tsx";
import { spellInvisible } from "../../parts/invisible.ts";
import { Outside } from "../../parts/text.tsx";
import type { Incident } from "./prefill.ts";

type IncidentFieldProps = {
  value: string;
  /** The incident of the link, if it is there. */
  known: Incident | null;
  teamId: string | null;
  onInput: (id: string) => void;
};

const OFFERED = 20;
const PAUSE_MS = 400;

export function IncidentField({ value, known, teamId, onInput }: IncidentFieldProps) {
  const list = useId();
  const latest = useQuery(`incidents of ${teamId}`, (signal) =>
    client.listIncidents({ query: { limit: OFFERED, ...(teamId !== null && { teamId }) } }, { signal }),
  );
  const id = value.trim();
  const offered = latest.data?.items ?? [];
  const incident = [known, ...offered].find((each) => each?.id === id) ?? null;
  return (
    <Field label="Incident" required={false} hint="Its history will show this run.">
      {(wiring) => (
        <>
          <input
            {...wiring}
            class="input"
            dir="auto"
            autoComplete="off"
            spellcheck={false}
            list={list}
            value={value}
            onInput={({ currentTarget }) => onInput(currentTarget.value)}
          />
          <datalist id={list}>
            {offered.map(({ id: each, title }) => (
              <option key={each} value={each}>
                {spellInvisible(title)}
              </option>
            ))}
          </datalist>
          {incident ? <Known incident={incident} /> : id !== "" && <LookedUp id={id} />}
        </>
      )}
    </Field>
  );
}

function Known({ incident: { title, priority, status } }: { incident: Incident }) {
  return (
    <p class="small" role="status">
      <Outside text={`${priority} · ${status}`} /> · <Outside text={title} />
    </p>
  );
}

/** An incident that is none of the latest: looked up when somebody has stopped typing. */
function LookedUp({ id }: { id: string }) {
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(id), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [id]);
  return asked === id ? <Answer id={id} /> : null;
}

function Answer({ id }: { id: string }) {
  const { data, error } = useQuery(`incident ${id}`, (signal) =>
    client.getIncident({ incidentId: id }, { signal }),
  );
  if (data) return <Known incident={data} />;
  if (error === undefined) return null;
  return (
    <p class="small text-warn" role="status">
      No incident of this id is known here, or none that you may see.
    </p>
  );
}
