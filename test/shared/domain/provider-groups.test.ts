// Groups of an identity provider: how Cognito writes them down, whose count, and what they stand for.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mapGroups, readProviderGroups } from "../../../shared/domain/provider-groups.ts";

const encode = (text: string) => new URLSearchParams({ v: text }).toString().slice(2).replaceAll("~", "%7E");
const flatten = (groups: readonly string[]) => `[${groups.map(encode).join(", ")}]`;

describe("the attribute with the groups", () => {
  it.each<[string, unknown, string[]]>([
    ["several, encoded", "[On-call, Search+team, a%2Cb]", ["On-call", "Search team", "a,b"]],
    ["several without a space between", "[a,b]", ["a", "b"]],
    ["a JSON list", '["On call", "a, b"]', ["On call", "a, b"]],
    ["one, as it is", "CN=On-call,OU=Groups,DC=example", ["CN=On-call,OU=Groups,DC=example"]],
    ["one with spaces and commas", "Admins, of nothing", ["Admins, of nothing"]],
    ["one in brackets that no list is", "[Admins, of nothing]", ["[Admins, of nothing]"]],
    ["one whose encoding is none", "[50%]", ["50%"]],
    ["none", "", []],
    ["no text", 7, []],
    ["a JSON list of something else", "[1]", ["1"]],
  ])("is read as %s", (_what, text, groups) => {
    expect(readProviderGroups(text)).toEqual(groups);
  });

  it("gives back every list that was encoded", () => {
    const name = fc.string({ minLength: 1, unit: "grapheme" });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (groups) => {
        expect(readProviderGroups(flatten(groups))).toEqual(groups);
      }),
    );
  });

  it("never makes two of one group that is given alone, unless it looks like an encoded list", () => {
    fc.assert(
      fc.property(fc.string(), (group) => {
        fc.pre(group !== "" && !group.startsWith("["));
        expect(readProviderGroups(group)).toEqual([group]);
      }),
    );
  });
});

describe("a person's groups", () => {
  const MAP = { "On-call": ["team:payments:responder", "team:search:observer"], Admins: ["platform-admin"] };
  const person = (groups: string) => ({ external: true, groups });

  it("are those of the pool, and what the provider's stand for, each once", () => {
    const held = ["eu-central-1_x_sso", "team:search:observer"];
    expect(mapGroups(person("[On-call, Unknown]"), held, MAP)).toEqual([...held, "team:payments:responder"]);
  });

  it("stay as they are for somebody of the pool itself, whatever the attribute says", () => {
    expect(mapGroups({ external: false, groups: "Admins" }, [], MAP)).toBeNull();
  });

  it.each(["Nobody", "admins", "Admins ", "toString", "[constructor]", "__proto__"])(
    "stay as they are for %j, which stands for nothing",
    (group) => {
      expect(mapGroups(person(group), ["platform-auditor"], MAP)).toBeNull();
    },
  );
});
