/** A committed file or folder that a command can make again. */
export interface GeneratedArtefact {
  readonly name: string;
  /** Node script and arguments; `{out}` stands for the file or folder to write, without it stdout is the file. */
  readonly command: readonly string[];
  /** Where the committed copy stands. */
  readonly path: string;
}

/** Everything generated and committed; `npm run check` makes each again and compares. */
export const GENERATED: readonly GeneratedArtefact[] = [
  {
    name: 'analyzer registry',
    command: ['tools/generate/analyzers.ts', '--print'],
    path: 'packages/diagnosis/src/analyzers/registry.gen.ts',
  },
  { name: 'findings reference', command: ['tools/generate/findings.ts'], path: 'docs/findings.md' },
  { name: 'coverage of the fault catalog', command: ['tools/generate/coverage.ts'], path: 'docs/coverage.md' },
  { name: 'reasoning reference', command: ['tools/generate/reasoning.ts'], path: 'docs/reasoning.md' },
  { name: 'CLI reference', command: ['tools/generate/cli.ts'], path: 'docs/cli.md' },
  { name: 'rule schema', command: ['tools/generate/rule-schema.ts'], path: 'docs/rule.schema.json' },
  { name: 'API document', command: ['tools/generate/openapi.ts'], path: 'docs/openapi.json' },
  {
    name: 'configuration reference',
    command: ['tools/generate/configuration.ts'],
    path: 'docs/configuration.md',
  },
];
