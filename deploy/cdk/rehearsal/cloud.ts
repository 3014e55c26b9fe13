/** What the stack of a rehearsal tells in its outputs. */
export interface Outputs {
  readonly Cluster: string;
  readonly Service: string;
  readonly TaskDefinition: string;
  readonly Subnets: string;
  readonly SecurityGroup: string;
  readonly Bucket: string;
  readonly UserPool: string;
  readonly Client: string;
  readonly Target: string;
}

/** How many nodes scaling may keep. */
export interface Capacity {
  readonly least: number;
  readonly most: number;
}

/** What each container of a machine is told. */
export interface Commands {
  readonly fetch: readonly string[];
  readonly load: readonly string[];
  readonly deliver: readonly string[];
}

/** How a machine ended: the load generator's exit code, if it came so far, or what kept it from starting. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly reason: string;
}

/** What a rehearsal needs of AWS; a test has another one, with real nodes and a real load generator. */
export interface Cloud {
  readonly outputs: Outputs;
  capacity(): Promise<Capacity>;
  setCapacity(capacity: Capacity): Promise<void>;
  /** Returns when so many nodes are healthy. */
  waitForNodes(count: number): Promise<void>;
  /** Makes an account in the groups and returns an ID token of it. */
  signIn(user: string, groups: readonly string[]): Promise<string>;
  deleteUser(user: string): Promise<void>;
  put(name: string, text: string): Promise<void>;
  /** The object, or nothing if there is none. */
  get(name: string): Promise<string | undefined>;
  delete(name: string): Promise<void>;
  /** Starts a machine and returns how it ended. */
  run(commands: Commands, signal: AbortSignal): Promise<Ended>;
}
