import type { Construct } from "constructs";
import { BreakGlass } from "./break-glass.ts";
import { Cache } from "./cache.ts";
import { Identity } from "./identity.ts";
import { Images } from "./images.ts";
import { Keys } from "./keys.ts";
import { tableNames } from "./names.ts";
import { Network } from "./network.ts";
import type { Installation, Size } from "./settings.ts";
import { PlenaryStack } from "./stacks.ts";
import { Table } from "./table.ts";
import { AlarmTopic } from "./topic.ts";

/** What lasts: network, table, cache, people, images. It is there before the first image is pushed. */
export class FoundationStack extends PlenaryStack {
  readonly keys: Keys;
  readonly alarms: AlarmTopic;
  readonly network: Network;
  readonly table: Table;
  readonly cache: Cache;
  readonly identity: Identity;
  readonly images: Images;

  constructor(scope: Construct, installation: Installation, size: Size) {
    super(scope, "Foundation", installation, { description: "Plenary: network, table, cache, people, images", terminationProtection: true });
    const { name, account } = installation;
    const { tableName, tableArn } = tableNames(installation);
    this.keys = new Keys(this, "Keys", installation);
    const { key } = this.keys;
    this.alarms = new AlarmTopic(this, "Alarms", { emails: installation.alarmEmails, key });
    const { topic } = this.alarms;
    this.network = new Network(this, "Network", { installation, size, key, tableArn });
    const breakGlass = new BreakGlass(this, "BreakGlass", { name, account, tableArn, key, topic });
    this.table = new Table(this, "Table", {
      tableName,
      tableArn,
      capacity: size.table,
      key,
      endpoint: this.network.tableEndpoint,
      breakGlass: breakGlass.role,
    });
    this.cache = new Cache(this, "Cache", { name, size, network: this.network, key, topicArn: topic.topicArn });
    this.identity = new Identity(this, "Identity", { installation, rehearsal: size.rehearsal });
    this.images = new Images(this, "Images", name);
  }
}
