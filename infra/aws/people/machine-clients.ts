// Machine clients of the pool: one for each program, with a secret that Cognito makes and with its roles as scopes.
import { Duration } from "aws-cdk-lib";
import {
  OAuthScope,
  ResourceServerScope,
  type UserPool,
  UserPoolClientIdentityProvider,
} from "aws-cdk-lib/aws-cognito";
import { MACHINE_CALL, MACHINE_SCOPES } from "../../../shared/domain/machine.ts";
import type { Options } from "../options/options.ts";
import { machineOutput } from "../options/people-options.ts";
import { NO_PASSWORDS, NOBODYS_NAME } from "./pool.ts";

/** `scope`: what the gateway asks for. `output`: the name of the stack's output with the id. */
type MachineClient = { name: string; clientId: string; scope: string; output: string };

export function buildMachineClients(
  pool: UserPool,
  { machineClients }: Pick<Options, "machineClients">,
): MachineClient[] {
  const names = Object.keys(machineClients);
  if (names.length === 0) return [];
  const call = new ResourceServerScope({ scopeName: MACHINE_CALL, scopeDescription: "Call the API" });
  const roles = new Map(
    Object.values(machineClients)
      .flat()
      .map((role) => [role, new ResourceServerScope({ scopeName: role, scopeDescription: `Be ${role}` })]),
  );
  const scopes = [call, ...roles.values()];
  const server = pool.addResourceServer("MachineScopes", { identifier: MACHINE_SCOPES, scopes });
  return names.map((name) => {
    const own = (machineClients[name] ?? []).flatMap((role) => roles.get(role) ?? []);
    const granted = [call, ...own].map((scope) => OAuthScope.resourceServer(server, scope));
    const { userPoolClientId: clientId } = buildClient(pool, name, granted);
    return {
      name,
      clientId,
      scope: `${MACHINE_SCOPES}/${MACHINE_CALL}`,
      output: machineOutput(name),
    };
  });
}

const buildClient = (pool: UserPool, name: string, scopes: OAuthScope[]) =>
  pool.addClient(`Machine-${name}`, {
    // No person gets a token through it.
    authFlows: NO_PASSWORDS,
    writeAttributes: NOBODYS_NAME,
    supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
    generateSecret: true,
    oAuth: { flows: { clientCredentials: true }, scopes },
    enableTokenRevocation: true,
    accessTokenValidity: Duration.hours(1),
  });
