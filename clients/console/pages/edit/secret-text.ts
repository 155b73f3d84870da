// A secret as one types it: its text, or the ARN of one in AWS Secrets Manager, perhaps with the member to read.

/** What the API takes and answers. */
type Secret = string | { secretArn: string; secretKey?: string | undefined };

const ARN = /^(arn:aws[a-z-]*:secretsmanager:[^#\s]+)(?:#(.+))?$/;

export function writeSecret(secret: Secret): string {
  if (typeof secret === "string") return secret;
  return secret.secretKey === undefined ? secret.secretArn : `${secret.secretArn}#${secret.secretKey}`;
}

export function readSecret(text: string): Secret {
  const [, secretArn, secretKey] = ARN.exec(text.trim()) ?? [];
  if (secretArn === undefined) return text;
  return secretKey === undefined ? { secretArn } : { secretArn, secretKey };
}
