// Types of Handlebars' parser alone, which its package ships untyped; the compiler is not used.
declare module "handlebars/dist/cjs/handlebars/compiler/base.js" {
  /** Lines count from 1, columns from 0. */
  export type Location = { start: { line: number; column: number } };
  export type PathExpression = {
    type: "PathExpression";
    data: boolean;
    depth: number;
    parts: string[];
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
  export type Expression = PathExpression | Literal | SubExpression;
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

  export function parse(source: string): Program;
  /** After a failure its lexer still stands at the token that it could not take. */
  export const parser: {
    lexer: { match: string; yylloc: { first_line: number; first_column: number } };
  };
}
