import { PORT, STOP_SECONDS, type Installation, type Size } from "./settings.ts";

/** The value of the dimension `Service` of the metrics, and the name of the service in traces. */
export const SERVICE = "plenary";

interface Parts {
  readonly installation: Installation;
  readonly size: Size;
  readonly tableName: string;
  readonly redisUrl: string;
  readonly redisIamCache: string;
  readonly issuers: string;
}

/** What a node is told. Nothing of it is secret; what is comes from Secrets Manager. */
export function nodeSettings({ installation, size, ...parts }: Parts): Record<string, string> {
  return {
    AWS_REGION: installation.region,
    LISTEN: `0.0.0.0:${PORT}`,
    // A task's containers share the loopback, so the collector reads metrics there and nobody else does.
    ADMIN_LISTEN: "127.0.0.1:9090",
    LOG_FORMAT: "json",
    PRODUCTION: "true",
    DYNAMODB: "aws",
    TABLE_NAME: parts.tableName,
    REDIS_URL: parts.redisUrl,
    REDIS_IAM_CACHE: parts.redisIamCache,
    JWT_ISSUERS: parts.issuers,
    ALLOWED_ORIGINS: installation.allowedOrigins.join(","),
    MAX_CONNECTIONS: String(size.tasks.socketsHard),
    TASK_PROTECTION_SOCKETS: String(size.tasks.protectedFrom),
    DRAIN_SPREAD: `${STOP_SECONDS - 30}s`,
    DRAIN_TIMEOUT: `${STOP_SECONDS - 10}s`,
    EMF_SERVICE: SERVICE,
    OTEL_SERVICE_NAME: SERVICE,
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
    OTEL_TRACES_SAMPLER_ARG: "0.01",
    ...(size.fanOutInterval === undefined ? {} : { FAN_OUT_INTERVAL: size.fanOutInterval }),
  };
}
