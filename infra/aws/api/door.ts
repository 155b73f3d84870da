// The API's door: an HTTP API or a REST API, and the addresses under which it is reached.
import type { Stack } from "aws-cdk-lib";
import type { Options } from "../options/options.ts";
import type { Identity } from "../people/identity.ts";
import type { Api, FunctionOf, WatchedApi } from "./api.ts";
import { buildDomain } from "./domain.ts";
import { buildHttpApi } from "./http-api.ts";
import { buildRestApi } from "./rest-api.ts";

type Door = {
  /** Where receivers and people reach the API: its own address, unless the deployment names one that stands before it. */
  publicUrl: string;
  /** Origins where browsers reach the console, the best one first. */
  consoleUrls: readonly string[];
  /** The API's own address, and that of the console, if there is one. */
  outputs: Readonly<Record<string, string>>;
  watched: WatchedApi;
  accessLog: Api["accessLog"];
  addRoutes: (identity: Identity, functionOf: FunctionOf) => void;
};

export function buildDoor(stack: Stack, options: Options): Door {
  const { domainName, disableDefaultAddress, publicApiUrl } = options;
  const api = (options.apiKind === "http" ? buildHttpApi : buildRestApi)(stack, options);
  const own = domainName === undefined ? [] : [`https://${domainName}`];
  const isOrigin = publicApiUrl !== "" && new URL(publicApiUrl).pathname === "/";
  const url = own[0] ?? api.address;
  const consoleUrls = [
    ...(isOrigin ? [publicApiUrl] : []),
    ...own,
    ...(api.pagesAtAddress && !disableDefaultAddress ? [api.address] : []),
  ];
  const [consoleUrl] = consoleUrls;
  return {
    publicUrl: publicApiUrl || url,
    consoleUrls,
    outputs: { ApiUrl: `${url}/`, ...(consoleUrl !== undefined && { ConsoleUrl: `${consoleUrl}/console` }) },
    watched: api.watched,
    accessLog: api.accessLog,
    addRoutes: (identity, functionOf) => {
      const { stage, stageName } = api.addRoutes(identity, functionOf);
      buildDomain(stack, options, { apiId: api.apiId, stage, stageName });
    },
  };
}
