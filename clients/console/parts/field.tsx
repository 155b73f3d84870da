// Fields of forms: label, hint and error belong together, also for those who hear them.
import type { ComponentChildren, TargetedInputEvent } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { spellInvisible } from "./invisible.ts";
import { Outside } from "./text.tsx";

type FieldWords = {
  label: string;
  hint?: ComponentChildren;
  /** What is wrong with the value; undefined: nothing. */
  error?: string | undefined;
  required?: boolean | undefined;
};

/** What the element of the field takes. */
type Wiring = {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean;
  "aria-required": boolean | undefined;
};

type FieldProps = FieldWords & { children: (wiring: Wiring) => ComponentChildren };

export function Field({ label, hint, error, required, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>
        <Outside text={label} />
        {required === false && <span class="field-optional"> optional</span>}
      </label>
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({
        id,
        "aria-describedby": described || undefined,
        "aria-invalid": error !== undefined,
        "aria-required": required,
      })}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          <Icon name="warning" />
          <Outside text={error} />
        </p>
      )}
    </div>
  );
}

type TextProps = FieldWords & {
  value: string;
  onInput: (text: string) => void;
  kind?: "search" | "secret" | "number";
  mono?: boolean;
  placeholder?: string;
  maxLength?: number;
};

export function TextField({ value, onInput, kind, mono, placeholder, maxLength, ...words }: TextProps) {
  return (
    <Field {...words}>
      {(wiring) => {
        const attributes = {
          ...wiring,
          ...{ placeholder, maxLength, value },
          class: mono ? "input mono" : "input",
          dir: "auto",
          autoComplete: "off",
          spellcheck: false,
          onInput: ({ currentTarget }: TargetedInputEvent<HTMLInputElement>) => onInput(currentTarget.value),
        } as const;
        if (kind === "search") return <input type="search" {...attributes} />;
        if (kind === "secret") return <input type="password" {...attributes} />;
        return <input type="text" inputMode={kind === "number" ? "decimal" : "text"} {...attributes} />;
      }}
    </Field>
  );
}

type AreaProps = FieldWords & {
  value: string;
  onInput: (text: string) => void;
  mono?: boolean;
  rows?: number;
};

export function TextArea({ value, onInput, mono, rows = 4, ...words }: AreaProps) {
  return (
    <Field {...words}>
      {(wiring) => (
        <textarea
          {...wiring}
          {...{ rows, value }}
          class={mono ? "input mono" : "input"}
          dir="auto"
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        />
      )}
    </Field>
  );
}

type SelectProps = FieldWords & {
  value: string;
  onInput: (value: string) => void;
  options: readonly (readonly [value: string, label: string])[];
};

export function SelectField({ value, onInput, options, ...words }: SelectProps) {
  return (
    <Field {...words}>
      {(wiring) => (
        <select
          {...wiring}
          class="input"
          value={value}
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        >
          {options.map(([each, label]) => (
            <option key={each} value={each}>
              {spellInvisible(label)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

type CheckProps = { label: string; hint?: string; checked: boolean; onInput: (checked: boolean) => void };

export function CheckField({ label, hint, checked, onInput }: CheckProps) {
  const id = useId();
  return (
    <div class="check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={hint && `${id}-hint`}
        onInput={({ currentTarget }) => onInput(currentTarget.checked)}
      />
      <div>
        <label for={id}>
          <Outside text={label} />
        </label>
        {hint && (
          <p class="field-hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
