import { describe, expect, test } from "vitest";
import { attributes, every, only, template, type Properties } from "./stacks.ts";

const service = template("Service");
const group = (protocol: string) =>
  every(service, "AWS::ElasticLoadBalancingV2::TargetGroup").map(([, group]) => group).find((group) => group["Protocol"] === protocol)!;
const listener = (protocol: string) =>
  every(service, "AWS::ElasticLoadBalancingV2::Listener").map(([, made]) => made).find((made) => made["Protocol"] === protocol)!;
const balancer = (type: string) =>
  every(service, "AWS::ElasticLoadBalancingV2::LoadBalancer").map(([, made]) => made).find((made) => made["Type"] === type)!;
const attributesOf = (made: Properties, key: string) => attributes(made[key] as { Key: string; Value: unknown }[]);

describe("the network load balancer", () => {
  const targets = attributesOf(group("TCP"), "TargetGroupAttributes");

  test("resets no socket for a failed health check, which it does by default", () => {
    expect(targets["target_health_state.unhealthy.connection_termination.enabled"]).toBe("false");
  });
  test("keeps the client's address, or limits by address count the balancer and its ports run out", () => {
    expect(targets["preserve_client_ip.enabled"]).toBe("true");
  });
  test("waits a minute before a task is stopped, because sockets are drained after that", () => {
    expect(targets["deregistration_delay.timeout_seconds"]).toBe("60");
  });
  test("leaves closing sockets to the node, which spreads it", () => {
    expect(targets["deregistration_delay.connection_termination.enabled"]).toBe("false");
  });
  test("spreads sockets over the tasks of all zones, which it does not by default", () => {
    expect(attributesOf(balancer("network"), "LoadBalancerAttributes")["load_balancing.cross_zone.enabled"]).toBe("true");
  });
  test("speaks TLS 1.2 and newer, and HTTP/1.1 alone, in which a WebSocket begins", () => {
    expect(listener("TLS")).toMatchObject({ Port: 443, SslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06", AlpnPolicy: ["HTTP1Only"] });
  });
});

describe("the application load balancer", () => {
  test("keeps an event stream for 350 seconds of silence, where it keeps 60 by default", () => {
    expect(attributesOf(balancer("application"), "LoadBalancerAttributes")["idle_timeout.timeout_seconds"]).toBe("350");
  });
  test("is there where it is asked for, with a web ACL, and sign-in has one of its own", () => {
    const protectedBy = every(service, "AWS::WAFv2::WebACLAssociation").map(([, made]) => JSON.stringify(made["ResourceArn"]));
    expect(protectedBy).toHaveLength(2);
    expect(protectedBy.some((arn) => arn.includes("HttpBalancer"))).toBe(true);
    expect(protectedBy.some((arn) => arn.includes("IdentityPool"))).toBe(true);
  });
  test("counts no requests of networks that are known, where thousands share an address", () => {
    const rules = only(service, "AWS::WAFv2::WebACL", "HttpAcl")["Rules"] as Properties[];
    const { RateBasedStatement: rate } = rules[0]!["Statement"] as { RateBasedStatement: Properties };
    expect(rate["Limit"]).toBe(2000);
    expect(JSON.stringify(rate["ScopeDownStatement"])).toContain("NotStatement");
  });
  test("writes no token into the log of its web ACL", () => {
    const redacted = JSON.stringify(only(service, "AWS::WAFv2::LoggingConfiguration", "HttpAcl")["RedactedFields"]);
    for (const header of ["authorization", "x-api-key", "cookie"]) expect(redacted).toContain(header);
  });
});

describe("both load balancers", () => {
  test.each(["TCP", "HTTP"])("ask %s targets whether they have started, not whether they have room: ECS replaces what is unhealthy", (protocol) => {
    expect(group(protocol)).toMatchObject({ HealthCheckPath: "/startedz", HealthCheckProtocol: "HTTP", TargetType: "ip", Port: 8080 });
  });
  test.each(["network", "application"])("the %s one is kept from deletion and logs who came", (type) => {
    const set = attributesOf(balancer(type), "LoadBalancerAttributes");
    expect(set["deletion_protection.enabled"]).toBe("true");
    expect(set["access_logs.s3.enabled"]).toBe("true");
  });
  test("are the only ones that reach the nodes, and on one port", () => {
    const rules = every(service, "AWS::EC2::SecurityGroupIngress").map(([, rule]) => rule);
    expect(rules.length).toBeGreaterThanOrEqual(2);
    for (const rule of rules) {
      expect(rule).toMatchObject({ IpProtocol: "tcp", FromPort: 8080, ToPort: 8080 });
      expect(rule["SourceSecurityGroupId"]).toBeDefined();
    }
  });
});
