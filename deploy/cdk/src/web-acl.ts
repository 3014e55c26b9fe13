import * as wafv2 from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import type * as kms from "aws-cdk-lib/aws-kms";
import { logGroup } from "./logs.ts";
import type { Size } from "./settings.ts";

/** AWS's rule groups, and the rules of theirs that only count: a GraphQL document is often longer than the 8 KiB they allow. */
const MANAGED: Record<string, readonly string[]> = {
  AWSManagedRulesAmazonIpReputationList: [],
  AWSManagedRulesKnownBadInputsRuleSet: [],
  AWSManagedRulesCommonRuleSet: ["SizeRestrictions_BODY"],
};

interface Props {
  readonly size: Size;
  readonly key: kms.IKey;
  /** Ends the name of its log, which CloudWatch wants to begin with `aws-waf-logs-`. */
  readonly name: string;
}

/** What stands before HTTP and before sign-in. It sees the handshake of a socket, never its messages. */
export class WebAcl extends Construct {
  private readonly acl: wafv2.CfnWebACL;

  constructor(scope: Construct, id: string, { size, key, name }: Props) {
    super(scope, id);
    this.acl = new wafv2.CfnWebACL(this, "Acl", {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig: visibility("All"),
      rules: [this.rate(size), ...Object.entries(MANAGED).map(([group, counted], at) => managed(group, counted, at + 1))],
    });
    const log = logGroup(this, "Log", size.logs, key, `aws-waf-logs-${name}`);
    new wafv2.CfnLoggingConfiguration(this, "Logging", {
      resourceArn: this.acl.attrArn,
      logDestinationConfigs: [log.logGroupArn],
      redactedFields: ["authorization", "x-api-key", "cookie"].map((header) => ({ singleHeader: { Name: header } })),
      // What passes is the event; what is blocked is what somebody asks about.
      loggingFilter: {
        DefaultBehavior: "DROP",
        Filters: [
          { Behavior: "KEEP", Requirement: "MEETS_ANY", Conditions: [{ ActionCondition: { Action: "BLOCK" } }] },
        ],
      },
    });
  }

  protect(id: string, resourceArn: string) {
    new wafv2.CfnWebACLAssociation(this, id, { resourceArn, webAclArn: this.acl.attrArn });
  }

  /** A venue's guests share one address, so networks that are known are not counted. */
  private rate({ webAclRatePerAddress, exemptNetworks }: Size): wafv2.CfnWebACL.RuleProperty {
    const exempt = new wafv2.CfnIPSet(this, "Exempt", {
      scope: "REGIONAL",
      ipAddressVersion: "IPV4",
      addresses: [...exemptNetworks],
    });
    return {
      name: "Rate",
      priority: 0,
      action: { block: { customResponse: { responseCode: 429 } } },
      visibilityConfig: visibility("Rate"),
      statement: {
        rateBasedStatement: {
          limit: webAclRatePerAddress,
          evaluationWindowSec: 300,
          aggregateKeyType: "IP",
          scopeDownStatement: { notStatement: { statement: { ipSetReferenceStatement: { arn: exempt.attrArn } } } },
        },
      },
    };
  }
}

function managed(name: string, counted: readonly string[], priority: number): wafv2.CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    visibilityConfig: visibility(name),
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
  };
}

function visibility(metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
