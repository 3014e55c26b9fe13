/**
 * List prices of us-east-1 in US dollars, as known in November 2026, without taxes and without free tiers. Those in `UNVERIFIED` could not
 * be compared with AWS's pages when this was written; look at all of them before you decide by them.
 */
export const PRICES = {
  /** AWS Fargate, Linux on ARM: a vCPU hour and a GB hour. */
  vcpuHour: 0.03238,
  memoryHour: 0.00356,
  /** Network Load Balancer: an hour, and an hour of a capacity unit. */
  balancerHour: 0.0225,
  balancerUnitHour: 0.006,
  /** Application Load Balancer, the same. */
  httpBalancerUnitHour: 0.008,
  /** Data to the internet, a GB, by how many there are in the month: first 10 TB, then 40, 100, the rest. */
  egress: [[10_240, 0.09], [40_960, 0.085], [102_400, 0.07], [Infinity, 0.05]] as readonly (readonly [number, number])[],
  /** Between zones, a GB, both directions together. */
  crossZone: 0.02,
  /** ElastiCache for Valkey, a node an hour. */
  cacheHour: { "cache.r7g.large": 0.1752, "cache.t4g.small": 0.0256 } as Readonly<Record<string, number>>,
  /** DynamoDB on demand, a million request units. */
  millionWrites: 0.625,
  millionReads: 0.125,
  /** NAT gateway an hour, interface endpoint an hour and zone, public IPv4 address an hour. */
  natHour: 0.045,
  endpointHour: 0.01,
  addressHour: 0.005,
  /** CloudWatch: a custom metric and an alarm a month, a GB of logs. */
  metricMonth: 0.3,
  alarmMonth: 0.1,
  logGigabyte: 0.5,
  /** AWS WAF: a web ACL and a rule a month. */
  webAclMonth: 5,
  webAclRuleMonth: 1,
  keyMonth: 1,
  /** Cognito, a user who is there in the month, beyond the free 10,000: plan Essentials. */
  activeUser: 0.015,
  activeUsersFree: 10_000,
};

/** Not verified. */
export const UNVERIFIED = new Set<keyof typeof PRICES>(["cacheHour", "millionWrites", "millionReads", "activeUser", "balancerUnitHour", "endpointHour"]);
