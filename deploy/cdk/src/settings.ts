/** What can be set, with units and reasons. The values are in `settings.ts` of the folder above. */

import type { RetentionDays } from "aws-cdk-lib/aws-logs";

/** What is true of one installation, whatever its size. */
export interface Installation {
  /** Begins the names of all stacks, and is the tag `Project` by which roles know what is theirs. */
  readonly name: string;
  readonly account: string;
  readonly region: string;
  /** Named, not asked for: a synthesis needs no credentials, and subnets do not move when AWS lists the zones in another order. */
  readonly availabilityZones: readonly string[];
  readonly domain: Domain;
  /** The addresses of pages that may call from a browser, exactly. */
  readonly allowedOrigins: readonly string[];
  /** Whether people make accounts themselves, or an administrator does. */
  readonly signUp: "open" | "invitation";
  /** An address of SES, verified in this region. Cognito's own sender stops at 50 mails a day. */
  readonly mailFrom?: string;
  /** Who is told about alarms; each address confirms its subscription once. */
  readonly alarmEmails: readonly string[];
  /** A mail is sent when the month is expected to cost more, in US dollars. */
  readonly monthlyBudgetDollars: number;
  /** Which build runs. Tags of the repositories are never moved. */
  readonly imageTag: string;
  /** A secret of Secrets Manager with the value of `API_KEYS`; without it there are no keys. */
  readonly apiKeysSecret?: string;
  /** Whose workflow may deploy; without it, nobody's. */
  readonly gitHub?: GitHub;
}

/** Names in a public hosted zone of Route 53, which is there already. */
export interface Domain {
  readonly hostedZoneId: string;
  readonly zoneName: string;
  /** The network load balancer: sockets, pages, and HTTP too. */
  readonly sockets: string;
  /** The application load balancer behind the web ACL, where there is one: HTTP alone. */
  readonly http: string;
}

/** The claims by which a workflow is known. Names can be sold and given anew, numbers cannot, so both are asked for. */
export interface GitHub {
  readonly owner: string;
  readonly repository: string;
  /** `gh api repos/OWNER/REPOSITORY --jq .id` */
  readonly repositoryId: string;
  /** The environment with its reviewers, without whom no job gets the role. */
  readonly environment: string;
}

/** How much of everything there is. */
export interface Size {
  readonly tasks: Tasks;
  /** Least time between deliveries to a large room, as `FAN_OUT_INTERVAL`. Egress is the bill of an event, and this its lever. */
  readonly fanOutInterval: string | undefined;
  /** When to have `tasks` ready; between events `tasks.count` is what is kept. */
  readonly scheduledEvents: readonly ScheduledEvent[];
  readonly cache: Cache;
  readonly table: TableCapacity;
  /** One a zone survives the loss of a zone; 0 has interface endpoints instead, and no way to the internet at all. */
  readonly natGateways: number;
  /** An application load balancer with a web ACL beside the network load balancer, for HTTP. */
  readonly httpLoadBalancer: boolean;
  /** Requests of one address in five minutes, beyond which the web ACL blocks it. */
  readonly webAclRatePerAddress: number;
  /** Networks in CIDR notation to which that does not apply: a venue's thousands of guests share one address. */
  readonly exemptNetworks: readonly string[];
  readonly logs: {
    readonly days: RetentionDays;
    /** Whether logs are encrypted with the installation's own key, else with AWS's. */
    readonly customerKey: boolean;
  };
  /** Copies every change of the table to S3. */
  readonly analytics: boolean;
  /** What a rehearsal needs: the tasks that make load, and an app client that gives out tokens for passwords. */
  readonly rehearsal: boolean;
  /** Experiments that break things on purpose. */
  readonly chaos: boolean;
}

/** The nodes. */
export interface Tasks {
  /** How many run at least. */
  readonly count: number;
  /** How many scaling may start. */
  readonly atMost: number;
  /** Fargate's sizes: 1 with 2 to 8 GiB, 2 with 4 to 16, 4 with 8 to 30. */
  readonly vcpu: 1 | 2 | 4 | 8;
  readonly memoryGiB: number;
  /** The mean that scaling aims at. It leaves room for a lost zone: 250,000 on 16 of 24 tasks are 15,625 each. */
  readonly socketsSoft: number;
  /** `MAX_CONNECTIONS`: beyond it a task refuses, and the client comes to another one. Fargate gives a task 65,535 files. */
  readonly socketsHard: number;
  /** A task with so many sockets is not stopped by scaling or a deployment: `TASK_PROTECTION_SOCKETS`. */
  readonly protectedFrom: number;
}

/** An event on the calendar. */
export interface ScheduledEvent {
  /** The tasks that are to run by then. */
  readonly tasks: number;
  /** In UTC, `2027-03-01T18:00:00Z`; the tasks are there an hour before. */
  readonly startsAt: string;
  /** After so long scaling may take them away again. */
  readonly hours: number;
}

/** ElastiCache for Valkey. */
export interface Cache {
  readonly nodeType: string;
  /** A room is in one shard; more shards are for many rooms. */
  readonly shards: number;
  /** Of each shard, in other zones. */
  readonly replicas: number;
}

/** Request units a second. */
export interface Throughput {
  readonly read: number;
  readonly write: number;
}

/** The table is on demand; these are what it can take at once and the most it may be charged for. */
export interface TableCapacity {
  /** Paid once, when it is raised; never lowered. A new table takes 12,000 reads and 4,000 writes. */
  readonly warm: { readonly table: Throughput; readonly index: Throughput };
  /** A fuse for the bill, of the table and of each index. */
  readonly atMost: Throughput;
}

/** The port of the API within the network, and of nothing else. */
export const PORT = 8080;

/** Seconds from SIGTERM to SIGKILL, Fargate's most; a node closes its sockets over `DRAIN_SPREAD` of them. */
export const STOP_SECONDS = 120;
