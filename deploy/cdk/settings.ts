/**
 * What you decide. `installation` is yours alone and is edited before the first deployment; a size says how much of everything
 * there is, and is chosen with `--context size=event`. What the numbers mean, with their units, is in `src/settings.ts`.
 */

import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Installation, Size } from "./src/settings.ts";

export const installation: Installation = {
  name: "Plenary",
  account: "111111111111",
  region: "us-east-1",
  availabilityZones: ["us-east-1a", "us-east-1b", "us-east-1c"],
  domain: { hostedZoneId: "Z0123456789EXAMPLE", zoneName: "example.com", sockets: "chat.example.com", http: "chat-http.example.com" },
  allowedOrigins: ["https://chat.example.com"],
  signUp: "invitation",
  alarmEmails: ["operations@example.com"],
  monthlyBudgetDollars: 1000,
  imageTag: "0.1.0",
  gitHub: { owner: "example", repository: "plenary", repositoryId: "123456789", environment: "production" },
};

export const sizes: Record<"small" | "event", Size> = {
  // Some thousand participants, every day.
  small: {
    tasks: { count: 2, atMost: 8, vcpu: 1, memoryGiB: 2, socketsSoft: 5_000, socketsHard: 8_000, protectedFrom: 500 },
    fanOutInterval: undefined,
    scheduledEvents: [],
    cache: { nodeType: "cache.t4g.small", shards: 1, replicas: 1 },
    table: {
      warm: { table: { read: 12_000, write: 4_000 }, index: { read: 12_000, write: 4_000 } },
      atMost: { read: 12_000, write: 8_000 },
    },
    natGateways: 1,
    httpLoadBalancer: false,
    webAclRatePerAddress: 2_000,
    exemptNetworks: [],
    logs: { days: RetentionDays.ONE_MONTH, customerKey: true },
    analytics: false,
    rehearsal: true,
    chaos: false,
  },
  // 250,000 participants in one room, for the hours of the event and its rehearsals.
  event: {
    tasks: { count: 24, atMost: 48, vcpu: 4, memoryGiB: 8, socketsSoft: 10_000, socketsHard: 20_000, protectedFrom: 1_000 },
    fanOutInterval: "200ms",
    scheduledEvents: [],
    cache: { nodeType: "cache.r7g.large", shards: 3, replicas: 1 },
    table: {
      warm: { table: { read: 30_000, write: 12_000 }, index: { read: 12_000, write: 6_000 } },
      atMost: { read: 60_000, write: 24_000 },
    },
    natGateways: 3,
    httpLoadBalancer: true,
    webAclRatePerAddress: 2_000,
    exemptNetworks: [],
    logs: { days: RetentionDays.ONE_MONTH, customerKey: true },
    analytics: false,
    rehearsal: true,
    chaos: true,
  },
};
