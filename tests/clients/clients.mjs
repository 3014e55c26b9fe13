// The clients, and where they differ: how an application is told that it may not, and what becomes of it when its
// node goes. The rest they have in common, and `clients.test.mjs` says it once.

const CLOSED = "Socket closed with event 4403 Forbidden";
const APPSYNC_REFUSAL = "Connection failed: UnauthorizedException";

export const CLIENTS = [
  {
    name: "Apollo Client 4 with graphql-ws",
    module: "apps/apollo.mjs",
    refused: { request: 401, subscription: CLOSED },
    acknowledges: true,
    resumes: true,
  },
  {
    name: "Apollo Client 3 with graphql-ws",
    module: "old/apollo.mjs",
    refused: { request: 401, subscription: CLOSED },
    acknowledges: true,
    resumes: true,
  },
  {
    name: "Apollo Client 4 with AppSync's links",
    module: "apps/appsync-link.mjs",
    refused: { request: 401, subscription: APPSYNC_REFUSAL },
    acknowledges: true,
    keys: true,
    resumes: false,
  },
  {
    name: "Apollo Client 3 with AppSync's links of then, which have the header in the address",
    module: "old/appsync-link.mjs",
    refused: { request: 401, subscription: APPSYNC_REFUSAL },
    acknowledges: true,
    keys: true,
    resumes: false,
  },
  // Trap 1: Amplify makes `wss://` of `https://` and of `http://`, and leaves `ws://` as it is.
  {
    name: "Amplify through TLS",
    module: "apps/amplify.mjs",
    tls: true,
    refused: { request: "Unauthorized", subscription: APPSYNC_REFUSAL },
    acknowledges: true,
    keys: true,
    resumes: true,
  },
  {
    name: "Amplify with ws:// for its subscriptions",
    module: "apps/amplify-plain.mjs",
    refused: { request: "Unauthorized", subscription: APPSYNC_REFUSAL },
    acknowledges: true,
    keys: true,
    resumes: true,
  },
  {
    name: "urql with graphql-ws",
    module: "apps/urql.mjs",
    refused: { request: "UNAUTHENTICATED", subscription: 4403 },
    acknowledges: true,
    resumes: true,
  },
  {
    name: "Relay with graphql-ws",
    module: "apps/relay.mjs",
    refused: { request: "UNAUTHENTICATED", subscription: 4403 },
    acknowledges: true,
    resumes: true,
  },
  {
    name: "subscriptions-transport-ws alone, queries and mutations too",
    module: "old/subscriptions-transport-ws.mjs",
    refused: { request: "UNAUTHENTICATED", subscription: "UNAUTHENTICATED" },
    acknowledges: false,
    resumes: true,
  },
  {
    name: "Apollo Client 3 with its WebSocketLink",
    module: "old/websocket-link.mjs",
    refused: { request: 401, subscription: "UNAUTHENTICATED" },
    acknowledges: false,
    resumes: true,
  },
  {
    name: "graphql-sse, queries and mutations too",
    module: "apps/sse.mjs",
    refused: { request: "UNAUTHENTICATED", subscription: "UNAUTHENTICATED" },
    acknowledges: true,
    // Each subscription is a request of its own.
    separate: true,
    resumes: true,
  },
];
