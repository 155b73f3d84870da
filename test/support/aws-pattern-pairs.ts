// Conditions, values and whether they match, from AWS's pages and from AWS's own matcher: each example with its neighbours.
import type { JsonValue } from "../../shared/domain/json.ts";

/** AWS's guide: "Comparison operators for use in event patterns", and its page about null values and empty strings. */
const GUIDE = "https://docs.aws.amazon.com/eventbridge/latest/userguide";
const OPERATORS = `${GUIDE}/eb-create-pattern-operators.html`;
const EMPTY = `${GUIDE}/eb-event-patterns-null-values.html`;
const ARRAYS = `${GUIDE}/eb-event-patterns-arrays.html`;
/** AWS's matcher, its README and sources. */
const RULER = "https://github.com/aws/event-ruler";
const NUMBERS = `${RULER}/pull/188`;

/** `conditions` of one field. `yes`, `no`: values of the field. `undefined` is a field that is not there. */
type Row = {
  from: string;
  conditions: JsonValue[];
  yes: (JsonValue | undefined)[];
  no: (JsonValue | undefined)[];
};

/** What both accept as a pattern, with the same answers. */
export const AWS_ROWS: readonly Row[] = [
  {
    from: OPERATORS,
    conditions: ["Alice"],
    yes: ["Alice", ["Bob", "Alice"]],
    no: ["alice", "Alice ", "", null, undefined],
  },
  { from: OPERATORS, conditions: [100], yes: [100, 1e2, 100.0], no: ["100", 100.1, 101, null, true] },
  {
    from: OPERATORS,
    conditions: ["Credit", "Debit"],
    yes: ["Credit", "Debit"],
    no: ["Cash", "CreditDebit", undefined],
  },
  { from: EMPTY, conditions: [""], yes: ["", ["", "x"]], no: [null, " ", "0", 0, false, [], undefined] },
  { from: EMPTY, conditions: [null], yes: [null, [null, 1]], no: ["", "null", 0, false, [], undefined] },
  { from: EMPTY, conditions: ["", null], yes: ["", null], no: ["x", undefined] },
  { from: RULER, conditions: [true], yes: [true], no: ["true", false, 1, null] },
  { from: RULER, conditions: [false], yes: [false], no: ["false", true, 0, null, undefined] },

  {
    from: OPERATORS,
    conditions: [{ prefix: "2017-10-02" }],
    yes: ["2017-10-02T18:43:48Z", "2017-10-02"],
    no: ["2017-10-0", "x2017-10-02", 2017, null, undefined],
  },
  {
    from: OPERATORS,
    conditions: [{ prefix: { "equals-ignore-case": "EventB" } }],
    yes: ["EventBridge", "eventbridge", "EVENTB"],
    no: ["Event", "xEventB", null],
  },
  {
    from: OPERATORS,
    conditions: [{ suffix: ".png" }],
    yes: ["a.png", ".png"],
    no: ["a.PNG", "a.png ", "png", 1, undefined],
  },
  {
    from: OPERATORS,
    conditions: [{ suffix: { "equals-ignore-case": ".png" } }],
    yes: ["a.PNG", "a.png", ".Png"],
    no: ["a.jpg", "png", null],
  },
  { from: RULER, conditions: [{ prefix: "" }], yes: ["", "x", ["x", 1]], no: [0, true, null, [], undefined] },
  { from: RULER, conditions: [{ suffix: "" }], yes: ["", "x"], no: [0, false, null, undefined] },
  { from: RULER, conditions: [{ prefix: { "equals-ignore-case": "" } }], yes: ["", "X"], no: [0, null] },
  {
    from: OPERATORS,
    conditions: [{ "equals-ignore-case": "alice" }],
    yes: ["Alice", "ALICE", "alice"],
    no: ["Alic", "Alices", null, undefined],
  },

  {
    from: OPERATORS,
    conditions: [{ "anything-but": "initializing" }],
    yes: ["running", "", "Initializing", 0, null, false, ["initializing", "running"]],
    no: ["initializing", ["initializing"], [], undefined],
  },
  {
    from: OPERATORS,
    conditions: [{ "anything-but": 123 }],
    yes: [124, "123", null, 123.5],
    no: [123, 1.23e2, undefined],
  },
  {
    from: OPERATORS,
    conditions: [{ "anything-but": ["stopped", "overloaded"] }],
    yes: ["running", "stop", 1],
    no: ["stopped", "overloaded", ["stopped", "overloaded"]],
  },
  {
    from: OPERATORS,
    conditions: [{ "anything-but": [100, 200, 300] }],
    yes: [150, "100"],
    no: [100, 200, 3e2, undefined],
  },
  {
    from: OPERATORS,
    conditions: [{ "anything-but": { "equals-ignore-case": "initializing" } }],
    yes: ["running", "initializ"],
    no: ["initializing", "INITIALIZING", undefined],
  },
  {
    from: OPERATORS,
    conditions: [{ "anything-but": { "equals-ignore-case": ["initializing", "stopped"] } }],
    yes: ["running"],
    no: ["Stopped", "INITIALIZING"],
  },
  {
    from: OPERATORS,
    conditions: [{ "anything-but": { prefix: "init" } }],
    yes: ["running", "Init", "", "xinit"],
    no: ["init", "initializing", undefined],
  },
  {
    from: OPERATORS,
    conditions: [{ "anything-but": { prefix: ["init", "stop"] } }],
    yes: ["running"],
    no: ["initializing", "stopped"],
  },
  {
    from: OPERATORS,
    conditions: [{ "anything-but": { suffix: ".txt" } }],
    yes: ["a.png", "a.TXT", "txt"],
    no: ["a.txt", ".txt"],
  },
  {
    from: OPERATORS,
    conditions: [{ "anything-but": { suffix: [".txt", ".rtf"] } }],
    yes: ["a.png"],
    no: ["a.txt", "a.rtf"],
  },
  {
    from: OPERATORS,
    conditions: [{ "anything-but": { wildcard: "*/lib/*" } }],
    yes: ["/bin/a", "lib"],
    no: ["/usr/lib/a", "/lib/"],
  },
  {
    from: OPERATORS,
    conditions: [{ "anything-but": { wildcard: ["*/lib/*", "*/bin/*"] } }],
    yes: ["/etc/a"],
    no: ["/usr/lib/a", "/usr/bin/b"],
  },

  {
    from: OPERATORS,
    conditions: [{ numeric: [">", 0, "<=", 5] }],
    yes: [5, 0.000001, 1, [9, 3]],
    no: [0, 5.000001, -1, "3", null, undefined],
  },
  { from: OPERATORS, conditions: [{ numeric: ["<", 10] }], yes: [9.999999, -10, 0], no: [10, 10.5, "9"] },
  {
    from: OPERATORS,
    conditions: [{ numeric: ["=", 3.018e2] }],
    yes: [301.8, 3.018e2],
    no: [301.800001, "301.8", 3018],
  },
  { from: OPERATORS, conditions: [{ numeric: [">", 10, "<=", 20] }], yes: [20, 11], no: [10, 20.1] },
  {
    from: NUMBERS,
    conditions: [{ numeric: [">", 5e9] }],
    yes: [5_000_000_001, 1e300],
    no: [5e9, 4_999_999_999, -1e300],
  },
  {
    from: NUMBERS,
    conditions: [{ numeric: ["=", 1_767_225_600_000] }],
    yes: [1_767_225_600_000, 1.7672256e12],
    no: [1_767_225_600_001, "1767225600000"],
  },
  {
    from: NUMBERS,
    conditions: [{ numeric: [">=", -1e308, "<", 1e-300] }],
    yes: [0, -1e308, -5e9],
    no: [1e-300, 1],
  },
  { from: NUMBERS, conditions: [{ numeric: ["=", 0.1] }], yes: [0.1, 1e-1], no: [0.1000001, 0.2] },
  {
    from: RULER,
    conditions: [123456789012],
    yes: [123456789012, 1.23456789012e11],
    no: ["123456789012", 123456789013],
  },

  {
    from: OPERATORS,
    conditions: [{ cidr: "10.0.0.0/24" }],
    yes: ["10.0.0.0", "10.0.0.255", ["x", "10.0.0.7"]],
    no: ["10.0.1.0", "9.255.255.255", "10.0.0", "10.0.0.1/24", 10, null, undefined],
  },
  {
    from: RULER,
    conditions: [{ cidr: "54.240.196.171/24" }],
    yes: ["54.240.196.0", "54.240.196.9", "54.240.196.255"],
    no: ["54.240.195.255", "54.240.197.0"],
  },
  {
    from: RULER,
    conditions: [{ cidr: "10.255.255.255/9" }],
    yes: ["10.128.0.0", "10.255.0.1"],
    no: ["10.127.255.255", "11.0.0.0"],
  },
  {
    from: RULER,
    conditions: [{ cidr: "192.0.2.77/31" }],
    yes: ["192.0.2.76", "192.0.2.77"],
    no: ["192.0.2.75", "192.0.2.78"],
  },
  {
    from: RULER,
    conditions: [{ cidr: "10.0.0.0/0" }],
    yes: ["0.0.0.0", "255.255.255.255"],
    no: ["::1", "x"],
  },
  {
    from: RULER,
    conditions: [{ cidr: "2001:db8::1/32" }],
    yes: ["2001:db8::", "2001:0DB8:ffff::1"],
    no: ["2001:db7:ffff::", "2001:db9::", "32.1.13.184"],
  },
  {
    from: RULER,
    conditions: [{ cidr: "2600:1f14:1::abcd/65" }],
    yes: ["2600:1f14:1::", "2600:1f14:1:0:7fff::"],
    no: ["2600:1f14:1:0:8000::", "2600:1f14:1:1::"],
  },

  {
    from: OPERATORS,
    conditions: [{ exists: true }],
    yes: ["x", "", null, 0, false, ["x"]],
    no: [undefined, [], { deeper: 1 }],
  },
  {
    from: OPERATORS,
    conditions: [{ exists: false }],
    yes: [undefined, [], { deeper: 1 }],
    no: ["x", null, 0, ["x"]],
  },
  { from: RULER, conditions: ["x", { exists: false }], yes: ["x", undefined], no: ["y", null] },
  {
    from: RULER,
    conditions: [{ prefix: "a" }, { numeric: [">", 5] }, null],
    yes: ["ab", 6, null],
    no: ["b", 5, undefined],
  },

  {
    from: OPERATORS,
    conditions: [{ wildcard: "dir/*.png" }],
    yes: ["dir/a.png", "dir/.png", "dir/b/c.png"],
    no: ["dira.png", "dir/a.PNG", "x/dir/a.png", "dir/a.png2"],
  },
  {
    from: OPERATORS,
    conditions: [{ wildcard: "arn:aws:events:us-east-1:*:event-bus/*" }],
    yes: ["arn:aws:events:us-east-1:1:event-bus/a"],
    no: ["arn:aws:events:us-east-2:1:event-bus/a", null],
  },
  { from: OPERATORS, conditions: [{ wildcard: "a\\*b" }], yes: ["a*b"], no: ["axb", "ab", "a\\*b"] },
  { from: OPERATORS, conditions: [{ wildcard: "a\\\\*" }], yes: ["a\\", "a\\b"], no: ["a", "a*"] },
  { from: OPERATORS, conditions: [{ wildcard: "*" }], yes: ["", "x"], no: [0, null, undefined] },

  {
    from: ARRAYS,
    conditions: ["arn:1", "arn:2"],
    yes: [["arn:3", "arn:2"], ["arn:1"], [["arn:2"]]],
    no: [["arn:3"], [], "arn"],
  },
];

type Refused = { from: string; conditions: JsonValue[] };

/** What both refuse as a pattern. */
export const AWS_REFUSED: readonly Refused[] = [
  { from: RULER, conditions: [] },
  { from: RULER, conditions: [{}] },
  { from: RULER, conditions: [["nested"]] },
  { from: RULER, conditions: [{ prefix: 1 }] },
  { from: RULER, conditions: [{ prefix: "a", suffix: "b" }] },
  { from: RULER, conditions: [{ unheard: "a" }] },
  { from: RULER, conditions: [{ prefix: { wildcard: "a" } }] },
  { from: RULER, conditions: [{ "anything-but": { prefix: "" } }] },
  { from: RULER, conditions: [{ "anything-but": { suffix: ["a", ""] } }] },
  { from: RULER, conditions: [{ "anything-but": ["a", 1] }] },
  { from: RULER, conditions: [{ "anything-but": [] }] },
  { from: RULER, conditions: [{ "anything-but": { numeric: ["=", 1] } }] },
  { from: OPERATORS, conditions: [{ wildcard: "a**b" }] },
  { from: RULER, conditions: [{ wildcard: "a\\b" }] },
  { from: RULER, conditions: [{ numeric: [] }] },
  { from: RULER, conditions: [{ numeric: [">", "5"] }] },
  { from: RULER, conditions: [{ numeric: [">", 5, "<", 5] }] },
  { from: RULER, conditions: [{ cidr: "10.0.0.0" }] },
  { from: RULER, conditions: [{ cidr: "10.0.0.0/33" }] },
  { from: RULER, conditions: [{ cidr: "10.0.0.0/-1" }] },
  { from: RULER, conditions: [{ cidr: "10.0.0.256/8" }] },
  { from: RULER, conditions: [{ cidr: "::/129" }] },
  { from: RULER, conditions: [{ exists: "true" }] },
];
