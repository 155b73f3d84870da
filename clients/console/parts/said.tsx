// What somebody has said and when; and facts under their headings.
import type { ComponentChildren } from "preact";
import { Outside, Person } from "./text.tsx";
import { Time } from "./time.tsx";

type SaidProps = { by: string; byName: string | null; at: string; note: string | null };

export function Said({ by, byName, at, note }: SaidProps) {
  return (
    <>
      <Person by={by} name={byName} />{" "}
      <span class="muted">
        <Time at={at} />
      </span>
      {note !== null && (
        <p class="said">
          <Outside text={note} />
        </p>
      )}
    </>
  );
}

/** One of a `dl`, the heading above what holds. */
export function Fact({ about, children }: { about: string; children: ComponentChildren }) {
  return (
    <div>
      <dt class="small muted">{about}</dt>
      <dd>{children}</dd>
    </div>
  );
}
