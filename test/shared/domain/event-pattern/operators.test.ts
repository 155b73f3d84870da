// The two operators with their own algorithms: wildcards in linear time, and address blocks.
import { BlockList, isIPv4, isIPv6 } from "node:net";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cidrProblem, matchesCidr } from "../../../../shared/domain/event-pattern/cidr.ts";
import { matchesWildcard, wildcardProblem } from "../../../../shared/domain/event-pattern/wildcard.ts";

describe("wildcard", () => {
  const cases: Array<[string, string, boolean]> = [
    ["", "", true],
    ["", "a", false],
    ["*", "", true],
    ["*", "anything", true],
    ["a", "a", true],
    ["a*", "a", true],
    ["a*", "ba", false],
    ["*a", "ba", true],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["a*b*c", "abbc", true],
    ["a*b*c", "acb", false],
    ["*ab*ab*", "abab", true],
    ["*ab*ab*", "aba", false],
    ["*aab*", "aaab", true],
    ["*abac*", "ababac", true],
    ["a\\*b", "a*b", true],
    ["a\\*b", "axb", false],
    ["a\\\\*", "a\\x", true],
    ["*.log", "x.log.gz", false],
    ["😀*", "😀!", true],
  ];
  test.each(cases)("%j on %j: %s", (pattern, text, expected) => {
    expect(wildcardProblem(pattern)).toBeUndefined();
    expect(matchesWildcard(pattern, text)).toBe(expected);
  });

  test("agrees with a regular expression of the same meaning", () => {
    const pattern = fc
      .string({ unit: fc.constantFrom("a", "b", "*", "\\*", "."), maxLength: 8 })
      .filter((p) => wildcardProblem(p) === undefined);
    const text = fc.string({ unit: fc.constantFrom("a", "b", "*", "."), maxLength: 12 });
    fc.assert(
      fc.property(pattern, text, (source, input) => {
        const literal = (part: string) => part.replaceAll("\\*", "*").replaceAll(/[.*\\]/g, "\\$&");
        const regExp = new RegExp(
          `^${source
            .split(/(?<!\\)\*/)
            .map(literal)
            .join(".*")}$`,
          "s",
        );
        expect(matchesWildcard(source, input)).toBe(regExp.test(input));
      }),
      { numRuns: 3000 },
    );
  });

  test("a pattern that makes backtracking explode is answered", () => {
    const pattern = `${"*a".repeat(1000)}b`;
    expect(matchesWildcard(pattern, "a".repeat(200_000))).toBe(false);
    expect(matchesWildcard(`*${"a".repeat(2000)}b*`, "a".repeat(200_000))).toBe(false);
  });
});

describe("cidr", () => {
  const address4 = fc.ipV4();
  const address6 = fc.ipV6();

  test("agrees with Node's block list within a family, and the families never meet", () => {
    const drawn = fc.oneof(
      fc.tuple(address4, address4, fc.nat(32)),
      fc.tuple(address6, address6, fc.nat(128)),
      fc.tuple(address4, address6, fc.nat(32)),
    );
    fc.assert(
      fc.property(drawn, fc.boolean(), ([base, other, prefix], itself) => {
        const member = itself ? base : other;
        const block = new BlockList();
        block.addSubnet(base, prefix, familyOf(base));
        const expected = familyOf(base) === familyOf(member) && block.check(member, familyOf(member));
        expect(matchesCidr(`${base}/${prefix}`, member)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    "10.0.0.0/8",
    "192.0.2.1/32",
    "0.0.0.0/0",
    "2001:db8::/32",
    "::/0",
    "::1/128",
    "::ffff:10.0.0.0/104",
  ])("%s is a block", (block) => expect(cidrProblem(block)).toBeUndefined());

  test("accepts exactly the addresses that Node accepts", () => {
    const odd = fc.constantFrom(
      "1.2.3",
      "01.2.3.4",
      "1.2.3.4.5",
      "::",
      ":::",
      "::1%lo",
      "1::2::3",
      "1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7::",
      "::ffff:1.2.3.4",
      "::1.2.3.256",
      "1.2.3.4::",
      "g::",
      "12345::",
      "",
      ":",
      "1:",
      ":1",
      "::1:",
      " ::1",
      "0x1.2.3.4",
    );
    const text = fc.oneof(
      odd,
      address4,
      address6,
      fc.string({ unit: fc.constantFrom("1", "f", ":", "::", "."), maxLength: 12 }),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        const isAddress = isIPv4(candidate) || (isIPv6(candidate) && !candidate.includes("%"));
        expect(matchesCidr("0.0.0.0/0", candidate) || matchesCidr("::/0", candidate)).toBe(isAddress);
      }),
      { numRuns: 3000 },
    );
  });
});

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv4(address) ? "ipv4" : "ipv6";
}
