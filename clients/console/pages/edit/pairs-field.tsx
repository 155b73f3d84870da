// Rows of names and values: headers, secrets, form fields.
import { Button } from "../../parts/button.tsx";
import { Icon } from "../../parts/icon.tsx";
import { addPair, type Pair } from "./pairs.ts";

type PairsProps = {
  legend: string;
  hint?: string;
  /** What one row is, such as "header". */
  what: string;
  pairs: readonly Pair[];
  isSecret?: boolean;
  error?: string | undefined;
  onInput: (pairs: readonly Pair[]) => void;
};

export function PairsField({ legend, hint, what, pairs, isSecret = false, error, onInput }: PairsProps) {
  const change = (id: number, changes: Partial<Pair>) =>
    onInput(pairs.map((pair) => (pair.id === id ? { ...pair, ...changes } : pair)));
  return (
    <fieldset class="pairs">
      <legend>{legend}</legend>
      {hint && <p class="field-hint">{hint}</p>}
      {pairs.map(({ id, name, value }, index) => (
        <div key={id} class="pair">
          <input
            class="input mono"
            aria-label={`Name of ${what} ${index + 1}`}
            placeholder="name"
            value={name}
            autoComplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => change(id, { name: currentTarget.value })}
          />
          <input
            class="input mono"
            aria-label={`Value of ${what} ${name || index + 1}`}
            placeholder={isSecret ? "secret, or ARN#member" : "value"}
            value={value}
            autoComplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => change(id, { value: currentTarget.value })}
          />
          <Button
            kind="plain"
            icon="cross"
            label={`Remove ${what} ${name || index + 1}`}
            onClick={() => onInput(pairs.filter((pair) => pair.id !== id))}
          />
        </div>
      ))}
      <div>
        <Button small icon="plus" onClick={() => onInput(addPair(pairs))}>
          Add a {what}
        </Button>
      </div>
      {error && (
        <p class="field-error">
          <Icon name="warning" />
          {error}
        </p>
      )}
    </fieldset>
  );
}
