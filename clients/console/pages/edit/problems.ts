// What is wrong with the fields of the form: found here, or by the service, which names places by JSON Pointer.

/** `pointer`: of the field in the definition. */
export type Problem = { pointer: string; message: string };

export function parseJson(text: string, pointer: string): { value: unknown; problems: Problem[] } {
  try {
    return { value: JSON.parse(text), problems: [] };
  } catch (error) {
    const message = `is not JSON: ${error instanceof Error ? error.message : String(error)}`;
    return { value: undefined, problems: [{ pointer, message }] };
  }
}

/** Where the preview has the changes. */
const CHANGES = "/changes";

/** Returns the problems of the definition among those of a request. */
export const ofChanges = (issues: readonly Problem[]): Problem[] =>
  issues
    .filter(({ pointer }) => pointer.startsWith(`${CHANGES}/`))
    .map(({ pointer, message }) => ({ pointer: pointer.slice(CHANGES.length), message }));

/** Returns what is wrong at a field and below it. */
export const problemsAt = (problems: readonly Problem[], field: string): Problem[] =>
  problems.filter(({ pointer }) => pointer === field || pointer.startsWith(`${field}/`));

/** Returns the same, each at its place in the value of the field. */
export const problemsWithin = (problems: readonly Problem[], field: string): Problem[] =>
  problemsAt(problems, field).map(({ pointer, message }) => ({
    pointer: pointer.slice(field.length),
    message,
  }));

/** Returns the words for a field; undefined: nothing is wrong. The rest of the pointer says where in it. */
export function wordsAt(problems: readonly Problem[], field: string): string | undefined {
  const found = problemsWithin(problems, field).map(({ pointer, message }) => {
    const rest = pointer.slice(1).replaceAll("/", ".");
    return rest === "" ? message : `${rest}: ${message}`;
  });
  return found.length === 0 ? undefined : found.join(". ");
}
