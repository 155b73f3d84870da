// What the client knows of a route at run time: a row of the generated table.

/** Flags are set where they are true. */
export type RouteRow = {
  method: string;
  path: string;
  /** It takes no token, so none is sent. */
  isPublic?: true;
  /** It takes an Idempotency-Key. The client makes one if the caller gives none. */
  isKeyed?: true;
  /** A POST without effect. */
  isReading?: true;
  /** It answers pages. */
  isList?: true;
};

/** Whether a request may be sent twice and has the effect of one. */
export const isRepeatable = ({ method, isKeyed, isReading }: RouteRow): boolean =>
  method === "GET" || method === "PUT" || method === "DELETE" || isKeyed === true || isReading === true;
