// What is allowed in a definition and may surprise; of an automation that it breaks, with the way there.
import type { OutputOf } from "../../api-client/types.ts";
import { automationPath } from "../navigation/page-paths.ts";
import { Link } from "./button.tsx";
import { Note } from "./panels.tsx";
import { Outside } from "./text.tsx";

type Warning = OutputOf<"get-review">["warnings"][number];

export function Warnings({ warnings }: { warnings: readonly Warning[] }) {
  if (warnings.length === 0) return null;
  return (
    <Note tone="warn" title="This may surprise">
      <ul>
        {warnings.map(({ pointer, message, automation }) => (
          <li key={`${pointer} ${message}`}>
            <Outside text={message} />{" "}
            {automation && <Link to={automationPath(automation.id)}>Open the automation</Link>}
          </li>
        ))}
      </ul>
    </Note>
  );
}
