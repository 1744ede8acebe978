import type { Utterance } from '@headwater/testkit/world/log-lines.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';

export type Runtime = 'go' | 'java' | 'python' | 'node';

const RUNTIMES: Readonly<Record<Workload['logStyle'], Runtime>> = {
  json: 'go',
  logfmt: 'go',
  quiet: 'go',
  spring: 'java',
  python: 'python',
  pino: 'node',
};

/** The language a workload is written in, as its log style tells. */
export function runtimeOf(workload: Workload): Runtime {
  return RUNTIMES[workload.logStyle];
}

/** An error in a runtime's own words, and the lines that follow it. */
export interface Failure {
  readonly message: string;
  readonly trace?: readonly string[];
}

/** A failure as an error line of a service that goes on. */
export function errorLine(
  doing: string,
  failure: Failure,
  fields: Readonly<Record<string, string | number>> = { status: 500 },
): Utterance {
  return {
    level: 'error',
    message: `${doing}: ${failure.message}`,
    fields,
    ...(failure.trace ? { trace: failure.trace } : {}),
  };
}

/** What a process prints that starts, fails and exits. */
export function dyingWords(workload: Workload, failure: Failure): string[] {
  const { message, trace = [] } = failure;
  const { name } = workload;
  switch (runtimeOf(workload)) {
    case 'go':
      return [
        `{"level":"info","ts":"{time}","logger":"${name}","msg":"starting"}`,
        `{"level":"fatal","ts":"{time}","logger":"${name}","msg":"cannot start","error":${JSON.stringify(message)}}`,
      ];
    case 'java':
      return [
        `{time}  INFO 1 --- [${name}] [           main] c.e.Application : Starting Application using Java 21.0.6 with PID 1`,
        `{time} ERROR 1 --- [${name}] [           main] o.s.boot.SpringApplication : Application run failed`,
        `Caused by: ${message}`,
        ...trace,
      ];
    case 'python':
      return [
        `{time} INFO [${name}] starting`,
        'Traceback (most recent call last):',
        '  File "/app/main.py", line 41, in <module>',
        '    app = create_app()',
        ...trace,
        message,
      ];
    case 'node':
      return [
        `{"level":30,"time":"{time}","pid":1,"msg":"starting ${name}"}`,
        message,
        ...trace,
        '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
        'Node.js v22.14.0',
      ];
  }
}
