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
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
