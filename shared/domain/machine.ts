// Machine clients: programs with credentials of their own at the issuer, whose roles are scopes of their tokens.

/** Client id → name, of all clients that are programs. The deployment says so, never a token. */
export type MachineClients = Readonly<Record<string, string>>;

/** The resource server whose scopes are roles: `machines/team:payments:responder`. */
export const MACHINE_SCOPES = "machines";
/** The scope that every machine has: the gateway asks for one scope, not for any of many roles. */
export const MACHINE_CALL = "call";
/** The beginning of a machine's subject. The id after it is never given to another client, as a name may be. */
export const MACHINE_SUBJECT = "client:";

type Machine = { subject: string; name: string };

/**
 * Returns the machine that a token belongs to; null: it is a person's. A token that a program got for itself names the
 * client as its subject (RFC 9068, section 2.2). One that a person got through the same client names the person.
 */
export function readMachine(claims: Record<string, unknown>, machines: MachineClients): Machine | null {
  const { client_id: id, sub } = claims;
  if (typeof id !== "string" || sub !== id) return null;
  const name = Object.hasOwn(machines, id) ? machines[id] : undefined;
  return name === undefined ? null : { subject: `${MACHINE_SUBJECT}${id}`, name };
}

/** Returns what stands in the scopes of a machine's token as roles. `scope` is one text, separated by spaces. */
export function listScopedRoles({ scope }: Record<string, unknown>): string[] {
  if (typeof scope !== "string") return [];
  const prefix = `${MACHINE_SCOPES}/`;
  const named = scope.split(" ").filter((one) => one.startsWith(prefix));
  return named.map((one) => one.slice(prefix.length)).filter((role) => role !== MACHINE_CALL);
}
