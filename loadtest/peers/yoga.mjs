// GraphQL Yoga with graphql-ws for subscriptions: node yoga.mjs PORT

import { useServer } from "graphql-ws/use/ws";
import { createPubSub, createSchema, createYoga } from "graphql-yoga";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { address } from "./listen.mjs";
import { createResolvers, typeDefs } from "./schema.mjs";

const pubsub = createPubSub();
const resolvers = createResolvers(
  (message) => pubsub.publish("room", message.roomId, message),
  (roomId) => pubsub.subscribe("room", roomId),
);
const yoga = createYoga({ schema: createSchema({ typeDefs, resolvers }), logging: false });

const server = createServer(yoga);
const sockets = new WebSocketServer({ server, path: yoga.graphqlEndpoint });
useServer(
  {
    execute: (args) => args.rootValue.execute(args),
    subscribe: (args) => args.rootValue.subscribe(args),
    onSubscribe: async (ctx, _id, params) => {
      const enveloped = yoga.getEnveloped({
        ...ctx,
        req: ctx.extra.request,
        socket: ctx.extra.socket,
        params,
      });
      const { schema, execute, subscribe, contextFactory, parse, validate } = enveloped;
      const args = {
        schema,
        operationName: params.operationName,
        document: parse(params.query),
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
      const errors = validate(args.schema, args.document);
      return errors.length > 0 ? errors : args;
    },
  },
  sockets,
);
server.listen(address);
