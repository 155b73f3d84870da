// One parameter of a run as a field: of its type, with its words, its limits before they are broken, and its problem.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { describeType, type Parameter } from "../../data/parameter-schema.ts";
import { CheckField, SelectField, TextArea, TextField } from "../../parts/field.tsx";
import { Outside } from "../../parts/text.tsx";

type ParameterFieldProps = {
  parameter: Parameter;
  texts: readonly string[];
  /** Where the value came from, in words; undefined: it was typed. */
  from: string | undefined;
  error: string | undefined;
  onInput: (texts: readonly string[]) => void;
};

/** Texts that may be longer than this get more than one line. */
const ONE_LINE = 200;

export function ParameterField({ parameter, texts, from, error, onInput }: ParameterFieldProps) {
  const words = {
    label: parameter.title ?? parameter.name,
    hint: <Hint parameter={parameter} from={from} />,
    required: parameter.isRequired,
    error,
  };
  const [text = ""] = texts;
  const setText = (value: string) => onInput(value === "" ? [] : [value]);
  if (parameter.isArray && parameter.choices) return <ChoiceList {...{ words, parameter, texts, onInput }} />;
  if (parameter.isArray)
    return (
      <TextArea
        {...words}
        value={texts.join("\n")}
        onInput={(value) => onInput(value === "" ? [] : value.split("\n"))}
        rows={Math.min(10, Math.max(3, texts.length + 1))}
      />
    );
  if (parameter.choices || parameter.type === "boolean")
    return <SelectField {...words} value={text} options={listOptions(parameter)} onInput={setText} />;
  if (parameter.isSecret) return <TextField {...words} kind="secret" value={text} onInput={setText} />;
  if (parameter.type === "number" || parameter.type === "integer")
    return <TextField {...words} kind="number" value={text} onInput={setText} />;
  if (text.includes("\n") || (parameter.longest ?? 0) > ONE_LINE)
    return <TextArea {...words} value={text} onInput={setText} rows={3} />;
  return <TextField {...words} value={text} onInput={setText} />;
}

const YES_OR_NO = [
  ["true", "Yes"],
  ["false", "No"],
] as const;

function listOptions({ choices, default: value, isRequired }: Parameter): (readonly [string, string])[] {
  const given = choices?.map((choice) => [JSON.stringify(choice.value), choice.label] as const) ?? YES_OR_NO;
  const standing = given.find(([text]) => text === JSON.stringify(value));
  const none = standing ? `${standing[1]} (if nothing is chosen)` : isRequired ? "Choose …" : "Not given";
  return [["", none], ...given];
}

function Hint({ parameter, from }: Pick<ParameterFieldProps, "parameter" | "from">) {
  const { name, title, description, limits, default: value, isArray, isDeprecated, choices } = parameter;
  const facts = [
    describeType(parameter),
    ...limits,
    ...(isArray && !choices ? ["one on each line"] : []),
    ...(value === undefined || choices ? [] : [`if left empty: ${JSON.stringify(value)}`]),
    ...(isDeprecated ? ["deprecated"] : []),
  ];
  return (
    <>
      {description && (
        <span class="hint-line">
          <Outside text={description} />
        </span>
      )}
      <span class="hint-line">
        {title && (
          <>
            <code>{name}</code>{" "}
          </>
        )}
        <Outside text={facts.join(" · ")} />
      </span>
      {from !== undefined && <span class="hint-line text-warn">Filled in from {from}: check it.</span>}
    </>
  );
}

type ChoiceListProps = {
  words: { label: string; hint: ComponentChildren; error: string | undefined };
} & Pick<ParameterFieldProps, "parameter" | "texts" | "onInput">;

function ChoiceList({ words: { label, hint, error }, parameter, texts, onInput }: ChoiceListProps) {
  const id = useId();
  const toggle = (text: string) =>
    onInput(texts.includes(text) ? texts.filter((each) => each !== text) : [...texts, text]);
  return (
    <fieldset class="field" aria-describedby={`${id}-hint ${id}-error`}>
      <legend class="field-label">
        <Outside text={label} />
      </legend>
      <p class="field-hint" id={`${id}-hint`}>
        {hint}
      </p>
      {parameter.choices?.map((choice) => {
        const text = JSON.stringify(choice.value);
        return (
          <CheckField
            key={text}
            label={choice.label}
            checked={texts.includes(text)}
            onInput={() => toggle(text)}
          />
        );
      })}
      <p class="field-error" id={`${id}-error`}>
        {error}
      </p>
    </fieldset>
  );
}
