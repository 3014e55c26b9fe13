import { Duration } from "aws-cdk-lib";
import * as appscaling from "aws-cdk-lib/aws-applicationautoscaling";
import type * as ecs from "aws-cdk-lib/aws-ecs";
import { Construct } from "constructs";
import { nodeMetric } from "./metrics.ts";
import type { ScheduledEvent, Size } from "./settings.ts";

/** Before an event begins, by so much, its tasks are there. */
const LEAD = Duration.hours(1);

/** A load balancer moves no open socket, so scaling helps those who come: it is the safety net, and the calendar is the plan. */
export class Scaling extends Construct {
  constructor(scope: Construct, id: string, { service, size }: { service: ecs.FargateService; size: Size }) {
    super(scope, id);
    const { tasks } = size;
    const most = Math.max(tasks.atMost, ...size.scheduledEvents.map((event) => event.tasks));
    const target = service.autoScaleTaskCount({ minCapacity: tasks.count, maxCapacity: most });
    target.scaleToTrackCustomMetric("Sockets", {
      metric: nodeMetric("ActiveSockets", { statistic: "Average" }),
      targetValue: tasks.socketsSoft,
      scaleOutCooldown: Duration.seconds(30),
      scaleInCooldown: Duration.minutes(15),
    });
    target.scaleOnCpuUtilization("Cpu", {
      targetUtilizationPercent: 60,
      // A quiet quarter of an hour of an event must not cost anybody a socket.
      disableScaleIn: true,
      scaleOutCooldown: Duration.seconds(30),
    });
    for (const event of size.scheduledEvents) schedule(target, event, tasks.count, most);
  }
}

function schedule(target: ecs.ScalableTaskCount, event: ScheduledEvent, usual: number, most: number) {
  const start = Date.parse(event.startsAt);
  if (Number.isNaN(start)) throw new Error(`startsAt is no time: ${event.startsAt}`);
  const at = (time: number) => appscaling.Schedule.at(new Date(time));
  const capacity = (minCapacity: number) => ({ minCapacity, maxCapacity: most });
  const name = event.startsAt.replaceAll(/[^0-9TZ]/g, "");
  const end = start + Duration.hours(event.hours).toMilliseconds();
  target.scaleOnSchedule(`Before${name}`, { schedule: at(start - LEAD.toMilliseconds()), ...capacity(event.tasks) });
  target.scaleOnSchedule(`After${name}`, { schedule: at(end), ...capacity(usual) });
}
