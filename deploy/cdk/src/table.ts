import { RemovalPolicy } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as ec2 from "aws-cdk-lib/aws-ec2";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import type { TableCapacity, Throughput } from "./settings.ts";
import { ROW_ACTIONS } from "./table-access.ts";

/** The indexes, as `resolvers/src/source/definition.rs` has them; a test compares the two. */
const INDEXES = ["GSI1", "GSI2"];

interface Props {
  readonly tableName: string;
  readonly tableArn: string;
  readonly capacity: TableCapacity;
  readonly key: kms.IKey;
  readonly endpoint: ec2.GatewayVpcEndpoint;
  /** The one role that reaches rows from elsewhere than the network. */
  readonly breakGlass: iam.IRole;
}

/** The one table. Its name is given, because the endpoint's policy names it and it names the endpoint. */
export class Table extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { capacity } = props;
    this.table = new dynamodb.Table(this, "Table", {
      tableName: props.tableName,
      partitionKey: text("PK"),
      sortKey: text("SK"),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      ...most(capacity.atMost),
      warmThroughput: warm(capacity.warm.table),
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: "expiresAt",
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.key,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      resourcePolicy: new iam.PolicyDocument({ statements: [fromTheNetworkAlone(props)] }),
    });
    for (const indexName of INDEXES) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: text(`${indexName}PK`),
        sortKey: text(`${indexName}SK`),
        projectionType: dynamodb.ProjectionType.ALL,
        ...most(capacity.atMost),
        // A cold index throttles the writes of a warm table.
        warmThroughput: warm(capacity.warm.index),
      });
    }
  }
}

/** Rows are reached through the network's endpoint, by the break-glass role, or by a service of AWS on somebody's behalf. */
function fromTheNetworkAlone({ tableArn, endpoint, breakGlass }: Props): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: "FromTheNetworkAlone",
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: [...ROW_ACTIONS],
    resources: [tableArn, `${tableArn}/index/*`],
    conditions: {
      StringNotEquals: { "aws:SourceVpce": endpoint.vpcEndpointId },
      ArnNotEquals: { "aws:PrincipalArn": breakGlass.roleArn },
      BoolIfExists: { "aws:ViaAWSService": "false" },
    },
  });
}

function text(name: string): dynamodb.Attribute {
  return { name, type: dynamodb.AttributeType.STRING };
}

function warm({ read, write }: Throughput): dynamodb.WarmThroughput {
  return { readUnitsPerSecond: read, writeUnitsPerSecond: write };
}

function most({ read, write }: Throughput) {
  return { maxReadRequestUnits: read, maxWriteRequestUnits: write };
}
