// The conditions of a pattern that an event does not meet: where in the event, and what is wrong there.
import { Outside } from "./text.tsx";

type Condition = { pointer: string; message: string };

export function FailedConditions({ failed }: { failed: readonly Condition[] }) {
  if (failed.length === 0) return null;
  return (
    <ul class="stack-tight">
      {failed.map(({ pointer, message }) => (
        <li key={`${pointer} ${message}`}>
          <code class="inline-code">
            <Outside text={pointer} />
          </code>{" "}
          <Outside text={message} />
        </li>
      ))}
    </ul>
  );
}
