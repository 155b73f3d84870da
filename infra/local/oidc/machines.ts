// The programs that the local issuer knows, as `machineClients` names them on AWS: their roles are scopes of their tokens.
import { createHmac } from "node:crypto";
import { MACHINE_CALL, MACHINE_SCOPES } from "../../../shared/domain/machine.ts";
import type { Identity } from "./identity.ts";

/** The id of the client is its name. Cognito makes up an id. */
export type Machine = { name: string; roles: readonly string[] };

export const MACHINES: readonly Machine[] = [
  { name: "ci", roles: ["team:payments:responder"] },
  { name: "deploy", roles: ["team:payments:admin"] },
];

/** As the functions read it. */
export const MACHINE_CLIENTS = MACHINES.map(({ name }) => `${name}=${name}`).join(",");

/** Of this data folder alone: whoever has the issuer's key could sign a token anyway. */
export const secretOf = ({ key }: Pick<Identity, "key">, { name }: Machine) =>
  createHmac("sha256", key.d).update(`client secret of ${name}`).digest("base64url");

export const scopeOf = ({ roles }: Machine) =>
  [MACHINE_CALL, ...roles].map((scope) => `${MACHINE_SCOPES}/${scope}`).join(" ");

/** Every scope of every program. */
export const ALL_MACHINE_SCOPES: readonly string[] = [
  ...new Set(MACHINES.flatMap((machine) => scopeOf(machine).split(" "))),
];
