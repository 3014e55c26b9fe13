import { PRICES, UNVERIFIED } from "../prices.ts";
import type { Size } from "./settings.ts";

/** A line of the bill. */
export interface Row {
  readonly item: string;
  readonly arithmetic: string;
  readonly dollars: number;
  /** Whether a price in it could not be verified. */
  readonly unverified: boolean;
}

/** What an event is like. */
export interface EventAsked {
  readonly participants: number;
  readonly hours: number;
  /** Hours before it with all tasks. */
  readonly warmUp: number;
  /** To each participant; what comes within `FAN_OUT_INTERVAL` is one frame. */
  readonly framesPerSecond: number;
  /** Of a frame on the wire. */
  readonly bytes: number;
  readonly messagesPerSecond: number;
  /** Whether all have an account of Cognito. */
  readonly accounts: boolean;
}

export const EVENT_DEFAULTS: EventAsked = {
  participants: 250_000, hours: 2, warmUp: 1, framesPerSecond: 5, bytes: 300, messagesPerSecond: 50, accounts: false,
};

const MONTH_HOURS = 730;

export function event(size: Size, asked: EventAsked): Row[] {
  const { tasks, cache } = size;
  const hours = asked.hours + asked.warmUp;
  const gigabytes = (asked.participants * asked.framesPerSecond * asked.bytes * asked.hours * 3600) / 1e9;
  const nodes = cache.shards * (1 + cache.replicas);
  const taskHour = tasks.vcpu * PRICES.vcpuHour + tasks.memoryGiB * PRICES.memoryHour;
  const messages = asked.messagesPerSecond * asked.hours * 3600;
  const writes = (messages * 4 + asked.participants) / 1e6;
  const reads = (asked.participants * 2) / 1e6;
  const rows = [
    row("Fargate", `${tasks.count} × ${money(taskHour)} × ${hours} h`, tasks.count * taskHour * hours, ["vcpuHour"]),
    row("network load balancer", `${hours} h × ${PRICES.balancerHour} + ${round(gigabytes)} units × ${PRICES.balancerUnitHour}`, hours * PRICES.balancerHour + gigabytes * PRICES.balancerUnitHour, ["balancerUnitHour"]),
    row("to the internet", `${round(gigabytes)} GB by tiers`, tiered(gigabytes), ["egress"]),
    row("between zones", `${round(gigabytes)} GB × ⅔ × ${PRICES.crossZone}`, (gigabytes * 2 * PRICES.crossZone) / 3, ["crossZone"]),
    row("Valkey", `${nodes} × ${priceOf(cache.nodeType)} × ${hours} h`, nodes * priceOf(cache.nodeType) * hours, ["cacheHour"]),
    row("DynamoDB", `${round(writes, 2)} M writes, ${round(reads, 2)} M reads`, writes * PRICES.millionWrites + reads * PRICES.millionReads, ["millionWrites"]),
    row("logs, metrics, traces", "an estimate", 5, []),
  ];
  if (!asked.accounts) return rows;
  const paid = Math.max(asked.participants - PRICES.activeUsersFree, 0);
  return [...rows, row("Cognito", `${paid} active users × ${PRICES.activeUser}`, paid * PRICES.activeUser, ["activeUser"])];
}

export function month(size: Size): Row[] {
  const { tasks, cache, natGateways } = size;
  const nodes = cache.shards * (1 + cache.replicas);
  const taskHour = tasks.vcpu * PRICES.vcpuHour + tasks.memoryGiB * PRICES.memoryHour;
  const zones = 3;
  const rows = [
    row("Fargate", `${tasks.count} × ${money(taskHour)} × ${MONTH_HOURS} h`, tasks.count * taskHour * MONTH_HOURS, ["vcpuHour"]),
    row("network load balancer", `${MONTH_HOURS} h × (${PRICES.balancerHour} + 1 unit × ${PRICES.balancerUnitHour})`, MONTH_HOURS * (PRICES.balancerHour + PRICES.balancerUnitHour), ["balancerUnitHour"]),
    row("public addresses", `${zones + natGateways} × ${PRICES.addressHour} × ${MONTH_HOURS} h`, (zones + natGateways) * PRICES.addressHour * MONTH_HOURS, ["addressHour"]),
    natGateways > 0
      ? row("NAT gateways", `${natGateways} × ${PRICES.natHour} × ${MONTH_HOURS} h`, natGateways * PRICES.natHour * MONTH_HOURS, ["natHour"])
      : row("interface endpoints", `6 × ${zones} zones × ${PRICES.endpointHour} × ${MONTH_HOURS} h`, 6 * zones * PRICES.endpointHour * MONTH_HOURS, ["endpointHour"]),
    row("Valkey", `${nodes} × ${priceOf(cache.nodeType)} × ${MONTH_HOURS} h`, nodes * priceOf(cache.nodeType) * MONTH_HOURS, ["cacheHour"]),
    row("to the internet", "100 GB", tiered(100), ["egress"]),
    row("DynamoDB", "4 M writes, 4 M reads, storage", 4 * PRICES.millionWrites + 4 * PRICES.millionReads + 2, ["millionWrites"]),
    row("CloudWatch", `21 metrics, 22 alarms, dashboard, 10 GB of logs`, 21 * PRICES.metricMonth + 22 * PRICES.alarmMonth + 3 + 10 * PRICES.logGigabyte, ["metricMonth"]),
    row("key, images, mails", "an estimate", PRICES.keyMonth + 1, []),
  ];
  if (!size.httpLoadBalancer) return rows;
  const acls = 2 * (PRICES.webAclMonth + 4 * PRICES.webAclRuleMonth);
  return [...rows, row("application load balancer and web ACLs", `${MONTH_HOURS} h, 2 ACLs with 4 rules`, MONTH_HOURS * (PRICES.balancerHour + PRICES.httpBalancerUnitHour) + acls, ["webAclMonth"])];
}

/** A row of the table; what rests on a price that was not verified has a question mark. */
export function line({ item, arithmetic, dollars, unverified }: Row): string {
  return `| ${item} | ${arithmetic} | ${dollars.toFixed(2)}${unverified ? " ?" : ""} |`;
}

/** Beyond a tier only what is beyond it costs less. */
export function tiered(gigabytes: number): number {
  let [left, dollars] = [gigabytes, 0];
  for (const [most, price] of PRICES.egress) {
    const here = Math.min(left, most);
    dollars += here * price;
    left -= here;
  }
  return dollars;
}

function row(item: string, arithmetic: string, dollars: number, prices: readonly (keyof typeof PRICES)[]): Row {
  return { item, arithmetic, dollars, unverified: prices.some((price) => UNVERIFIED.has(price)) };
}

function priceOf(nodeType: string): number {
  const price = PRICES.cacheHour[nodeType];
  if (price === undefined) throw new Error(`prices.ts has no price of ${nodeType}`);
  return price;
}

function money(dollars: number): string {
  return dollars.toFixed(4);
}

function round(number: number, digits = 0): string {
  return number.toFixed(digits);
}
