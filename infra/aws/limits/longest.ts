// The longest text that a value of the template can become: what CloudFormation fills in later is as long as it can be.

type Resources = Readonly<Record<string, { Type: string; Properties?: Record<string, unknown> }>>;
export type Names = { stackName: string; resources: Resources };

/** Characters of what AWS fills in, at most: the region as in `ap-southeast-1`, the partition as in `aws-us-gov`. */
const PSEUDO: Readonly<Record<string, number>> = {
  "AWS::Region": 14,
  "AWS::AccountId": 12,
  "AWS::Partition": 10,
  "AWS::URLSuffix": 16,
  "AWS::StackName": 30,
  "AWS::StackId": 150,
};
/** Of an ARN before the resource's own name: partition, service, region, account, kind. */
const ARN_PREFIX = 75;
/** `https://sqs.<region>.<suffix>/<account>/` */
const QUEUE_URL_PREFIX = 60;
/** Hyphens, and what CloudFormation appends to a name that it makes. */
const APPENDED = 14;
/** Characters of names at most, where AWS allows fewer than CloudFormation would make. */
const LONGEST_NAMES: Readonly<Partial<Record<string, number>>> = {
  "AWS::IAM::Role": 64,
  "AWS::SQS::Queue": 80,
  "AWS::Events::Rule": 64,
  "AWS::KMS::Key": 36,
  "AWS::Cognito::UserPool": 55,
  "AWS::Cognito::UserPoolClient": 26,
  "AWS::ApiGatewayV2::Api": 10,
};
/** Properties that give a resource its name. */
const NAMING = ["FunctionName", "StateMachineName", "Name", "BucketName", "TableName"];
const UNKNOWN = 256;

/** Returns the value with every intrinsic function replaced by a text of its greatest length. */
export function toLongest(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) return value.map((item) => toLongest(item, names));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only && /^(Ref|Fn::\w+)$/.test(only[0])) {
    return filled(only[0], only[1], names);
  }
  return Object.fromEntries(entries.map(([key, item]) => [key, toLongest(item, names)]));
}

function filled(name: string, argument: unknown, names: Names): string {
  if (name === "Ref") return "x".repeat(lengthOfRef(String(argument), names));
  if (name === "Fn::GetAtt" && Array.isArray(argument)) {
    return "x".repeat(ARN_PREFIX + lengthOfName(String(argument[0]), names));
  }
  if (name === "Fn::Join" && Array.isArray(argument) && Array.isArray(argument[1])) {
    return argument[1].map((part) => String(toLongest(part, names))).join(String(argument[0]));
  }
  return "x".repeat(UNKNOWN);
}

function lengthOfRef(id: string, names: Names): number {
  const pseudo = PSEUDO[id];
  if (pseudo !== undefined) return pseudo;
  const type = names.resources[id]?.Type;
  const prefix =
    type === "AWS::SQS::Queue" ? QUEUE_URL_PREFIX : type === "AWS::SecretsManager::Secret" ? ARN_PREFIX : 0;
  return prefix + lengthOfName(id, names);
}

function lengthOfName(id: string, { stackName, resources }: Names): number {
  const { Type = "", Properties = {} } = resources[id] ?? {};
  const given = NAMING.map((name) => Properties[name]).find((name) => typeof name === "string");
  const made = stackName.length + id.length + APPENDED;
  return typeof given === "string" ? given.length : Math.min(made, LONGEST_NAMES[Type] ?? UNKNOWN);
}
