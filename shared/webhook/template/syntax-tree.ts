// Types of the syntax tree from Handlebars' parser. The library's own types do not discriminate its nodes.

/** Lines count from 1, columns from 0. */
export type Location = { start: { line: number; column: number } };
export type PathExpression = {
  type: "PathExpression";
  data: boolean;
  depth: number;
  /** May start with a call or contain a name with `#`. Handlebars itself has no such syntax, so both are refused. */
  parts: (string | SubExpression)[];
  /** The first name as it is written. */
  head?: string | SubExpression;
  original: string;
  loc: Location;
};
export type Literal =
  | { type: "StringLiteral"; value: string; loc: Location }
  | { type: "NumberLiteral"; value: number; loc: Location }
  | { type: "BooleanLiteral"; value: boolean; loc: Location }
  | { type: "NullLiteral" | "UndefinedLiteral"; loc: Location };
export type Hash = { pairs: { key: string; value: Expression; loc: Location }[] };
export type Call = { path: PathExpression | Literal | SubExpression; params: Expression[]; hash?: Hash };
export type SubExpression = Call & { type: "SubExpression"; loc: Location };
/** `(a=b)`: Handlebars itself has no such syntax, so it is refused. */
export type HashLiteral = { type: "HashLiteral"; loc: Location };
export type Expression = PathExpression | Literal | SubExpression | HashLiteral;
export type Program = { body: Statement[]; blockParams?: string[]; chained?: boolean };
export type Mustache = Call & { type: "MustacheStatement"; loc: Location };
export type Block = Call & {
  type: "BlockStatement";
  program?: Program;
  inverse?: Program;
  loc: Location;
};
export type Statement =
  | Mustache
  | Block
  | { type: "ContentStatement"; value: string; original: string; loc: Location }
  | { type: "CommentStatement"; loc: Location }
  | {
      type: "PartialStatement" | "PartialBlockStatement" | "Decorator" | "DecoratorBlock";
      loc: Location;
    };
