// npm run new -- analyzer|route|verb|command|adr NAME
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { SCAFFOLDS } from './scaffolds.ts';
import { writePlan } from './write-plan.ts';

const root = resolve(import.meta.dirname, '../..');

function usage(): never {
  console.error('usage: npm run new -- KIND NAME\n');
  for (const scaffold of SCAFFOLDS.values()) console.error(`  ${scaffold.usage.padEnd(26)}${scaffold.what}`);
  process.exit(2);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

const [kind = '', ...words] = process.argv.slice(2);
const scaffold = SCAFFOLDS.get(kind);
if (!scaffold || words.length === 0) usage();
const plan = scaffold.plan(words.join(kind === 'adr' ? ' ' : '/'), root);
if (typeof plan === 'string') fail(plan);
const taken = writePlan(plan, root);
if (taken.length > 0) fail(`these exist already, so nothing was written:\n  ${taken.join('\n  ')}`);
for (const file of plan.files) console.log(`wrote ${file.path}`);
// A template cannot know where the lines of a longer name break.
const source = plan.files.map((file) => file.path).filter((path) => path.endsWith('.ts'));
if (source.length > 0)
  spawnSync('biome', ['format', '--write', '--log-level=error', ...source], { cwd: root, stdio: 'inherit' });
if (plan.after) spawnSync(process.execPath, plan.after, { cwd: root, stdio: 'inherit' });
for (const step of plan.next) console.log(`next: ${step}`);
