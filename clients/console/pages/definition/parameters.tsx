// The parameters that a run takes, as a table.
import { describeType, type Parameter, readParameters } from "../../data/parameter-schema.ts";
import { type Column, Table } from "../../parts/table.tsx";
import { Outside } from "../../parts/text.tsx";

const MOST_CHOICES = 12;

const COLUMNS: readonly Column<Parameter>[] = [
  {
    label: "Name",
    kind: "main",
    cell: ({ name, title, description, isDeprecated }) => (
      <>
        <p>
          <code>{name}</code>
          {title && (
            <>
              {" "}
              <Outside text={title} />
            </>
          )}
          {isDeprecated && <span class="tag">deprecated</span>}
        </p>
        {description && (
          <p class="row-words">
            <Outside text={description} />
          </p>
        )}
      </>
    ),
  },
  {
    label: "Type",
    cell: (parameter) => (
      <span class="row">
        {describeType(parameter)}
        {parameter.isSecret && <span class="tag">secret</span>}
      </span>
    ),
  },
  {
    label: "Allowed",
    cell: ({ choices, limits }) => (
      <span>
        {choices && <Outside text={listChoices(choices.map(({ label }) => label))} />}
        {choices && limits.length > 0 && "; "}
        <Outside text={limits.join(", ")} />
      </span>
    ),
  },
  {
    label: "If it is left out",
    cell: ({ isRequired, default: value }) =>
      value === undefined ? (
        <span class={isRequired ? undefined : "muted"}>{isRequired ? "required" : "nothing"}</span>
      ) : (
        <code class="inline-code">
          <Outside text={JSON.stringify(value)} />
        </code>
      ),
  },
];

/** Says how many there are, where they are too many to be read. */
const listChoices = (labels: readonly string[]) =>
  labels.length <= MOST_CHOICES
    ? labels.join(", ")
    : `${labels.slice(0, MOST_CHOICES).join(", ")} … (${MOST_CHOICES} of ${labels.length})`;

export function Parameters({ schema }: { schema: unknown }) {
  const parameters = readParameters(schema);
  if (parameters.length === 0) return <p class="muted">A run takes no parameters.</p>;
  return <Table caption="Parameters" columns={COLUMNS} rows={parameters} keyOf={({ name }) => name} />;
}
