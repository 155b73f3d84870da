// The values of the example whose request is shown beside the form. They are not saved.
import { describeType, type Parameter } from "../../data/parameter-schema.ts";
import { SelectField, TextField } from "../../parts/field.tsx";

/** What is typed, by the name of the parameter. Empty: it is left out. */
export type Example = Readonly<Record<string, string>>;

type ExampleProps = {
  parameters: readonly Parameter[];
  example: Example;
  onInput: (example: Example) => void;
};

const MOST_FIELDS = 12;

export function ExampleValues({ parameters, example, onInput }: ExampleProps) {
  if (parameters.length === 0) return null;
  return (
    <fieldset class="example">
      <legend>With these parameters</legend>
      {parameters.slice(0, MOST_FIELDS).map((parameter) => (
        <ExampleValue
          key={parameter.name}
          parameter={parameter}
          value={example[parameter.name] ?? ""}
          onInput={(value) => onInput({ ...example, [parameter.name]: value })}
        />
      ))}
      {parameters.length > MOST_FIELDS && (
        <p class="small muted">
          {MOST_FIELDS} of {parameters.length} shown; the others take their defaults.
        </p>
      )}
    </fieldset>
  );
}

type ValueProps = { parameter: Parameter; value: string; onInput: (value: string) => void };

function ExampleValue({ parameter, value, onInput }: ValueProps) {
  const { name, type, choices, isArray } = parameter;
  const listed = choices ?? (type === "boolean" ? BOOLEANS : null);
  if (listed && !isArray)
    return (
      <SelectField
        label={name}
        value={value}
        onInput={onInput}
        options={[["", "left out"], ...listed.map((choice) => [String(choice.value), choice.label] as const)]}
      />
    );
  return <TextField label={name} value={value} onInput={onInput} placeholder={describeType(parameter)} />;
}

const BOOLEANS = [
  { value: true, label: "yes" },
  { value: false, label: "no" },
];

/** Returns the value of each parameter for the request. */
export function readExample(parameters: readonly Parameter[], example: Example): Record<string, unknown> {
  const given = parameters.filter(({ name }) => (example[name] ?? "") !== "");
  return Object.fromEntries(
    given.map((parameter) => [parameter.name, valueOfText(parameter, example[parameter.name] ?? "")]),
  );
}

function valueOfText({ type, isArray, choices }: Parameter, text: string): unknown {
  if (isArray) return text.split(",").map((item) => scalarOf(type, item.trim()));
  const choice = choices?.find(({ value }) => String(value) === text);
  return choice ? choice.value : scalarOf(type, text);
}

/** What is no number stays a text, and the service says so. */
function scalarOf(type: Parameter["type"], text: string): unknown {
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (type !== "number" && type !== "integer") return text;
  return Number.isNaN(Number(text)) ? text : Number(text);
}

/** Returns values to begin with: the first example of each, or something of its kind where it is required. */
export function inventExample(parameters: readonly Parameter[]): Example {
  return Object.fromEntries(
    parameters
      .filter(({ isRequired, default: value }) => isRequired && value === undefined)
      .map((parameter) => [parameter.name, inventValue(parameter)]),
  );
}

function inventValue({ choices, examples, type, isSecret }: Parameter): string {
  const [example] = examples;
  if (example !== undefined) return String(example);
  if (choices?.[0]) return String(choices[0].value);
  return { string: isSecret ? "********" : "example", number: "1", integer: "1", boolean: "true", array: "" }[
    type
  ];
}
