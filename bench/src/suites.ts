import type { Suite } from './suite.ts';

/** Every benchmark of diagnoses, in the order they are told. The whole engine stands behind each: loaded when asked for. */
export async function loadSuites(): Promise<Suite[]> {
  const [
    { cloudOpsBench, cloudOpsBenchRenamed },
    { cloudOpsBenchPrinted },
    { recordings },
    { synthetic },
    { hard },
    { telemetrySuites },
    { itBench },
    { itBenchLite },
    { demos },
  ] = await Promise.all([
    import('./cloud-opsbench/suite.ts'),
    import('./cloud-opsbench/print/suite.ts'),
    import('./recordings/suite.ts'),
    import('./synthetic/suite.ts'),
    import('./hard/suite.ts'),
    import('./telemetry/suite.ts'),
    import('./itbench/suite.ts'),
    import('./itbench-lite/suite.ts'),
    import('./demos/suite.ts'),
  ]);
  return [
    cloudOpsBench,
    cloudOpsBenchRenamed,
    cloudOpsBenchPrinted,
    itBench,
    itBenchLite,
    synthetic,
    hard,
    demos,
    recordings,
    ...telemetrySuites,
  ];
}
