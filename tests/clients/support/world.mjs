import { startCluster } from "./cluster.mjs";
import { person } from "./http.mjs";
import { selfSignedCertificate, startTlsProxy } from "./proxy.mjs";
import { Application } from "./remote.mjs";

export const READ_ONLY_KEY = "da2-0123456789abcdef";

/**
 * Two nodes: `host` is at the first and needs no client, the applications are at the second, with TLS before it for
 * those that need it. `settings` are environment variables of the nodes.
 */
export async function startWorld(settings = {}) {
  const common = { API_KEYS: `website read-only ${READ_ONLY_KEY}`, DRAIN_SPREAD: "1s" };
  const cluster = await startCluster({ nodes: 2, settings: { ...common, ...settings } });
  const certificate = await selfSignedCertificate();
  const [first, second] = cluster.nodes;
  const proxy = await startTlsProxy(second.host, certificate);
  const applications = [];

  return {
    ...cluster,
    node: second,
    host: person(first, await cluster.token("hanna", "plenary-hosts")),

    /** Starts an application of that client. Ends with the world, if not before. */
    start: async ({ module, tls }, credentials) => {
      const url = tls ? `https://${proxy.host}/graphql` : second.http;
      const settings = { url, socketUrl: second.ws, ...credentials };
      const application = await Application.start(module, settings, { NODE_EXTRA_CA_CERTS: certificate.file });
      applications.push(application);
      return application;
    },

    stop: async () => {
      for (const application of applications) await application.stop();
      proxy.stop();
      await certificate.remove();
      await cluster.stop();
    },
  };
}
