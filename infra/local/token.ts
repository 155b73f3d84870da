// `npm run -s token`: prints a token for the local stack of this data folder, or the secret of a program. The stack need not run.
import { parseArgs } from "node:util";
import { givesRole } from "../../shared/domain/caller.ts";
import { readSettings } from "./host/settings.ts";
import { loadIdentity, signToken } from "./oidc/identity.ts";
import { MACHINES, type Machine, secretOf } from "./oidc/machines.ts";
import { explainFileError } from "./platform/data-folder.ts";
import { HostError, lineOf } from "./platform/errors.ts";

const USAGE = "npm run -s token -- --user NAME [--group GROUP]... [--expires 1h]";
const GROUPS =
  "platform-admin, platform-auditor, team:<teamId>:admin, team:<teamId>:responder or team:<teamId>:observer";
const HELP = `Usage: ${USAGE}
  GROUP: ${GROUPS}
  --expires: a number with s, m, h or d; below zero makes an expired token
Or: npm run -s token -- --secret-of PROGRAM
  The secret with which a program gets tokens of its own at the issuer: ${MACHINES.map(({ name }) => name).join(", ")}
The variable DATA_DIR names the data folder of the host, as in \`npm start\`.
`;
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function parseArguments(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      user: { type: "string" },
      group: { type: "string", multiple: true, default: [] },
      expires: { type: "string", default: "1h" },
      "secret-of": { type: "string" },
    },
  });
  const program = values["secret-of"];
  if (program !== undefined) return { program: requireMachine(program) };
  const [, amount, unit = ""] = /^(-?\d{1,6})([smhd])$/.exec(values.expires) ?? [];
  if (!values.user) throw new Error("--user is needed");
  if (amount === undefined) throw new Error(`--expires ${values.expires} is not like 1h, 30m or -1h`);
  const expiresInSeconds = Number(amount) * (UNIT_SECONDS[unit] ?? 1);
  return { person: { user: values.user, groups: values.group, expiresInSeconds } };
}

function requireMachine(program: string): Machine {
  const machine = MACHINES.find(({ name }) => name === program);
  if (machine) return machine;
  const known = MACHINES.map(({ name }) => name).join(", ");
  throw new Error(`--secret-of ${program} names no program; the local issuer knows ${known}`);
}

/** Joins `--expires` and its value, because `parseArgs` takes a value like `-1h` for an option. */
function joinNegativeValues(args: string[]): string[] {
  const at = args.indexOf("--expires");
  const value = args[at + 1];
  if (at === -1 || value === undefined) return args;
  return [...args.slice(0, at), `--expires=${value}`, ...args.slice(at + 2)];
}

function parseOrder(args: string[]) {
  try {
    return parseArguments(joinNegativeValues(args));
  } catch (error) {
    throw new HostError(`${lineOf(error)}. Usage: ${USAGE} (see --help).`);
  }
}

/** Warns about misspelt groups. They grant nothing, and the caller would not know why requests are refused. */
function warnOfGroups(groups: readonly string[]): void {
  for (const group of groups.filter((name) => !givesRole(name))) {
    process.stderr.write(
      `Warning: the group ${JSON.stringify(group)} gives no role. Groups are ${GROUPS}.\n`,
    );
  }
}

async function createToken(args: string[]): Promise<string> {
  const { program, person } = parseOrder(args);
  if (person) warnOfGroups(person.groups);
  const { dataDir } = readSettings({ DATA_DIR: process.env["DATA_DIR"] });
  try {
    const identity = await loadIdentity(dataDir);
    return program ? secretOf(identity, program) : await signToken(identity, person);
  } catch (error) {
    throw explainFileError(error, dataDir) ?? error;
  }
}

const args = process.argv.slice(2);
try {
  process.stdout.write(args.includes("--help") ? HELP : `${await createToken(args)}\n`);
} catch (error) {
  process.stderr.write(`${lineOf(error)}\n`);
  process.exitCode = 1;
}
