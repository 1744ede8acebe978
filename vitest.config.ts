import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{packages,apps}/*/src/**/*.test.ts',
      'apps/web/e2e/*.test.ts',
      'bench/src/**/*.test.ts',
      'tools/**/*.test.ts',
      'recordings/*.test.ts',
    ],
    pool: 'threads',
    isolate: false,
    // Much of the time is spent waiting for servers and browsers, so more threads than cores.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
