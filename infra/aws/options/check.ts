// What options are wrong together, as rows: the option at fault, when it is, and what to do.

export type Issue = [option: string, message: string];
export type Check<Given> = (given: Given) => Issue | null;

/** `wrong` → the option that is at fault, and what to do. */
export const check =
  <Given>(option: string, wrong: (given: Given) => unknown, message: string): Check<Given> =>
  (given) =>
    wrong(given) ? [option, message] : null;

export const findIssues = <Given>(checks: readonly Check<Given>[], given: Given): Issue[] =>
  checks.flatMap((find) => {
    const issue = find(given);
    return issue ? [issue] : [];
  });
