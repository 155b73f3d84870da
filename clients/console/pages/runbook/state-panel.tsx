// The state of a runbook's approval: what runs, who has said what, and the next steps that the person may take.
import { useState } from "preact/hooks";
import { requireMe } from "../../data/session.ts";
import { Button } from "../../parts/button.tsx";
import { Panel } from "../../parts/panels.tsx";
import { Fact } from "../../parts/said.tsx";
import { Time } from "../../parts/time.tsx";
import { Voices } from "../changes/voices.tsx";
import { hasExpired, type Runbook } from "./runbook.ts";
import { StepDialog } from "./step-dialog.tsx";
import { listSteps, type Step } from "./steps.ts";

export function StatePanel({ runbook, onChange }: { runbook: Runbook; onChange: () => void }) {
  const [open, setOpen] = useState<Step | null>(null);
  const steps = listSteps(runbook, requireMe());
  return (
    <div class="aside stack">
      <ApprovalPanel runbook={runbook} />
      {steps.length > 0 && (
        <Panel title="Next steps">
          <div class="stack-tight">
            {steps.map((step) => (
              <Button key={step.label} kind={step.kind} onClick={() => setOpen(step)}>
                {step.label}
              </Button>
            ))}
          </div>
        </Panel>
      )}
      {open && <StepDialog step={open} runbook={runbook} onClose={() => setOpen(null)} onDone={onChange} />}
    </div>
  );
}

function ApprovalPanel({ runbook }: { runbook: Runbook }) {
  const { liveVersion, lastApprovedVersion, approvalExpiresAt } = runbook;
  return (
    <Panel title="Approval">
      <dl class="stack">
        <Fact about="In service">
          {liveVersion === null ? "Nothing: no version can run" : `Version ${liveVersion}`}
        </Fact>
        {approvalExpiresAt !== null && (
          <Fact
            about={
              hasExpired(runbook) ? "Approval expired: nothing starts until it is renewed" : "Approved until"
            }
          >
            <Time at={approvalExpiresAt} />
          </Fact>
        )}
        {lastApprovedVersion !== null && liveVersion === null && (
          <Fact about="Approved last">Version {lastApprovedVersion}</Fact>
        )}
        <Voices of={runbook} />
      </dl>
    </Panel>
  );
}
