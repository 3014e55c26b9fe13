// Mercurius on Fastify, compiled by its JIT: node mercurius.mjs PORT

import Fastify from "fastify";
import mercurius from "mercurius";
import { address } from "./listen.mjs";
import { createResolvers, typeDefs } from "./schema.mjs";

const resolvers = createResolvers(
  (message, { pubsub }) => pubsub.publish({ topic: message.roomId, payload: message }),
  (roomId, { pubsub }) => pubsub.subscribe(roomId),
);
const app = Fastify();
app.register(mercurius, {
  schema: typeDefs,
  resolvers,
  jit: 1,
  // Messages are sent over WebSocket too.
  subscription: { fullWsTransport: true },
});
await app.listen(address);
