// Apollo Server with graphql-ws for subscriptions: node apollo.mjs PORT

import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginDrainHttpServer } from "@apollo/server/plugin/drainHttpServer";
import { expressMiddleware } from "@as-integrations/express5";
import { makeExecutableSchema } from "@graphql-tools/schema";
import express from "express";
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

const app = express();
const httpServer = createServer(app);
const sockets = useServer({ schema }, new WebSocketServer({ server: httpServer, path: "/graphql" }));
const drainSockets = { serverWillStart: async () => ({ drainServer: () => sockets.dispose() }) };
const apollo = new ApolloServer({
  schema,
  plugins: [ApolloServerPluginDrainHttpServer({ httpServer }), drainSockets],
});
await apollo.start();
app.use("/graphql", express.json(), expressMiddleware(apollo));
httpServer.listen(address);
