// A request with an Idempotency-Key, identified by its caller, route, key and complete input.

/** `asked`: path parameters, query and body, as parsed by the route. */
export type IdempotentRequest = { caller: string; route: string; key: string; asked: unknown; now: Date };
