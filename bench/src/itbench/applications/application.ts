/** One part of a demonstration application, as its public documentation describes it. */
export interface Component {
  /** The Service's name. */
  readonly name: string;
  /** The workload's name, where it is another. */
  readonly workload?: string;
  readonly kind?: 'StatefulSet';
  readonly image: string;
  /** Absent: nothing listens. */
  readonly port?: number;
  /** Environment variables that hold an address, and whose it is. */
  readonly calls: Readonly<Record<string, string>>;
  /** Whom it sends messages to through a broker. */
  readonly feeds?: readonly string[];
  /** Requests per second in ordinary times. */
  readonly rate: number;
  /** ConfigMap mounted as settings, by name. */
  readonly settings?: string;
  readonly instrumented?: false;
  /** The main container's name, where it is another than the component's. */
  readonly container?: string;
}

export interface Application {
  readonly name: string;
  readonly components: readonly Component[];
  /** Which components a fault-injecting flag acts on, for applications that have such flags. */
  readonly flags: Readonly<Record<string, readonly string[]>>;
  readonly flagMap?: string;
  /** Who counts requests: the spans of the programs, or the proxies of the mesh. */
  readonly telemetry: 'spans' | 'mesh';
}
