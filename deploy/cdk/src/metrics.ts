import { Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SERVICE } from "./node-settings.ts";

/** Where the nodes' own metrics are: `plenary reference metrics` writes them into `deploy/metrics.json`. */
export const NAMESPACE = "Plenary";

/** A metric that the nodes write, each once a minute. */
export function nodeMetric(metricName: string, options: cloudwatch.MetricOptions): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: NAMESPACE,
    metricName,
    dimensionsMap: { Service: SERVICE },
    period: Duration.minutes(1),
    ...options,
  });
}

/** A metric of a service of AWS, a minute at a time. */
export function awsMetric(
  namespace: string,
  metricName: string,
  dimensionsMap: Record<string, string>,
  options: cloudwatch.MetricOptions,
): cloudwatch.Metric {
  return new cloudwatch.Metric({ namespace, metricName, dimensionsMap, period: Duration.minutes(1), ...options });
}
