import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import { Construct } from "constructs";

/** A mail when the month is expected to cost more than was meant. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, { name, dollars, emails }: { name: string; dollars: number; emails: readonly string[] }) {
    super(scope, id);
    const subscribers = emails.map((address) => ({ subscriptionType: "EMAIL", address }));
    const notify = (notificationType: string, threshold: number) => ({
      notification: { notificationType, comparisonOperator: "GREATER_THAN", threshold, thresholdType: "PERCENTAGE" },
      subscribers,
    });
    new CfnBudget(this, "Month", {
      budget: {
        budgetName: name,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        budgetLimit: { amount: dollars, unit: "USD" },
        // The tag has to be activated for cost allocation before it filters anything.
        costFilters: { TagKeyValue: [`user:Project$${name}`] },
      },
      notificationsWithSubscribers: [notify("FORECASTED", 100), notify("ACTUAL", 80)],
    });
  }
}
