// The part of the form that says how a run goes: time, attempts, success, completion, runs at the same time.
import { SelectField, TextField } from "../../parts/field.tsx";
import { Panel } from "../../parts/panels.tsx";
import type { Conduct } from "./conduct-form.ts";
import type { Editing } from "./editing.ts";
import { wordsAt } from "./problems.ts";

type TextRow = readonly [name: keyof Conduct & keyof typeof POINTERS, label: string, hint?: string];

const POINTERS = {
  timeoutSeconds: "/timeoutSeconds",
  attemptTimeoutSeconds: "/attemptTimeoutSeconds",
  maxAttempts: "/retryPolicy/maxAttempts",
  initialDelaySeconds: "/retryPolicy/initialDelaySeconds",
  backoffRate: "/retryPolicy/backoffRate",
  maxDelaySeconds: "/retryPolicy/maxDelaySeconds",
  limit: "/concurrency/limit",
  limitKey: "/concurrency/key",
  callbackSeconds: "/completion/timeoutSeconds",
  statuses: "/successCondition/statuses",
  bodyPointer: "/successCondition/body/pointer",
  bodyEquals: "/successCondition/body/equals",
} as const;

const TIMES: readonly TextRow[] = [
  ["timeoutSeconds", "Whole run, seconds", "30 to 900, attempts and waits together"],
  ["attemptTimeoutSeconds", "One attempt, seconds", "1 to 300"],
  ["maxAttempts", "Attempts", "1 to 10, the first included"],
  ["initialDelaySeconds", "First wait, seconds", "0 to 300"],
  ["backoffRate", "Each wait is longer by", "a factor from 1 to 10"],
  ["maxDelaySeconds", "Longest wait, seconds", "0 to 300"],
];
const SUCCESS: readonly TextRow[] = [
  ["statuses", "Statuses of success", "such as 200, 202; empty: 200 to 299"],
  ["bodyPointer", "Place in the JSON body", "a JSON Pointer such as /result/ok"],
  ["bodyEquals", "Its value there", 'JSON, such as true or "done"; empty: the body is not looked at'],
];
const LIMITS: readonly TextRow[] = [
  ["limit", "Runs at the same time", "1 to 100; empty: no limit"],
  ["limitKey", "For each value of the parameter", "a name; empty: for all runs together"],
];

const CALLBACK: readonly TextRow[] = [["callbackSeconds", "Time for the callback, seconds", "30 to 86,400"]];

/** Choices: what each value is called. */
const CHOICES = {
  safeToRepeat: {
    label: "The same request arrives twice",
    hint: "After a timeout nobody knows whether the receiver has acted.",
    options: [
      ["", "nobody has said whether that is safe"],
      ["yes", "the receiver does nothing twice"],
      ["no", "it might act twice: repeat only what it certainly did not act on"],
    ],
  },
  completion: {
    label: "The run is complete",
    hint: undefined,
    options: [
      ["response", "when the receiver has answered"],
      ["callback", "when the receiver has reported by callback"],
    ],
  },
  onLimit: {
    label: "One run more",
    hint: undefined,
    options: [
      ["reject", "is refused"],
      ["queue", "waits for its turn"],
    ],
  },
  whileDraft: {
    label: "While a draft waits for approval",
    hint: "The value of the version in service decides, so a change here counts once it is approved.",
    options: [
      ["stop", "nothing runs"],
      ["run_approved", "the approved version stays in service"],
    ],
  },
} as const;

export function ConductFields(editing: Editing) {
  const { form } = editing;
  return (
    <Panel title="How it runs">
      <div class="stack">
        <Texts rows={TIMES} {...editing} />
        <Choice name="safeToRepeat" {...editing} />
        <Texts rows={SUCCESS} {...editing} />
        <Choice name="completion" {...editing} />
        {form.completion === "callback" && <Texts rows={CALLBACK} {...editing} />}
        <Texts rows={LIMITS} {...editing} />
        {form.limit !== "" && <Choice name="onLimit" {...editing} />}
        <Choice name="whileDraft" {...editing} />
      </div>
    </Panel>
  );
}

function Choice({ name, form, change }: Editing & { name: keyof typeof CHOICES }) {
  const { label, hint, options } = CHOICES[name];
  const choose = (value: string) => {
    const chosen = options.find(([each]) => each === value);
    if (chosen) change({ [name]: chosen[0] });
  };
  return <SelectField label={label} hint={hint} value={form[name]} onInput={choose} options={options} />;
}

function Texts({ rows, form, change, problems }: Editing & { rows: readonly TextRow[] }) {
  return (
    <div class="columns">
      {rows.map(([name, label, hint]) => (
        <TextField
          key={name}
          label={label}
          hint={hint}
          value={form[name]}
          onInput={(text) => change({ [name]: text })}
          error={wordsAt(problems, POINTERS[name])}
        />
      ))}
    </div>
  );
}
