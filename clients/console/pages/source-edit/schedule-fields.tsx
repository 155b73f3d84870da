// When a source of the clock reports: an expression of EventBridge Scheduler, and the time zone that it is meant in.
import { TextField } from "../../parts/field.tsx";
import { Panel } from "../../parts/panels.tsx";
import { wordsAt } from "../edit/problems.ts";
import type { Editing } from "./fields.tsx";

export function ScheduleFields({ form, change, problems }: Editing) {
  return (
    <Panel title="When it reports">
      <div class="stack">
        <TextField
          label="Expression"
          hint="rate(15 minutes), or cron(30 9 ? * MON-FRI *): minutes, hours, day of month, month, day of week, year. One of the two days is a question mark."
          required
          mono
          value={form.expression}
          onInput={(expression) => change({ expression })}
          error={wordsAt(problems, "/schedule/expression") ?? wordsAt(problems, "/schedule")}
        />
        <TextField
          label="Time zone"
          hint="Of a cron expression, like Europe/Berlin. A rate does not know the wall clock."
          required
          mono
          value={form.timeZone}
          onInput={(timeZone) => change({ timeZone })}
          error={wordsAt(problems, "/schedule/timeZone")}
        />
      </div>
    </Panel>
  );
}
