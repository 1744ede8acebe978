/** Where the program tells what it spends its time on, as spans of a trace. */
export interface Tracing {
  /** Runs work inside a span; a throw marks it failed and goes on. */
  span<T>(
    name: string,
    attributes: Readonly<Record<string, string | number | boolean>>,
    work: () => Promise<T>,
  ): Promise<T>;
}

/** Only runs the work. */
export const noTracing: Tracing = { span: (_name, _attributes, work) => work() };
