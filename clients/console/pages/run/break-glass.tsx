// Passing pauses and freeze windows: apart from the rest, for admins alone, and never without a reason.
import { isAllowed, requireMe } from "../../data/session.ts";
import { CheckField, TextArea } from "../../parts/field.tsx";

type BreakGlassProps = {
  /** The team that the run is for; null: none is known yet. */
  teamId: string | null;
  /** Null: the glass stays whole. */
  reason: string | null;
  isAsked: boolean;
  onInput: (reason: string | null) => void;
};

export function BreakGlass({ teamId, reason, isAsked, onInput }: BreakGlassProps) {
  if (!isAllowed(requireMe(), "manage", teamId)) return null;
  return (
    <details class="disclosure break-glass" open={reason !== null}>
      <summary>Break-glass: run it in spite of a pause or a freeze</summary>
      <div class="stack">
        <p class="small muted">
          Everybody who may see the run is told, with your reason. It stays open until another admin has
          looked at it.
        </p>
        <CheckField
          label="Break the glass for this run"
          checked={reason !== null}
          onInput={(checked) => onInput(checked ? "" : null)}
        />
        {reason !== null && (
          <TextArea
            label="Why this cannot wait"
            required
            rows={3}
            value={reason}
            onInput={onInput}
            error={isAsked && reason.trim() === "" ? "Say why this cannot wait." : undefined}
          />
        )}
      </div>
    </details>
  );
}
