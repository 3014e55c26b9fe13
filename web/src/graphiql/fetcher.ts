import { createGraphiQLFetcher, type Fetcher } from "@graphiql/toolkit";
import { type DocumentNode, GraphQLError, Kind, parse } from "graphql";

const send = createGraphiQLFetcher({
  url: "/graphql",
  // The toolkit gives the headers of an operation to its socket as the connection_init payload.
  subscriptionUrl: `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/graphql`,
  enableIncrementalDelivery: false,
});

const signInFirst = new GraphQLError('sign in, or paste a token into the headers: { "Authorization": "<token>" }');

/** Queries and mutations by POST, subscriptions by graphql-transport-ws, all with the token or the tab's own. */
export function fetcherWith(token: string | null): Fetcher {
  return async (request, options) => {
    const headers = authorized(options?.headers, token);
    // Nothing is answered without a token: such a request would only fail, and stain the console.
    if (!headers) return { errors: [signInFirst] };
    const documentAST = parsed(request.query) ?? options?.documentAST;
    return send(named(request, documentAST), { ...options, ...(documentAST && { documentAST }), headers });
  };
}

type Request = Parameters<Fetcher>[0];

/** GraphiQL's own view of the document may be that of the tab before; by it a subscription would be sent by POST. */
function parsed(query: string): DocumentNode | undefined {
  try {
    return parse(query);
  } catch {
    // The node says what is wrong.
    return undefined;
  }
}

/** The same holds for the operation's name, which is beyond doubt where there is only one operation. */
function named(request: Request, document: DocumentNode | undefined): Request {
  const operations = document?.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION) ?? [];
  const [operation, another] = operations;
  return operation && !another ? { ...request, operationName: operation.name?.value ?? null } : request;
}

function authorized(headers: Record<string, unknown> = {}, token: string | null): Record<string, unknown> | null {
  if (Object.keys(headers).some((name) => name.toLowerCase() === "authorization")) return headers;
  return token === null ? null : { ...headers, Authorization: token };
}
