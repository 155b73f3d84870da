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
      {pairs.map((pair, index) => (
        <PairRow
          key={pair.id}
          pair={pair}
          what={what}
          place={index + 1}
          isSecret={isSecret}
          onInput={(changes) => change(pair.id, changes)}
          onRemove={() => onInput(pairs.filter(({ id }) => id !== pair.id))}
        />
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

type PairProps = {
  pair: Pair;
  what: string;
  /** Names the row until it has a name. */
  place: number;
  isSecret: boolean;
  onInput: (changes: Partial<Pair>) => void;
  onRemove: () => void;
};

function PairRow({ pair: { name, value }, what, place, isSecret, onInput, onRemove }: PairProps) {
  return (
    <div class="pair">
      <input
        class="input mono"
        aria-label={`Name of ${what} ${place}`}
        placeholder="name"
        value={name}
        autoComplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => onInput({ name: currentTarget.value })}
      />
      <input
        class="input mono"
        aria-label={`Value of ${what} ${name || place}`}
        placeholder={isSecret ? "secret, or ARN#member" : "value"}
        value={value}
        autoComplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => onInput({ value: currentTarget.value })}
      />
      <Button kind="plain" icon="cross" label={`Remove ${what} ${name || place}`} onClick={onRemove} />
    </div>
  );
}
