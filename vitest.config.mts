import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', environment: 'node', include: ['src/**/*.test.ts', 'exercises/**/*.test.ts'] } },
      { test: { name: 'components', environment: 'happy-dom', include: ['src/**/*.test.tsx'] } },
      { test: { name: 'fidelity', environment: 'node', include: ['test/fidelity/**/*.test.ts'], testTimeout: 60_000 } },
    ],
  },
});
