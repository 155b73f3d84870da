// How a task's failure is told to the interpreter: it matches `Retry` and `Catch` by the error's name.

export class TaskFailure extends Error {
  /** Read by the interpreter: false means that no `Retry` and no `Catch` applies. */
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;

  /** `error` is the name that `ErrorEquals` matches; `cause` is text, JSON for a function that threw. */
  constructor(error: string, cause: string, final = false) {
    super(cause);
    this.name = error;
    this.isRetryable = !final;
    this.isCatchable = !final;
  }
}
