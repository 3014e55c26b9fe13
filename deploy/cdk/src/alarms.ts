import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type * as sns from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { AlarmEntry } from "./alarm-list.ts";

interface Props {
  readonly name: string;
  readonly topic: sns.ITopic;
  readonly entries: readonly AlarmEntry[];
}

/** Alarms, each of which mails when it is raised and when it is over. */
export class Alarms extends Construct {
  private readonly alarms = new Map<string, cloudwatch.Alarm>();

  constructor(scope: Construct, id: string, { name, topic, entries }: Props) {
    super(scope, id);
    const action = new SnsAction(topic);
    for (const entry of entries) {
      const alarm = new cloudwatch.Alarm(this, entry.name, properties(name, entry));
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      this.alarms.set(entry.name, alarm);
    }
  }

  get(name: string): cloudwatch.Alarm {
    const alarm = this.alarms.get(name);
    if (!alarm) throw new Error(`there is no alarm ${name}`);
    return alarm;
  }

  get all(): cloudwatch.Alarm[] {
    return [...this.alarms.values()];
  }
}

/** Full names are known before the alarms exist: a service names the alarms that watch it, and they name the service. */
export function alarmName(installation: string, name: string): string {
  return `${installation}-${name}`;
}

function properties(installation: string, entry: AlarmEntry): cloudwatch.AlarmProps {
  const [datapointsToAlarm, evaluationPeriods] = entry.minutes;
  const { GREATER_THAN_THRESHOLD, LESS_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;
  const { BREACHING, NOT_BREACHING } = cloudwatch.TreatMissingData;
  return {
    alarmName: alarmName(installation, entry.name),
    alarmDescription: `docs/operations.md#${entry.name.toLowerCase()}`,
    metric: entry.metric,
    threshold: entry.threshold,
    comparisonOperator: entry.when === "above" ? GREATER_THAN_THRESHOLD : LESS_THAN_THRESHOLD,
    datapointsToAlarm,
    evaluationPeriods,
    treatMissingData: entry.silence === "alarm" ? BREACHING : NOT_BREACHING,
  };
}
