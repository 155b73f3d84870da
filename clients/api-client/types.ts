// The inputs, outputs and errors of each route, as types of the contract. Nothing of it is loaded at run time.
import type * as z from "zod";
import type { listDocumentedErrors } from "../../shared/contract/route.ts";
import type { ROUTES, RouteName } from "../../shared/contract/routes.ts";

export type { RouteName };

type Routes = typeof ROUTES;
/** What a route does not have adds nothing to an intersection. */
type Absent = unknown;
type NoInput = Record<string, never>;

/**
 * What a caller gives for a parameter of a path, a query or a header. The contract reads these from text, so where a
 * schema takes anything, it is the type after reading: a number for `limit`, a list for values joined by commas.
 */
type Given<S extends z.ZodType> = {
  [K in keyof z.input<S>]: unknown extends z.input<S>[K]
    ? K extends keyof z.output<S>
      ? z.output<S>[K]
      : never
    : z.input<S>[K];
};

type Part<Name extends string, T> = Partial<T> extends T ? { [K in Name]?: T } : { [K in Name]: T };
type Params<R> = R extends { params: infer S extends z.ZodType } ? Given<S> : Absent;
type Query<R> = R extends { query: infer S extends z.ZodType } ? Part<"query", Given<S>> : Absent;
type Headers<R> = R extends { headers: infer S extends z.ZodType } ? Part<"headers", Given<S>> : Absent;
type Body<R> = R extends { body: infer S extends z.ZodType }
  ? R extends { bodyOptional: true }
    ? { body?: z.input<S> }
    : { body: z.input<S> }
  : Absent;

type Parts<R> = Params<R> & Query<R> & Headers<R> & Body<R>;

/** The ids of the path by their names, and `query`, `headers` and `body` where the route has them. */
type InputOf<N extends RouteName> = unknown extends Parts<Routes[N]> ? NoInput : Parts<Routes[N]>;

/** The body of the success response; undefined where there is none. */
export type OutputOf<N extends RouteName> = Routes[N]["answer"] extends { body: infer S extends z.ZodType }
  ? z.output<S>
  : undefined;

/** The success response. Header names are in lower case. */
export type AnswerOf<N extends RouteName> = {
  status: number;
  headers: globalThis.Headers;
  body: OutputOf<N>;
};

/** Every `code` of a problem. */
export type ProblemCode = ReturnType<typeof listDocumentedErrors>[number];

/** `timeoutMs`: for one attempt. `signal`: ends the call, its attempts and the pauses between them. */
export type CallOptions = { signal?: AbortSignal | undefined; timeoutMs?: number };

/** The input may be left out where none of it is required. */
export type Arguments<N extends RouteName> =
  NoInput extends InputOf<N>
    ? [input?: InputOf<N>, options?: CallOptions]
    : [input: InputOf<N>, options?: CallOptions];

/** `list-runbooks` is called `listRunbooks`. */
type CamelCase<S extends string> = S extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : S;

/** The routes that answer a page. */
type ListName = {
  [N in RouteName]: OutputOf<N> extends { items: unknown[]; nextCursor: string | null } ? N : never;
}[RouteName];
export type ItemOf<N extends ListName> = OutputOf<N> extends { items: (infer T)[] } ? T : never;

/** A method for each route. */
export type RouteMethods = {
  [N in RouteName as CamelCase<N>]: (...given: Arguments<N>) => Promise<OutputOf<N>>;
};

/** The items of all pages, for each route that answers a page. A page is asked for when its first item is. */
export type ListMethods = {
  [N in ListName as CamelCase<N>]: (...given: Arguments<N>) => AsyncIterable<ItemOf<N>>;
};
