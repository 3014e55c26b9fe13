// graphql-ws on ws: node graphql-ws.mjs PORT

import { makeExecutableSchema } from "@graphql-tools/schema";
import { PubSub } from "graphql-subscriptions";
import { useServer } from "graphql-ws/use/ws";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { address } from "./listen.mjs";
import { createResolvers, typeDefs } from "./schema.mjs";

const pubsub = new PubSub();
const resolvers = createResolvers(
  (message) => pubsub.publish(message.roomId, message),
  (roomId) => pubsub.asyncIterableIterator(roomId),
);
const schema = makeExecutableSchema({ typeDefs, resolvers });

const server = createServer((_, response) => response.writeHead(404).end());
useServer({ schema }, new WebSocketServer({ server, path: "/graphql" }));
server.listen(address);
