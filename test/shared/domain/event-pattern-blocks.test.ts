// Spellings of addresses and blocks that are refused, though a lenient parser accepts them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { cidrProblem, matchesCidr } from "../../../shared/domain/event-pattern/cidr.ts";

test.each([
  "10.0.0.0",
  "10.0.0.0/",
  "10.0.0.0/33",
  "10.0.0.0/08",
  "10.0.0.0/8/8",
  "10.0.0.0/-1",
  "10.0.0.0/ 8",
  "010.0.0.0/8",
  "0x0a.0.0.0/8",
  "10.0/8",
  "167772160/8",
  "::/129",
  "fe80::%eth0/64",
  "::0x0a.0.0.0/104",
  "::010.0.0.0/104",
])("%s is no block", (block) => {
  expect(cidrProblem(block)).toBe("must be a block such as 10.0.0.0/8 or 2001:db8::/32");
});

test.each([
  ["10.0.0.1/31", "10.0.0.0", "10.0.0.2"],
  ["10.0.0.1/1", "127.0.0.1", "128.0.0.0"],
  ["2001:db8::1/127", "2001:db8::", "2001:db8::2"],
  ["2001:db8:8000::/32", "2001:db8::7", "2001:db9::"],
])("%s counts no bits beyond its prefix", (block, inside, outside) => {
  expect(cidrProblem(block)).toBeUndefined();
  expect([matchesCidr(block, inside), matchesCidr(block, outside)]).toEqual([true, false]);
});

test.each([
  ["10.0.0.0/9", "10.127.255.255", true],
  ["10.0.0.0/9", "10.128.0.0", false],
  ["192.0.2.4/31", "192.0.2.5", true],
  ["192.0.2.4/31", "192.0.2.6", false],
  ["2001:db8::/33", "2001:db8:7fff::1", true],
  ["2001:db8::/33", "2001:db8:8000::1", false],
  ["10.0.0.0/8", "::ffff:10.0.0.1", false],
  ["::ffff:10.0.0.0/104", "::ffff:10.1.2.3", true],
  ["10.0.0.0/8", "10.1", false],
  ["10.0.0.0/8", "167772161", false],
])("%s, %s: %s", (block, address, expected) => expect(matchesCidr(block, address)).toBe(expected));

test("a text of any length that is no address costs no more than its look at the length", () => {
  const long = fc.tuple(fc.constantFrom("1:", "1.", ":", "f", "0"), fc.nat({ max: 50_000 }));
  fc.assert(
    fc.property(long, ([unit, times]) => {
      expect(matchesCidr("::/0", unit.repeat(46 + times))).toBe(false);
      expect(cidrProblem(`${unit.repeat(46 + times)}/8`)).toBeDefined();
    }),
    { numRuns: 50 },
  );
});
