// A request that its caller may send again: known by the caller's Idempotency-Key and by everything that was asked for.

/** `asked`: path parameters, query and body, as the route parsed them. */
export type IdempotentRequest = { caller: string; route: string; key: string; asked: unknown; now: Date };
