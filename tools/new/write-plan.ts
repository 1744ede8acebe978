import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fill } from './names.ts';
import type { Plan } from './scaffolds.ts';

const TEMPLATES = join(import.meta.dirname, 'templates');

/** Writes the files of a plan below `root`; writes none when one of them exists, and returns those that do. */
export function writePlan(plan: Plan, root: string): string[] {
  const taken = plan.files.filter((file) => existsSync(join(root, file.path))).map((file) => file.path);
  if (taken.length > 0) return taken;
  const texts = plan.files.map((file) =>
    fill(readFileSync(join(TEMPLATES, `${file.template}.tmpl`), 'utf8'), plan.values),
  );
  for (const [index, file] of plan.files.entries()) {
    const path = join(root, file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, texts[index] ?? '');
  }
  return [];
}
