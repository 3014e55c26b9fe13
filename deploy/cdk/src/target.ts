import { Duration } from "aws-cdk-lib";
import { Protocol, type HealthCheck } from "aws-cdk-lib/aws-elasticloadbalancingv2";

/**
 * When a node gets sockets. ECS replaces a task that its target group calls unhealthy, and a node that is full or drains is not
 * ill: `/startedz` says that it has started, where `/readyz` says whether it has room.
 */
export const HEALTH: HealthCheck = {
  protocol: Protocol.HTTP,
  path: "/startedz",
  interval: Duration.seconds(10),
  timeout: Duration.seconds(5),
  healthyThresholdCount: 2,
  unhealthyThresholdCount: 3,
};

/** Dead time for sockets, since a node drains only after it: just enough for the load balancer to hear of it. */
export const DEREGISTRATION = Duration.seconds(60);
