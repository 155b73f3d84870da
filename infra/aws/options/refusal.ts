// A deployment that cannot be: its message says why in lines for whoever deploys, who needs no stack trace.

export class Refusal extends Error {}
