// Secrets Manager on the local stack: secrets in the state, encrypted with the local key. Also creates the service's keys.
import { randomBytes, randomUUID } from "node:crypto";
import * as z from "zod";
import { OWN_KEY_NAMES, secretNameOf } from "../../../shared/contract/own-keys.ts";
import { decryptBlob, encryptBlob, type LocalKey } from "../kms/kms.ts";
import type { Arns } from "../platform/arns.ts";
import { AwsError } from "../platform/errors.ts";
import type { State } from "../platform/state.ts";
import { operation, type Service } from "../wire/aws-endpoint.ts";

/** AWS's limits for tags. */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const Tags = z.array(
  z.object({ Key: z.string().min(1).max(128).regex(TAG_TEXT), Value: z.string().max(256).regex(TAG_TEXT) }),
);
const value = { SecretString: z.string().optional(), SecretBinary: z.base64().optional() };
const token = { ClientRequestToken: z.string().min(32).max(64).optional() };
const SecretId = z.object({ SecretId: z.string().min(1) });
const CreateSecret = z.object({
  Name: z.string().regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/),
  Description: z.string().optional(),
  Tags: Tags.default([]),
  ...value,
  ...token,
});
const PutSecretValue = SecretId.extend({ ...value, ...token });
const GetSecretValue = SecretId.extend({
  VersionId: z.string().optional(),
  VersionStage: z.enum(["AWSCURRENT", "AWSPREVIOUS"]).optional(),
});
const DeleteSecret = SecretId.extend({
  ForceDeleteWithoutRecovery: z.boolean().default(false),
  RecoveryWindowInDays: z.int().min(7).max(30).default(30),
});

const Version = z.object({ id: z.string(), createdAt: z.number(), ciphertext: z.string() });
const Secret = z.object({
  arn: z.string(),
  name: z.string(),
  description: z.string().optional(),
  tags: Tags,
  createdAt: z.number(),
  changedAt: z.number(),
  deletedAt: z.number().optional(),
  current: Version.optional(),
  previous: Version.optional(),
});
type Secret = z.infer<typeof Secret>;
type SecretValue = { SecretString?: string | undefined; SecretBinary?: string | undefined };

const seconds = () => Date.now() / 1000;

export function secretsManager(state: State, key: LocalKey, arns: Arns): Service {
  const store = openSecretStore(state);
  makeOwnKeys(store, key, arns);
  const operations = { ...changeOperations(store, key, arns), ...valueOperations(store, key) };
  return { name: "SecretsManager", target: "secretsmanager", operations };
}

type SecretStore = ReturnType<typeof openSecretStore>;

/** Returns the secret with this value as its current version. Idempotent for the same version id. */
function withValue(secret: Secret, given: SecretValue, key: LocalKey, id: string = randomUUID()): Secret {
  if (secret.current?.id === id) return secret;
  const text = JSON.stringify({ SecretString: given.SecretString, SecretBinary: given.SecretBinary });
  const bound = { SecretARN: secret.arn, VersionId: id };
  const ciphertext = encryptBlob(key, Buffer.from(text), bound).toString("base64");
  const current = { id, createdAt: seconds(), ciphertext };
  return { ...secret, current, previous: secret.current, changedAt: seconds() };
}

function makeOwnKeys(store: SecretStore, key: LocalKey, arns: Arns): void {
  for (const own of OWN_KEY_NAMES) {
    const arn = arns.ownKey(own);
    if (store.find(arn) !== undefined) continue;
    const bare = { arn, name: secretNameOf(own), tags: [], createdAt: seconds(), changedAt: seconds() };
    store.keep(withValue(bare, { SecretString: randomBytes(32).toString("base64url") }, key));
  }
}

function changeOperations(store: SecretStore, key: LocalKey, arns: Arns) {
  return {
    CreateSecret: operation(CreateSecret, (input) => {
      const { Name, Tags: tags } = input;
      if (store.find(Name) !== undefined) {
        throw new AwsError("ResourceExistsException", `A secret named ${Name} exists already`);
      }
      const arn = arns.secret(`${Name}-${randomUUID().slice(0, 6)}`);
      const bare = { arn, name: Name, description: input.Description, tags, createdAt: seconds() };
      const secret: Secret = { ...bare, changedAt: seconds() };
      const given = input.SecretString !== undefined || input.SecretBinary !== undefined;
      const made = given ? withValue(secret, input, key, input.ClientRequestToken) : secret;
      store.keep(made);
      return { ARN: arn, Name, VersionId: made.current?.id };
    }),
    TagResource: operation(SecretId.extend({ Tags }), (input) => {
      const secret = store.live(input.SecretId);
      const kept = secret.tags.filter((tag) => !input.Tags.some((given) => given.Key === tag.Key));
      store.keep({ ...secret, tags: [...kept, ...input.Tags] });
    }),
    DeleteSecret: operation(DeleteSecret, (input) => {
      const secret = store.live(input.SecretId);
      const days = input.ForceDeleteWithoutRecovery ? 0 : input.RecoveryWindowInDays;
      const deletedAt = seconds() + days * 86_400;
      if (input.ForceDeleteWithoutRecovery) store.drop(secret);
      else store.keep({ ...secret, deletedAt });
      return { ...toSecretName(secret), DeletionDate: deletedAt };
    }),
  };
}

function valueOperations(store: SecretStore, key: LocalKey) {
  return {
    PutSecretValue: operation(PutSecretValue, (input) => {
      const secret = withValue(store.live(input.SecretId), input, key, input.ClientRequestToken);
      store.keep(secret);
      return { ...toSecretName(secret), VersionId: secret.current?.id, VersionStages: ["AWSCURRENT"] };
    }),
    GetSecretValue: operation(GetSecretValue, (input) => {
      const secret = store.live(input.SecretId);
      const { version, stage } = requireSecretVersion(secret, input.VersionId, input.VersionStage);
      const bound = { SecretARN: secret.arn, VersionId: version.id };
      const plain = decryptBlob(key, Buffer.from(version.ciphertext, "base64"), bound);
      if (plain === null) throw new AwsError("DecryptionFailure", "The secret cannot be decrypted");
      const versionDetails = {
        VersionId: version.id,
        VersionStages: [stage],
        CreatedDate: version.createdAt,
      };
      return { ...toSecretName(secret), ...versionDetails, ...JSON.parse(plain.toString("utf8")) };
    }),
    DescribeSecret: operation(SecretId, (input) => toDescription(store.get(input.SecretId))),
  };
}

function openSecretStore(state: State) {
  state.exec(
    "CREATE TABLE IF NOT EXISTS secrets (arn TEXT PRIMARY KEY, name TEXT UNIQUE, secret TEXT NOT NULL)",
  );
  const select = state.prepare("SELECT secret FROM secrets WHERE arn = ?1 OR name = ?1");
  const insert = state.prepare("INSERT OR REPLACE INTO secrets (arn, name, secret) VALUES (?, ?, ?)");
  const remove = state.prepare("DELETE FROM secrets WHERE arn = ?");
  const drop = (secret: Secret) => void remove.run(secret.arn);
  const find = (id: string): Secret | undefined => {
    const row = select.get(id);
    if (row === undefined) return undefined;
    const secret = Secret.parse(JSON.parse(String(row["secret"])));
    if (secret.deletedAt === undefined || secret.deletedAt > seconds()) return secret;
    drop(secret);
    return undefined;
  };
  const get = (id: string): Secret => {
    const secret = find(id);
    if (secret !== undefined) return secret;
    throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  };
  const live = (id: string): Secret => {
    const secret = get(id);
    if (secret.deletedAt === undefined) return secret;
    throw new AwsError(
      "InvalidRequestException",
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  };
  const keep = (secret: Secret) => void insert.run(secret.arn, secret.name, JSON.stringify(secret));
  return { find, get, live, keep, drop };
}

function requireSecretVersion(secret: Secret, id: string | undefined, stage: string | undefined) {
  const all = [
    { version: secret.current, stage: "AWSCURRENT" },
    { version: secret.previous, stage: "AWSPREVIOUS" },
  ];
  const wantedStage = stage ?? (id === undefined ? "AWSCURRENT" : undefined);
  for (const { version, stage: held } of all) {
    if (version === undefined) continue;
    if ((id === undefined || version.id === id) && (wantedStage === undefined || wantedStage === held)) {
      return { version, stage: held };
    }
  }
  throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret value.");
}

const toSecretName = (secret: Secret) => ({ ARN: secret.arn, Name: secret.name });

function toDescription(secret: Secret) {
  const stages = Object.fromEntries([
    ...(secret.current ? [[secret.current.id, ["AWSCURRENT"]]] : []),
    ...(secret.previous ? [[secret.previous.id, ["AWSPREVIOUS"]]] : []),
  ]);
  return {
    ...toSecretName(secret),
    Description: secret.description,
    Tags: secret.tags,
    CreatedDate: secret.createdAt,
    LastChangedDate: secret.changedAt,
    DeletedDate: secret.deletedAt,
    VersionIdsToStages: stages,
  };
}
