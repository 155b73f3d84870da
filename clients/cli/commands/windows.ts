// `runbooks windows`: the freeze windows that the caller may see, and what is frozen now, until when.
import { buildCommand } from "@stricli/core";
import type { OutputOf } from "../../api-client/types.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { clean } from "../terminal/text.ts";

type Answer = OutputOf<"list-freeze-windows">;

export const command = (brief: string) =>
  buildCommand<GlobalFlags, [], Cli>({
    docs: { brief },
    parameters: { flags: GLOBAL_FLAGS },
    async func(flags) {
      const { client, print } = this.open(flags);
      print.value(await client.listFreezeWindows(), formatWindows);
    },
  });

function formatWindows({ windows, frozen }: Answer): string {
  const now = frozen.length === 0 ? ["Nothing is frozen now."] : frozen.map(formatFreeze);
  return [...now, ...(windows.length === 0 ? [] : [""]), ...windows.map(formatWindow)]
    .map((line) => clean(line))
    .join("\n");
}

const nameScope = (scope: string | null) => (scope === null ? "The whole service" : `The team ${scope}`);

function formatFreeze({ scope, until, kind, name, manual, reason }: Answer["frozen"][number]): string {
  const end = until === null ? "" : ` until ${until}`;
  const why = kind === "deny" ? `by ${name}` : `outside of ${name}`;
  const people = manual === "allow" ? " People may start runs." : "";
  return `${nameScope(scope)} is frozen${end} ${why}: ${reason}${people}`;
}

function formatWindow({ id, name, scope, active, ...window }: Answer["windows"][number]): string {
  const { kind, schedule, durationMinutes, timeZone, manual, beginsAt, endsAt } = window;
  const times = `${schedule} ${timeZone}, ${durationMinutes} min`;
  const when = active ? `open until ${endsAt}` : beginsAt === null ? "never opens" : `opens at ${beginsAt}`;
  return `${id}  ${scope ?? "global"}  ${kind}  ${times}  people: ${manual}  ${when}  ${name}`;
}
