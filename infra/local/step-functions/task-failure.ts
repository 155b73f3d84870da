// A task's failure. The interpreter matches its name with `Retry` and `Catch`.

export class TaskFailure extends Error {
  /** The interpreter reads these: if false, no `Retry` and no `Catch` applies. */
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;

  /** `error`: the name that `ErrorEquals` matches. `cause`: text, or JSON if a function threw. */
  constructor(error: string, cause: string, final = false) {
    super(cause);
    this.name = error;
    this.isRetryable = !final;
    this.isCatchable = !final;
  }
}
